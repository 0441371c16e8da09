//! Questions that are put to plugins, with the rights of whoever asks.

use crate::{
    access::Principal,
    office::{Office, OfficeGeneration},
    queries::{OfficeView, read_calls::ReadCalls},
};
use registrar_host::{Caller, Failed, Outcome, Scope, Services};
use registrar_sdk::Value;

impl OfficeView<'_> {
    /// Calls the handlers of a point with the rights of who looks: what they may not see no handler sees for
    /// them. Nothing is stored but what a handler's own effects store.
    ///
    /// # Errors
    /// As the point declares.
    pub fn ask(&self, point: &str, args: Vec<Value>) -> Result<Outcome, Failed> {
        let none = || Failed::Call(format!("{point} gave no answer"));
        self.office.ask_all_as(self.by, point, vec![args]).pop().unwrap_or_else(|| Err(none()))
    }
}

impl Office {
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
        self.host().dispatch_all(point, args, &scope, &mut ConsoleServices { office: self, plan: &plan, by })
    }
}

// Reads with the rights of whoever asks; acts through commands of its own, never through a question.
pub(crate) struct ConsoleServices<'a> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    pub by: &'a Principal,
}

impl Services for ConsoleServices<'_> {
    fn call(&mut self, name: &str, _: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        if name == "act" || name == "sequence" {
            return Err(format!("host.{name} changes the office; use `registrar act`"));
        }
        let tx = self.office.read().map_err(|e| e.to_string())?;
        ReadCalls { office: self.office, plan: self.plan, principal: self.by, tx: &*tx }.call(name, args)
    }
}
