//! Host calls inside an action.

use crate::{
    access::Principal,
    office::{Office, OfficeGeneration},
    queries::{read_calls::ReadCalls, vote},
};
use registrar_domain::WriteTx;
use registrar_host::{Caller, Services};
use registrar_sdk::Value;

/// Calls inside an action: they see its open transaction, with the rights of who acts.
pub(crate) struct InTransaction<'a, 't> {
    pub office: &'a Office,
    pub plan: &'a OfficeGeneration,
    pub principal: &'a Principal,
    pub tx: &'a mut (dyn WriteTx + 't),
}

impl Services for InTransaction<'_, '_> {
    fn call(&mut self, name: &str, caller: &Caller<'_>, args: &[Value]) -> Result<Value, String> {
        match name {
            "vote" => {
                let (office, plan) = (self.office, self.plan);
                vote::count(office, plan, caller.depth + 1, self, args.first().unwrap_or(&Value::Nil))
            }
            "sequence" => {
                let name = args.first().and_then(Value::as_str).unwrap_or_default();
                self.tx.next_in_sequence(name).map(Value::Int).map_err(|e| e.to_string())
            }
            "act" => Err("host.act is not available inside an action; answer action.effect instead".into()),
            _ => ReadCalls { office: self.office, plan: self.plan, principal: self.principal, tx: &*self.tx }
                .call(name, args),
        }
    }
}
