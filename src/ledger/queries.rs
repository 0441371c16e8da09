//! What is read from a ledger: standings, awards, what is owed, which periods are closed.

pub mod award;
pub mod closing_list;
pub mod period_view;
mod pool;
pub mod quota_sheet;
mod rank_order;
pub mod standing;
pub mod standing_row;
