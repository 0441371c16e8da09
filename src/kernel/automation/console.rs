//! Questions that are put to plugins directly, with the rights of whoever asks: one point, or one line
//! of Lua.

use crate::{
    access::Principal,
    automation::background::Background,
    error::KernelError,
    queries::{OperatorView, ask::ConsoleServices},
};
use registrar_host::{Caller, Failed, Fault, FaultKind, Outcome, Scope, Services};
use registrar_sdk::Value;
use serde::Serialize;

impl OperatorView<'_> {
    /// Calls the handlers of a point as the operator, and has what they would change only noted: nothing is
    /// written, sent or given out. Fails as the point declares.
    pub fn try_out(&self, point: &str, args: Vec<Value>) -> (Result<Outcome, Failed>, Vec<WithheldCall>) {
        let plan = match self.office.plan() {
            Ok(plan) => plan,
            Err(error) => return (Err(Failed::Call(error.to_string())), Vec::new()),
        };
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.office.snapshot(), depth: 0 };
        let asking = ConsoleServices { office: self.office, plan: &plan, by: &Principal::Operator };
        let mut services = DryRun { asking, withheld: Vec::new() };
        let outcome = self.office.host().dispatch(point, args, &scope, &mut services);
        (outcome, services.withheld)
    }

    /// Calls the handlers of a point as if what they are told of had happened: what they change is changed, with
    /// the rights of the plugin.
    ///
    /// # Errors
    /// As the point declares.
    pub fn call_in_earnest(&self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        let plan = self.office.plan().map_err(|error| Failed::Call(error.to_string()))?;
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.office.snapshot(), depth: 0 };
        let mut services = Background { office: self.office, plan: &plan, cause: None, tried: false };
        self.office.host().dispatch(point, args, &scope, &mut services)
    }

    /// Runs a line of Lua as the operator's reading handler would.
    ///
    /// # Errors
    /// Whatever goes wrong in it.
    pub fn eval(&self, source: &str) -> Result<Value, Fault> {
        let plan = self.office.plan().map_err(|e| broken(&e))?;
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.office.snapshot(), depth: 0 };
        self.office.host().eval(
            source,
            &scope,
            &mut ConsoleServices { office: self.office, plan: &plan, by: &Principal::Operator },
        )
    }
}

fn broken(error: &KernelError) -> Fault {
    Fault {
        plugin: "kernel".into(),
        file: String::new(),
        line: None,
        point: None,
        kind: FaultKind::Declaration,
        message: error.to_string(),
        said: None,
    }
}

/// A host call that was not made, since it would have changed something.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WithheldCall {
    /// The plugin that made it.
    pub plugin: String,
    /// Its name: `state.set`, `act`.
    pub call: String,
    /// Its arguments.
    pub args: Vec<Value>,
}

/// Asks, and notes what would be changed.
struct DryRun<'a> {
    asking: ConsoleServices<'a>,
    withheld: Vec<WithheldCall>,
}

impl Services for DryRun<'_> {
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        match name {
            // The number that would be given, and is not.
            "sequence" => {
                let tx = self.asking.office.read().map_err(|e| e.to_string())?;
                let name = args.first().and_then(Value::as_str).unwrap_or_default();
                tx.sequence(name).map(|last| Value::Int(last + 1)).map_err(|e| e.to_string())
            }
            // They give a file, and change nothing.
            "render" | "package" => {
                let (office, plan) = (self.asking.office, self.asking.plan);
                Background { office, plan, cause: None, tried: true }.call(name, caller, args)
            }
            _ => self.asking.call(name, caller, args),
        }
    }

    fn instead(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Option<Result<Value, String>> {
        if matches!(name, "render" | "package") {
            return None;
        }
        let (plugin, call) = (caller.plugin.id.clone(), name.to_owned());
        self.withheld.push(WithheldCall { plugin, call, args: args.to_vec() });
        Some(match name {
            "state.swap" => Ok(Value::Bool(true)),
            "state.set" | "files.write" | "mail" => Ok(Value::Nil),
            // What it answers could only be made up.
            _ => {
                Err("is not done when a point is only tried; `registrar call POINT --act` does it".to_owned())
            }
        })
    }
}
