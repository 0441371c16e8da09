//! The ledger of an office: all postings, derived from its log by its plugins' rules; what figures come to, why, and
//! what other rules would make of them.
//!
//! Folders import one way: `model`, `scoring`, `periods`, `batch`, `rebuild`, `queries`, `explain`, `effect`; `rules`
//! looks at rules themselves, and stands beside them. The office is known by what [`LedgerSource`] hands over alone.

pub mod batch;
pub mod effect;
pub mod error;
pub mod explain;
pub mod model;
pub mod periods;
pub mod queries;
pub mod rebuild;
pub mod rules;
pub mod scoring;

pub use batch::deriver::Timings;
pub use effect::Effect;
pub use error::LedgerError;
pub use explain::explained::Explained;
pub use model::{
    counted_event::CountedEvent,
    interner::{Code, Interner},
    page::{EncodedPage, Page, sums::PageSums},
    posting::{EventRef, Origin, Posting, RuleRef},
    storage::{
        AccountEntries, CountQuery, LedgerRead, LedgerShelf, LedgerStore, LedgerWrite, Mark, OfRecord,
        PostingQuery, Total, Unscored,
    },
};
pub use periods::{period_close::Closure, period_scorer::Owed};
pub use queries::{
    award::Award,
    closing_list::{CarriedAdjustment, Closing},
    quota_sheet::{QuotaCell, QuotaRow, QuotaSheet},
    standing::{Standing, StandingQuery, StandingRow},
};
pub use rebuild::{
    derivation::Progress,
    ledger::{CaughtUp, Ledger, NotSwapped},
    recompute_phase::RecomputePhase,
};
pub use scoring::{
    record_scorer::RecordHistory,
    scoring_context::{LedgerSource, RuleGeneration, ScoringContext},
};
