//! The keys that an office signs with.

use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signer, SigningKey};

/// An office's own pair of keys.
pub struct Keys(SigningKey);

impl Keys {
    /// From the 32 secret bytes.
    pub fn from_secret(secret: &[u8; 32]) -> Keys {
        Keys(SigningKey::from_bytes(secret))
    }

    /// The public key, in base64.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.verifying_key().to_bytes())
    }

    /// The signature of a text, in base64.
    pub(crate) fn sign(&self, text: &str) -> String {
        STANDARD.encode(self.0.sign(text.as_bytes()).to_bytes())
    }
}
