//! Luau as what runs a plugin: each worker that calls it has a VM of its own, made of the same sources.

use crate::{
    plugin::fault::{Fault, FaultKind},
    runtime::{
        instance::{HandlerCall, Instance, Runtime},
        lua::{sandbox::Speed, vm::Vm},
        rows::{PackedCall, RowAnswers},
        worker::{CountedVm, Worker},
    },
};
use registrar_sdk::Value;
use std::{sync::Arc, time::Instant};

/// See the module.
pub(crate) struct Luau;

/// A new VM for `instance`, its sources run; to be dropped after a look or a few calls.
///
/// # Errors
/// There is no memory for it, or the first error of a source.
pub(crate) fn open(worker: &mut Worker, instance: &Arc<Instance>) -> Result<CountedVm<Vm>, Fault> {
    worker
        .make(&**instance, |worker| Vm::open(instance, Speed::Interpreted, &worker.watched, &worker.watchdog))
}

#[inline]
fn kept<'w>(worker: &'w mut Worker, instance: &Arc<Instance>) -> Result<&'w Vm, Fault> {
    worker.kept(instance, |worker| {
        let vm = Vm::open(instance, Speed::Native, &worker.watched, &worker.watchdog)?;
        vm.must_repeat(instance)?;
        Ok(vm)
    })
}

impl Runtime for Luau {
    fn call(&self, worker: &mut Worker, call: HandlerCall<'_>, args: &[Value]) -> Result<Value, Fault> {
        let HandlerCall { instance, handler, context } = call;
        let vm = kept(worker, instance).inspect_err(|_| instance.spent.end(None, false))?;
        // Making the VM is not the handler's time.
        let timed = instance.spent.begin();
        let answer = vm.call(handler, context, args);
        let failed = answer.as_ref().is_err_and(|fault| fault.kind != FaultKind::Withheld);
        instance.spent.end(timed, !failed);
        if let Err(fault) = &answer
            && matches!(fault.kind, FaultKind::Budget | FaultKind::Memory)
        {
            // What a stopped script left behind in its VM is anybody's guess: start afresh.
            worker.forget(&**instance);
        }
        answer
    }

    fn asks_for_fields(&self) -> bool {
        true
    }

    fn call_rows(
        &self,
        worker: &mut Worker,
        call: HandlerCall<'_>,
        packed: &PackedCall<'_>,
        wanted: &[u32],
    ) -> RowAnswers {
        let HandlerCall { instance, handler, context } = call;
        let Ok(vm) = kept(worker, instance) else { return RowAnswers::again(wanted.len()) };
        let began = Instant::now();
        let (answers, usable) = vm.call_rows(handler, context, packed, wanted);
        instance.spent.many(wanted.len(), began.elapsed());
        if !usable {
            worker.forget(&**instance);
        }
        answers
    }
}
