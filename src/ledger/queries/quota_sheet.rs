//! What everyone owed and had in the periods of a longer one: a row for each quota, a cell for each period.

use crate::{
    error::LedgerError,
    rebuild::ledger::Ledger,
    scoring::scoring_context::{LedgerSource, RuleGeneration},
};
use jiff::civil::Date;
use registrar_domain::{BilingualText, Period, PeriodKind};
use registrar_sdk::{Amount, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// The quotas of a register within a period.
#[derive(Clone, Debug, Default)]
pub struct QuotaSheet {
    /// The periods in which something is owed, in order of kind and day.
    pub periods: Vec<Period>,
    /// The quotas, by the official order of their units, then as the rules name them.
    pub rows: Vec<QuotaRow>,
    /// Accounts whose quotas can't be told, and why.
    pub faults: Vec<(String, String)>,
}

/// One quota of one account.
#[derive(Clone, Debug)]
pub struct QuotaRow {
    /// Whose it is.
    pub account: String,
    /// Its name.
    pub name: String,
    /// What it is called.
    pub title: BilingualText,
    /// By period of the sheet: what was owed and had; none where nothing was owed, or where it has not begun.
    pub cells: Vec<Option<QuotaCell>>,
}

/// What was owed and had in a period.
#[derive(Clone, Debug, Serialize)]
pub struct QuotaCell {
    /// How much was owed.
    pub owed: Amount,
    /// How much there was; of an average the average.
    pub have: Amount,
    /// What was missing.
    pub short: Amount,
    /// Whether it was met.
    pub met: bool,
    /// Whether the period has ended.
    pub over: bool,
    /// The clause that says so.
    pub clause: Option<String>,
    /// The plugin whose clause it is.
    pub plugin: Option<String>,
}

impl QuotaRow {
    /// In how many periods that have ended it was met, and in how many there were.
    pub fn met(&self) -> (usize, usize) {
        let ended = || self.cells.iter().flatten().filter(|cell| cell.over);
        (ended().filter(|cell| cell.met).count(), ended().count())
    }
}

impl Ledger {
    /// What every account owed and had in each period within another, as far as they have begun by a day: in those of
    /// the other's own kind, if something is owed in them, else in all shorter kinds in which something is.
    ///
    /// # Errors
    /// The store failed, or the register is not there.
    pub fn quota_sheet(
        &self,
        basis: &dyn LedgerSource,
        register: &str,
        measure: &str,
        within: Period,
        today: Date,
    ) -> Result<QuotaSheet, LedgerError> {
        let live = self.live.load_full();
        let world = live.world(basis);
        world.rules.registers.find(register)?;
        let mut kinds = kinds(&world.rules, register);
        match kinds.contains(&within.kind()) {
            true => kinds = vec![within.kind()],
            false => kinds.retain(|kind| *kind < within.kind()),
        }
        let inside = |kind: PeriodKind| {
            let periods = Period::spanning(within.first(), within.last(), kind);
            periods.into_iter().filter(|period| within.encloses(*period))
        };
        let periods: Vec<Period> = kinds.into_iter().flat_map(inside).collect();
        let directory = &world.directory;
        let order = |account: &str| {
            let unit =
                directory.unit(account, within.last()).or_else(|| directory.unit(account, within.first()));
            unit.map_or(i64::MAX, |unit| unit.order)
        };
        let mut rows = BTreeMap::<(i64, String), Vec<QuotaRow>>::new();
        let mut faults = Vec::new();
        for (at, period) in periods.iter().enumerate().filter(|(_, period)| period.first() <= today) {
            for (account, owed) in self.quotas(basis, register, measure, *period)? {
                let quotas = match owed {
                    Ok(quotas) => quotas,
                    Err(why) => {
                        faults.push((account, why));
                        continue;
                    }
                };
                let own = rows.entry((order(&account), account.clone())).or_default();
                for quota in quotas {
                    let name = quota.get("name").as_str().unwrap_or_default();
                    let known = own.iter().position(|row| row.name == name).unwrap_or_else(|| {
                        let title = BilingualText::read(quota.get("title")).or(name);
                        let cells = periods.iter().map(|_| None).collect();
                        own.push(QuotaRow { account: account.clone(), name: name.to_owned(), title, cells });
                        own.len() - 1
                    });
                    own[known].cells[at] = Some(cell(&quota, period.last() < today));
                }
            }
        }
        faults.sort();
        faults.dedup();
        Ok(QuotaSheet { periods, rows: rows.into_values().flatten().collect(), faults })
    }
}

/// The kinds of period in which something of a register is owed.
fn kinds(rules: &RuleGeneration, register: &str) -> Vec<PeriodKind> {
    let mut kinds = Vec::new();
    let handlers = rules.generation.handlers(crate::periods::quota::POINT);
    for handler in handlers.iter().filter(|handler| handler.admits("register", register)) {
        let named: Vec<PeriodKind> = handler.words("period").filter_map(PeriodKind::named).collect();
        kinds.extend(if named.is_empty() { vec![PeriodKind::Month] } else { named });
    }
    kinds.sort();
    kinds.dedup();
    kinds
}

fn cell(quota: &Value, over: bool) -> QuotaCell {
    let amount = |key: &str| quota.get(key).as_amount();
    QuotaCell {
        owed: amount("count").or_else(|| amount("points")).unwrap_or_default(),
        have: amount("have").unwrap_or_default(),
        short: amount("short").unwrap_or_default(),
        met: quota.get("met").as_bool() == Some(true),
        over,
        clause: quota.get("clause").as_str().map(str::to_owned),
        plugin: quota.get("plugin").as_str().map(str::to_owned),
    }
}
