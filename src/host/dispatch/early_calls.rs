//! Calls to plugins that are far made ahead of their turn: of many dispatches, those that concern one handler
//! cross to it together.

use crate::{
    dispatch::generation::Generation,
    plugin::{fault::Fault, filter::choose, handler::Handler},
    runtime::{call::Context, instance::HandlerCall},
};
use registrar_sdk::{Combine, Phase, Point, Value};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

/// Answers that wait for their turn.
#[derive(Default)]
pub(crate) struct Ahead {
    // The dispatch that runs.
    now: usize,
    ready: BTreeMap<(u64, u32), VecDeque<EarlyAnswer>>,
}

/// The handlers that a dispatch concerns, in order.
pub(crate) type ConcernedHandlers<'g> = Vec<&'g Arc<Handler>>;

// Of which dispatch it is, and what the handler said.
type EarlyAnswer = (usize, Result<Value, Fault>);

impl Ahead {
    /// Makes the calls that are sure to be made, where each is independent of what others answer:
    /// where all handlers are asked, and none of them may change anything. Gives the handlers that
    /// were chosen for each dispatch, if it had to choose; none if there was nothing to do.
    pub fn look<'g>(
        &mut self,
        point: &'static Point,
        generation: &'g Generation,
        quarantined: &BTreeSet<String>,
        context: &Rc<Context>,
        dispatches: &[Vec<Value>],
    ) -> Vec<ConcernedHandlers<'g>> {
        let independent = matches!(point.combine, Combine::Collect | Combine::Veto)
            && matches!(point.phase, Phase::Pure | Phase::Read);
        if !independent || dispatches.len() < 2 {
            return Vec::new();
        }
        let registered = generation.registered(point.id);
        let far = |handler: &Handler| {
            let instance = generation.instances.get(&handler.instance)?;
            Some((instance, instance.runtime.get().filter(|runtime| runtime.is_far())?))
        };
        if !registered.iter().any(|(handler, _)| far(handler).is_some()) {
            return Vec::new();
        }
        let chosen: Vec<ConcernedHandlers<'g>> =
            dispatches.iter().map(|args| choose(registered, args)).collect();
        let mut concerned: BTreeMap<(u64, u32), (Arc<Handler>, Vec<usize>)> = BTreeMap::new();
        for (at, handlers) in chosen.iter().enumerate() {
            for handler in handlers.iter().copied().filter(|h| far(h).is_some()) {
                if point.failure.may_quarantine() && quarantined.contains(&handler.key()) {
                    continue;
                }
                let entry = concerned.entry((handler.instance, handler.index));
                entry.or_insert_with(|| (handler.clone(), Vec::new())).1.push(at);
            }
        }
        for (key, (handler, places)) in concerned {
            let Some((instance, runtime)) = far(&handler) else { continue };
            let batch: Vec<&[Value]> = places.iter().map(|at| dispatches[*at].as_slice()).collect();
            let answers = runtime.call_all(HandlerCall { instance, handler: &handler, context }, &batch);
            self.ready.insert(key, places.into_iter().zip(answers).collect());
        }
        chosen
    }

    /// The dispatch at `at` begins.
    pub fn begin(&mut self, at: usize) {
        self.now = at;
    }

    /// The answer of `handler` in the dispatch that runs, if it was asked ahead.
    #[inline]
    pub fn take(&mut self, handler: &Handler) -> Option<Result<Value, Fault>> {
        if self.ready.is_empty() {
            return None;
        }
        let answers = self.ready.get_mut(&(handler.instance, handler.index))?;
        // A dispatch that ended early left its answer behind.
        while answers.front().is_some_and(|(at, _)| *at < self.now) {
            answers.pop_front();
        }
        let due = answers.front().is_some_and(|(at, _)| *at == self.now);
        due.then(|| answers.pop_front()).flatten().map(|(_, answer)| answer)
    }
}
