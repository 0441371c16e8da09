//! What a dispatch comes to: the combined answer, and what each handler contributed.

use crate::plugin::{fault::Fault, handler::Handler};
use registrar_sdk::Value;
use std::sync::Arc;

/// The answer of a dispatch.
#[derive(Debug, Default)]
pub struct Outcome {
    /// First: the answer, or nil. Collect, veto: the list of all answers, flattened. Fold: the
    /// folded value. Notify and lifecycle: nil.
    pub value: Value,
    /// Every handler that ran and answered, in order.
    pub steps: Vec<HandlerOutcome>,
    /// Failures that the point's declaration lets pass (`skip and show`, `log and continue`).
    pub skipped: Vec<Fault>,
    // Which handlers were called and whether they failed; kept where quarantine is possible.
    pub(crate) health: Vec<(String, bool)>,
}

/// One handler's part in an [`Outcome`].
#[derive(Debug)]
pub struct HandlerOutcome {
    /// Who answered.
    pub handler: Arc<Handler>,
    /// What, typed and refined; nil answers leave no step.
    pub answer: Value,
    /// For a fold over each item: the items the handler was given. Else empty.
    pub given: Vec<Value>,
}

/// A dispatch that failed as its point declares.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failed {
    /// A handler failed, and the point says that this fails the call.
    #[error("{0}")]
    Handler(Fault),
    /// The contract has no such point, or the arguments are not what it takes.
    #[error("{0}")]
    Call(String),
}
