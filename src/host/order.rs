//! In which order the handlers of a point are called: never the order in which they were loaded.

use crate::handler::Handler;
use registrar_sdk::Value;
use std::{collections::BTreeMap, sync::Arc};

/// Handlers that ask to be before each other.
#[derive(Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The plugins in it.
    pub plugins: Vec<String>,
}

/// Sorts the handlers of one point.
///
/// First what the operator says (`operator`: plugin ids, the first named first), then `before` and
/// `after` (plugin ids; absent ones are ignored), then higher `priority`, plugin id, source order.
///
/// # Errors
/// A cycle of `before` and `after`.
pub fn sort(mut handlers: Vec<Arc<Handler>>, operator: &[String]) -> Result<Vec<Arc<Handler>>, Cycle> {
    handlers.sort_by(|a, b| {
        let priority = |h: &Handler| h.option("priority").as_f64().unwrap_or(0.0);
        priority(b)
            .total_cmp(&priority(a))
            .then_with(|| a.plugin.id.cmp(&b.plugin.id))
            .then_with(|| a.index.cmp(&b.index))
    });
    let rank: BTreeMap<&str, usize> = operator.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    // precedes[b] lists the handlers that must come before b.
    let mut precedes: Vec<Vec<usize>> = vec![Vec::new(); handlers.len()];
    for (a, first) in handlers.iter().enumerate() {
        for (b, second) in handlers.iter().enumerate() {
            if a == b {
                continue;
            }
            let (x, y) = (first.plugin.id.as_str(), second.plugin.id.as_str());
            let ahead = match (rank.get(x), rank.get(y)) {
                (Some(x), Some(y)) => x < y,
                _ => names(first.option("before"), y) || names(second.option("after"), x),
            };
            if ahead {
                precedes[b].push(a);
            }
        }
    }
    let (mut done, mut sorted) = (vec![false; handlers.len()], Vec::with_capacity(handlers.len()));
    while sorted.len() < handlers.len() {
        let ready = |i: &usize| !done[*i] && precedes[*i].iter().all(|p| done[*p]);
        let next = (0..handlers.len()).filter(ready).min_by_key(|i| {
            // The operator's list comes first, whatever the rest's priorities are.
            (rank.get(handlers[*i].plugin.id.as_str()).copied().unwrap_or(usize::MAX), *i)
        });
        let Some(next) = next else {
            let mut plugins: Vec<_> =
                (0..handlers.len()).filter(|i| !done[*i]).map(|i| handlers[i].plugin.id.clone()).collect();
            plugins.sort();
            plugins.dedup();
            return Err(Cycle { plugins });
        };
        done[next] = true;
        sorted.push(handlers[next].clone());
    }
    Ok(sorted)
}

fn names(option: &Value, id: &str) -> bool {
    match option {
        Value::Text(name) => &**name == id,
        Value::List(list) => list.iter().any(|v| v.as_str() == Some(id)),
        _ => false,
    }
}
