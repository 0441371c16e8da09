//! What packed rows of a register's events hold; how they are filled is in `row_reader`.

use crate::scoring::{record_scorer::owning, scoring_context::ScoringContext};
use foldhash::fast::RandomState;
use registrar_contract::OFFICE;
use registrar_contract::payload::point;
use registrar_domain::{
    Register,
    register::{FieldDef, FieldType},
};
use registrar_host::{Chooser, Layout, Leaf, LeafLayout, TextPool};
use registrar_sdk::Key;
use registrar_sdk::native::Typed;
use std::{collections::HashMap, sync::Arc};

pub(crate) const POINT: &str = point::ScorePost::ID;

const EVENT: usize = 0;
const RECORD: usize = 1;
const EVENT_TEXTS: [(&str, LeafLayout); 6] = [
    ("id", LeafLayout::Piece),
    ("register", LeafLayout::Text),
    ("record", LeafLayout::Piece),
    ("action", LeafLayout::Text),
    ("on", LeafLayout::Text),
    ("by", LeafLayout::Text),
];
const RECORD_TEXTS: [(&str, LeafLayout); 4] = [
    ("id", LeafLayout::Piece),
    ("register", LeafLayout::Text),
    ("stage", LeafLayout::Text),
    ("number", LeafLayout::Piece),
];

/// Leaves by a field's name.
pub(crate) type Leaves = HashMap<String, usize, RandomState>;

/// The rows of one register.
pub(crate) struct RowColumns {
    pub layout: Arc<Layout>,
    pub chooser: Chooser,
    /// Leaves of `event.fields` and of the record's own fields, by name.
    pub of_event: Leaves,
    pub of_record: Leaves,
    /// The record's leaves that say whose it is.
    pub owning: Vec<usize>,
    /// Leaves of the event: id, register, record, action, on, by; nth and seq; of the record: id,
    /// register, stage, number.
    pub event: [usize; 6],
    pub nth: usize,
    pub seq: usize,
    pub record: [usize; 4],
}

fn cell_of(field: &FieldDef) -> Option<LeafLayout> {
    if field.many {
        let recurs =
            matches!(field.ty, FieldType::Choice | FieldType::Unit | FieldType::Person | FieldType::Record);
        return recurs.then_some(LeafLayout::List);
    }
    Some(match field.ty {
        FieldType::Text | FieldType::LongText | FieldType::Record | FieldType::File => LeafLayout::Piece,
        FieldType::Choice | FieldType::Unit | FieldType::Person | FieldType::Date => LeafLayout::Text,
        FieldType::Integer | FieldType::Number | FieldType::Amount => LeafLayout::Number,
        FieldType::Bool => LeafLayout::Flag,
        FieldType::Map => return None,
    })
}

impl RowColumns {
    /// Of a register whose events can be packed; `None` if they can't.
    pub fn of(world: &ScoringContext<'_>, register: &Register, texts: &Arc<TextPool>) -> Option<RowColumns> {
        if register.has_renamed() {
            return None;
        }
        let mut of_event: HashMap<&str, Option<LeafLayout>> = HashMap::new();
        let forms = register.actions.values().flat_map(|action| &action.form);
        for (name, field) in register.fields.iter().chain(forms) {
            let cell = cell_of(field);
            // What is one thing on the record and another in a form is nothing that a column holds.
            of_event
                .entry(name)
                .and_modify(|known| *known = known.filter(|k| Some(*k) == cell))
                .or_insert(cell);
        }
        of_event.entry("number").or_insert(Some(LeafLayout::Piece));
        let fields = |name: &str| vec![Key::from("fields"), Key::from(name)];
        let mut leaves: Vec<(usize, Vec<Key>, LeafLayout)> = Vec::new();
        leaves.extend(EVENT_TEXTS.iter().map(|(name, cell)| (EVENT, vec![Key::from(*name)], *cell)));
        leaves.extend(["nth", "seq"].map(|name| (EVENT, vec![Key::from(name)], LeafLayout::Number)));
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
            // A filter looks at a text that was not expected to recur: then it recurs. Or at a list: then rows have none.
            let fields = leaves.split_off(own_leaves);
            leaves.extend(fields.into_iter().filter_map(|(arg, path, cell)| match cell {
                LeafLayout::Piece => Some((arg, path, LeafLayout::Text)),
                LeafLayout::List => None,
                cell => Some((arg, path, cell)),
            }));
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
            leaves.filter_map(|(at, leaf)| Some((path(leaf)?.to_string(), at))).collect::<Leaves>()
        };
        let of_record = by_name(RECORD, false)
            .into_iter()
            .filter(|(name, _)| register.fields.contains_key(name))
            .collect::<Leaves>();
        let owning = owning(register).filter_map(|name| of_record.get(name).copied()).collect();
        Some(RowColumns {
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
    pub fn texts(&self) -> &Arc<TextPool> {
        self.chooser.texts()
    }

    /// The record's leaf of this name, or the one of the event's field.
    pub fn account(&self, name: &str) -> [Option<usize>; 2] {
        [self.of_record.get(name).copied(), self.of_event.get(name).copied()]
    }
}
