//! How a handler's plain answers about packed rows become postings: what its options say once for all of them.

use crate::{
    model::{
        interner::{Code, Interner},
        posting::RuleRef,
    },
    scoring::row_columns::RowColumns,
};
use registrar_contract::refine;
use registrar_host::Handler;
use registrar_sdk::{Amount, Value};
use std::sync::Arc;

/// What a handler's options say of its answers.
pub(crate) struct HandlerPlan {
    pub rule: Code,
    pub clause: Code,
    pub measure: Code,
    pub tag: Code,
    /// The leaves that the option `account` names: the record's, else the event's.
    pub accounts: [Option<usize>; 2],
    handler: Arc<Handler>,
}

/// To whom an amount goes that is given to nobody by name.
pub(crate) enum Receivers {
    One(Code),
    /// Several, who share it as the handler's options say.
    Several(Vec<Code>),
    /// There is none to be had simply.
    Unknown,
}

impl HandlerPlan {
    pub fn of(names: &Interner, handler: &Arc<Handler>, columns: &RowColumns) -> HandlerPlan {
        let option = |name: &str| match handler.option(name) {
            Value::Text(text) if !text.is_empty() => names.code(text),
            _ => 0,
        };
        let account = handler.option("account").as_str();
        HandlerPlan {
            rule: names.rule(&RuleRef::of(handler)),
            clause: option("clause"),
            measure: option("measure"),
            tag: option("tag"),
            accounts: account.map_or([None, None], |field| columns.account(field)),
            handler: handler.clone(),
        }
    }

    /// What each of those gets of an amount; `None` if that can't be said simply.
    pub fn shared(&self, amount: Amount, receivers: Receivers) -> Option<Vec<(Code, Amount)>> {
        let parts = match receivers {
            Receivers::One(account) => vec![(account, amount)],
            Receivers::Several(accounts) if !accounts.is_empty() => {
                let field = self.handler.option("account").as_str().unwrap_or_default();
                let share = self.handler.option("share");
                let parts = refine::shares(amount, accounts.len(), field, share).ok()?;
                accounts.into_iter().zip(parts).collect()
            }
            Receivers::Several(_) | Receivers::Unknown => return None,
        };
        // No account has the code 0.
        parts.iter().all(|(account, _)| *account != 0).then_some(parts)
    }
}
