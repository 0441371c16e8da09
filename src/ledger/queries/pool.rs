//! Which accounts of a register are ranked together.

use crate::{
    error::LedgerError, queries::standing_row::StandingRow, scoring::scoring_context::ScoringContext,
};
use registrar_domain::{Period, Register, Unknown};
use registrar_sdk::suggest::nearest;
use std::collections::BTreeSet;

/// The pool of a class, by the register's own.
pub(super) fn pool_of(register: &Register, class: &str) -> Option<String> {
    register
        .pools
        .iter()
        .find(|(_, pool)| pool.classes.iter().any(|c| c == class))
        .map(|(name, _)| name.clone())
}

/// Which accounts are ranked together.
pub(super) struct Pool {
    pub(super) name: String,
    /// Their classes; `None`: all.
    classes: Option<Vec<String>>,
}

impl Pool {
    /// The pool of a name: one of the register's, or of a class.
    pub(super) fn named(
        world: &ScoringContext<'_>,
        register: Option<&Register>,
        name: &str,
        period: Period,
    ) -> Result<Pool, LedgerError> {
        if let Some(pool) = register.and_then(|r| r.pools.get(name)) {
            let classes = (!pool.classes.is_empty()).then(|| pool.classes.clone());
            return Ok(Pool { name: name.to_owned(), classes });
        }
        let mut known: BTreeSet<String> =
            register.into_iter().flat_map(|r| r.pools.keys().cloned()).collect();
        let units = world.directory.units_between(period.first(), period.last());
        known.extend(units.into_iter().map(|unit| unit.class).filter(|class| !class.is_empty()));
        if known.contains(name) || name == "person" {
            return Ok(Pool { name: name.to_owned(), classes: Some(vec![name.to_owned()]) });
        }
        let names = known.iter().map(String::as_str);
        Err(LedgerError::from(Unknown { what: "pool", name: name.to_owned(), hint: nearest(name, names) }))
    }

    pub(super) fn holds(&self, row: &StandingRow) -> bool {
        let class = row.unit.get("class").as_str().unwrap_or_default();
        self.classes.as_ref().is_none_or(|classes| classes.iter().any(|c| c == class))
    }
}
