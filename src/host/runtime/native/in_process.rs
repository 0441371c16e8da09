//! A plugin in the host's own process, which the operator trusts in full: its budget is measured,
//! not enforced, and what it does wrong is the host's.

use crate::{
    plugin::{
        body::{Body, Registrations},
        fault::{Fault, FaultKind},
        handler::{Handler, fault},
        registration::typed,
    },
    runtime::{
        call::{self, Context},
        instance::{HandlerCall, Health, Runtime},
        native::{loader, process::Launch},
        watchdog::{TICK, ticks},
        worker::Worker,
    },
};
use registrar_sdk::{
    Value,
    abi::{self, Arena, CallFailure, HostCalls},
};
use std::{cell::RefCell, sync::Arc, time::Duration};

/// See the module.
pub(crate) struct InProcess {
    instance: abi::LoadedLibrary,
}

thread_local! {
    // A call takes it and puts it back: a worker has one call at a time, and mostly of one size.
    static ARENA: RefCell<Option<Arena>> = const { RefCell::new(None) };
}

impl InProcess {
    /// Maps the library, which a child has loaded before, and loads the plugin.
    ///
    /// # Errors
    /// Why not, or that it registers something else than in the child.
    pub fn load(launch: &Launch, most: usize, expected: &Registrations) -> Result<InProcess, String> {
        let door = loader::open(&launch.library, most)?;
        let id = launch.id.clone();
        let log = move |level: u32, text: &str| {
            crate::runtime::native::output::write(&id, &level.to_string(), text)
        };
        let instance = door.load(&launch.settings, Box::new(log))?;
        let same = instance.handlers().len() == expected.handlers.len()
            && instance.handlers().iter().zip(&expected.handlers).all(|(r, e)| r.point == e.point.id);
        match same {
            true => Ok(InProcess { instance }),
            false => Err("registers something else here than in a child; registration must depend on its settings only".into()),
        }
    }
}

impl Runtime for InProcess {
    fn call(&self, worker: &mut Worker, call: HandlerCall<'_>, args: &[Value]) -> Result<Value, Fault> {
        let HandlerCall { instance, handler, context } = call;
        let timed = instance.spent.begin();
        let began = worker.watchdog.now();
        context.spending.begin();
        context.written.begin();
        let mut arena = ARENA.take().unwrap_or_default();
        let mut calls = Making { caller: &instance.body, context };
        let outcome = self.instance.call(handler.index as usize, args, &mut arena, &mut calls);
        ARENA.set(Some(arena));
        let answer = match outcome {
            Ok(Value::Nil) => Ok(Value::Nil),
            Ok(value) => typed(&context.quota, handler, context.point, args, value),
            Err(CallFailure::Failed(why) | CallFailure::Panicked(why)) => {
                Err(fault(handler, FaultKind::Error, why))
            }
            Err(bad) => Err(fault(handler, FaultKind::BadAnswer, bad.to_string())),
        };
        measure(context, handler, worker.watchdog.now() - began);
        instance.spent.end(timed, answer.is_ok());
        answer
    }

    fn health(&self) -> Option<Health> {
        Some(Health { isolated: false, running: true, ended: 0 })
    }
}

// Its budget is measured, not enforced.
#[inline]
fn measure(context: &Context, handler: &Handler, spent: u64) {
    let budget = context.point.budget_ms;
    if spent > ticks(Duration::from_millis(budget.into())) {
        let ms = spent * TICK.as_millis() as u64;
        tracing::warn!(plugin = %handler.plugin.id, point = handler.point, ms, budget, "A handler in process took longer than its budget.");
    }
}

struct Making<'a> {
    caller: &'a Arc<Body>,
    context: &'a Context,
}

impl HostCalls for Making<'_> {
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        call::make(self.caller, self.context, name, args)
    }
}
