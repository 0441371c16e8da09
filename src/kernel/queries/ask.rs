//! Questions that are put to plugins, with the rights of whoever asks.

use crate::{
    access::Principal,
    error::KernelError,
    office::{Office, OfficeGeneration},
    queries::{OfficeView, read_calls::ReadCalls, vote},
};
use registrar_contract::OFFICE;
use registrar_host::{Caller, Failed, Outcome, Scope, Services};
use registrar_sdk::{Value, conform::conform};

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

impl OfficeView<'_> {
    /// Checks a vote (contract: `vote`) and counts it, with the rights of who asks; answers a `voted`.
    ///
    /// # Errors
    /// The vote is not of its type, nobody counts votes of its kind, or a plugin failed.
    pub fn vote(&self, said: Value) -> Result<Value, KernelError> {
        let plan = self.office.plan()?;
        let params = OFFICE.call("vote").map_or(&[][..], |call| call.params);
        let said = match params.first() {
            Some(param) => conform(&param.ty, said).map_err(|why| KernelError::refused(why.to_string()))?,
            None => said,
        };
        let mut services = ConsoleServices { office: self.office, plan: &plan, by: self.by };
        vote::count(self.office, &plan, 0, &mut services, &said).map_err(KernelError::refused)
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
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        if name == "vote" {
            let (office, plan) = (self.office, self.plan);
            return vote::count(office, plan, caller.depth + 1, self, args.first().unwrap_or(&Value::Nil));
        }
        if name == "act" || name == "sequence" {
            return Err(format!("host.{name} changes the office; use `registrar act`"));
        }
        let tx = self.office.read().map_err(|e| e.to_string())?;
        ReadCalls { office: self.office, plan: self.plan, principal: self.by, tx: &*tx }.call(name, args)
    }
}
