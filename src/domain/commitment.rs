//! What stands in the log in the place of a personal value: a BLAKE3 hash over a random salt and the value. Who has
//! both can show that the value is the one that was logged; without them nobody finds it by trying all there are.

use registrar_sdk::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What makes a value impossible to guess from its commitment.
pub type Salt = [u8; 32];

/// What stands in the log in the place of a personal value.
#[derive(Clone, Debug)]
pub struct Commitment {
    pub(crate) link: [u8; 32],
    /// Known while the value is.
    pub(crate) salt: Option<Salt>,
}

impl PartialEq for Commitment {
    fn eq(&self, other: &Commitment) -> bool {
        self.link == other.link
    }
}

impl Commitment {
    /// A commitment to a value, with a new salt.
    ///
    /// # Errors
    /// The system gives no random numbers, or a number has no form in JSON.
    pub fn to(value: &Value) -> Result<Commitment, String> {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).map_err(|why| format!("there are no random numbers: {why}"))?;
        Commitment::salted(salt, value)
    }

    /// The commitment to a value with a salt that is known: the one it had in another log.
    ///
    /// # Errors
    /// A number that has no form in JSON.
    pub fn salted(salt: Salt, value: &Value) -> Result<Commitment, String> {
        Ok(Commitment { link: link(&salt, &json(value)?), salt: Some(salt) })
    }

    /// Its salt, while the value is known.
    pub fn salt(&self) -> Option<Salt> {
        self.salt
    }
}

pub(crate) fn link(salt: &Salt, json: &str) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(salt).update(json.as_bytes());
    *hasher.finalize().as_bytes()
}

pub(crate) fn json(value: &Value) -> Result<String, String> {
    serde_json::to_string(value).map_err(|why| why.to_string())
}

impl Serialize for Commitment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&blake3::Hash::from_bytes(self.link).to_hex())
    }
}

impl<'de> Deserialize<'de> for Commitment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Commitment, D::Error> {
        let text = String::deserialize(from)?;
        let hash =
            blake3::Hash::from_hex(&text).map_err(|why| D::Error::custom(format!("`{text}`: {why}")))?;
        Ok(Commitment { link: *hash.as_bytes(), salt: None })
    }
}

/// A salt as a line of history says it: in hexadecimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexSalt(pub Salt);

impl Serialize for HexSalt {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl<'de> Deserialize<'de> for HexSalt {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<HexSalt, D::Error> {
        Ok(HexSalt(Commitment::deserialize(from)?.link))
    }
}

/// A personal value as a store keeps it, beside the event's bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalValue {
    /// The field.
    pub field: String,
    /// The commitment's salt.
    pub salt: Salt,
    /// The value, as JSON.
    pub json: String,
}
