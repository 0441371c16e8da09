//! A plugin in a child process: calls it, starts it anew when it ended, with growing pauses when it
//! keeps ending.

use crate::{
    plugin::{
        body::{Body, Registrations},
        fault::{Fault, FaultKind},
        handler::{Handler, fault},
    },
    runtime::{
        call::Context,
        instance::{HandlerCall, Health, Runtime},
        native::{
            exchange::{Lost, by_the_wall, exchange},
            idle_children,
            lane::Lane,
            process::{Busy, Launch, Process},
            registered,
        },
        worker::Worker,
    },
    sync::lock,
};
use registrar_sdk::{Contract, Phase, Value};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// See the module.
pub(crate) struct Isolated {
    launch: Launch,
    contract: &'static Contract,
    expected: Arc<Registrations>,
    state: Mutex<ChildState>,
    // Held by a call that is tried again alone.
    alone: Mutex<()>,
}

struct ChildState {
    process: Option<Arc<Process>>,
    // How often it ended since a call went well.
    ended: u32,
    not_before: Instant,
}

// Calls in one crossing; so many are done again one by one if one of them ends the child.
const MOST_AT_ONCE: usize = 1000;
// How often a process is asked for until one lets the call in.
const ENTERED: u32 = 5;
// A short pause is waited for, a long one is an error at once.
const WAITED_FOR: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl Isolated {
    /// Starts the child; what it registers is what it must register whenever it is started anew.
    ///
    /// # Errors
    /// Why it cannot be loaded.
    pub fn start(launch: Launch, contract: &'static Contract) -> Result<Isolated, String> {
        let (process, found) = Process::start(&launch)?;
        let expected = Arc::new(registered(contract, &launch, &found)?);
        let process = Arc::new(process);
        idle_children::look_after(&process, &launch);
        let state = ChildState { process: Some(process), ended: 0, not_before: Instant::now() };
        Ok(Isolated { launch, contract, expected, state: Mutex::new(state), alone: Mutex::default() })
    }

    /// What it registered.
    pub fn registered(&self) -> &Arc<Registrations> {
        &self.expected
    }

    /// A plugin that was tried before, in a child that is started when it is first called.
    pub fn later(launch: Launch, contract: &'static Contract, expected: Arc<Registrations>) -> Isolated {
        Isolated {
            launch,
            contract,
            expected,
            state: Mutex::new(ChildState { process: None, ended: 0, not_before: Instant::now() }),
            alone: Mutex::default(),
        }
    }

    /// Calls a handler.
    pub fn call(
        &self,
        caller: &Arc<Body>,
        handler: &Handler,
        context: &Context,
        args: &[Value],
    ) -> Result<Value, Fault> {
        // One call, one answer.
        self.call_all(caller, handler, context, &[args]).pop().unwrap_or(Ok(Value::Nil))
    }

    /// Calls a handler once for each of `batch`, in as few crossings as may be.
    pub fn call_all(
        &self,
        caller: &Arc<Body>,
        handler: &Handler,
        context: &Context,
        batch: &[&[Value]],
    ) -> Vec<Result<Value, Fault>> {
        let mut answers = Vec::with_capacity(batch.len());
        for chunk in batch.chunks(MOST_AT_ONCE) {
            match self.cross(caller, handler, context, chunk) {
                Ok(found) => answers.extend(found),
                // One of them is to blame: alone each is told what happened to it.
                Err(_) if chunk.len() > 1 => {
                    for args in chunk {
                        answers.extend(self.call_all(caller, handler, context, &[args]));
                    }
                }
                // Or another call that ran there at the same time. Looking again does no harm.
                Err(Lost::Ended(_, true)) if matches!(context.point.phase, Phase::Pure | Phase::Read) => {
                    let again = self.cross_alone(caller, handler, context, chunk);
                    answers
                        .extend(again.unwrap_or_else(|lost| vec![Err(self.blame(handler, context, lost))]));
                }
                Err(lost) => answers.push(Err(self.blame(handler, context, lost))),
            }
        }
        answers
    }

    fn blame(&self, handler: &Handler, context: &Context, lost: Lost) -> Fault {
        let budget = context.point.budget_ms;
        match lost {
            Lost::TooLong => fault(
                handler,
                FaultKind::Budget,
                format!(
                    "ran past its budget of {budget} ms of processor time, or did not answer for {} s, and was \
                     stopped; its process starts anew",
                    by_the_wall(Duration::from_millis(budget.into())).as_secs()
                ),
            ),
            Lost::Ended(how, _) | Lost::Garbled(how) => fault(
                handler,
                FaultKind::Crashed,
                format!("did not answer: its process {how}; another is started for the next call"),
            ),
            Lost::Refused(why) => fault(handler, FaultKind::Error, why),
        }
    }

    fn cross(
        &self,
        caller: &Arc<Body>,
        handler: &Handler,
        context: &Context,
        batch: &[&[Value]],
    ) -> Result<Vec<Result<Value, Fault>>, Lost> {
        // One that was ended for want of calls at this very moment is followed by another.
        for _ in 0..ENTERED {
            let process = self.process().map_err(Lost::Refused)?;
            if let Some(busy) = process.enter() {
                return self.cross_in(&process, busy, caller, handler, context, batch);
            }
        }
        Err(Lost::Refused("its process ends and is started again; try once more".to_owned()))
    }

    // In a process that nobody else uses: what happens there is this call's own doing.
    fn cross_alone(
        &self,
        caller: &Arc<Body>,
        handler: &Handler,
        context: &Context,
        batch: &[&[Value]],
    ) -> Result<Vec<Result<Value, Fault>>, Lost> {
        let _one_at_a_time = lock(&self.alone);
        let process = self.start_process().map_err(Lost::Refused)?;
        let busy = process.enter().ok_or_else(|| Lost::Refused("its process ended at once".to_owned()))?;
        let answers = self.cross_in(&process, busy, caller, handler, context, batch)?;
        if !process.is_gone() {
            lock(&self.state).process.get_or_insert(process);
        }
        Ok(answers)
    }

    fn cross_in(
        &self,
        process: &Arc<Process>,
        busy: Busy<'_>,
        caller: &Arc<Body>,
        handler: &Handler,
        context: &Context,
        batch: &[&[Value]],
    ) -> Result<Vec<Result<Value, Fault>>, Lost> {
        let outcome = process.lane().map_err(Lane::lost).and_then(|mut lane| {
            let answers = exchange(process, &mut lane, (caller, handler), context, batch)?;
            process.give_back(lane);
            Ok(answers)
        });
        match outcome {
            Ok((answers, panicked)) => {
                if panicked {
                    busy.stay();
                    self.note_end(process, true);
                } else {
                    lock(&self.state).ended = 0;
                }
                Ok(answers)
            }
            Err(Lost::TooLong) => {
                busy.stay();
                self.note_end(process, true);
                Err(Lost::TooLong)
            }
            Err(Lost::Garbled(how)) => {
                let shared = busy.stay();
                self.note_end(process, true);
                Err(Lost::Ended(format!("{how} and was stopped"), shared))
            }
            Err(Lost::Ended(..)) => {
                let shared = busy.stay();
                Err(Lost::Ended(self.note_end(process, false), shared))
            }
            Err(refused) => Err(refused),
        }
    }

    // The child that serves, started if there is none.
    fn process(&self) -> Result<Arc<Process>, String> {
        let mut state = lock(&self.state);
        match state.process.take() {
            Some(process) if !process.is_gone() => {
                state.process = Some(process.clone());
                return Ok(process);
            }
            Some(process) if process.was_ended_between() => state.put_off(),
            _ => {}
        }
        let pause = state.not_before.saturating_duration_since(Instant::now());
        if pause > WAITED_FOR {
            return Err(format!(
                "its process ended {} times without an answer between; it is started again in {} ms",
                state.ended,
                pause.as_millis()
            ));
        }
        std::thread::sleep(pause);
        let process = self.start_process().inspect_err(|_| state.put_off())?;
        state.process = Some(process.clone());
        Ok(process)
    }

    fn start_process(&self) -> Result<Arc<Process>, String> {
        let (process, found) = Process::start(&self.launch)?;
        match registered(self.contract, &self.launch, &found)? == *self.expected {
            true => {
                let process = Arc::new(process);
                idle_children::look_after(&process, &self.launch);
                Ok(process)
            }
            false => Err("registers differently when it is started again; registration must depend on its settings only".into()),
        }
    }

    // Says how it ended; whoever sees it first counts it.
    fn note_end(&self, process: &Arc<Process>, kill: bool) -> String {
        let first = !process.is_gone();
        let how = process.end(kill);
        let mut state = lock(&self.state);
        if first {
            state.put_off();
            tracing::warn!(plugin = %self.launch.id, how, times = state.ended, "The plugin's process ended.");
        }
        if state.process.as_ref().is_some_and(|current| Arc::ptr_eq(current, process)) {
            state.process = None;
        }
        how
    }
}

impl Runtime for Isolated {
    fn call(&self, _: &mut Worker, call: HandlerCall<'_>, args: &[Value]) -> Result<Value, Fault> {
        let HandlerCall { instance, handler, context } = call;
        let timed = instance.spent.begin();
        let answer = Isolated::call(self, &instance.body, handler, context, args);
        instance.spent.end(timed, answer.is_ok());
        answer
    }

    fn is_far(&self) -> bool {
        true
    }

    fn call_all(&self, call: HandlerCall<'_>, batch: &[&[Value]]) -> Vec<Result<Value, Fault>> {
        Isolated::call_all(self, &call.instance.body, call.handler, call.context, batch)
    }

    fn health(&self) -> Option<Health> {
        let state = lock(&self.state);
        let running = state.process.as_ref().is_some_and(|process| !process.is_gone());
        Some(Health { isolated: true, running, ended: state.ended })
    }
}

impl ChildState {
    // The first time it is started anew at once.
    fn put_off(&mut self) {
        self.ended += 1;
        let pause = match self.ended {
            1 => Duration::ZERO,
            n => Duration::from_millis(5).saturating_mul(1 << (n - 1).min(16)).min(LONGEST_PAUSE),
        };
        self.not_before = Instant::now() + pause;
    }
}
