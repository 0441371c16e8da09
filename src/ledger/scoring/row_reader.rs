//! Reads the log's bytes into packed rows, without values in between.
//!
//! What does not fit a row (a list of maps, a field that the register does not know, a text where a number
//! should be) makes its record an odd one, which is scored the long way.

mod json;

use crate::scoring::{
    row_columns::RowColumns,
    row_reader::json::{EventSeed, FieldsSeed},
};
use foldhash::fast::RandomState;
use jiff::civil::Date;
use registrar_domain::reserved::VOID;
use registrar_host::{Leaf, LeafLayout, Rows, TextPool};
use serde::de::DeserializeSeed;
use std::{collections::HashMap, sync::Arc};

/// A scalar of a row that is being read.
#[derive(Clone, Copy)]
enum Scalar {
    Text(u32),
    Piece(u32, u32),
    Number(f64),
    Flag(bool),
    /// Where in `lists`, and how many.
    List(u32, u32),
}

/// One event as it is read, before it is known which row it becomes.
pub(crate) struct RowsRead {
    seq: u64,
    day: i32,
    on: u32,
    action: u32,
    by: u32,
    id: (u32, u32),
    /// Which of its action it is, if that is known already.
    nth: Option<u32>,
    fields: std::ops::Range<usize>,
}

/// Reads one record after the other into rows. Keeps what it has learnt of texts and days.
pub(crate) struct RowReader {
    pub texts: Arc<TextPool>,
    numbers: HashMap<Box<str>, u32, RandomState>,
    days: HashMap<u32, i32, RandomState>,
    void: u32,
    /// Of the record that is being read.
    scratch: String,
    lists: Vec<u32>,
    scalars: Vec<(usize, Scalar)>,
    events: Vec<RowsRead>,
    head: usize,
    odd: bool,
}

/// What a row is of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowSource {
    pub seq: u64,
    pub day: i32,
    pub nth: u32,
    /// The action and the id, as the texts' number and a piece of the rows' heap.
    pub action: u32,
    pub id: (u32, u32),
}

impl RowReader {
    pub fn new(texts: &Arc<TextPool>) -> RowReader {
        RowReader {
            texts: texts.clone(),
            numbers: HashMap::default(),
            days: HashMap::default(),
            void: texts.number(VOID).unwrap_or_default(),
            scratch: String::new(),
            lists: Vec::new(),
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
                let day = crate::model::page::day_number(date);
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

    fn scalar_text(&mut self, columns: &RowColumns, leaf: usize, text: &str) {
        let scalar = match columns.layout.leaves[leaf].cell {
            LeafLayout::Text => Scalar::Text(self.number(text)),
            LeafLayout::Piece => {
                let (at, len) = self.piece(text);
                Scalar::Piece(at, len)
            }
            LeafLayout::Number | LeafLayout::Flag | LeafLayout::List => {
                self.odd = true;
                return;
            }
        };
        self.scalars.push((leaf, scalar));
    }

    /// Begins a record.
    pub fn begin(
        &mut self,
        columns: &RowColumns,
        register: &str,
        id: &str,
        stage: &str,
        number: Option<&str>,
        fields: &str,
    ) {
        self.scratch.clear();
        self.lists.clear();
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
        let fields = FieldsSeed { reader: self, columns, names, null_is_absent: true };
        if fields.deserialize(&mut json).is_err() {
            self.odd = true;
        }
        self.head = self.scalars.len();
    }

    /// Takes in one of its events. Which of its action it is may be known; else it is counted, and all
    /// of them must be taken in.
    pub fn event(&mut self, columns: &RowColumns, (seq, nth): (u64, Option<u32>), dead: bool, bytes: &[u8]) {
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
        let read = EventSeed { reader: self, columns };
        match read.deserialize(&mut json) {
            Ok(read) if read.action != self.void => {
                let day = self.day(read.on);
                let fields = from..self.scalars.len();
                self.events.push(RowsRead { seq, day, nth, fields, ..read });
            }
            Ok(_) => self.scalars.truncate(from),
            Err(_) => self.odd = true,
        }
    }

    /// Ends the record: its live events as rows, in the order in which they count. `false`: it is an odd
    /// one, and no row was made.
    pub fn end(
        &mut self,
        columns: &RowColumns,
        record: &str,
        rows: &mut Rows,
        of: &mut Vec<RowSource>,
    ) -> bool {
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
            let nth = event.nth.unwrap_or(counted[slot].1);
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
            of.push(RowSource {
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
            Scalar::List(at, len) => {
                rows.set_list(leaf, self.lists.get(at as usize..(at + len) as usize).unwrap_or_default());
            }
        }
    }
}

fn put_text(rows: &mut Rows, leaf: &Leaf, text: &str, texts: &TextPool) {
    match leaf.cell {
        LeafLayout::Piece => rows.set_piece(leaf, text),
        _ => rows.set_text(leaf, texts.number(text).unwrap_or_default()),
    }
}
