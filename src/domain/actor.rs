//! Who acts: a person, the operator, or the clock. A value of its own kind, so that no id that somebody
//! chooses can stand for anybody but a person.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser::SerializeMap};
use std::fmt;

/// Who acts. In the log a person is a text, their id; the others are `{"kind": "operator"}` and
/// `{"kind": "clock"}`. What an earlier version wrote as the text `operator` or `clock` is read as what it meant
/// then: it kept no person apart from them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A person of the directory, by id; also a plugin (`plugin:ID`) or another office (`peer:NAME`) with rights
    /// of its own there.
    Person(String),
    /// Whoever runs the program.
    Operator,
    /// A day that has ended.
    Clock,
}

impl Actor {
    /// A person.
    pub fn person(id: impl Into<String>) -> Actor {
        Actor::Person(id.into())
    }

    /// The person that a command names, or the operator, who gives it.
    pub fn of_command(person: Option<&str>) -> Actor {
        person.map_or(Actor::Operator, Actor::person)
    }

    /// As scripts and people read it: a person's id, `operator`, `clock`.
    pub fn as_str(&self) -> &str {
        match self {
            Actor::Person(id) => id,
            Actor::Operator => OPERATOR,
            Actor::Clock => CLOCK,
        }
    }

    /// What an earlier version, or a file of history, says as a text.
    pub fn read(text: &str) -> Actor {
        match text {
            OPERATOR => Actor::Operator,
            CLOCK => Actor::Clock,
            id => Actor::person(id),
        }
    }
}

const OPERATOR: &str = "operator";
const CLOCK: &str = "clock";
/// Under this name the log says which of the others it is.
const KIND: &str = "kind";

impl Default for Actor {
    /// Nobody: a person who is not there.
    fn default() -> Actor {
        Actor::person("")
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Actor::Person(id) => to.serialize_str(id),
            other => {
                let mut map = to.serialize_map(Some(1))?;
                map.serialize_entry(KIND, other.as_str())?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Actor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Actor, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Actor;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a person's id, `operator` or `clock`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Actor, E> {
                Ok(Actor::read(text))
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Actor, A::Error> {
                let mut found = None;
                while let Some((key, kind)) = map.next_entry::<String, String>()? {
                    found = match (key.as_str(), kind.as_str()) {
                        (KIND, OPERATOR) => Some(Actor::Operator),
                        (KIND, CLOCK) => Some(Actor::Clock),
                        _ => return Err(de::Error::custom(format!("nobody acts as {key} {kind}"))),
                    };
                }
                found.ok_or_else(|| de::Error::missing_field(KIND))
            }
        }
        from.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_id_stands_for_anybody_but_a_person() {
        let written = |actor: &Actor| serde_json::to_string(actor).unwrap();
        assert_eq!(written(&Actor::person("li")), r#""li""#);
        assert_eq!(written(&Actor::Operator), r#"{"kind":"operator"}"#);
        for actor in [Actor::person("li"), Actor::Operator, Actor::Clock] {
            assert_eq!(serde_json::from_str::<Actor>(&written(&actor)).unwrap(), actor);
        }
        assert_ne!(Actor::person("operator"), Actor::Operator);
        // As earlier versions wrote it.
        assert_eq!(serde_json::from_str::<Actor>(r#""operator""#).unwrap(), Actor::Operator);
        assert!(serde_json::from_str::<Actor>(r#"{"kind":"li"}"#).is_err());
        assert!(serde_json::from_str::<Actor>("{}").is_err());
    }
}
