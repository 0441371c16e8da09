//! What an action on a period must say: a closing seals the figures itself, a reopening has a reason, a
//! tie is decided among its candidates.

use super::{Act, ActError, Work};
use crate::{
    error::KernelError,
    ledger::{self, CLOSE, DECIDE, REOPEN},
    period::Period,
};
use registrar_sdk::{Value, value::Map};

impl Work<'_> {
    /// The fields of an action on a period, filled in and checked.
    ///
    /// # Errors
    /// What it lacks, or why the period can't be closed or opened.
    pub fn of_period(&self, act: &Act) -> Result<Map, ActError> {
        let refuse = |why: String| Err(KernelError::Refused(why).into());
        let name = act.record.as_deref().unwrap_or_default();
        let period: Period = match name.parse() {
            Ok(period) => period,
            Err(why) => return refuse(format!("{}: the record is a period's name: {why}", act.action)),
        };
        match act.action.as_str() {
            CLOSE => {
                let Some(ledger) = self.office.ledger() else {
                    return refuse(format!("{period} can't be closed: this office keeps no ledger"));
                };
                // What is sealed is what the ledger says now, whatever was filled in.
                ledger.seal(period, self.today).map_err(ActError::Kernel)
            }
            REOPEN => {
                let reason = act.fields.get("reason").and_then(Value::as_str).map_or("", str::trim);
                if reason.is_empty() {
                    return refuse("reopen: say why in `reason`".to_owned());
                }
                let closures = ledger::closures(&*self.tx).map_err(ActError::Kernel)?;
                let larger = ledger::closed_with(&closures, period).find(|closed| *closed != period);
                if let Some(larger) = larger {
                    return refuse(format!(
                        "{period} is closed with {larger}, so it can't be reopened by itself; reopen {larger}"
                    ));
                }
                if !closures.iter().any(|closure| closure.period == period) {
                    return refuse(format!("{period} is not closed, so it can't be reopened"));
                }
                Ok(Map::from([("reason".into(), Value::text(reason))]))
            }
            DECIDE => {
                let names = |key: &str| -> Option<Vec<&str>> {
                    act.fields.get(key)?.as_list()?.iter().map(Value::as_str).collect()
                };
                let (Some(candidates), Some(chosen)) = (names("candidates"), names("chosen")) else {
                    return refuse(
                        "a decision lists the `candidates` of the tie and, of them, the `chosen`".to_owned(),
                    );
                };
                match chosen.iter().find(|one| !candidates.contains(one)) {
                    Some(one) => refuse(format!(
                        "{one} is chosen but no candidate; the candidates are {}",
                        candidates.join(", ")
                    )),
                    None => Ok(act.fields.clone()),
                }
            }
            _ => Ok(act.fields.clone()),
        }
    }
}
