//! What packed rows of a register's events hold, and how the log's bytes become such rows without
//! values in between.
//!
//! What does not fit a row (a list, a field that the register does not know, a text where a number
//! should be) makes its record an odd one, which is scored the long way.

use super::{score::owning, world::World};
use crate::{
    event::VOID,
    register::{FieldDef, FieldType, Register},
};
use foldhash::fast::RandomState;
use jiff::civil::Date;
use registrar_contract::OFFICE;
use registrar_host::{Cell, Chooser, Layout, Leaf, Rows, Texts};
use registrar_sdk::Key;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use std::{collections::HashMap, fmt, sync::Arc};

pub(super) const POINT: &str = "score.post";

const EVENT: usize = 0;
const RECORD: usize = 1;
const EVENT_TEXTS: [(&str, Cell); 6] = [
    ("id", Cell::Piece),
    ("register", Cell::Text),
    ("record", Cell::Piece),
    ("action", Cell::Text),
    ("on", Cell::Text),
    ("by", Cell::Text),
];
const RECORD_TEXTS: [(&str, Cell); 4] =
    [("id", Cell::Piece), ("register", Cell::Text), ("stage", Cell::Text), ("number", Cell::Piece)];

/// The rows of one register.
pub(super) struct Columns {
    pub layout: Arc<Layout>,
    pub chooser: Chooser,
    /// Leaves of `event.fields` and of the record's own fields, by name.
    of_event: HashMap<String, usize, RandomState>,
    of_record: HashMap<String, usize, RandomState>,
    /// The record's leaves that say whose it is.
    pub owning: Vec<usize>,
    /// Leaves of the event: id, register, record, action, on, by; nth and seq; of the record: id,
    /// register, stage, number.
    event: [usize; 6],
    nth: usize,
    seq: usize,
    record: [usize; 4],
}

fn cell_of(field: &FieldDef) -> Option<Cell> {
    if field.many {
        return None;
    }
    Some(match field.ty {
        FieldType::Text | FieldType::LongText | FieldType::Record | FieldType::File => Cell::Piece,
        FieldType::Choice | FieldType::Unit | FieldType::Person | FieldType::Date => Cell::Text,
        FieldType::Integer | FieldType::Number | FieldType::Amount => Cell::Number,
        FieldType::Bool => Cell::Flag,
        FieldType::Map => return None,
    })
}

impl Columns {
    /// Of a register whose events can be packed; `None` if they can't.
    pub fn of(world: &World<'_>, register: &Register, texts: &Arc<Texts>) -> Option<Columns> {
        if register.has_renamed() {
            return None;
        }
        let mut of_event: HashMap<&str, Option<Cell>> = HashMap::new();
        let forms = register.actions.values().flat_map(|action| &action.form);
        for (name, field) in register.fields.iter().chain(forms) {
            let cell = cell_of(field);
            // What is one thing on the record and another in a form is nothing that a column holds.
            of_event
                .entry(name)
                .and_modify(|known| *known = known.filter(|k| Some(*k) == cell))
                .or_insert(cell);
        }
        of_event.entry("number").or_insert(Some(Cell::Piece));
        let fields = |name: &str| vec![Key::from("fields"), Key::from(name)];
        let mut leaves: Vec<(usize, Vec<Key>, Cell)> = Vec::new();
        leaves.extend(EVENT_TEXTS.iter().map(|(name, cell)| (EVENT, vec![Key::from(*name)], *cell)));
        leaves.extend(["nth", "seq"].map(|name| (EVENT, vec![Key::from(name)], Cell::Number)));
        leaves.extend(RECORD_TEXTS.iter().map(|(name, cell)| (RECORD, vec![Key::from(*name)], *cell)));
        let own_leaves = leaves.len();
        let mut named: Vec<_> = of_event.iter().filter_map(|(name, cell)| Some((*name, (*cell)?))).collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        leaves.extend(named.iter().map(|(name, cell)| (EVENT, fields(name), *cell)));
        let own = register.fields.iter().filter_map(|(name, field)| Some((name, cell_of(field)?)));
        leaves.extend(own.map(|(name, cell)| (RECORD, vec![Key::from(name.as_str())], cell)));
        let point = OFFICE.point(POINT)?;
        let generation = &world.rules.generation;
        let mut layout = Arc::new(Layout::new(point, leaves.clone()));
        let mut chooser = Chooser::new(generation, point, &layout, texts);
        if chooser.is_none() {
            // A filter looks at a text that was not expected to recur: then it recurs.
            for (.., cell) in &mut leaves[own_leaves..] {
                if *cell == Cell::Piece {
                    *cell = Cell::Text;
                }
            }
            layout = Arc::new(Layout::new(point, leaves));
            chooser = Chooser::new(generation, point, &layout, texts);
        }
        let chooser = chooser?;
        let leaf = |arg: usize, path: &[&str]| layout.leaf(arg, path);
        let event = EVENT_TEXTS.map(|(name, _)| leaf(EVENT, &[name]));
        let record = RECORD_TEXTS.map(|(name, _)| leaf(RECORD, &[name]));
        let found = |leaves: &[Option<usize>]| leaves.iter().copied().collect::<Option<Vec<usize>>>();
        let by_name = |arg: usize, inner: bool| {
            let path =
                |leaf: &Leaf| if inner { leaf.path.get(1).cloned() } else { leaf.path.first().cloned() };
            let fits = |leaf: &Leaf| leaf.arg == arg && leaf.path.len() == 1 + usize::from(inner);
            let leaves = layout.leaves.iter().enumerate().filter(|(_, leaf)| fits(leaf));
            leaves
                .filter_map(|(at, leaf)| Some((path(leaf)?.to_string(), at)))
                .collect::<HashMap<_, _, RandomState>>()
        };
        let of_record = by_name(RECORD, false)
            .into_iter()
            .filter(|(name, _)| register.fields.contains_key(name))
            .collect::<HashMap<_, _, RandomState>>();
        let owning = owning(register).filter_map(|name| of_record.get(name).copied()).collect();
        Some(Columns {
            of_event: by_name(EVENT, true),
            of_record,
            owning,
            event: found(&event)?.try_into().ok()?,
            nth: leaf(EVENT, &["nth"])?,
            seq: leaf(EVENT, &["seq"])?,
            record: found(&record)?.try_into().ok()?,
            layout,
            chooser,
        })
    }

    /// The texts that rows number.
    pub fn texts(&self) -> &Arc<Texts> {
        self.chooser.texts()
    }

    /// The record's leaf of this name, or the one of the event's field.
    pub fn account(&self, name: &str) -> [Option<usize>; 2] {
        [self.of_record.get(name).copied(), self.of_event.get(name).copied()]
    }
}

/// A scalar of a row that is being read.
#[derive(Clone, Copy)]
enum Scalar {
    Text(u32),
    Piece(u32, u32),
    Number(f64),
    Flag(bool),
}

/// One event as it is read, before it is known which row it becomes.
struct Read {
    seq: u64,
    day: i32,
    on: u32,
    action: u32,
    by: u32,
    id: (u32, u32),
    fields: std::ops::Range<usize>,
}

/// Reads one record after the other into rows. Keeps what it has learnt of texts and days.
pub(super) struct Reader {
    pub texts: Arc<Texts>,
    numbers: HashMap<Box<str>, u32, RandomState>,
    days: HashMap<u32, i32, RandomState>,
    void: u32,
    /// Of the record that is being read.
    scratch: String,
    scalars: Vec<(usize, Scalar)>,
    events: Vec<Read>,
    head: usize,
    odd: bool,
}

/// What a row is of.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowOf {
    pub seq: u64,
    pub day: i32,
    pub nth: u32,
    /// The action and the id, as the texts' number and a piece of the rows' heap.
    pub action: u32,
    pub id: (u32, u32),
}

impl Reader {
    pub fn new(texts: &Arc<Texts>) -> Reader {
        Reader {
            texts: texts.clone(),
            numbers: HashMap::default(),
            days: HashMap::default(),
            void: texts.number(VOID).unwrap_or_default(),
            scratch: String::new(),
            scalars: Vec::new(),
            events: Vec::new(),
            head: 0,
            odd: false,
        }
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        match self.texts.number(text) {
            Some(number) => {
                self.numbers.insert(text.into(), number);
                number
            }
            None => {
                self.odd = true;
                0
            }
        }
    }

    fn day(&mut self, on: u32) -> i32 {
        if let Some(day) = self.days.get(&on) {
            return *day;
        }
        let text = self.texts.text(on);
        match text.and_then(|text| text.parse::<Date>().ok()) {
            Some(date) => {
                let day = super::page::day_number(date);
                self.days.insert(on, day);
                day
            }
            None => {
                self.odd = true;
                0
            }
        }
    }

    fn piece(&mut self, text: &str) -> (u32, u32) {
        let at = self.scratch.len() as u32;
        self.scratch.push_str(text);
        (at, text.len() as u32)
    }

    fn of(&self, piece: (u32, u32)) -> &str {
        self.scratch.get(piece.0 as usize..(piece.0 + piece.1) as usize).unwrap_or_default()
    }

    fn scalar_text(&mut self, columns: &Columns, leaf: usize, text: &str) {
        let scalar = match columns.layout.leaves[leaf].cell {
            Cell::Text => Scalar::Text(self.number(text)),
            Cell::Piece => {
                let (at, len) = self.piece(text);
                Scalar::Piece(at, len)
            }
            Cell::Number | Cell::Flag => {
                self.odd = true;
                return;
            }
        };
        self.scalars.push((leaf, scalar));
    }

    /// Begins a record.
    pub fn begin(
        &mut self,
        columns: &Columns,
        register: &str,
        id: &str,
        stage: &str,
        number: Option<&str>,
        fields: &str,
    ) {
        self.scratch.clear();
        self.scalars.clear();
        self.events.clear();
        self.odd = false;
        for (leaf, text) in columns.record.iter().zip([Some(id), Some(register), Some(stage), number]) {
            if let Some(text) = text {
                self.scalar_text(columns, *leaf, text);
            }
        }
        let names = &columns.of_record;
        let mut json = serde_json::Deserializer::from_str(fields);
        let fields = Fields { reader: self, columns, names, null_is_absent: true };
        if fields.deserialize(&mut json).is_err() {
            self.odd = true;
        }
        self.head = self.scalars.len();
    }

    /// Takes in one of its events.
    pub fn event(&mut self, columns: &Columns, seq: u64, dead: bool, bytes: &[u8]) {
        if dead || self.odd {
            return;
        }
        let from = self.scalars.len();
        // Checked once, and not again for each text in it.
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.odd = true;
            return;
        };
        let mut json = serde_json::Deserializer::from_str(text);
        let read = Event { reader: self, columns };
        match read.deserialize(&mut json) {
            Ok(read) if read.action != self.void => {
                let day = self.day(read.on);
                let fields = from..self.scalars.len();
                self.events.push(Read { seq, day, fields, ..read });
            }
            Ok(_) => self.scalars.truncate(from),
            Err(_) => self.odd = true,
        }
    }

    /// Ends the record: its live events as rows, in the order in which they count. `false`: it is an odd
    /// one, and no row was made.
    pub fn end(&mut self, columns: &Columns, record: &str, rows: &mut Rows, of: &mut Vec<RowOf>) -> bool {
        if self.odd {
            return false;
        }
        self.events.sort_by_key(|event| (event.day, event.seq));
        let leaves = &columns.layout.leaves;
        let first = rows.len();
        let mut counted: Vec<(u32, u32)> = Vec::new();
        for (at, event) in self.events.iter().enumerate() {
            let [id, register, of_record, action, on, by] = columns.event;
            let known = counted.iter().position(|(action, _)| *action == event.action);
            let slot = known.unwrap_or_else(|| {
                counted.push((event.action, 0));
                counted.len() - 1
            });
            counted[slot].1 += 1;
            let nth = counted[slot].1;
            // What is the record's is put there once: every row begins as the first one did.
            if at == 0 {
                rows.push(&columns.layout);
                for (leaf, scalar) in &self.scalars[..self.head] {
                    self.set(rows, &leaves[*leaf], *scalar);
                }
                let register_text = rows.text(first, &leaves[columns.record[1]]);
                rows.set_text(&leaves[register], register_text);
                put_text(rows, &leaves[of_record], record, &self.texts);
            } else {
                rows.push_like(first);
                // The first event's own fields are not this one's.
                for (leaf, _) in &self.scalars[self.events[0].fields.clone()] {
                    rows.blank(&leaves[*leaf], &columns.layout);
                }
            }
            let event_id = self.of(event.id);
            let heap_at = rows.heap_len();
            put_text(rows, &leaves[id], event_id, &self.texts);
            of.push(RowOf {
                seq: event.seq,
                day: event.day,
                nth,
                action: event.action,
                id: (heap_at, event.id.1),
            });
            rows.set_text(&leaves[action], event.action);
            rows.set_text(&leaves[on], event.on);
            rows.set_text(&leaves[by], event.by);
            rows.set_number(&leaves[columns.nth], f64::from(nth));
            rows.set_number(&leaves[columns.seq], event.seq as f64);
            for (leaf, scalar) in &self.scalars[event.fields.clone()] {
                self.set(rows, &leaves[*leaf], *scalar);
            }
        }
        true
    }

    fn set(&self, rows: &mut Rows, leaf: &Leaf, scalar: Scalar) {
        match scalar {
            Scalar::Text(number) => rows.set_text(leaf, number),
            Scalar::Piece(at, len) => rows.set_piece(leaf, self.of((at, len))),
            Scalar::Number(number) => rows.set_number(leaf, number),
            Scalar::Flag(flag) => rows.set_flag(leaf, flag),
        }
    }
}

fn put_text(rows: &mut Rows, leaf: &Leaf, text: &str, texts: &Texts) {
    match leaf.cell {
        Cell::Piece => rows.set_piece(leaf, text),
        _ => rows.set_text(leaf, texts.number(text).unwrap_or_default()),
    }
}

/// Reads a map of fields into scalars.
struct Fields<'a> {
    reader: &'a mut Reader,
    columns: &'a Columns,
    names: &'a HashMap<String, usize, RandomState>,
    null_is_absent: bool,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let names = self.names;
        while let Some(leaf) = map.next_key_seed(Name(names))? {
            match leaf {
                Some(leaf) => {
                    let field = Field {
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
struct Name<'a>(&'a HashMap<String, usize, RandomState>);

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

struct Field<'a> {
    reader: &'a mut Reader,
    columns: &'a Columns,
    leaf: usize,
    null_is_absent: bool,
}

impl Field<'_> {
    fn put_number<E>(self, number: f64) -> Result<(), E> {
        if self.columns.layout.leaves[self.leaf].cell == Cell::Number {
            self.reader.scalars.push((self.leaf, Scalar::Number(number)));
        } else {
            self.reader.odd = true;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field")
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        self.reader.scalar_text(self.columns, self.leaf, text);
        Ok(())
    }
    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<(), E> {
        if self.columns.layout.leaves[self.leaf].cell == Cell::Flag {
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
        self.reader.odd = true;
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        self.reader.odd = true;
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }
}

/// Reads an event's bytes.
struct Event<'a> {
    reader: &'a mut Reader,
    columns: &'a Columns,
}

impl<'de> DeserializeSeed<'de> for Event<'_> {
    type Value = Read;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Event<'_> {
    type Value = Read;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut read = Read { seq: 0, day: 0, on: 0, action: 0, by: 0, id: (0, 0), fields: 0..0 };
        while let Some(key) = map.next_key::<&str>()? {
            match key {
                "action" => read.action = map.next_value_seed(Word(self.reader))?,
                "on" => read.on = map.next_value_seed(Word(self.reader))?,
                "by" => read.by = map.next_value_seed(Word(self.reader))?,
                "id" => read.id = map.next_value_seed(Id(self.reader))?,
                "fields" => {
                    let names = &self.columns.of_event;
                    let fields = Fields {
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
struct Word<'a>(&'a mut Reader);

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

/// A text as it is.
struct Id<'a>(&'a mut Reader);

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
