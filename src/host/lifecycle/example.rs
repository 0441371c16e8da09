//! A plugin's own examples: run before it goes live, so that one that breaks them never does.

use crate::{
    dispatch::{
        combine::{self, Invoke},
        generation::Generation,
        outcome::{Failed, Outcome},
    },
    plugin::{
        body::Example,
        fault::{Fault, FaultKind, readable},
        handler::Handler,
        quota::CallWrites,
        services::Snapshot,
    },
    runtime::{allowance::Spending, call::Context, host_call::AskLink, instance::Instance},
};
use registrar_sdk::{Combine, Point, Value};
use std::{collections::BTreeSet, rc::Rc, sync::Arc};

/// Runs the examples in a VM of their own; answers those that did not come out.
pub(crate) fn run(
    instance: &Arc<Instance>,
    own: &Generation,
    examples: &[Example],
    snapshot: &Arc<dyn Snapshot>,
    call: CallFn<'_>,
) -> Vec<Fault> {
    examples.iter().filter_map(|example| check(instance, own, example, snapshot, call).err()).collect()
}

/// Calls one handler of the plugin, whatever it is written in.
pub(crate) type CallFn<'a> = &'a mut dyn FnMut(&Arc<Handler>, &Rc<Context>, &[Value]) -> Result<Value, Fault>;

fn check(
    instance: &Arc<Instance>,
    own: &Generation,
    example: &Example,
    snapshot: &Arc<dyn Snapshot>,
    call: CallFn<'_>,
) -> Result<(), Fault> {
    let fault = |kind, message: String| Fault {
        plugin: instance.body.info.id.clone(),
        file: example.source.file.clone(),
        line: Some(example.source.line).filter(|line| *line > 0),
        point: None,
        kind,
        message: readable(message),
        said: None,
    };
    let spec = &example.spec;
    let id = spec.get("point").as_str().unwrap_or("");
    let Some(point) = instance.body.contract.point(id) else {
        let message = crate::plugin::registration::unknown_point(instance.body.contract, id);
        return Err(fault(FaultKind::Declaration, message));
    };
    let args = point.params.iter().map(|p| p.ty.complete(spec.get(p.name))).collect();
    let wrong = |text: String| fault(FaultKind::Example, format!("example \"{}\": {text}", example.name));
    let args = combine::conform_args(point, args).map_err(|e| wrong(e.to_string()))?;
    let context = Context {
        point,
        snapshot: snapshot.clone(),
        link: None::<AskLink>,
        depth: 0,
        canned: spec.get("calls").clone(),
        spending: Spending::default(),
        written: CallWrites::default(),
        quota: instance.body.quota.clone(),
    };
    let mut invoke = InExample { call, context: Rc::new(context), instance };
    let outcome = combine::run(point, own, &BTreeSet::new(), args, &mut invoke);
    judge(point, spec, outcome).map_err(|problem| match problem {
        // A loop or a leak in an example is reported as what it is.
        Problem::Fault(found) if matches!(found.kind, FaultKind::Budget | FaultKind::Memory) => {
            Fault { message: format!("example \"{}\": {}", example.name, found.message), ..found }
        }
        Problem::Fault(found) => wrong(format!("{} ({})", found.message, place(&found))),
        Problem::Text(text) => wrong(text),
    })
}

fn place(fault: &Fault) -> String {
    fault.line.map_or(fault.file.clone(), |line| format!("{}:{line}", fault.file))
}

enum Problem {
    Fault(Fault),
    Text(String),
}

fn judge(point: &Point, spec: &Value, outcome: Result<Outcome, Failed>) -> Result<(), Problem> {
    let expected_failure = spec.get("fails").as_str();
    let outcome = match (outcome, expected_failure) {
        (Ok(outcome), None) => outcome,
        (Ok(outcome), Some(part)) => {
            let got = answer(point, &outcome);
            return Err(Problem::Text(format!("expected a failure with `{part}`, got {got}")));
        }
        (Err(failed), Some(part)) if failed.to_string().contains(part) => return Ok(()),
        (Err(failed), Some(part)) => {
            return Err(Problem::Text(format!("expected a failure with `{part}`, got: {failed}")));
        }
        (Err(Failed::Handler(fault)), None) => return Err(Problem::Fault(fault)),
        (Err(Failed::Call(text)), None) => return Err(Problem::Text(text)),
    };
    if let Some(fault) = outcome.skipped.into_iter().next() {
        return Err(Problem::Fault(fault));
    }
    // Most often an example lacks what an option asks for.
    let silent = if outcome.steps.is_empty() {
        "; no handler answered: do their options fit what the example gives?"
    } else {
        ""
    };
    let got = answer(point, &outcome_of(outcome.value, outcome.steps));
    let differs = differs("", spec.get("expect"), &got);
    differs.map_or(Ok(()), |text| Err(Problem::Text(format!("{text}{silent}"))))
}

fn outcome_of(value: Value, steps: Vec<crate::dispatch::outcome::HandlerOutcome>) -> Outcome {
    Outcome { value, steps, ..Outcome::default() }
}

// At a point whose answers are appended, an example shows the additions.
fn answer(point: &Point, outcome: &Outcome) -> Value {
    match point.combine {
        Combine::Fold { append: Some(_), .. } => {
            let additions = outcome.steps.iter().flat_map(|s| match &s.answer {
                Value::List(items) => items.clone(),
                one => vec![one.clone()],
            });
            Value::List(additions.collect())
        }
        _ => outcome.value.clone(),
    }
}

/// Where `got` is not what an example expects. Named entries that it does not mention may be
/// anything; lists must be as long; `null` expects no answer.
fn differs(path: &str, expected: &Value, got: &Value) -> Option<String> {
    let here = || if path.is_empty() { String::new() } else { format!("{path}: ") };
    match (expected, got) {
        (Value::Null, Value::Nil | Value::Null) => None,
        (Value::Null, Value::List(items)) if items.is_empty() => None,
        (Value::Map(wanted), Value::Map(found)) => wanted.iter().find_map(|(key, value)| {
            let nothing = Value::Nil;
            let path = if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
            differs(&path, value, found.get(key).unwrap_or(&nothing))
        }),
        (Value::Map(wanted), Value::List(items)) if wanted.is_empty() && items.is_empty() => None,
        (Value::List(wanted), Value::List(found)) => {
            if wanted.len() != found.len() {
                return Some(format!(
                    "{}expected {} entries, got {}: {got}",
                    here(),
                    wanted.len(),
                    found.len()
                ));
            }
            let mut pairs = wanted.iter().zip(found).enumerate();
            pairs.find_map(|(i, (wanted, found))| differs(&format!("{path}[{}]", i + 1), wanted, found))
        }
        // One answer may be written without its list.
        (wanted, Value::List(found)) if found.len() == 1 && path.is_empty() => {
            differs(path, wanted, &found[0])
        }
        (Value::List(wanted), Value::Nil) if wanted.is_empty() => None,
        (wanted, found) if wanted.same(found) => None,
        (wanted, found) => Some(format!("{}expected {wanted}, got {found}", here())),
    }
}

struct InExample<'a> {
    call: CallFn<'a>,
    context: Rc<Context>,
    instance: &'a Instance,
}

impl Invoke for InExample<'_> {
    fn invoke(&mut self, handler: &Arc<Handler>, args: &[Value]) -> Result<Value, Fault> {
        self.instance.note_example(Some(handler.index));
        (self.call)(handler, &self.context, args)
    }
}

#[cfg(test)]
mod tests {
    use crate::lifecycle::example::*;

    fn check(expected: &str, got: &str, difference: Option<&str>) {
        let parse = |json: &str| -> Value { serde_json::from_str(json).unwrap() };
        let found = differs("", &parse(expected), &parse(got));
        assert_eq!(found.is_some(), difference.is_some(), "{expected} against {got}: {found:?}");
        if let (Some(found), Some(part)) = (found, difference) {
            assert!(found.contains(part), "{found}");
        }
    }

    #[test]
    fn an_example_names_what_differs_and_ignores_what_it_does_not_mention() {
        check(r#"[{"amount":2}]"#, r#"[{"amount":2,"account":"a"}]"#, None);
        check(r#"[{"amount":2}]"#, r#"[{"amount":3}]"#, Some("[1].amount: expected 2, got 3"));
        check("2", "[2]", None);
        check("null", "[]", None);
        check("[]", "{}", Some("expected"));
        check(r#"[1]"#, "[1,2]", Some("expected 1 entries, got 2"));
    }
}
