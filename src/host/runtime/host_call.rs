//! A host call on its way from a worker to the thread that waits for it, and answers.

use crate::plugin::body::Body;
use crossbeam_channel::Sender;
use registrar_sdk::{Phase, Value};
use std::{sync::Arc, time::Duration};

/// A host call that the waiting thread answers.
pub struct HostCallRequest {
    pub(crate) name: &'static str,
    pub(crate) args: Vec<Value>,
    pub(crate) caller: Arc<Body>,
    pub(crate) point: &'static str,
    pub(crate) phase: Phase,
    pub(crate) depth: u8,
    /// What the answer may take.
    pub(crate) left: Duration,
    /// The answer, and what it took.
    pub(crate) answer: Sender<(Result<Value, String>, Duration)>,
}

/// Sends [`HostCallRequest`]s, whatever the job's own result is.
pub(crate) type AskLink = Arc<dyn Fn(HostCallRequest) -> bool + Send + Sync>;
