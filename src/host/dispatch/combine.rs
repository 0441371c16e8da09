//! Calls every handler of a point that a call concerns, and combines their answers.
//! Knows nothing of Lua or native code.

use crate::{
    dispatch::{
        generation::Generation,
        outcome::{Failed, HandlerOutcome, Outcome},
    },
    plugin::{
        fault::Fault,
        filter::{Filters, choose},
        handler::Handler,
    },
};
use registrar_sdk::{Append, Combine, Failure, Point, Value, conform::conform};
use std::{collections::BTreeSet, sync::Arc};

/// Calls one handler, wherever it lives.
pub trait Invoke {
    /// Its answer, typed and refined; `Nil` is no answer.
    ///
    /// # Errors
    /// The handler's failure.
    fn invoke(&mut self, handler: &Arc<Handler>, args: &[Value]) -> Result<Value, Fault>;

    /// Told after the last call of a dispatch.
    fn done(&mut self) {}
}

/// Runs one dispatch.
///
/// # Errors
/// The first failure that the point does not let pass.
pub fn run(
    point: &'static Point,
    generation: &Generation,
    quarantined: &BTreeSet<String>,
    args: Vec<Value>,
    invoke: &mut dyn Invoke,
) -> Result<Outcome, Failed> {
    let registered = generation.registered(point.id);
    match point.combine {
        Combine::Fold { each: true, .. } => fold_each(point, registered, quarantined, args, invoke),
        Combine::Fold { append, .. } => fold(point, registered, quarantined, append, args, invoke),
        _ => ask(point, choose(registered, &args), quarantined, &args, invoke),
    }
}

/// Asks the handlers that were chosen, each for an answer of its own: at every point that folds
/// nothing.
///
/// # Errors
/// As [`run`].
pub(crate) fn ask(
    point: &'static Point,
    chosen: Vec<&Arc<Handler>>,
    quarantined: &BTreeSet<String>,
    args: &[Value],
    invoke: &mut dyn Invoke,
) -> Result<Outcome, Failed> {
    let mut run = Run { point, invoke, outcome: Outcome::default() };
    let mut seen = BTreeSet::new();
    for handler in chosen {
        if is_out(point, quarantined, handler) {
            continue;
        }
        let answered = run.call(handler, args, Vec::new())?;
        let Combine::First { per } = point.combine else { continue };
        if answered && per.is_none() {
            break;
        }
        if let (true, Some(key)) = (answered, per) {
            run.keep_first(key, &mut seen);
        }
    }
    Ok(run.finish(point.combine))
}

fn is_out(point: &Point, quarantined: &BTreeSet<String>, handler: &Handler) -> bool {
    point.failure.may_quarantine() && quarantined.contains(&handler.key())
}

struct Run<'a> {
    point: &'static Point,
    invoke: &'a mut dyn Invoke,
    outcome: Outcome,
}

impl Run<'_> {
    // Whether the handler answered; its failure is the call's unless the point lets it pass.
    fn call(&mut self, handler: &Arc<Handler>, args: &[Value], given: Vec<Value>) -> Result<bool, Failed> {
        let answered = self.invoke.invoke(handler, args);
        if self.point.failure.may_quarantine() {
            self.outcome.health.push((handler.key(), answered.is_ok()));
        }
        match answered {
            Ok(Value::Nil) => Ok(false),
            Ok(answer) => {
                self.outcome.steps.push(HandlerOutcome { handler: handler.clone(), answer, given });
                Ok(true)
            }
            Err(fault) => match self.point.failure {
                Failure::SkipAndShow | Failure::LogAndContinue => {
                    tracing::warn!(plugin = %fault.plugin, point = self.point.id, "{fault}");
                    self.outcome.skipped.push(fault);
                    Ok(false)
                }
                _ => Err(Failed::Handler(fault)),
            },
        }
    }

    // Of the last step's answers those whose key was given before are left out.
    fn keep_first(&mut self, key: &str, seen: &mut BTreeSet<String>) {
        let Some(step) = self.outcome.steps.last_mut() else { return };
        let answers = match std::mem::take(&mut step.answer) {
            Value::List(items) => items,
            one => vec![one],
        };
        let fresh: Vec<Value> =
            answers.into_iter().filter(|answer| seen.insert(answer.get(key).to_string())).collect();
        step.answer = Value::List(fresh);
    }

    fn finish(mut self, combine: Combine) -> Outcome {
        self.outcome.value = match combine {
            Combine::First { per: None } => {
                self.outcome.steps.first().map_or(Value::Nil, |s| s.answer.clone())
            }
            Combine::Collect | Combine::Veto | Combine::First { per: Some(_) } => {
                Value::List(self.outcome.steps.iter().flat_map(|s| items(&s.answer)).collect())
            }
            Combine::Fold { .. } | Combine::Notify | Combine::Lifecycle(_) => Value::Nil,
        };
        self.outcome
    }
}

fn items(answer: &Value) -> Vec<Value> {
    match answer {
        Value::List(items) => items.clone(),
        one => vec![one.clone()],
    }
}

fn fold(
    point: &'static Point,
    registered: &[(Arc<Handler>, Filters)],
    quarantined: &BTreeSet<String>,
    append: Option<Append>,
    mut args: Vec<Value>,
    invoke: &mut dyn Invoke,
) -> Result<Outcome, Failed> {
    let mut run = Run { point, invoke, outcome: Outcome::default() };
    for handler in choose(registered, &args) {
        if is_out(point, quarantined, handler) || !run.call(handler, &args, Vec::new())? {
            continue;
        }
        let Some(answer) = run.outcome.steps.last().map(|s| s.answer.clone()) else { continue };
        match (append, args.first_mut()) {
            // What is withheld is given whole where it is looked at.
            (Some(append), Some(argument)) if !withholds(point, argument) => {
                append_to(argument, &append, items(&answer));
            }
            (Some(_), Some(_)) => {}
            (_, Some(first)) => *first = answer,
            (_, None) => {}
        }
    }
    let mut outcome = run.finish(point.combine);
    outcome.value = args.into_iter().next().unwrap_or_default();
    Ok(outcome)
}

fn withholds(point: &Point, first: &Value) -> bool {
    let s = point.params.first().and_then(|param| param.ty.as_struct());
    s.is_some_and(|s| s.withholds(first))
}

fn append_to(argument: &mut Value, append: &Append, mut additions: Vec<Value>) {
    additions.retain(|answer| append.shows(argument, answer));
    let Value::Map(map) = argument else { return };
    match map.get_mut(append.list) {
        Some(Value::List(items)) => items.extend(additions),
        _ => {
            map.insert(append.list.into(), Value::List(additions));
        }
    }
}

// The first argument is a list; a handler gets the items its filters choose, and what it answers
// takes their place. The rest passes untouched.
fn fold_each(
    point: &'static Point,
    registered: &[(Arc<Handler>, Filters)],
    quarantined: &BTreeSet<String>,
    mut args: Vec<Value>,
    invoke: &mut dyn Invoke,
) -> Result<Outcome, Failed> {
    let mut all = match args.first_mut().map(std::mem::take) {
        Some(Value::List(items)) => items,
        _ => return Err(Failed::Call(format!("{}: the first argument must be a list", point.id))),
    };
    let mut run = Run { point, invoke, outcome: Outcome::default() };
    for (handler, filters) in registered {
        // The other arguments may be large; each item takes the first one's place among them.
        let mut concerned = |item: &Value| {
            args[0] = item.clone();
            filters.pass(&args) && choose(registered, &args).iter().any(|h| Arc::ptr_eq(h, handler))
        };
        let (given, rest): (Vec<Value>, Vec<Value>) = all.iter().cloned().partition(|item| concerned(item));
        if given.is_empty() || is_out(point, quarantined, handler) {
            continue;
        }
        args[0] = Value::List(given.clone());
        if !run.call(handler, &args, given)? {
            continue;
        }
        let Some(kept) = run.outcome.steps.last().map(|s| items(&s.answer)) else { continue };
        all = kept.into_iter().chain(rest).collect();
    }
    let mut outcome = run.finish(point.combine);
    outcome.value = Value::List(all);
    Ok(outcome)
}

/// Checks and converts arguments that come from outside (a command line, an example).
///
/// # Errors
/// The argument that does not fit, by name.
pub fn conform_args(point: &Point, args: Vec<Value>) -> Result<Vec<Value>, Failed> {
    let mut given = args.into_iter();
    let typed = point.params.iter().map(|param| {
        conform(&param.ty, given.next().unwrap_or_default())
            .map_err(|m| Failed::Call(format!("{}: {}: {m}", point.id, param.name)))
    });
    typed.collect()
}
