//! Questions that are put to plugins directly, with the rights of whoever asks: one point, or one line
//! of Lua.

use crate::{
    access::Principal,
    calls::Reading,
    error::KernelError,
    office::{Office, Plan},
};
use registrar_host::{Caller, Failed, Fault, FaultKind, Outcome, Scope, Services};
use registrar_sdk::Value;

impl Office {
    /// Calls the handlers of a point as the operator: for looking and trying. Nothing is stored but
    /// what a handler's own effects store.
    ///
    /// # Errors
    /// As the point declares.
    pub fn ask(&self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        self.ask_as(&Principal::Operator, point, args)
    }

    /// [`Office::ask`] with the rights of someone: what they may not see no handler sees for them.
    ///
    /// # Errors
    /// As the point declares.
    pub fn ask_as(&self, by: &Principal, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        let none = || Failed::Call(format!("{point} gave no answer"));
        self.ask_all_as(by, point, vec![args]).pop().unwrap_or_else(|| Err(none()))
    }

    /// The same question about many things, in one go; the answers in their order.
    pub(crate) fn ask_all_as(
        &self,
        by: &Principal,
        point: &str,
        args: Vec<Vec<Value>>,
    ) -> Vec<Result<Outcome, Failed>> {
        let plan = match self.plan() {
            Ok(plan) => plan,
            Err(error) => return args.iter().map(|_| Err(Failed::Call(error.to_string()))).collect(),
        };
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.snapshot(), depth: 0 };
        self.host().dispatch_all(point, args, &scope, &mut Asking { office: self, plan: &plan, by })
    }

    /// Runs a line of Lua as the operator's reading handler would.
    ///
    /// # Errors
    /// Whatever goes wrong in it.
    pub fn eval(&self, source: &str) -> Result<Value, Fault> {
        let plan = self.plan().map_err(|e| broken(&e))?;
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.snapshot(), depth: 0 };
        self.host().eval(source, &scope, &mut Asking { office: self, plan: &plan, by: &Principal::Operator })
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
    }
}

// Reads with the rights of whoever asks; acts through commands of its own, never through a question.
struct Asking<'a> {
    office: &'a Office,
    plan: &'a Plan,
    by: &'a Principal,
}

impl Services for Asking<'_> {
    fn call(&mut self, name: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        if name == "act" || name == "sequence" {
            return Err(format!("host.{name} changes the office; use `registrar act`"));
        }
        let tx = self.office.read().map_err(|e| e.to_string())?;
        Reading { office: self.office, plan: self.plan, principal: self.by, tx: &*tx }.call(name, args)
    }
}
