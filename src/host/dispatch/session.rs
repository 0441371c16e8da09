//! Calls the handlers of one generation, for one dispatch after the other.

use crate::{
    dispatch::{combine::Invoke, early_calls::Ahead, generation::Generation},
    plugin::{
        fault::{Fault, FaultKind},
        handler::{Handler, fault, withheld},
        quota::{CallWrites, Quota},
        services::Snapshot,
    },
    runtime::{
        allowance::Spending,
        call::Context,
        host_call::AskLink,
        instance::{HandlerCall, Instance, Runtime},
        rows::{PackedCall, RowAnswers},
        worker::Worker,
    },
};
use registrar_sdk::{Param, Point, Value};
use std::{
    rc::Rc,
    sync::{
        Arc,
        atomic::Ordering::{Acquire, Relaxed},
    },
};

/// Calls handlers of one generation, for one dispatch after the other.
pub(crate) struct DispatchSession<'w> {
    pub(crate) worker: &'w mut Worker,
    pub(crate) generation: Arc<Generation>,
    pub(crate) context: Rc<Context>,
    pub(crate) ahead: Ahead,
}

/// The fault of a plugin that was stopped for good.
pub(crate) fn stopped(handler: &Handler) -> Fault {
    let text = "would not stop at twice its budget; its thread was given up and the plugin is stopped until its \
                files change";
    fault(handler, FaultKind::Abandoned, text.into())
}

impl<'w> DispatchSession<'w> {
    pub(crate) fn new(
        worker: &'w mut Worker,
        generation: Arc<Generation>,
        point: &'static Point,
        snapshot: Arc<dyn Snapshot>,
        link: AskLink,
        depth: u8,
        quota: Arc<Quota>,
    ) -> DispatchSession<'w> {
        let context = Rc::new(Context {
            point,
            snapshot,
            link: Some(link),
            depth,
            canned: Value::Nil,
            spending: Spending::default(),
            written: CallWrites::default(),
            quota,
        });
        DispatchSession { worker, generation, context, ahead: Ahead::default() }
    }
}

impl DispatchSession<'_> {
    /// Calls a handler for many rows of arguments. What can't be done so is asked again by itself.
    pub(crate) fn call_rows(
        &mut self,
        handler: &Arc<Handler>,
        packed: &PackedCall<'_>,
        wanted: &[u32],
    ) -> RowAnswers {
        let again = || RowAnswers::again(wanted.len());
        let Some(instance) = self.generation.instances.get(&handler.instance) else { return again() };
        if instance.stopped.load(Acquire) {
            return again();
        }
        let Ok(runtime) = runtime_of(instance, handler) else { return again() };
        let call = HandlerCall { instance, handler, context: &self.context };
        runtime.call_rows(self.worker, call, packed, wanted)
    }
}

/// Whether an argument comes without fields that a handler may look at.
fn withholds(point: &Point, args: &[Value]) -> bool {
    let of = |(param, arg): (&Param, &Value)| param.ty.as_struct().is_some_and(|s| s.withholds(arg));
    point.params.iter().zip(args).any(of)
}

fn runtime_of<'i>(instance: &'i Instance, handler: &Handler) -> Result<&'i dyn Runtime, Fault> {
    let runtime = instance.runtime.get().map(|runtime| &**runtime);
    runtime.ok_or_else(|| fault(handler, FaultKind::Error, "is not ready to be called".into()))
}

impl Invoke for DispatchSession<'_> {
    fn invoke(&mut self, handler: &Arc<Handler>, args: &[Value]) -> Result<Value, Fault> {
        let Some(instance) = self.generation.instances.get(&handler.instance) else {
            return Err(fault(handler, FaultKind::Error, "is not part of this generation".into()));
        };
        if instance.stopped.load(Acquire) {
            return Err(stopped(handler));
        }
        if let Some(answer) = self.ahead.take(handler) {
            let timed = instance.spent.begin();
            instance.spent.end(timed, answer.is_ok());
            return answer;
        }
        let call = HandlerCall { instance, handler, context: &self.context };
        let runtime = runtime_of(instance, handler)?;
        let answer = match runtime.asks_for_fields() || !withholds(self.context.point, args) {
            true => runtime.call(self.worker, call, args),
            false => Err(withheld(handler)),
        };
        if answer.as_ref().is_err_and(|fault| fault.kind == FaultKind::Withheld) {
            handler.looks_at_all.store(true, Relaxed);
        }
        answer
    }

    fn done(&mut self) {
        self.worker.note_use();
    }
}
