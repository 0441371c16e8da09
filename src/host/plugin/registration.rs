//! What plugins register, whatever they are written in: is the point there, do the options fit, has
//! an example what it needs.

use crate::plugin::{
    fault::{Fault, FaultKind},
    handler::{Handler, fault},
    quota::Quota,
};
use registrar_sdk::{Contract, Map, Point, Refine, Value, conform::conform, suggest::nearest};

/// The point called `id`.
///
/// # Errors
/// That there is none, with the nearest.
pub(crate) fn find(contract: &'static Contract, plugin: &str, id: &str) -> Result<&'static Point, String> {
    let point = contract.point(id).ok_or_else(|| unknown_point(contract, id))?;
    if let Some(instead) = point.deprecated {
        tracing::warn!(plugin, point = id, "The point is deprecated: {instead}");
    }
    Ok(point)
}

/// The message for a point that the contract lacks.
pub fn unknown_point(contract: &Contract, id: &str) -> String {
    format!("unknown point `{id}`{}", nearest(id, contract.points.iter().map(|p| p.id)))
}

/// What an example must have, wherever it is written.
///
/// # Errors
/// What it lacks, or has too much.
pub fn check_example(contract: &'static Contract, spec: &Value) -> Result<(), String> {
    let id = spec.get("point").as_str().ok_or("an example needs `point`")?;
    let point = contract.point(id).ok_or_else(|| unknown_point(contract, id))?;
    let known = ["point", "expect", "fails", "calls"].into_iter().chain(point.params.iter().map(|p| p.name));
    let known: Vec<_> = known.collect();
    if let Some(stray) = spec.as_map().into_iter().flat_map(Map::keys).find(|k| !known.contains(&&***k)) {
        let hint = nearest(stray, known.iter().copied());
        return Err(format!("an example of {id} has no `{stray}`; it has {}{hint}", known.join(", ")));
    }
    match (spec.get("expect"), spec.get("fails")) {
        (Value::Nil, Value::Nil) => {
            Err("an example needs `expect` (host.null for no answer) or `fails` (a part of the message)"
                .into())
        }
        _ => Ok(()),
    }
}

/// Checks a registration's options against the point's declaration.
///
/// # Errors
/// The option that the point does not take, that is not of its type, or that is missing.
pub(crate) fn check_options(
    contract: &'static Contract,
    point: &'static Point,
    options: Value,
) -> Result<Value, String> {
    let map = match options {
        Value::Map(map) => map,
        Value::Nil => Map::new(),
        Value::List(items) if items.is_empty() => Map::new(),
        other => return Err(format!("the options of {} are {}; expected a table", point.id, other.kind())),
    };
    let mut checked = Map::new();
    for (name, value) in map {
        let known = || point.options.iter().map(|w| w.option);
        if !known().any(|o| o == &*name) {
            let taken: Vec<_> = known().collect();
            return Err(format!(
                "{} takes no option `{name}`{}; it takes {}",
                point.id,
                nearest(&name, known()),
                if taken.is_empty() { "none".to_owned() } else { taken.join(", ") }
            ));
        }
        let decl = contract.option(&name).ok_or_else(|| format!("option `{name}` is not declared"))?;
        let value = conform(&decl.ty, value).map_err(|m| format!("option `{name}` of {}: {m}", point.id))?;
        checked.insert(name, value);
    }
    match point.options.iter().find(|w| w.required && !checked.contains_key(w.option)) {
        Some(missing) => Err(format!("{} needs the option `{}`", point.id, missing.option)),
        None => Ok(Value::Map(checked)),
    }
}

/// A handler's answer in the point's type, refined; a bad answer is the handler's fault.
pub(crate) fn typed(
    quota: &Quota,
    handler: &Handler,
    point: &Point,
    args: &[Value],
    value: Value,
) -> Result<Value, Fault> {
    if value.is_nil() {
        return Ok(value);
    }
    quota.check_answer(handler, point, &value)?;
    let value = conform(&point.answer, value).map_err(|m| {
        let text = match m.path.as_str() {
            "" => m.problem.replacen("got ", "returned ", 1),
            path => format!("{} for {path}", m.problem.replacen("got ", "returned ", 1)),
        };
        fault(handler, FaultKind::BadAnswer, text)
    })?;
    match point.refine {
        Some(refine) => refine(&Refine { options: &handler.options, args }, value)
            .map_err(|problem| fault(handler, FaultKind::BadAnswer, problem)),
        None => Ok(value),
    }
}
