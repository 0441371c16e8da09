//! Arguments of many calls packed in rows, so that a VM can loop over them without a crossing each.
//!
//! A row holds the leaves of one call's arguments. Texts that recur are their number in a shared
//! list, others lie in a heap beside the rows. How a VM reads them is in `lua::rows`, which handlers
//! a row concerns in `chooser`.

use foldhash::fast::RandomState;
use registrar_sdk::{Key, Point, Type};
use std::{
    collections::HashMap,
    sync::{
        Arc, RwLock, RwLockReadGuard,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// Packed arguments, and what is needed to read them and to pack answers.
pub(crate) struct PackedCall<'a> {
    pub layout: &'a Layout,
    pub rows: &'a Rows,
    pub texts: &'a Arc<TextPool>,
    pub flat: &'a Arc<FlatAnswer>,
}

/// Texts beyond this many are not numbered: who needs more passes them one by one.
const MOST_TEXTS: usize = 1 << 20;

/// Recurring texts and their numbers, from 1; 0 stands for none. Shared by threads, and only grows.
#[derive(Default)]
pub struct TextPool {
    list: RwLock<NumberedTexts>,
}

#[derive(Default)]
struct NumberedTexts {
    texts: Vec<Key>,
    numbers: HashMap<Key, u32, RandomState>,
}

impl TextPool {
    /// The number of a text, given it if it has none; `None` if there are too many texts.
    pub fn number(&self, text: &str) -> Option<u32> {
        if let Some(number) = self.read().numbers.get(text) {
            return Some(*number);
        }
        let mut list = self.list.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(number) = list.numbers.get(text) {
            return Some(*number);
        }
        if list.texts.len() >= MOST_TEXTS {
            return None;
        }
        let key = Key::from(text);
        list.texts.push(key.clone());
        let number = list.texts.len() as u32;
        list.numbers.insert(key, number);
        Some(number)
    }

    /// The text with a number; `None` for 0.
    pub fn text(&self, number: u32) -> Option<Key> {
        self.read().texts.get((number as usize).wrapping_sub(1)).cloned()
    }

    /// The texts after the first `count`.
    pub fn after(&self, count: usize) -> Vec<Key> {
        self.read().texts.get(count..).unwrap_or_default().to_vec()
    }

    fn read(&self) -> RwLockReadGuard<'_, NumberedTexts> {
        // A panic between the two insertions leaves a text without a number: it gets another.
        self.list.read().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// How a leaf lies in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeafLayout {
    /// A text that recurs: its number.
    Text,
    /// A text that does not: a piece of the heap.
    Piece,
    /// A number; NaN stands for none.
    Number,
    /// No, yes or none.
    Flag,
    /// A list of texts that recur: their numbers, a piece of the heap.
    List,
}

impl LeafLayout {
    /// Whether a row has a piece of the heap for it.
    pub(crate) fn is_in_heap(self) -> bool {
        matches!(self, LeafLayout::Piece | LeafLayout::List)
    }

    fn bytes(self) -> usize {
        match self {
            LeafLayout::Text => 4,
            LeafLayout::Piece | LeafLayout::Number | LeafLayout::List => 8,
            LeafLayout::Flag => 1,
        }
    }
}

/// A place in the arguments that holds a scalar, or a list of texts.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// The argument's number.
    pub arg: usize,
    /// The keys below it: one or two.
    pub path: Vec<Key>,
    /// How it lies in a row.
    pub cell: LeafLayout,
    /// Where in a row.
    pub(crate) at: usize,
}

impl Leaf {
    /// The key of the map inside the argument that holds it, if it lies in one.
    pub(crate) fn inner(&self) -> Option<&str> {
        if self.path.len() > 1 { self.path.first().map(|key| &**key) } else { None }
    }
}

/// What the rows of one kind of call hold.
pub struct Layout {
    /// Tells layouts apart in a process.
    pub(crate) id: u64,
    /// How many arguments there are.
    pub(crate) args: usize,
    /// The leaves, in the order in which they were given.
    pub leaves: Vec<Leaf>,
    /// Bytes of a row.
    pub(crate) stride: usize,
    blank: Vec<u8>,
}

impl Layout {
    /// Rows of calls at `point` with these leaves: the argument's number, the keys below it, and how
    /// it lies there. A map that holds leaves is there in every row.
    pub fn new(point: &Point, leaves: Vec<(usize, Vec<Key>, LeafLayout)>) -> Layout {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut blank = Vec::new();
        let mut placed = Vec::with_capacity(leaves.len());
        for (arg, path, cell) in leaves {
            placed.push(Leaf { arg, path, cell, at: blank.len() });
            match cell {
                LeafLayout::Number => blank.extend(f64::NAN.to_le_bytes()),
                cell => blank.resize(blank.len() + cell.bytes(), 0),
            }
        }
        let id = NEXT.fetch_add(1, Relaxed);
        Layout { id, args: point.params.len(), leaves: placed, stride: blank.len(), blank }
    }

    /// The number of the leaf that holds the day a call is about.
    pub(crate) fn leaf_of_day(&self, point: &Point) -> Option<usize> {
        let (arg, keys) = crate::plugin::filter::day_at(point)?;
        self.leaf(arg, &keys.collect::<Vec<_>>())
    }

    /// The number of the leaf at a place.
    pub fn leaf(&self, arg: usize, path: &[&str]) -> Option<usize> {
        let same =
            |leaf: &Leaf| leaf.arg == arg && leaf.path.iter().map(|key| &**key).eq(path.iter().copied());
        self.leaves.iter().position(same)
    }
}

/// The arguments of many calls.
#[derive(Clone)]
pub struct Rows {
    pub(crate) cells: Vec<u8>,
    pub(crate) heap: Vec<u8>,
    stride: usize,
    len: usize,
}

impl Rows {
    /// No rows yet.
    pub fn new(layout: &Layout) -> Rows {
        Rows { cells: Vec::new(), heap: Vec::new(), stride: layout.stride, len: 0 }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One more row, without any leaf.
    pub fn push(&mut self, layout: &Layout) {
        self.cells.extend_from_slice(&layout.blank);
        self.len += 1;
    }

    /// One more row that begins as a copy of one that is there.
    pub fn push_like(&mut self, row: usize) {
        let from = row * self.stride;
        self.cells.extend_from_within(from..from + self.stride);
        self.len += 1;
    }

    /// Takes all rows away.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.heap.clear();
        self.len = 0;
    }

    /// In the last row, takes a leaf away.
    pub fn blank(&mut self, leaf: &Leaf, layout: &Layout) {
        let range = leaf.at..leaf.at + leaf.cell.bytes();
        let at = self.cells.len() - self.stride + leaf.at;
        self.cells[at..at + range.len()].copy_from_slice(&layout.blank[range]);
    }

    /// Where the next piece will lie.
    pub fn heap_len(&self) -> u32 {
        self.heap.len() as u32
    }

    /// A piece, by where it lies and its length.
    pub fn piece(&self, at: u32, len: u32) -> &str {
        let bytes = self.heap.get(at as usize..(at + len) as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// In the last row, a text by its number.
    #[inline]
    pub fn set_text(&mut self, leaf: &Leaf, number: u32) {
        self.put(leaf, LeafLayout::Text, &number.to_le_bytes());
    }

    /// In the last row, a text that does not recur. All of them together take less than 4 GiB.
    pub fn set_piece(&mut self, leaf: &Leaf, text: &str) {
        let (at, len) = (self.heap.len() as u32 + 1, text.len() as u32);
        self.heap.extend_from_slice(text.as_bytes());
        self.put(leaf, LeafLayout::Piece, &(u64::from(at) | u64::from(len) << 32).to_le_bytes());
    }

    /// In the last row, a list of texts by their numbers.
    pub fn set_list(&mut self, leaf: &Leaf, numbers: &[u32]) {
        let (at, len) = (self.heap.len() as u32 + 1, numbers.len() as u32);
        numbers.iter().for_each(|number| self.heap.extend_from_slice(&number.to_le_bytes()));
        self.put(leaf, LeafLayout::List, &(u64::from(at) | u64::from(len) << 32).to_le_bytes());
    }

    /// The numbers of the texts in the list that a leaf has in a row; `None` if it has no list.
    pub fn list(&self, row: usize, leaf: &Leaf) -> Option<Vec<u32>> {
        let raw = if leaf.cell == LeafLayout::List { self.raw(row, leaf).first_chunk() } else { None };
        let cell = raw.map(|bytes| u64::from_le_bytes(*bytes)).filter(|cell| *cell != 0)?;
        let (at, len) = (cell as u32 as usize - 1, (cell >> 32) as usize);
        let numbers = self.heap.get(at..at + len * 4).unwrap_or_default().chunks_exact(4);
        Some(numbers.filter_map(|number| Some(u32::from_le_bytes(*number.first_chunk()?))).collect())
    }

    /// In the last row, a number.
    #[inline]
    pub fn set_number(&mut self, leaf: &Leaf, number: f64) {
        self.put(leaf, LeafLayout::Number, &number.to_le_bytes());
    }

    /// In the last row, yes or no.
    #[inline]
    pub fn set_flag(&mut self, leaf: &Leaf, flag: bool) {
        self.put(leaf, LeafLayout::Flag, &[1 + u8::from(flag)]);
    }

    #[inline]
    fn put(&mut self, leaf: &Leaf, cell: LeafLayout, bytes: &[u8]) {
        debug_assert_eq!(leaf.cell, cell);
        let at = self.cells.len() - self.stride + leaf.at;
        self.cells[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// A row's bytes; none if it is not there.
    pub(crate) fn row(&self, row: usize) -> &[u8] {
        self.cells.get(row * self.stride..(row + 1) * self.stride).unwrap_or_default()
    }

    /// The bytes that a leaf has in a row; of a text, its number.
    #[inline]
    pub(crate) fn raw(&self, row: usize, leaf: &Leaf) -> &[u8] {
        let at = row * self.stride + leaf.at;
        &self.cells[at..at + leaf.cell.bytes()]
    }

    /// The number of the text that a leaf has in a row; 0 for none, or if it is no such text.
    #[inline]
    pub fn text(&self, row: usize, leaf: &Leaf) -> u32 {
        if leaf.cell != LeafLayout::Text {
            return 0;
        }
        let raw = self.raw(row, leaf);
        u32::from_le_bytes([raw[0], raw[1], raw[2], raw[3]])
    }
}

/// The scalar fields of a struct that handlers answer, as they lie in packed answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FlatAnswer {
    /// Name, place, and whether it is a text (else a number).
    pub fields: Vec<(&'static str, usize, bool)>,
    /// Bytes of one.
    pub width: usize,
}

impl FlatAnswer {
    /// Of the struct that an answer of this type is, or is a list of; without fields if it is none.
    pub fn of(answer: &Type) -> FlatAnswer {
        let mut flat = FlatAnswer::default();
        let Some(s) = struct_of(answer) else { return flat };
        for field in s.fields {
            let ty = match field.ty {
                Type::Optional(inner) => inner,
                ref ty => ty,
            };
            let text = match ty {
                Type::Text => true,
                Type::Amount => false,
                // Anything else in an answer makes it one that is not packed.
                _ => continue,
            };
            flat.fields.push((field.name, flat.width, text));
            flat.width += if text { 4 } else { 8 };
        }
        flat
    }
}

fn struct_of(ty: &Type) -> Option<&'static registrar_sdk::Struct> {
    match ty {
        Type::Struct(s) => Some(s),
        Type::List(inner) | Type::Optional(inner) => struct_of(inner),
        Type::OneOf(types) => types.iter().find_map(struct_of),
        _ => None,
    }
}

/// What a handler answered to one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RowAnswer {
    /// Nothing.
    None,
    /// A plain number.
    Number(f64),
    /// Structs, from this one on, so many.
    Structs(u32, u32),
    /// Something else, or it failed: to be asked again by itself, which says what.
    Again,
}

/// What a handler answered to many rows.
#[derive(Default)]
pub struct RowAnswers {
    pub(crate) answers: Vec<RowAnswer>,
    pub(crate) structs: Vec<u8>,
    pub(crate) flat: std::sync::Arc<FlatAnswer>,
}

impl RowAnswers {
    /// Nothing that could be used: each is to be asked again.
    pub(crate) fn again(count: usize) -> RowAnswers {
        RowAnswers { answers: vec![RowAnswer::Again; count], ..RowAnswers::default() }
    }

    /// One for each row that was asked for, in that order.
    pub fn answers(&self) -> &[RowAnswer] {
        &self.answers
    }

    /// Where a field of the structs lies; `None` if they have no such scalar.
    pub fn field(&self, name: &str) -> Option<usize> {
        self.flat.fields.iter().find(|(field, ..)| *field == name).map(|(_, place, _)| *place)
    }

    /// The text field at a place of a struct, by its number; 0 if it was not given.
    #[inline]
    pub fn text(&self, at: u32, place: usize) -> u32 {
        let cell = self.cell(at, place).and_then(|cell| cell.first_chunk());
        cell.map_or(0, |bytes| u32::from_le_bytes(*bytes))
    }

    /// The number field at a place of a struct, if it was given.
    #[inline]
    pub fn number(&self, at: u32, place: usize) -> Option<f64> {
        let cell = self.cell(at, place)?.first_chunk()?;
        Some(f64::from_le_bytes(*cell)).filter(|number| !number.is_nan())
    }

    fn cell(&self, at: u32, place: usize) -> Option<&[u8]> {
        self.structs.get(at as usize * self.flat.width + place..)
    }
}
