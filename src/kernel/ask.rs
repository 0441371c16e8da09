//! Questions an operator asks plugins directly: one point, or one line of Lua.

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
        let plan = self.plan().map_err(|e| Failed::Call(e.to_string()))?;
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.snapshot(), depth: 0 };
        self.host().dispatch(point, args, &scope, &mut Operator { office: self, plan: &plan })
    }

    /// Runs a line of Lua as the operator's reading handler would.
    ///
    /// # Errors
    /// Whatever goes wrong in it.
    pub fn eval(&self, source: &str) -> Result<Value, Fault> {
        let plan = self.plan().map_err(|e| broken(&e))?;
        let scope = Scope { generation: plan.generation.clone(), snapshot: self.snapshot(), depth: 0 };
        self.host().eval(source, &scope, &mut Operator { office: self, plan: &plan })
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

// Reads with the operator's rights; acts through commands of its own, never through a question.
struct Operator<'a> {
    office: &'a Office,
    plan: &'a Plan,
}

impl Services for Operator<'_> {
    fn call(&mut self, name: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        if name == "act" || name == "sequence" {
            return Err(format!("host.{name} changes the office; use `registrar act`"));
        }
        let tx = self.office.read().map_err(|e| e.to_string())?;
        let reading =
            Reading { office: self.office, plan: self.plan, principal: &Principal::Operator, tx: &*tx };
        reading.call(name, args)
    }
}
