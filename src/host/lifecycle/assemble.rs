//! Puts loaded plugins together: one generation, its handlers in their order.

use crate::{
    dispatch::generation::Generation,
    lifecycle::{
        load::Loaded,
        objection::{Conflict, Objection},
        order::Order,
    },
    plugin::{
        config::HostConfig,
        fault::{Fault, FaultKind},
        filter::{Filters, date_of},
        generation_manifest::GenerationManifest,
        handler::{Handler, PluginInfo, fault},
    },
};
use registrar_sdk::{Combine, Contract, OpenOrder, Point, Term};
use std::{collections::BTreeMap, sync::Arc};

/// Plugins, put together.
pub struct Assembled {
    /// What they make.
    pub generation: Generation,
    /// Handlers whose order is left to their plugins' names where it may decide an answer. None of it is new
    /// that did not serve like this before.
    pub open: Vec<Conflict>,
}

/// Puts plugins together.
///
/// # Errors
/// A cycle in the order of a point's handlers, blamed on the plugins in it.
pub fn assemble<'a>(
    number: u64,
    plugins: impl IntoIterator<Item = &'a Loaded> + Clone,
    contract: &'static Contract,
    config: &HostConfig,
) -> Result<Assembled, Vec<Objection>> {
    let mut generation = Generation::default();
    generation.number = number;
    generation.recipe = Arc::new(manifest_of(plugins.clone(), config));
    let mut by_point: BTreeMap<&'static str, Vec<Arc<Handler>>> = BTreeMap::new();
    let mut layers = BTreeMap::new();
    let (mut objections, mut open) = (Vec::new(), Vec::new());
    for loaded in plugins {
        let body = &loaded.instance.body;
        generation.plugins.insert(body.info.id.clone(), body.info.clone());
        generation.instances.insert(loaded.instance.id, loaded.instance.clone());
        layers.insert(loaded.instance.id, body.layer);
        // A rule set acts only where and while it is chosen; it is loaded and checked all the same.
        let terms = config.terms_of(&body.info).filter(|_| body.info.rule_set);
        if let Some(terms) = &terms {
            generation.terms.insert(body.info.id.clone(), terms.clone());
        }
        for handler in &loaded.handlers {
            let acts = !body.info.rule_set
                || contract
                    .point(handler.point)
                    .is_some_and(|point| acts(point, &body.info, terms.as_ref(), config));
            if acts {
                by_point.entry(handler.point).or_default().push(handler.clone());
            }
        }
    }
    for (id, handlers) in by_point {
        let Some(point) = contract.point(id) else { continue };
        let operator = config.order.get(id).map_or(&[][..], Vec::as_slice);
        match crate::lifecycle::order::sort(handlers, operator) {
            Ok(order) => {
                let with_filters = order.handlers.iter().map(|handler| {
                    let layer = layers.get(&handler.instance).copied().unwrap_or(0);
                    let filters = Filters::new(contract, point, &handler.options, layer);
                    let filters = match generation.terms.get(&handler.plugin.id) {
                        Some(terms) => filters.within(point, terms),
                        None => filters,
                    };
                    (handler.clone(), filters)
                });
                let with_filters: Vec<_> = with_filters.collect();
                open.extend(open_orders(point, &order, &with_filters));
                generation.handlers.insert(id, with_filters);
            }
            Err(cycle) => objections.push(conflict(id, &cycle.plugins)),
        }
    }
    if objections.is_empty() { Ok(Assembled { generation, open }) } else { Err(objections) }
}

// Of plugins whose handlers can't be brought into one order.
fn conflict(point: &str, plugins: &[String]) -> Objection {
    let message = format!(
        "the handlers of {point} ask to be before each other: {}; drop one before/after",
        plugins.join(", ")
    );
    let party = |plugin: &String| Fault {
        plugin: plugin.clone(),
        file: String::new(),
        line: None,
        point: Some(point.to_owned()),
        kind: FaultKind::Declaration,
        message: message.clone(),
        said: None,
    };
    let parties = plugins.iter().map(party).collect();
    Objection::Conflict(Conflict { claim: format!("order of {point}"), parties })
}

/// What a generation of these plugins is made of.
fn manifest_of<'a>(
    plugins: impl IntoIterator<Item = &'a Loaded> + Clone,
    config: &HostConfig,
) -> GenerationManifest {
    let line = |loaded: &Loaded| (loaded.source.content_hash.clone(), loaded.source.layer);
    let set = |loaded: &Loaded| Some((loaded.source.id.clone(), loaded.operator.clone()?));
    GenerationManifest {
        plugins: plugins.clone().into_iter().map(|l| (l.source.id.clone(), line(l))).collect(),
        settings: plugins.into_iter().filter_map(set).collect(),
        chosen: config.chosen.clone(),
        terms: config.terms.clone(),
        order: config.order.clone(),
    }
}

/// Handlers that may be asked about the same, where the first asked decides, and of which only the plugins'
/// names would say which that is.
fn open_orders(point: &Point, order: &Order, handlers: &[(Arc<Handler>, Filters)]) -> Vec<Conflict> {
    let keyed = match point.combine {
        _ if point.open_order == OpenOrder::ByName => return Vec::new(),
        Combine::Fold { .. } | Combine::First { per: None } => None,
        Combine::First { per: Some(key) } => Some(key),
        _ => return Vec::new(),
    };
    let mut found = Vec::new();
    for (second, (b, of_b)) in handlers.iter().enumerate() {
        for (first, (a, of_a)) in handlers[..second].iter().enumerate() {
            // Answers that are told apart by a key clash only where both say the key beforehand.
            let apart = keyed.is_some_and(|key| a.option(key).is_nil() || b.option(key).is_nil());
            if apart || !of_a.may_meet(of_b) || !order.is_open(first, second) {
                continue;
            }
            if found.len() == MOST_NAMED {
                return found;
            }
            let says = |own: &Handler, other: &Handler| {
                let place = format!("{}:{}", other.source.file, other.source.line);
                let (whose, remedy) = match own.plugin.id == other.plugin.id {
                    true => ("its own", "put their clauses one after the other under [order] in plugin.toml"),
                    false => (
                        "the",
                        "say before, after or priority in one of them, or let the operator order them under [order]",
                    ),
                };
                fault(
                    own,
                    FaultKind::Declaration,
                    format!(
                        "may be asked about the same as {whose} handler of \"{}\" ({place}), and which comes first would be \
                         left to their names; {remedy}",
                        other.plugin.id
                    ),
                )
            };
            found.push(Conflict {
                claim: format!("order of {}", point.id),
                parties: vec![says(a, b), says(b, a)],
            });
        }
    }
    found
}

/// How many open orders are named at once; the others are once these are mended.
const MOST_NAMED: usize = 20;

// Whether a rule set has a say at a point, on whatever day. What it declares stays as long as
// something of its days refers to it; what knows no day is decided by what is chosen now.
fn acts(point: &Point, info: &PluginInfo, terms: Option<&Vec<Term>>, config: &HostConfig) -> bool {
    match terms {
        Some(terms) if date_of(point).is_some() || point.shorthand.is_some() => !terms.is_empty(),
        _ => config.chooses(info),
    }
}
