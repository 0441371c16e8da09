//! In which order the handlers of a point are called: never the order in which they were loaded.
//!
//! What neither the operator, nor `before` and `after`, nor `priority`, nor one file's lines decide is left
//! to the plugins' names. Where that could decide an answer, [`Order::is_open`] tells.

use crate::plugin::handler::Handler;
use registrar_sdk::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Handlers that ask to be before each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The plugins in it.
    pub plugins: Vec<String>,
}

/// The handlers of one point, in order.
pub struct Order {
    /// The handlers.
    pub handlers: Vec<Arc<Handler>>,
    // Which node comes before which others; the first ones are the handlers, as sorted here.
    after: Vec<Vec<usize>>,
}

/// Sorts the handlers of one point.
///
/// First what the operator says (`operator`: plugin ids, the first named first), then `before` and
/// `after` (plugin ids; absent ones are ignored) and the order in which a plugin puts its clauses, then higher
/// `priority`, plugin id, source order.
///
/// # Errors
/// A cycle of `before`, `after` and clauses.
pub fn sort(mut handlers: Vec<Arc<Handler>>, operator: &[String]) -> Result<Order, Cycle> {
    handlers.sort_by(|a, b| {
        priority(b)
            .total_cmp(&priority(a))
            .then_with(|| a.plugin.id.cmp(&b.plugin.id))
            .then_with(|| a.index.cmp(&b.index))
    });
    let earlier = earlier(&handlers);
    let present = |id| earlier.get(id).map_or(id, String::as_str);
    let rank: BTreeMap<&str, usize> =
        operator.iter().enumerate().map(|(i, id)| (present(id.as_str()), i)).collect();
    let after = graph(&handlers, &rank, &earlier);
    let mut waits = vec![0usize; after.len()];
    after.iter().flatten().for_each(|to| waits[*to] += 1);
    // Beginnings and ends of plugins take no place; of the handlers the operator's come first, whatever the
    // rest's priorities are.
    let place = |at: usize| match handlers.get(at) {
        None => (0, at),
        Some(handler) => (1 + rank.get(handler.plugin.id.as_str()).copied().unwrap_or(usize::MAX - 1), at),
    };
    let mut ready: BTreeSet<(usize, usize)> =
        (0..after.len()).filter(|at| waits[*at] == 0).map(place).collect();
    let mut done = Vec::with_capacity(handlers.len());
    while let Some((_, at)) = ready.pop_first() {
        done.extend((at < handlers.len()).then_some(at));
        for &to in &after[at] {
            waits[to] -= 1;
            if waits[to] == 0 {
                ready.insert(place(to));
            }
        }
    }
    if done.len() < handlers.len() {
        let stuck = (0..handlers.len()).filter(|at| waits[*at] > 0);
        let plugins: BTreeSet<String> = stuck.map(|at| handlers[at].plugin.id.clone()).collect();
        return Err(Cycle { plugins: plugins.into_iter().collect() });
    }
    // The graph in terms of the sorted places.
    let mut place_of = vec![0; after.len()];
    done.iter().enumerate().for_each(|(place, at)| place_of[*at] = place);
    (handlers.len()..after.len()).for_each(|at| place_of[at] = at);
    let mut sorted = vec![Vec::new(); after.len()];
    for (at, to) in after.iter().enumerate() {
        sorted[place_of[at]] = to.iter().map(|to| place_of[*to]).collect();
    }
    Ok(Order { handlers: done.into_iter().map(|at| handlers[at].clone()).collect(), after: sorted })
}

/// What plugins were called before, and are now.
fn earlier(handlers: &[Arc<Handler>]) -> BTreeMap<String, String> {
    let of = |handler: &Arc<Handler>| {
        let (was, id) = (handler.plugin.was.clone(), handler.plugin.id.clone());
        was.into_iter().map(move |was| (was, id.clone()))
    };
    handlers.iter().flat_map(of).collect()
}

/// What must come before what. Beside the handlers each plugin has a node for its beginning and one for its
/// end, so that "before that plugin" is one arrow and not one for each of its handlers.
fn graph(
    handlers: &[Arc<Handler>],
    rank: &BTreeMap<&str, usize>,
    earlier: &BTreeMap<String, String>,
) -> Vec<Vec<usize>> {
    let words = |option| words(option).map(|id| earlier.get(id).map_or(id, String::as_str));
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for handler in handlers {
        named.extend(words(handler.option("before")));
        named.extend(words(handler.option("after")));
    }
    let mut nodes: BTreeMap<&str, usize> = BTreeMap::new();
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); handlers.len()];
    for (at, handler) in handlers.iter().enumerate() {
        let id = handler.plugin.id.as_str();
        if !rank.contains_key(id) && !named.contains(id) {
            continue;
        }
        let begins = *nodes.entry(id).or_insert_with(|| {
            after.extend([Vec::new(), Vec::new()]);
            after.len() - 2
        });
        after[begins].push(at);
        after[at].push(begins + 1);
    }
    for (at, handler) in handlers.iter().enumerate() {
        let id = handler.plugin.id.as_str();
        // The operator's word stands against what two of the plugins it names say of each other.
        let said = |other: &&str| *other != id && !(rank.contains_key(id) && rank.contains_key(*other));
        for begins in words(handler.option("before")).filter(said).filter_map(|id| nodes.get(id)) {
            after[at].push(*begins);
        }
        for begins in words(handler.option("after")).filter(said).filter_map(|id| nodes.get(id)) {
            after[begins + 1].push(at);
        }
    }
    of_clauses(handlers, &mut after);
    let mut ranked: Vec<(usize, usize)> =
        nodes.iter().filter_map(|(id, begins)| Some((*rank.get(id)?, *begins))).collect();
    ranked.sort_unstable();
    for pair in ranked.windows(2) {
        after[pair[0].1 + 1].push(pair[1].1);
    }
    after
}

/// A plugin's handlers of one clause come before those of the next that its manifest names; between two clauses
/// stands a node, so that the arrows are as many as the handlers.
fn of_clauses(handlers: &[Arc<Handler>], after: &mut Vec<Vec<usize>>) {
    let mut ranks: BTreeMap<(&str, usize), Vec<usize>> = BTreeMap::new();
    for (at, handler) in handlers.iter().enumerate() {
        let clause = handler.option("clause").as_str().unwrap_or_default();
        if let Some(rank) = handler.plugin.clause_rank(handler.point, clause) {
            ranks.entry((&handler.plugin.id, rank)).or_default().push(at);
        }
    }
    let ranks: Vec<_> = ranks.into_iter().collect();
    for pair in ranks.windows(2) {
        let [((plugin, _), firsts), ((other, _), seconds)] = pair else { continue };
        if plugin == other {
            let between = after.len();
            after.push(seconds.clone());
            firsts.iter().for_each(|first| after[*first].push(between));
        }
    }
}

impl Order {
    /// Whether only the plugins' or files' names say which of the handlers at two places comes first.
    pub fn is_open(&self, first: usize, second: usize) -> bool {
        let (a, b) = (&self.handlers[first], &self.handlers[second]);
        let one_file = a.plugin.id == b.plugin.id && a.source.file == b.source.file;
        !one_file && priority(a) == priority(b) && !self.leads(first, second) && !self.leads(second, first)
    }

    fn leads(&self, from: usize, to: usize) -> bool {
        let (mut open, mut seen) = (vec![from], vec![false; self.after.len()]);
        while let Some(at) = open.pop() {
            if at == to {
                return true;
            }
            if !std::mem::replace(&mut seen[at], true) {
                open.extend(&self.after[at]);
            }
        }
        false
    }
}

fn priority(handler: &Handler) -> f64 {
    handler.option("priority").as_f64().unwrap_or(0.0)
}

fn words(option: &Value) -> impl Iterator<Item = &str> {
    option.items().iter().filter_map(Value::as_str)
}
