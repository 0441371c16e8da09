//! The phases of a recompute, told to whoever listens: one `tracing` event at level debug as each
//! begins. Nothing in the kernel depends on them.

use tracing::debug;

/// The target of the events; their field `phase` is a [`RecomputePhase::name`].
pub const PHASES: &str = "registrar::recompute";

/// What a recompute is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecomputePhase {
    /// Copies the ledger that serves, where only a part of it is touched.
    Copying,
    /// Reads the log, asks the rules, and fills the ledger aside with pages.
    Scoring,
    /// Scores periods, and carries what closed ones differ by.
    Periods,
    /// Commits the ledger aside.
    Committing,
    /// Takes in what was logged meanwhile; from here on nothing else is taken in.
    CatchingUp,
    /// Settles the ledger aside on the disk and names it as the one that serves.
    Promoting,
    /// Lets it serve by one pointer, and tells what has moved.
    Swapping,
    /// Puts the older ledger away.
    Sweeping,
}

impl RecomputePhase {
    /// All of them, in their order.
    pub const ALL: [RecomputePhase; 8] = [
        RecomputePhase::Copying,
        RecomputePhase::Scoring,
        RecomputePhase::Periods,
        RecomputePhase::Committing,
        RecomputePhase::CatchingUp,
        RecomputePhase::Promoting,
        RecomputePhase::Swapping,
        RecomputePhase::Sweeping,
    ];

    /// Its name in the events.
    pub fn name(self) -> &'static str {
        match self {
            RecomputePhase::Copying => "copying",
            RecomputePhase::Scoring => "scoring",
            RecomputePhase::Periods => "periods",
            RecomputePhase::Committing => "committing",
            RecomputePhase::CatchingUp => "catching up",
            RecomputePhase::Promoting => "promoting",
            RecomputePhase::Swapping => "swapping",
            RecomputePhase::Sweeping => "sweeping",
        }
    }

    /// Tells that it begins.
    pub fn begins(self) {
        debug!(target: PHASES, phase = self.name(), "The ledger is recomputed.");
    }
}
