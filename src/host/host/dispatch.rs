//! A point is called, or one handler, on a worker; whoever calls answers what plugins ask meanwhile.

use crate::{
    dispatch::{
        combine::{self, Invoke},
        outcome::{Failed, Outcome},
        session::{DispatchSession, stopped},
    },
    host::{Host, Scope},
    plugin::{
        fault::{Fault, FaultKind},
        handler::Handler,
        services::Services,
    },
    runtime::{host_call::AskLink, pool::Abandoned, worker::Worker},
};
use registrar_sdk::{Point, Value};
use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering::*},
};

/// Dispatches may nest this deep: an act that causes an act that causes …
pub const MAX_DEPTH: u8 = 8;

impl Host {
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
        let answers = self.dispatch_all(point, vec![args], scope, services);
        answers.into_iter().next().unwrap_or_else(|| Err(Failed::Call(format!("{point} gave no answer"))))
    }

    /// Many dispatches at one point in one crossing to a worker; answers in the arguments' order.
    pub fn dispatch_all(
        &self,
        point: &str,
        args: Vec<Vec<Value>>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Vec<Result<Outcome, Failed>> {
        let count = args.len();
        let refuse = |text: String| (0..count).map(|_| Err(Failed::Call(text.clone()))).collect();
        let Some(declared) = self.contract().point(point) else {
            return refuse(crate::plugin::registration::unknown_point(self.contract(), point));
        };
        if scope.depth > MAX_DEPTH {
            return refuse(format!("{point}: dispatches nest deeper than {MAX_DEPTH}"));
        }
        if scope.generation.registered(declared.id).is_empty() {
            // Nobody to call: combining nothing needs no worker.
            let mut nobody = NoWorker;
            let run = |a| combine::run(declared, &scope.generation, &BTreeSet::new(), a, &mut nobody);
            return args.into_iter().map(run).collect();
        }
        let quarantined = self.quarantined(declared);
        let generation = scope.generation.clone();
        let work = move |session: &mut DispatchSession<'_>| {
            let chosen = session.ahead.look(declared, &generation, &quarantined, &session.context, &args);
            let mut chosen = chosen.into_iter();
            let mut answers = Vec::with_capacity(args.len());
            for (at, args) in args.into_iter().enumerate() {
                session.ahead.begin(at);
                answers.push(match chosen.next() {
                    Some(chosen) => combine::ask(declared, chosen, &quarantined, &args, session),
                    None => combine::run(declared, &generation, &quarantined, args, session),
                });
            }
            session.done();
            answers
        };
        match self.on_worker(declared, scope, services, work) {
            Ok(answers) => {
                if declared.failure.may_quarantine() {
                    answers.iter().flatten().for_each(|outcome| self.note_health(outcome));
                }
                answers
            }
            Err(fault) => (0..count).map(|_| Err(Failed::Handler(fault.clone()))).collect(),
        }
    }

    /// Calls one handler, past its filters; for points whose handlers each have a cursor.
    ///
    /// # Errors
    /// The handler's failure.
    pub fn invoke(
        &self,
        handler: &Arc<Handler>,
        args: Vec<Value>,
        scope: &Scope,
        services: &mut dyn Services,
    ) -> Result<Value, Fault> {
        let Some(point) = self.contract().point(handler.point) else {
            return Err(stopped(handler));
        };
        let own = handler.clone();
        let work = move |session: &mut DispatchSession<'_>| {
            let answer = session.invoke(&own, &args);
            session.done();
            answer
        };
        let answer = self.on_worker(point, scope, services, work).and_then(|answer| answer);
        if point.failure.may_quarantine() {
            let config = self.config();
            self.inner.quarantine.note(
                &handler.key(),
                answer.is_ok(),
                config.quarantine_after,
                config.quarantine_for,
            );
        }
        answer
    }

    pub(crate) fn on_worker<T: Send + 'static>(
        &self,
        point: &'static Point,
        scope: &Scope,
        services: &mut dyn Services,
        work: impl FnOnce(&mut DispatchSession<'_>) -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let Scope { generation, snapshot, depth } = scope.clone();
        let quota = self.config().quota.clone();
        let job = move |worker: &mut Worker, link: AskLink| {
            let mut session = DispatchSession::new(worker, generation, point, snapshot, link, depth, quota);
            work(&mut session)
        };
        let outcome = self.inner.engine.run(scope.depth > 0, job, &mut |ask| self.serve(ask, services));
        outcome.map_err(|abandoned| self.stop_for_good(point, scope, &abandoned))
    }

    // The plugin that held a thread is not called again until its files change.
    fn stop_for_good(&self, point: &Point, scope: &Scope, abandoned: &Abandoned) -> Fault {
        let instance = scope.generation.instances.get(&abandoned.instance);
        let plugin = instance.map_or("?".to_owned(), |i| i.body.info.id.clone());
        if let Some(instance) = instance {
            instance.stopped.store(true, Release);
        }
        tracing::error!(plugin, point = point.id, "The plugin would not stop; its thread was given up.");
        Fault {
            plugin,
            file: instance.and_then(|i| i.body.entries.first().cloned()).unwrap_or_default(),
            line: None,
            point: Some(point.id.to_owned()),
            kind: FaultKind::Abandoned,
            message: "would not stop at twice its budget; its thread was given up and the plugin is stopped until its files change".into(),
            said: None,
        }
    }

    fn quarantined(&self, point: &Point) -> BTreeSet<String> {
        if point.failure.may_quarantine() { self.inner.quarantine.out() } else { BTreeSet::new() }
    }

    fn note_health(&self, outcome: &Outcome) {
        let config = self.config();
        for (handler, well) in &outcome.health {
            self.inner.quarantine.note(handler, *well, config.quarantine_after, config.quarantine_for);
        }
    }
}

struct NoWorker;

impl Invoke for NoWorker {
    fn invoke(&mut self, handler: &Arc<Handler>, _: &[Value]) -> Result<Value, Fault> {
        Err(stopped(handler))
    }
}
