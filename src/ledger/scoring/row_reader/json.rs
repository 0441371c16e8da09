//! The JSON of the log as the reader takes it: each text goes where it belongs as it is met.

use crate::scoring::{
    row_columns::{Leaves, RowColumns},
    row_reader::{RowReader, RowsRead, Scalar},
};
use registrar_host::LeafLayout;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// Reads a map of fields into scalars.
pub(crate) struct FieldsSeed<'a> {
    pub reader: &'a mut RowReader,
    pub columns: &'a RowColumns,
    pub names: &'a Leaves,
    pub null_is_absent: bool,
}

impl<'de> DeserializeSeed<'de> for FieldsSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let names = self.names;
        while let Some(leaf) = map.next_key_seed(Name(names))? {
            match leaf {
                Some(leaf) => {
                    let field = FieldSeed {
                        reader: &mut *self.reader,
                        columns: self.columns,
                        leaf,
                        null_is_absent: self.null_is_absent,
                    };
                    map.next_value_seed(field)?;
                }
                None => {
                    self.reader.odd = true;
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// A field's leaf, by its name.
struct Name<'a>(&'a Leaves);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<usize>, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }
    fn visit_str<E: de::Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.get(name).copied())
    }
}

struct FieldSeed<'a> {
    reader: &'a mut RowReader,
    columns: &'a RowColumns,
    leaf: usize,
    null_is_absent: bool,
}

impl FieldSeed<'_> {
    fn put_number<E>(self, number: f64) -> Result<(), E> {
        if self.columns.layout.leaves[self.leaf].cell == LeafLayout::Number {
            self.reader.scalars.push((self.leaf, Scalar::Number(number)));
        } else {
            self.reader.odd = true;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.reader.scalar_text(self.columns, self.leaf, text);
        Ok(())
    }
    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<(), E> {
        if self.columns.layout.leaves[self.leaf].cell == LeafLayout::Flag {
            self.reader.scalars.push((self.leaf, Scalar::Flag(flag)));
        } else {
            self.reader.odd = true;
        }
        Ok(())
    }
    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        self.put_number(number as f64)
    }
    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        self.put_number(number as f64)
    }
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        self.put_number(number)
    }
    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        // In a form it clears a field, and a handler sees that.
        self.reader.odd |= !self.null_is_absent;
        Ok(())
    }
    fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.columns.layout.leaves[self.leaf].cell != LeafLayout::List {
            self.reader.odd = true;
            while seq.next_element::<IgnoredAny>()?.is_some() {}
            return Ok(());
        }
        let at = self.reader.lists.len();
        // What is no text ends the reading, and makes the record an odd one.
        while let Some(number) = seq.next_element_seed(Word(&mut *self.reader))? {
            self.reader.lists.push(number);
        }
        let len = self.reader.lists.len() - at;
        self.reader.scalars.push((self.leaf, Scalar::List(at as u32, len as u32)));
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.reader.odd = true;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads an event's bytes.
pub(crate) struct EventSeed<'a> {
    pub reader: &'a mut RowReader,
    pub columns: &'a RowColumns,
}

impl<'de> DeserializeSeed<'de> for EventSeed<'_> {
    type Value = RowsRead;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<RowsRead, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for EventSeed<'_> {
    type Value = RowsRead;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RowsRead, A::Error> {
        let mut read =
            RowsRead { seq: 0, day: 0, on: 0, action: 0, by: 0, id: (0, 0), nth: None, fields: 0..0 };
        while let Some(key) = map.next_key::<&str>()? {
            match key {
                "action" => read.action = map.next_value_seed(Word(self.reader))?,
                "on" => read.on = map.next_value_seed(Word(self.reader))?,
                "by" => read.by = map.next_value_seed(By(self.reader))?,
                "id" => read.id = map.next_value_seed(Id(self.reader))?,
                "fields" => {
                    let names = &self.columns.of_event;
                    let fields = FieldsSeed {
                        reader: &mut *self.reader,
                        columns: self.columns,
                        names,
                        null_is_absent: false,
                    };
                    map.next_value_seed(fields)?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        if read.action == 0 || read.on == 0 {
            self.reader.odd = true;
        }
        Ok(read)
    }
}

/// A text by its number.
struct Word<'a>(&'a mut RowReader);

impl<'de> DeserializeSeed<'de> for Word<'_> {
    type Value = u32;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u32, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Word<'_> {
    type Value = u32;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<u32, E> {
        Ok(self.0.number(text))
    }
}

/// Who acts, by the number of what handlers read: a person's id, or the kind of who is none.
struct By<'a>(&'a mut RowReader);

impl<'de> DeserializeSeed<'de> for By<'_> {
    type Value = u32;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<u32, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for By<'_> {
    type Value = u32;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("who acts")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<u32, E> {
        Ok(self.0.number(text))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<u32, A::Error> {
        let mut kind = 0;
        while map.next_key::<IgnoredAny>()?.is_some() {
            kind = map.next_value_seed(Word(self.0))?;
        }
        Ok(kind)
    }
}

/// A text as it is.
struct Id<'a>(&'a mut RowReader);

impl<'de> DeserializeSeed<'de> for Id<'_> {
    type Value = (u32, u32);
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(u32, u32), D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for Id<'_> {
    type Value = (u32, u32);
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an id")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(u32, u32), E> {
        Ok(self.0.piece(text))
    }
}
