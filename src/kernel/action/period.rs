//! What an action on a period must say: a closing seals the figures itself, a reopening has a reason, a
//! tie is decided among its candidates.

use super::{Act, ActError, ActionTx};
use crate::error::KernelError;
use registrar_domain::{
    Period,
    reserved::{CLOSE, DECIDE, PERIOD, REOPEN},
};
use registrar_ledger::periods::period_close;
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeSet;

impl ActionTx<'_> {
    /// A decision is about a tie that waits for one, or one that was decided before.
    fn tie_is_there(
        &self,
        act: &Act,
        period: Period,
        candidates: &[&str],
        chosen: usize,
    ) -> Result<(), ActError> {
        let refuse = |why: String| Err(KernelError::refused(why).into());
        let Some(register) = act.fields.get("register").and_then(Value::as_str) else {
            return refuse("a decision names the `register` whose tie it is".to_owned());
        };
        self.plan.registers.find(register)?;
        if self.office.ledger().is_none() {
            return Ok(());
        }
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<String>>();
        let wanted = set(candidates);
        let ties = self.office.ties(register, period)?;
        let of = |tie: &(Vec<String>, i64)| tie.0.iter().cloned().collect::<BTreeSet<_>>() == wanted;
        if let Some((_, places)) = ties.iter().find(|tie| of(tie)) {
            let fits = (1..=*places).contains(&i64::try_from(chosen).unwrap_or(i64::MAX));
            return if fits {
                Ok(())
            } else {
                refuse(format!("{places} of them are to be chosen, not {chosen}"))
            };
        }
        let decided = self.tx.events_of(PERIOD, &period.to_string())?.into_iter().any(|event| {
            let names = event.fields.get("candidates").map(|names| names.items()).unwrap_or_default();
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            !event.dead && event.action == DECIDE && set(&names) == wanted
        });
        if decided {
            return Ok(());
        }
        let known: Vec<String> =
            ties.iter().map(|(names, places)| format!("{} ({places} places)", names.join(" "))).collect();
        refuse(match known.is_empty() {
            true => format!("no tie of {register} in {period} waits for a decision"),
            false => format!(
                "there is no such tie of {register} in {period}; those that wait: {}",
                known.join("; ")
            ),
        })
    }

    /// The fields of an action on a period, filled in and checked.
    ///
    /// # Errors
    /// What it lacks, or why the period can't be closed or opened.
    pub fn of_period(&self, act: &Act) -> Result<Map, ActError> {
        let refuse = |why: String| Err(KernelError::refused(why).into());
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
                Ok(ledger.seal(self.office, period, self.today).map_err(KernelError::from)?)
            }
            REOPEN => {
                let reason = act.fields.get("reason").and_then(Value::as_str).map_or("", str::trim);
                if reason.is_empty() {
                    return refuse("reopen: say why in `reason`".to_owned());
                }
                let closures = period_close::closures(&*self.tx)?;
                let larger = period_close::closed_with(&closures, period).find(|closed| *closed != period);
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
                if let Some(one) = chosen.iter().find(|one| !candidates.contains(one)) {
                    return refuse(format!(
                        "{one} is chosen but no candidate; the candidates are {}",
                        candidates.join(", ")
                    ));
                }
                self.tie_is_there(act, period, &candidates, chosen.len())?;
                Ok(act.fields.clone())
            }
            _ => Ok(act.fields.clone()),
        }
    }
}
