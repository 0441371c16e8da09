//! The pages of a ledger that a transaction has at hand.

use registrar_ledger::{
    Code, Page,
    model::page::sums::{CountKey, SumKey},
};
use std::collections::BTreeMap;

/// Pages at hand.
#[derive(Default)]
pub(super) struct PageCache {
    /// By the key of the first record as it is stored.
    pub(super) pages: BTreeMap<u64, OpenPage>,
    /// What is to be added to the stored sums and counts.
    pub(super) sums: BTreeMap<SumKey, (i128, i64)>,
    pub(super) live: BTreeMap<(Code, i32), i64>,
    pub(super) owned: BTreeMap<CountKey, i64>,
}

/// A page, and whether it is to be written.
pub(super) struct OpenPage {
    pub(super) page: Page,
    pub(super) changed: bool,
}
