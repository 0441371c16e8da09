//! What figures are told in: standings, explanations, awards, quotas, effects of rules, lists of rules. Who may see
//! them is asked by an `OfficeView`; whoever shows them needs no ledger.

pub use registrar_ledger::{
    Award, Closing, Effect, Explained, QuotaCell, QuotaRow, QuotaSheet, Standing, StandingQuery, StandingRow,
    effect, rules,
};
