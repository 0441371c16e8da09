//! What plugins register, whatever they are written in: is the point there, do the options fit, has
//! an example what it needs.

use crate::plugin::{
    fault::{Fault, FaultKind},
    handler::{Handler, fault},
    quota::Quota,
};
use registrar_sdk::{Contract, Filter, Map, Point, Refine, Value, conform::conform, suggest::nearest};

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

/// What a set of rules has in common: `base`, and what it says itself; `host.null` takes one out.
///
/// # Errors
/// An option that no point takes, or that is not of its type.
pub(crate) fn common_options(contract: &'static Contract, base: &Map, own: Value) -> Result<Map, String> {
    let mut common = base.clone();
    for (name, value) in
        named(own).map_err(|kind| format!("the options of rules are {kind}; expected a table"))?
    {
        let known = || contract.points.iter().flat_map(|p| p.options).map(|w| w.option);
        let taken = known().any(|option| option == &*name);
        let decl = contract.option(&name).filter(|_| taken);
        let decl =
            decl.ok_or_else(|| format!("no point takes an option `{name}`{}", nearest(&name, known())))?;
        match value {
            Value::Null => common.remove(&name),
            value => {
                let value = conform(&decl.ty, value).map_err(|m| format!("option `{name}`: {m}"))?;
                common.insert(name, value)
            }
        };
    }
    Ok(common)
}

/// A handler's options: its own, and of the common ones what its point takes. `host.null` leaves a common one out.
pub(crate) fn options_of(point: &Point, common: &Map, own: Value) -> Value {
    let mut options = match named(own.clone()) {
        Ok(options) => options,
        Err(_) => return own,
    };
    for (name, value) in common.iter().filter(|(name, _)| point.options.iter().any(|w| w.option == &***name))
    {
        options.entry(name.clone()).or_insert_with(|| value.clone());
    }
    options.retain(|name, value| !matches!(value, Value::Null) || !common.contains_key(name));
    Value::Map(options)
}

fn named(options: Value) -> Result<Map, &'static str> {
    match options {
        Value::Map(map) => Ok(map),
        Value::Nil => Ok(Map::new()),
        Value::List(items) if items.is_empty() => Ok(Map::new()),
        other => Err(other.kind()),
    }
}

/// An example of rules with common options: where an argument lacks what they choose it by, it has that.
pub(crate) fn example_of(contract: &'static Contract, common: &Map, spec: Value) -> Value {
    let point = spec.get("point").as_str().and_then(|id| contract.point(id));
    let (Some(point), Value::Map(mut arguments)) = (point, spec.clone()) else { return spec };
    for place in point.options {
        let (Filter::Equals(path), Some(word @ Value::Text(_))) = (place.filter, common.get(place.option))
        else {
            continue;
        };
        // Deeper ones are parts of something whole: of a period that the example gives or leaves out.
        match path.split_once('.') {
            Some((argument, field)) if !field.contains('.') => {
                let argument = arguments.entry(argument.into()).or_insert_with(|| Value::Map(Map::new()));
                filled(argument, field, word);
            }
            None if point.params.iter().any(|param| param.name == path) => {
                arguments.entry(path.into()).or_insert_with(|| word.clone());
            }
            None => {
                let folded = point.params.first().and_then(|param| arguments.get_mut(param.name));
                if let Some(Value::List(items)) = folded {
                    items.iter_mut().for_each(|item| filled(item, path, word));
                }
            }
            Some(_) => {}
        }
    }
    Value::Map(arguments)
}

fn filled(value: &mut Value, field: &str, word: &Value) {
    if let Value::List(items) = value
        && items.is_empty()
    {
        *value = Value::Map(Map::new());
    }
    if let Value::Map(map) = value {
        map.entry(field.into()).or_insert_with(|| word.clone());
    }
}

/// What an entry of examples says with what they have in common: tables with names are put together name by name, and
/// `host.null` takes away a common part. In `expect`, and for a call in `calls`, it is an answer and stays one.
pub(crate) fn entry_of(common: &Value, own: Value) -> Value {
    let (Value::Map(common), Value::Map(own)) = (common, own) else { return common.clone() };
    let mut both = common.clone();
    for (part, value) in own {
        let answers = match &*part {
            "expect" => usize::MAX,
            "calls" => 1,
            _ => 0,
        };
        match both.get_mut(&part) {
            Some(common) => merge(common, value, answers),
            None => {
                both.insert(part, value);
            }
        }
    }
    Value::Map(both)
}

// `answers`: at how many levels from here down a null is an answer.
fn merge(common: &mut Value, own: Value, answers: usize) {
    match (common, own) {
        (Value::Map(common), Value::Map(own)) => {
            for (name, value) in own {
                match common.get_mut(&name) {
                    Some(_) if matches!(value, Value::Null) && answers == 0 => {
                        common.remove(&name);
                    }
                    Some(common) => merge(common, value, answers.saturating_sub(1)),
                    None => {
                        common.insert(name, value);
                    }
                }
            }
        }
        (common, own) => *common = own,
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
    let mut checked = Map::new();
    for (name, value) in
        named(options).map_err(|kind| format!("the options of {} are {kind}; expected a table", point.id))?
    {
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

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_sdk::{Combine, Failure, OpenOrder, OptionDecl, Param, Phase, Type, Where};
    use serde_json::json;

    const fn point(id: &'static str, params: &'static [Param], options: &'static [Where]) -> Point {
        Point {
            id,
            doc: "",
            params,
            answer: Type::Any,
            combine: Combine::Collect,
            failure: Failure::FailCall,
            phase: Phase::Pure,
            extra_calls: &[],
            options,
            budget_ms: 10,
            io_budget_ms: 10,
            shorthand: None,
            open_order: OpenOrder::ByName,
            refine: None,
            deprecated: None,
        }
    }

    const fn param(name: &'static str) -> Param {
        Param { name, ty: Type::Any, doc: "" }
    }

    const fn option(name: &'static str) -> OptionDecl {
        OptionDecl { name, ty: Type::Text, doc: "" }
    }

    // Two points that are asked about a letter or a span, and one that folds a list of notes.
    static POST: Contract = Contract {
        name: "post",
        revision: 1,
        points: &[
            point(
                "letter.weigh",
                &[param("letter")],
                &[
                    Where::equals("box", "letter.box"),
                    Where::equals("hand", "letter.hand"),
                    Where::plain("tag"),
                ],
            ),
            point(
                "span.weigh",
                &[param("s")],
                &[Where::equals("box", "s.box"), Where::equals("span", "s.span.kind")],
            ),
            point("box.count", &[param("box")], &[Where::equals("box", "box")]),
            point(
                "notes.sort",
                &[param("notes")],
                &[Where::equals("box", "box"), Where::equals("hand", "hand")],
            ),
        ],
        calls: &[],
        options: &[option("box"), option("hand"), option("span"), option("tag"), option("idle")],
        group_by: None,
    };

    fn value(json: serde_json::Value) -> Value {
        Value::from_json(json)
    }

    fn common(json: serde_json::Value) -> Map {
        common_options(&POST, &Map::new(), value(json)).unwrap()
    }

    #[test]
    fn a_handler_takes_what_its_point_takes_and_says_the_rest_itself() {
        let common = common(json!({ "box": "red", "hand": "left", "tag": "t" }));
        let options =
            |point: &str, own| options_of(POST.point(point).unwrap(), &common, value(own)).to_json();
        assert_eq!(
            options("letter.weigh", json!({ "hand": "right" })),
            json!({ "box": "red", "hand": "right", "tag": "t" })
        );
        assert_eq!(options("span.weigh", json!({ "span": "day" })), json!({ "box": "red", "span": "day" }));
        assert_eq!(options("notes.sort", json!([])), json!({ "box": "red", "hand": "left" }));
        assert_eq!(options("letter.weigh", json!({ "hand": null, "tag": null })), json!({ "box": "red" }));
    }

    #[test]
    fn a_common_option_that_no_point_takes_or_of_another_type_is_refused() {
        let refused = |json| common_options(&POST, &Map::new(), value(json)).unwrap_err();
        assert_eq!(refused(json!({ "bix": "red" })), "no point takes an option `bix`; did you mean `box`?");
        assert!(refused(json!({ "idle": "x" })).contains("no point takes"));
        assert!(refused(json!({ "hand": 1 })).contains("option `hand`"));
        assert!(refused(json!("red")).contains("expected a table"));
        let base = common(json!({ "box": "red", "tag": "t" }));
        let changed = common_options(&POST, &base, value(json!({ "tag": null, "hand": "left" }))).unwrap();
        assert_eq!(Value::Map(changed).to_json(), json!({ "box": "red", "hand": "left" }));
    }

    #[test]
    fn an_example_is_about_what_its_rules_choose() {
        let common = common(json!({ "box": "red", "hand": "left", "span": "day" }));
        let example = |json| example_of(&POST, &common, value(json)).to_json();
        assert_eq!(
            example(json!({ "point": "letter.weigh", "letter": { "hand": "right" } }))["letter"],
            json!({ "box": "red", "hand": "right" })
        );
        assert_eq!(example(json!({ "point": "letter.weigh" }))["letter"]["hand"], "left");
        assert_eq!(example(json!({ "point": "box.count" }))["box"], "red");
        // What is deeper is a part of something whole.
        assert_eq!(example(json!({ "point": "span.weigh", "s": [] }))["s"], json!({ "box": "red" }));
        let sorted = example(json!({ "point": "notes.sort", "notes": [{ "hand": "right" }, {}] }));
        assert_eq!(
            sorted["notes"],
            json!([{ "box": "red", "hand": "right" }, { "box": "red", "hand": "left" }])
        );
        assert_eq!(example(json!({ "point": "nowhere" })), json!({ "point": "nowhere" }));
    }

    #[test]
    fn an_entry_changes_what_it_names_and_an_answer_of_null_stays_one() {
        let common = value(
            json!({ "letter": { "box": "red", "due": 3 }, "expect": [1], "calls": { "table": 5, "unit": { "id": 1, "up": 2 } } }),
        );
        let entry = |json| entry_of(&common, value(json)).to_json();
        assert_eq!(
            entry(json!({ "letter": { "hand": "x", "due": null } }))["letter"],
            json!({ "box": "red", "hand": "x" })
        );
        let answered = entry(json!({ "expect": null, "calls": { "table": null, "unit": null } }));
        assert_eq!(answered["expect"], json!(null));
        assert_eq!(answered["calls"], json!({ "table": null, "unit": null }));
        let deeper = entry(json!({ "calls": { "unit": { "up": null } } }));
        assert_eq!(deeper["calls"], json!({ "table": 5, "unit": { "id": 1 } }));
        assert_eq!(entry(json!({ "expect": [2, 3] }))["expect"], json!([2, 3]));
    }
}
