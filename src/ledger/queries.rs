//! What is read from a ledger: standings, awards, what is owed, which periods are closed.

pub mod award;
pub mod closing_list;
pub mod period_view;
pub mod quota_sheet;
pub mod standing;
