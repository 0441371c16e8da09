//! What a VM shares with the functions that its script calls: whose it is, what runs, and how the host is asked.

use crate::{
    plugin::body::{Body, Registrations},
    runtime::{
        call::{self, CallRule, Context},
        interrupt,
        log_limit::LogLimit,
        lua::{figures::VmFigures, methods::Methods, modules::Modules, sealed_table::raise},
        watchdog::{Watchdog, Watched, by_the_wall, ticks},
    },
};
use mlua::{Function, Lua};
use registrar_sdk::{Phase, Value};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::{Arc, atomic::Ordering::*},
    time::Duration,
};

/// What the VM's host functions share with it.
pub(crate) struct VmShared {
    pub body: Arc<Body>,
    pub log_limit: Arc<LogLimit>,
    pub methods: Methods,
    pub figures: VmFigures,
    pub modules: Modules,
    pub registered: RefCell<Registrations>,
    pub functions: RefCell<Vec<Function>>,
    pub context: RefCell<Option<Rc<Context>>>,
    pub phase: Cell<Phase>,
    /// Bytes of options and examples that its sources registered: they live outside the VM's cap.
    pub registered_bytes: Cell<usize>,
    /// It was told to stop while it asked the host, and is told again.
    pub stopped: Cell<bool>,
    pub callbacks: interrupt::Callbacks,
    pub watched: Arc<Watched>,
    pub watchdog: Arc<Watchdog>,
}

impl VmShared {
    /// Runs `f` under the watchdog for `budget` milliseconds; says whether it was stopped.
    pub fn guarded<T>(&self, lua: &Lua, budget: u32, f: impl FnOnce() -> T) -> (T, bool) {
        let budget = ticks(Duration::from_millis(budget.into()));
        self.watched.budget.store(budget.max(1), Relaxed);
        interrupt::watch_memory(self.body.memory_cap / 2);
        // Nobody else writes it.
        let call = self.watched.call.load(Relaxed) + 1;
        self.watched.call.store(call, Relaxed);
        self.watched.slot.enter(self.callbacks, call, self.watchdog.now() + by_the_wall(budget));
        self.stopped.set(false);
        self.watched.under_way.store(true, Relaxed);
        let result = f();
        let stopped = self.watched.slot.leave() || self.stopped.get();
        self.watched.under_way.store(false, Relaxed);
        if interrupt::was_pressed() {
            // Once the call is over there is time to collect in full, and then no reason to hurry.
            let _ = lua.gc_collect();
            let _ = interrupt::relax(lua);
        }
        (result, stopped)
    }

    /// Refuses a call outside its phase, or without its capability.
    pub fn gate(&self, rule: &CallRule) -> mlua::Result<()> {
        let phase = self.phase.get();
        let context = self.context.borrow();
        let point = context.as_ref().map(|c| c.point).filter(|_| phase != Phase::Load);
        rule.check(&self.body, phase, point).map_err(raise)
    }

    /// What an example says that a host call answers.
    pub fn canned(&self, name: &str) -> Option<Value> {
        self.context.borrow().as_ref()?.canned.as_map()?.get(name).cloned()
    }

    /// Asks the thread that dispatched. What that takes counts against the point's budget for host calls; what
    /// this thread computes for it, against the handler's own.
    pub fn ask(&self, name: &'static str, args: Vec<Value>) -> Result<Value, String> {
        let context = self.context.borrow().clone().ok_or("not available while sources run")?;
        let slot = &self.watched.slot;
        // One that was told to stop asks no more, whatever its own `pcall` makes of that.
        if self.stopped.get() || slot.is_raised() {
            return Err("was told to stop".to_owned());
        }
        let outcome = match slot.leave() {
            // Between the look and the leaving.
            true => {
                self.stopped.set(true);
                Err("was told to stop".to_owned())
            }
            false => call::ask(&context, &self.body, name, args),
        };
        let wall = by_the_wall(self.watched.budget.load(Relaxed));
        let deadline = if self.stopped.get() { 1 } else { self.watchdog.now() + wall };
        slot.enter(self.callbacks, self.watched.call.load(Relaxed), deadline);
        outcome
    }
}
