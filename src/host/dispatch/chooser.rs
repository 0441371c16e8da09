//! Which handlers rows of arguments concern. Rows that agree in all that filters look at concern the
//! same handlers, so each such combination is looked at once.

use crate::{
    dispatch::generation::Generation,
    plugin::{filter::choose, handler::Handler},
    runtime::rows::{Layout, LeafLayout, Rows, TextPool},
};
use foldhash::fast::RandomState;
use registrar_sdk::{Point, Value, value::Map};
use std::{collections::HashMap, sync::Arc};

/// A set of handlers that some rows concern: its number in the chooser.
pub type HandlerSetId = u32;

/// Chooses handlers of one point for rows of one layout.
pub struct Chooser {
    generation: Arc<Generation>,
    point: &'static Point,
    layout: Arc<Layout>,
    texts: Arc<TextPool>,
    /// The leaves that a filter looks at.
    looked_at: Vec<usize>,
    /// Of the dates among them, the first days on which something else may be in force.
    dates: Vec<(usize, Vec<String>)>,
    sets: Vec<Vec<Arc<Handler>>>,
    known: HashMap<Vec<u64>, HandlerSetId, RandomState>,
    key: Vec<u64>,
    /// The interval in which a day lies, by the day's number.
    days: HashMap<u32, u64, RandomState>,
}

impl Chooser {
    /// For a point whose filters look only at leaves that recur; `None` if one looks at another.
    pub fn new(
        generation: &Arc<Generation>,
        point: &'static Point,
        layout: &Arc<Layout>,
        texts: &Arc<TextPool>,
    ) -> Option<Chooser> {
        let registered = generation.registered(point.id);
        let (mut looked_at, mut dates): (Vec<usize>, Vec<(usize, Vec<String>)>) = Default::default();
        for (_, filters) in registered {
            for look in filters.looks() {
                for (arg, path) in look.places {
                    let path: Vec<&str> = path.iter().map(String::as_str).collect();
                    // A place that no row has is one where nothing is.
                    let Some(leaf) = layout.leaf(arg, &path) else { continue };
                    if layout.leaves[leaf].cell.is_in_heap() {
                        return None;
                    }
                    if look.days.is_empty() {
                        looked_at.push(leaf);
                        continue;
                    }
                    if layout.leaves[leaf].cell != LeafLayout::Text {
                        return None;
                    }
                    match dates.iter_mut().find(|(known, _)| *known == leaf) {
                        Some((_, days)) => days.extend(look.days.iter().cloned()),
                        None => dates.push((leaf, look.days.clone())),
                    }
                }
            }
        }
        looked_at.sort_unstable();
        looked_at.dedup();
        for (_, days) in &mut dates {
            days.sort_unstable();
            days.dedup();
        }
        if dates.len() > 1 {
            return None;
        }
        Some(Chooser {
            generation: generation.clone(),
            point,
            layout: layout.clone(),
            texts: texts.clone(),
            looked_at,
            dates,
            sets: Vec::new(),
            known: HashMap::default(),
            key: Vec::new(),
            days: HashMap::default(),
        })
    }

    /// The texts that its rows number.
    pub fn texts(&self) -> &Arc<TextPool> {
        &self.texts
    }

    /// The handlers that a row concerns.
    pub fn choose(&mut self, rows: &Rows, row: usize) -> HandlerSetId {
        self.key.clear();
        for leaf in &self.looked_at {
            let mut bytes = [0; 8];
            let raw = rows.raw(row, &self.layout.leaves[*leaf]);
            bytes[..raw.len()].copy_from_slice(raw);
            self.key.push(u64::from_le_bytes(bytes));
        }
        for (leaf, starts) in &self.dates {
            let day = rows.text(row, &self.layout.leaves[*leaf]);
            let texts = &self.texts;
            let interval = *self.days.entry(day).or_insert_with(|| {
                let day = texts.text(day);
                let day = day.as_deref().unwrap_or_default();
                starts.partition_point(|start| start.as_str() <= day) as u64
            });
            self.key.push(interval);
        }
        if let Some(known) = self.known.get(&self.key) {
            return *known;
        }
        let args = self.args(rows, row);
        let handlers: Vec<_> =
            choose(self.generation.registered(self.point.id), &args).into_iter().cloned().collect();
        let same = |set: &Vec<Arc<Handler>>| {
            set.len() == handlers.len() && set.iter().zip(&handlers).all(|(a, b)| Arc::ptr_eq(a, b))
        };
        let at = self.sets.iter().position(same).unwrap_or_else(|| {
            self.sets.push(handlers);
            self.sets.len() - 1
        });
        self.known.insert(self.key.clone(), at as HandlerSetId);
        at as HandlerSetId
    }

    /// The handlers of a set, in the order in which they are called.
    pub fn handlers(&self, chosen: HandlerSetId) -> &[Arc<Handler>] {
        self.sets.get(chosen as usize).map_or(&[], Vec::as_slice)
    }

    /// How many sets there are so far.
    pub fn sets(&self) -> usize {
        self.sets.len()
    }

    /// As much of the arguments as filters look at.
    fn args(&self, rows: &Rows, row: usize) -> Vec<Value> {
        let mut args = vec![Map::new(); self.point.params.len()];
        let dates = self.dates.iter().map(|(leaf, _)| leaf);
        for leaf in self.looked_at.iter().chain(dates) {
            let leaf = &self.layout.leaves[*leaf];
            let raw = rows.raw(row, leaf);
            let value = match leaf.cell {
                LeafLayout::Text => self.texts.text(rows.text(row, leaf)).map_or(Value::Nil, Value::Text),
                LeafLayout::Flag => match raw {
                    [0] => Value::Nil,
                    [flag] => Value::Bool(*flag == 2),
                    _ => Value::Nil,
                },
                LeafLayout::Number => number(raw),
                LeafLayout::Piece | LeafLayout::List => Value::Nil,
            };
            if value.is_nil() {
                continue;
            }
            match leaf.path.as_slice() {
                [key] => drop(args[leaf.arg].insert(key.clone(), value)),
                [outer, key] => {
                    let inner = args[leaf.arg].entry(outer.clone()).or_insert_with(|| Value::Map(Map::new()));
                    if let Value::Map(inner) = inner {
                        inner.insert(key.clone(), value);
                    }
                }
                _ => {}
            }
        }
        args.into_iter().map(Value::Map).collect()
    }
}

fn number(raw: &[u8]) -> Value {
    match raw.first_chunk().map(|bytes| f64::from_le_bytes(*bytes)) {
        Some(n) if n.is_nan() => Value::Nil,
        Some(n) if n.fract() == 0.0 => Value::Int(n as i64),
        Some(n) => Value::Num(n),
        None => Value::Nil,
    }
}
