//! Host calls, whoever makes them: when they may be made, and who answers. Knows nothing of Lua or
//! native code.

use crate::{
    plugin::{
        body::Body,
        quota::{CallWrites, Quota, is_write},
        services::Snapshot,
    },
    runtime::{
        allowance::Spending,
        host_call::{AskLink, HostCallRequest},
    },
};
use registrar_sdk::{AnsweredBy, Contract, HostCall, Phase, Point, Value, conform::conform};
use std::{sync::Arc, time::Duration};

/// Under what circumstances a plugin's handlers are called.
pub struct Context {
    /// The point.
    pub point: &'static Point,
    /// Answers inline.
    pub snapshot: Arc<dyn Snapshot>,
    /// Asks the dispatching thread; `None` where nobody waits (examples).
    pub(crate) link: Option<AskLink>,
    /// How many dispatches deep.
    pub depth: u8,
    /// In an example: answers to host calls, by name.
    pub canned: Value,
    /// What host calls took.
    pub(crate) spending: Spending,
    /// What this call of a handler has written.
    pub(crate) written: CallWrites,
    /// What it may write and say: the operator may change it while the plugin serves.
    pub(crate) quota: Arc<Quota>,
}

/// Calls the host itself answers, and when they may be made unless the contract says otherwise.
pub(crate) const OWN: &[(&str, &[Phase])] = &[
    ("on", &[Phase::Load]),
    ("rules", &[Phase::Load]),
    ("example", &[Phase::Load]),
    ("examples", &[Phase::Load]),
    ("require", &[Phase::Load]),
    ("figure", &Phase::ALL),
    ("log", &Phase::ALL),
    ("log.debug", &Phase::ALL),
    ("log.info", &Phase::ALL),
    ("log.warn", &Phase::ALL),
    ("log.error", &Phase::ALL),
    ("state.get", &[Phase::Read, Phase::Effect]),
    ("state.set", &[Phase::Effect]),
    ("state.update", &[Phase::Effect]),
    ("files.read", &[Phase::Read, Phase::Effect]),
    ("files.list", &[Phase::Read, Phase::Effect]),
    ("files.write", &[Phase::Effect]),
    ("now", &[]),
];

// Not in a contract: how native code does what `state.update` does with a closure.
const SWAP: &str = "state.swap";

/// How the dispatching thread is asked.
pub(crate) type AskFn<'a> = &'a mut dyn FnMut(&'static str, Vec<Value>) -> Result<Value, String>;

/// When a call may be made, and with which capability.
pub(crate) struct CallRule {
    pub(crate) name: &'static str,
    pub(crate) phases: &'static [Phase],
    pub(crate) capability: Option<&'static str>,
}

/// When a call may be made.
pub(crate) fn phases(name: &str, contract: &'static Contract) -> &'static [Phase] {
    let own = || OWN.iter().find(|(own, _)| *own == name).map(|(_, phases)| *phases);
    contract.call(name).map(|call| call.phases).or_else(own).unwrap_or_default()
}

impl CallRule {
    /// Of a call the host itself answers, as the contract declares it or else as [`OWN`] says.
    pub(crate) fn own(
        name: &'static str,
        phases: &'static [Phase],
        declared: Option<&'static HostCall>,
    ) -> CallRule {
        let default = if name.starts_with("files.") { Some("files") } else { None };
        CallRule {
            name,
            phases: declared.map_or(phases, |c| c.phases),
            capability: declared.map_or(default, |c| c.capability),
        }
    }

    /// Of a call that is there while sources run.
    pub(crate) fn loading(name: &'static str) -> CallRule {
        CallRule { name, phases: &[Phase::Load], capability: None }
    }

    /// Of a call that the embedding program or a function answers.
    pub(crate) fn declared(call: &'static HostCall) -> CallRule {
        CallRule { name: call.name, phases: call.phases, capability: call.capability }
    }

    /// Refuses a call outside its phase, or without its capability.
    pub(crate) fn check(
        &self,
        body: &Body,
        phase: Phase,
        point: Option<&'static Point>,
    ) -> Result<(), String> {
        let name = self.name;
        if !self.phases.contains(&phase) && !point.is_some_and(|p| p.extra_calls.contains(&name)) {
            let place = point
                .map_or("while sources run".to_owned(), |p| format!("at {} ({} phase)", p.id, phase.name()));
            let allowed: Vec<_> = self.phases.iter().map(|p| p.name()).collect();
            let remedy = if allowed.is_empty() {
                "only where a point names it".into()
            } else {
                format!("allowed in: {}", allowed.join(", "))
            };
            return Err(format!("host.{name} cannot be called {place}; {remedy}"));
        }
        match self.capability {
            Some(needed) if !body.info.capabilities.iter().any(|c| c == needed) => Err(format!(
                "host.{name} needs the capability \"{needed}\": add capabilities = [\"{needed}\"] to plugin.toml"
            )),
            _ => Ok(()),
        }
    }
}

/// Too many arguments for a call.
pub(crate) fn surplus(call: &HostCall, given: usize) -> Option<String> {
    let takes = call.params.len();
    (given > takes).then(|| format!("host.{} takes {takes} arguments, not {given}", call.name))
}

/// Answers a call that a contract declares; `args` conform to its parameters.
pub(crate) fn answer(
    call: &'static HostCall,
    args: Vec<Value>,
    context: Option<&Context>,
    ask: AskFn<'_>,
) -> Result<Value, String> {
    if let AnsweredBy::Function(function) = call.place {
        return function(&args);
    }
    let context = context.ok_or("not available while sources run")?;
    if let Some(canned) = context.canned.as_map().and_then(|m| m.get(call.name)) {
        return Ok(said(canned.clone()));
    }
    match call.place {
        AnsweredBy::Snapshot => context.snapshot.call(call.name, &args),
        _ => ask(call.name, args),
    }
}

// A table has no room for nil: in an example `host.null` stands for no answer.
fn said(canned: Value) -> Value {
    if canned.is_absent() { Value::Nil } else { canned }
}

/// Whether a text is a day, as figures are asked for it.
pub(crate) fn figure_day(day: &str) -> Result<(), String> {
    match day.parse::<jiff::civil::Date>() {
        Ok(date) if date.to_string() == day => Ok(()),
        _ => Err(format!("host.figure: \"{day}\" is no day; write it like 2023-02-14")),
    }
}

// What a figure of the caller is on a day, for code that is not Lua.
fn figure(caller: &Body, args: &[Value]) -> Result<Value, String> {
    let [Value::Text(name), Value::Text(day)] = args else {
        return Err("host.figure takes a name and a day".into());
    };
    figure_day(day)?;
    let figures = &caller.info.figures;
    let figure = figures.get(&**name).ok_or_else(|| crate::plugin::figure::unknown(figures, name))?;
    Ok(figure.on(day).map_or(Value::Nil, |(_, amount)| Value::Amount(amount)))
}

/// Answers `state.get`, `state.set`, `files.*` and `now`.
pub(crate) fn answer_own(
    name: &'static str,
    args: Vec<Value>,
    context: Option<&Context>,
    ask: AskFn<'_>,
) -> Result<Value, String> {
    if let Some(canned) = context.and_then(|c| c.canned.as_map()?.get(name).cloned()) {
        return Ok(said(canned));
    }
    match name {
        "now" if !args.is_empty() => Err("takes no arguments".into()),
        "state.get" | "state.set" | "files.read" | "files.write"
            if args.first().and_then(Value::as_str).is_none() =>
        {
            Err("the first argument must be text".into())
        }
        _ => ask(name, args),
    }
}

/// Asks the dispatching thread and waits, within the point's I/O budget.
pub(crate) fn ask(
    context: &Context,
    caller: &Arc<Body>,
    name: &'static str,
    args: Vec<Value>,
) -> Result<Value, String> {
    let Some(link) = &context.link else {
        return Err(format!(
            "host.{name} has no answer in an example; give one in `calls = {{ [\"{name}\"] = … }}`"
        ));
    };
    let budget = Duration::from_millis(context.point.io_budget_ms.into());
    let used_up = || {
        format!(
            "what this handler asked of the host took more than the {} ms that {} allows, added up; \
             ask for less, or fewer times",
            budget.as_millis(),
            context.point.id
        )
    };
    if is_write(name, phases(name, caller.contract)) {
        context.written.add(&context.quota, &args)?;
    }
    let left = context.spending.left(budget).ok_or_else(used_up)?;
    let (answer, inbox) = crossbeam_channel::bounded(1);
    let sent = link(HostCallRequest {
        name,
        args,
        caller: caller.clone(),
        point: context.point.id,
        phase: context.point.phase,
        depth: context.depth,
        left,
        answer,
    });
    let gone = || (Err("the caller is gone".to_owned()), Duration::ZERO);
    let (outcome, spent) = if sent { inbox.recv().unwrap_or_else(|_| gone()) } else { gone() };
    context.spending.add(spent);
    match context.spending.left(budget) {
        Some(_) => outcome,
        None => Err(used_up()),
    }
}

/// Makes a call by its name, with every check; for code that is not Lua. `STRUCT:METHOD` calls a
/// method that the contract declares on a struct, the struct being the first argument.
pub(crate) fn make(
    caller: &Arc<Body>,
    context: &Context,
    name: &str,
    mut args: Vec<Value>,
) -> Result<Value, String> {
    let (point, phase) = (context.point, context.point.phase);
    let told = |problem: String| format!("host.{name}: {problem}");
    if let Some((of, method)) = name.split_once(':') {
        return call_method(caller.contract, of, method, args).map_err(told);
    }
    let mut ask = |name, args| ask(context, caller, name, args);
    if let Some(call) = caller.contract.call(name).filter(|c| !matches!(c.place, AnsweredBy::Host)) {
        CallRule::declared(call).check(caller, phase, Some(point))?;
        if let Some(problem) = surplus(call, args.len()) {
            return Err(problem);
        }
        args.resize(call.params.len(), Value::Nil);
        let typed = args.into_iter().zip(call.params).map(|(value, param)| {
            conform(&param.ty, value).map_err(|problem| told(format!("{}: {problem}", param.name)))
        });
        let typed = typed.collect::<Result<_, _>>()?;
        return answer(call, typed, Some(context), &mut ask).map_err(told);
    }
    // Those that take a script's functions and tables are Lua's.
    let by_value = |own: &str| !phases(own, caller.contract).eq(&[Phase::Load]) && own != "state.update";
    if name == "figure" {
        return figure(caller, &args);
    }
    if name == SWAP {
        CallRule::own(SWAP, &[Phase::Effect], None).check(caller, phase, Some(point))?;
        return answer_own(SWAP, args, Some(context), &mut ask).map_err(told);
    }
    match OWN.iter().find(|(own, _)| *own == name && by_value(own) && !own.starts_with("log")) {
        Some((own, phases)) => {
            CallRule::own(own, phases, caller.contract.call(own)).check(caller, phase, Some(point))?;
            answer_own(own, args, Some(context), &mut ask).map_err(told)
        }
        None => {
            let known = OWN.iter().map(|(own, _)| *own).chain(caller.contract.calls.iter().map(|c| c.name));
            Err(format!("host.{name} does not exist{}", registrar_sdk::suggest::nearest(name, known)))
        }
    }
}

fn call_method(
    contract: &registrar_sdk::Contract,
    of: &str,
    method: &str,
    mut args: Vec<Value>,
) -> Result<Value, String> {
    let structs = contract.points.iter().flat_map(|p| p.params).filter_map(|p| p.ty.as_struct());
    let declared = structs.filter(|s| s.name == of).flat_map(|s| s.methods).find(|m| m.name == method);
    let declared =
        declared.ok_or_else(|| format!("no argument of a point is a `{of}` with such a method"))?;
    if args.is_empty() {
        return Err(format!("the first argument must be the {of}"));
    }
    let this = args.remove(0);
    args.resize(declared.params.len(), Value::Nil);
    let typed = args.into_iter().zip(declared.params);
    let typed: Vec<Value> = typed
        .map(|(value, param)| conform(&param.ty, value).map_err(|m| format!("{}: {m}", param.name)))
        .collect::<Result<_, _>>()?;
    (declared.run)(&this, &typed)
}
