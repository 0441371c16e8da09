//! One office's plugin set: loads it, calls it, reloads it.

use crate::{
    fault::Fault,
    generation::Generation,
    outcome::{Failed, Outcome},
    services::{Services, Snapshot},
};
use registrar_sdk::Value;
use std::sync::Arc;

/// Under what circumstances a dispatch is made.
#[derive(Clone)]
pub struct Scope {
    /// The generation whose handlers are called.
    pub generation: Arc<Generation>,
    /// Answers the host calls that need no transaction.
    pub snapshot: Arc<dyn Snapshot>,
    /// How many dispatches deep, from 0; past 8 a dispatch is refused.
    pub depth: u8,
}

/// What the embedding program has a say in when a generation is swapped.
pub trait Embedder: Send + Sync {
    /// Looks at a candidate before it goes live; any fault keeps the old generation.
    fn validate(&self, host: &Host, candidate: &Arc<Generation>) -> Result<(), Vec<Fault>>;

    /// Told after a new generation went live.
    fn swapped(&self, host: &Host, generation: &Arc<Generation>);
}

/// A plugin set and the workers that run it. Cheap to share; all methods take `&self`.
pub struct Host {}

impl Host {
    /// What serves now.
    pub fn generation(&self) -> Arc<Generation> {
        unimplemented!()
    }

    /// Calls the handlers of `point` that their filters choose, and combines their answers.
    ///
    /// Runs on a worker thread; `services` answers on the calling thread meanwhile, so a caller
    /// may hold a transaction open across the dispatch.
    ///
    /// # Errors
    /// [`Failed`], as the point's declaration says.
    pub fn dispatch(
        &self,
        point: &str,
        args: Vec<Value>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Result<Outcome, Failed> {
        let _ = (point, args, scope, services);
        unimplemented!()
    }

    /// Many dispatches at one point in one crossing to a worker; answers in the arguments' order.
    pub fn dispatch_all(
        &self,
        point: &str,
        args: Vec<Vec<Value>>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Vec<Result<Outcome, Failed>> {
        let _ = (point, args, scope, services);
        unimplemented!()
    }
}
