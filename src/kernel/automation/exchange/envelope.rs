//! What a package looks like on its way: the text of what it says, the key of who says it, and the
//! signature of that text. The text itself is signed, so that no two readers differ on what it was.

use crate::{error::KernelError, office::keys::Keys};
use base64::{Engine, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use jiff::civil::Date;
use registrar_sdk::value::Map;
use serde::{Deserialize, Serialize};

/// The layout of packages.
pub(super) const FORMAT: u32 = 1;

/// What a package says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Contents {
    /// The layout.
    pub(super) format: u32,
    /// What it is called.
    pub name: String,
    /// The key of the office that it is for.
    pub to: String,
    /// The day it was made.
    pub made: Date,
    /// What it tells, in order.
    pub entries: Vec<EnvelopeEntry>,
}

/// One thing that a package tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvelopeEntry {
    /// Tells it from all others of its office.
    pub key: String,
    /// The register.
    pub register: String,
    /// The record; `None`: a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The action.
    pub action: String,
    /// The day it counts for; `None`: the day it arrives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
    /// The record's and the form's fields.
    #[serde(default)]
    pub fields: Map,
}

/// A package on its way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sealed {
    /// The text of [`Contents`].
    contents: String,
    /// The public key of who signed.
    pub key: String,
    /// The signature of the text.
    signature: String,
}

impl Keys {
    /// A package with these contents, as text.
    ///
    /// # Errors
    /// A number that JSON has no form for.
    pub(super) fn seal(&self, contents: &Contents) -> Result<String, KernelError> {
        let told = |why: serde_json::Error| KernelError::refused(format!("the package: {why}"));
        let contents = serde_json::to_string(contents).map_err(told)?;
        let signature = self.sign(&contents);
        serde_json::to_string(&Sealed { contents, key: self.public(), signature }).map_err(told)
    }
}

impl Sealed {
    /// Reads a package; nothing of it is believed yet.
    ///
    /// # Errors
    /// The text is no package.
    pub fn read(text: &str) -> Result<Sealed, String> {
        if text.len() > crate::automation::exchange::LARGEST {
            return Err(format!("the package is larger than {} bytes", crate::automation::exchange::LARGEST));
        }
        serde_json::from_str(text).map_err(|why| format!("this is no package: {why}"))
    }

    /// The hash of what it says, by which it is known.
    pub fn id(&self) -> String {
        blake3::hash(self.contents.as_bytes()).to_hex()[..20].to_owned()
    }

    /// What it says, if the signature is that of its key.
    ///
    /// # Errors
    /// The signature is not good, or what it says can't be read.
    pub fn open(&self) -> Result<Contents, String> {
        let bad = || "the signature of the package is not good: it was changed on its way".to_owned();
        let key: [u8; 32] = bytes(&self.key).ok_or_else(bad)?;
        let signature: [u8; 64] = bytes(&self.signature).ok_or_else(bad)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| bad())?;
        // Strict: a signature is good for one key and one text, whoever chose them.
        key.verify_strict(self.contents.as_bytes(), &Signature::from_bytes(&signature)).map_err(|_| bad())?;
        let contents: Contents = serde_json::from_str(&self.contents)
            .map_err(|why| format!("the package can't be read: {why}"))?;
        if contents.format != FORMAT {
            return Err(format!(
                "the package has the layout {}; this program reads {FORMAT}",
                contents.format
            ));
        }
        Ok(contents)
    }
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// Whether a text is a public key.
pub fn is_key(text: &str) -> bool {
    bytes::<32>(text).is_some_and(|key| VerifyingKey::from_bytes(&key).is_ok())
}

#[cfg(test)]
mod tests {
    use crate::automation::exchange::envelope::*;

    fn sealed() -> (Keys, String) {
        let keys = Keys::from_secret(&[7; 32]);
        let contents = Contents {
            format: FORMAT,
            name: "notes".into(),
            to: Keys::from_secret(&[8; 32]).public(),
            made: jiff::civil::date(2023, 5, 5),
            entries: vec![EnvelopeEntry {
                key: "1".into(),
                register: "notes".into(),
                record: None,
                action: "enter".into(),
                on: None,
                fields: Map::new(),
            }],
        };
        let text = keys.seal(&contents).unwrap();
        (keys, text)
    }

    #[test]
    fn what_was_sealed_is_opened_again() {
        let (keys, text) = sealed();
        let read = Sealed::read(&text).unwrap();
        assert_eq!(read.key, keys.public());
        assert_eq!(read.open().unwrap().entries[0].action, "enter");
    }

    #[test]
    fn a_changed_text_another_key_and_another_signature_are_not_good() {
        let (_, text) = sealed();
        let good = Sealed::read(&text).unwrap();
        let other = Keys::from_secret(&[9; 32]).public();
        let changed = [
            Sealed { contents: good.contents.replace("enter", "erase"), ..good.clone() },
            Sealed { key: other, ..good.clone() },
            Sealed { signature: STANDARD.encode([0; 64]), ..good.clone() },
            Sealed { signature: "?".into(), ..good.clone() },
        ];
        for sealed in changed {
            assert!(sealed.open().unwrap_err().contains("not good"), "{sealed:?}");
        }
        assert!(Sealed::read("{}").unwrap_err().contains("no package"));
    }
}
