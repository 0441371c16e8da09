//! Puts loaded plugins together: one generation, its handlers in their order.

use crate::{
    config::HostConfig,
    fault::{Fault, FaultKind},
    filter::{Filters, date_of},
    generation::Generation,
    handler::Handler,
    load::Loaded,
    recipe::Recipe,
    term::Term,
};
use registrar_sdk::{Contract, Point};
use std::{collections::BTreeMap, sync::Arc};

/// Puts plugins together.
///
/// # Errors
/// A cycle in the order of a point's handlers, blamed on the plugins in it.
pub fn assemble<'a>(
    number: u64,
    plugins: impl IntoIterator<Item = &'a Loaded> + Clone,
    contract: &'static Contract,
    config: &HostConfig,
) -> Result<Generation, Vec<Fault>> {
    let mut generation = Generation::default();
    generation.number = number;
    generation.recipe = Arc::new(Recipe::of(plugins.clone(), config));
    let mut by_point: BTreeMap<&'static str, Vec<Arc<Handler>>> = BTreeMap::new();
    let mut layers = BTreeMap::new();
    let mut faults = Vec::new();
    for loaded in plugins {
        let body = &loaded.instance.body;
        generation.plugins.insert(body.info.id.clone(), body.info.clone());
        generation.instances.insert(loaded.instance.id, loaded.instance.clone());
        layers.insert(loaded.instance.id, body.layer);
        // A rule set acts only where and while it is chosen; it is loaded and checked all the same.
        let terms = config.terms.get(&body.info.id).filter(|_| body.info.rule_set);
        if let Some(terms) = terms {
            generation.terms.insert(body.info.id.clone(), terms.clone());
        }
        for handler in &loaded.handlers {
            let acts = !body.info.rule_set
                || contract
                    .point(handler.point)
                    .is_some_and(|point| acts(point, &body.info.id, terms, config));
            if acts {
                by_point.entry(handler.point).or_default().push(handler.clone());
            }
        }
    }
    for (id, handlers) in by_point {
        let Some(point) = contract.point(id) else { continue };
        let operator = config.order.get(id).map_or(&[][..], Vec::as_slice);
        match crate::order::sort(handlers, operator) {
            Ok(sorted) => {
                let with_filters = sorted.into_iter().map(|handler| {
                    let layer = layers.get(&handler.instance).copied().unwrap_or(0);
                    let filters = Filters::new(contract, point, &handler.options, layer);
                    match generation.terms.get(&handler.plugin.id) {
                        Some(terms) => (handler, filters.within(point, terms)),
                        None => (handler, filters),
                    }
                });
                let with_filters = with_filters.collect();
                generation.handlers.insert(id, with_filters);
            }
            Err(cycle) => {
                let text = format!(
                    "the handlers of {id} ask to be before each other: {}; drop one before/after",
                    cycle.plugins.join(", ")
                );
                faults.extend(cycle.plugins.iter().map(|plugin| Fault {
                    plugin: plugin.clone(),
                    file: String::new(),
                    line: None,
                    point: Some(id.to_owned()),
                    kind: FaultKind::Declaration,
                    message: text.clone(),
                }));
            }
        }
    }
    if faults.is_empty() { Ok(generation) } else { Err(faults) }
}

// Whether a rule set has a say at a point, on whatever day. What it declares stays as long as
// something of its days refers to it; what knows no day is decided by what is chosen now.
fn acts(point: &Point, id: &str, terms: Option<&Vec<Term>>, config: &HostConfig) -> bool {
    match terms {
        Some(terms) if date_of(point).is_some() || point.shorthand.is_some() => !terms.is_empty(),
        _ => config.chosen.contains(id),
    }
}
