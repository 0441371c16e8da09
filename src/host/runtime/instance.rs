//! A plugin that is loaded: what it is made of, what runs it, what its calls took.
//!
//! Luau, a library in this process, a library in a process of its own: whoever loads, dispatches and shows plugins
//! knows them as a `Runtime` alone.

use crate::sync::lock;
use crate::{
    plugin::{
        body::{Body, Registrations},
        fault::Fault,
        handler::Handler,
    },
    runtime::{
        call::Context,
        call_counts::CallCounts,
        counters::Counters,
        log_limit::LogLimit,
        rows::{PackedCall, RowAnswers},
        worker::{VmOwner, Worker},
    },
};
use registrar_sdk::Value;
use std::{
    collections::BTreeSet,
    rc::Rc,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

/// A loaded plugin; it lives as long as a generation that holds it.
pub struct Instance {
    /// Unique in the process.
    pub id: u64,
    /// What its VMs are built from.
    pub body: Arc<Body>,
    /// What its first VM registered; later VMs must repeat it exactly.
    pub registered: OnceLock<Arc<Registrations>>,
    /// Set once it would not let go of a thread; it is not called again.
    pub stopped: AtomicBool,
    /// What runs its handlers, once it is ready to be called.
    pub(crate) runtime: OnceLock<Box<dyn Runtime>>,
    /// What its calls took.
    pub(crate) spent: CallCounts,
    /// How much it may still write to the log.
    pub(crate) log_limit: Arc<LogLimit>,
    /// Which of its handlers its examples called, by their index; nothing where they were not run here.
    pub(crate) exampled: Mutex<Option<BTreeSet<u32>>>,
}

impl Instance {
    /// An instance of which nothing runs yet.
    pub(crate) fn new(counters: &Counters, body: Arc<Body>) -> Arc<Instance> {
        let id = counters.next_instance.fetch_add(1, Relaxed);
        let (registered, runtime, stopped, spent, log_limit) = Default::default();
        let exampled = Mutex::default();
        Arc::new(Instance { id, body, registered, stopped, runtime, spent, log_limit, exampled })
    }

    /// Notes that an example called a handler, or with `None` that examples are run at all.
    pub(crate) fn note_example(&self, handler: Option<u32>) {
        let mut exampled = lock(&self.exampled);
        exampled.get_or_insert_default().extend(handler);
    }

    /// Notes what was noted of another one of the same sources.
    pub(crate) fn exampled_as(&self, other: &Instance) {
        if self.id != other.id {
            let called = lock(&other.exampled).clone();
            *lock(&self.exampled) = called;
        }
    }

    /// Whether its examples were run and none of them called a handler.
    pub(crate) fn is_unexampled(&self, handler: u32) -> bool {
        lock(&self.exampled).as_ref().is_some_and(|called| !called.contains(&handler))
    }
}

impl VmOwner for Instance {
    fn id(&self) -> u64 {
        self.id
    }

    fn body(&self) -> &Body {
        &self.body
    }
}

/// A handler's call: whose it is, and under what circumstances it is made.
#[derive(Clone, Copy)]
pub(crate) struct HandlerCall<'a> {
    /// The plugin.
    pub instance: &'a Arc<Instance>,
    /// Its handler.
    pub handler: &'a Handler,
    /// The point, and what the handler may ask.
    pub context: &'a Rc<Context>,
}

/// Runs the handlers of one plugin.
pub(crate) trait Runtime: Send + Sync {
    /// Calls a handler on a worker.
    ///
    /// # Errors
    /// What it failed of, the budget or memory that it used up, or an answer that its point does not take.
    fn call(&self, worker: &mut Worker, call: HandlerCall<'_>, args: &[Value]) -> Result<Value, Fault>;

    /// Calls a handler for many rows of arguments; what can't be done so is asked again by itself.
    fn call_rows(
        &self,
        _worker: &mut Worker,
        _call: HandlerCall<'_>,
        _packed: &PackedCall<'_>,
        wanted: &[u32],
    ) -> RowAnswers {
        RowAnswers::again(wanted.len())
    }

    /// Whether many calls are better made together, by [`Runtime::call_all`].
    fn is_far(&self) -> bool {
        false
    }

    /// Calls a handler once for each of `batch`, in as few crossings as may be; nothing where calls are near.
    fn call_all(&self, _call: HandlerCall<'_>, _batch: &[&[Value]]) -> Vec<Result<Value, Fault>> {
        Vec::new()
    }

    /// Whether a handler that looks at a field that its argument came without says so
    /// (`FaultKind::Withheld`); else such an argument must be whole.
    fn asks_for_fields(&self) -> bool {
        false
    }

    /// How native code fares.
    fn health(&self) -> Option<Health> {
        None
    }
}

/// How a native plugin fares, beyond what all plugins show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Health {
    /// Whether it runs in a process of its own.
    pub isolated: bool,
    /// Whether that process runs now; it is started when it is needed.
    pub running: bool,
    /// How often it ended since a call went well.
    pub ended: u32,
}
