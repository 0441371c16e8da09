//! Puts loaded plugins together: one generation, its handlers in their order.

use crate::{
    config::HostConfig,
    fault::{Fault, FaultKind},
    filter::Filters,
    generation::Generation,
    handler::Handler,
    load::Loaded,
    recipe::Recipe,
};
use registrar_sdk::Contract;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

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
    let chosen: &BTreeSet<String> = &config.chosen;
    let mut faults = Vec::new();
    for loaded in plugins {
        let body = &loaded.instance.body;
        generation.plugins.insert(body.info.id.clone(), body.info.clone());
        generation.instances.insert(loaded.instance.id, loaded.instance.clone());
        layers.insert(loaded.instance.id, body.layer);
        // A rule set acts only where it is chosen; it is loaded and checked all the same.
        if !body.info.rule_set || chosen.contains(&body.info.id) {
            for handler in &loaded.handlers {
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
                    (handler, filters)
                });
                generation.handlers.insert(id, with_filters.collect());
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
