//! One plugin's VM on one worker: its sources run once, then its handlers are called.

use crate::{
    plugin::{
        body::Registrations,
        fault::{Fault, FaultKind},
        filter::day_of,
        handler::{Handler, fault, withheld},
        registration::typed,
    },
    runtime::{
        call::Context,
        instance::Instance,
        log_limit::one_line,
        lua::{
            api,
            argument_builder::Builder,
            conversion, error,
            figures::VmFigures,
            methods::Methods,
            modules::Modules,
            rows::{self, Loops},
            sandbox::{self, Speed},
            vm_shared::VmShared,
        },
        rows::{PackedCall, RowAnswers},
        watchdog::{Watchdog, Watched},
        worker::ThreadVm,
    },
};
use mlua::Lua;
use registrar_sdk::{Phase, Value};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

/// A plugin's VM.
pub struct Vm {
    lua: Lua,
    shared: Rc<VmShared>,
    builder: Builder,
    loops: Loops,
}

impl Vm {
    /// Makes a VM and runs the plugin's sources in it.
    ///
    /// # Errors
    /// The first error of a source, with file and line.
    pub fn open(
        instance: &Instance,
        speed: Speed,
        watched: &Arc<Watched>,
        watchdog: &Arc<Watchdog>,
    ) -> Result<Vm, Fault> {
        let body = &instance.body;
        let first = body.entries.first().map_or("", String::as_str);
        let failed = |e: &mlua::Error| error::fault(&body.info.id, None, (first, None), e, body.memory_cap);
        let (of, log_limit) = (body.clone(), instance.log_limit.clone());
        let log = move |text: &str| {
            if log_limit.admits(&of.info.id) {
                let text = one_line(text);
                tracing::info!(plugin = %of.info.id, "{text}");
            }
        };
        let (lua, callbacks) = sandbox::open(body.memory_cap, speed, log).map_err(|e| failed(&e))?;
        let vm = (|| {
            let methods = Methods::install(&lua, body.contract)?;
            let shared = Rc::new(VmShared {
                body: body.clone(),
                log_limit: instance.log_limit.clone(),
                methods,
                figures: VmFigures::install(&lua, &body.info.figures)?,
                modules: Modules::default(),
                registered: RefCell::default(),
                functions: RefCell::default(),
                context: RefCell::default(),
                phase: Cell::new(Phase::Load),
                registered_bytes: Cell::new(0),
                stopped: Cell::new(false),
                callbacks,
                watched: watched.clone(),
                watchdog: watchdog.clone(),
            });
            api::install(&lua, &shared)?;
            lua.sandbox(true)?;
            Ok(Vm { lua: lua.clone(), shared, builder: Builder::default(), loops: Loops::default() })
        })()
        .map_err(|e| failed(&e))?;
        vm.run_sources(failed)?;
        Ok(vm)
    }

    fn run_sources(&self, failed: impl Fn(&mlua::Error) -> Fault) -> Result<(), Fault> {
        let body = &self.shared.body;
        let budget = body.load_budget_ms;
        for entry in &body.entries {
            let (outcome, stopped) =
                self.shared.guarded(&self.lua, budget, || self.shared.modules.run(&self.lua, body, entry));
            match outcome {
                Ok(_) if !stopped => {}
                Ok(_) => return Err(self.out_of_budget(entry, None, None, budget)),
                Err(_) if stopped => return Err(self.out_of_budget(entry, None, None, budget)),
                Err(e) => return Err(failed(&e)),
            }
        }
        self.shared.phase.set(Phase::Pure);
        Ok(())
    }

    fn out_of_budget(&self, file: &str, line: Option<u32>, point: Option<&str>, budget: u32) -> Fault {
        // A point's budget is the contract's.
        let (what, setting) =
            if point.is_some() { ("", "") } else { ("loading ", " (limits.load_budget_ms)") };
        Fault {
            plugin: self.shared.body.info.id.clone(),
            file: file.to_owned(),
            line,
            point: point.map(str::to_owned),
            kind: FaultKind::Budget,
            message: format!(
                "{what}ran past its budget of {budget} ms of processor time{setting} and was stopped"
            ),
            said: None,
        }
    }

    /// What its sources registered.
    pub fn registered(&self) -> Registrations {
        self.shared.registered.borrow().clone()
    }

    /// A later VM must register what the first did: otherwise which handler is which is unknown.
    pub fn must_repeat(&self, instance: &Instance) -> Result<(), Fault> {
        match instance.registered.get() {
            Some(first) if **first != *self.shared.registered.borrow() => Err(Fault {
                plugin: self.shared.body.info.id.clone(),
                file: self.shared.body.entries.first().cloned().unwrap_or_default(),
                line: None,
                point: None,
                kind: FaultKind::Declaration,
                message: "registers differently when its sources run again; registration must depend on sources and settings only".into(),
                said: None,
            }),
            _ => Ok(()),
        }
    }

    /// Calls one handler.
    ///
    /// # Errors
    /// An error of the script, its budget or memory used up, or an answer its point does not take.
    pub fn call(&self, handler: &Handler, context: &Rc<Context>, args: &[Value]) -> Result<Value, Fault> {
        let point = context.point;
        let shared = &*self.shared;
        shared.phase.set(point.phase);
        context.spending.begin();
        context.written.begin();
        shared.context.replace(Some(context.clone()));
        let failed = |e: &mlua::Error| {
            let at = (&*handler.source.file, Some(handler.source.line));
            error::fault(&handler.plugin.id, Some(point.id), at, e, shared.body.memory_cap)
        };
        shared.figures.set_day(|| day_of(point, args)).map_err(|e| failed(&e))?;
        let functions = shared.functions.borrow();
        let Some(function) = functions.get(handler.index as usize) else {
            return Err(fault(handler, FaultKind::Declaration, "is not registered in this VM".into()));
        };
        let (outcome, stopped) = shared.guarded(&self.lua, point.budget_ms, || {
            self.builder.call(&self.lua, &shared.methods, function, point.params, args)
        });
        shared.methods.forget();
        // Whatever its own `pcall` made of that.
        if shared.methods.was_withheld() {
            return Err(withheld(handler));
        }
        let answer = match outcome {
            Ok(answer) => answer,
            Err(_) if stopped => {
                let (file, line) = (&handler.source.file, Some(handler.source.line));
                return Err(self.out_of_budget(file, line, Some(point.id), point.budget_ms));
            }
            Err(e) => return Err(failed(&e)),
        };
        let value = conversion::from_lua(&answer)
            .map_err(|problem| fault(handler, FaultKind::BadAnswer, format!("returned {problem}")))?;
        typed(&context.quota, handler, point, args, value)
    }

    /// Calls one handler for many rows of arguments. `false`: it had to be stopped, and the VM is not to
    /// be used again.
    pub(crate) fn call_rows(
        &self,
        handler: &Handler,
        context: &Rc<Context>,
        packed: &PackedCall<'_>,
        wanted: &[u32],
    ) -> (RowAnswers, bool) {
        let again = || RowAnswers::again(wanted.len());
        let shared = &*self.shared;
        let day = || packed.layout.leaf_of_day(context.point);
        let now = match shared.figures.now().map(|now| (now, day())) {
            None => None,
            Some((now, Some(day))) => Some((now, day)),
            // A figure that is asked for would have no day.
            Some((_, None)) => return (again(), true),
        };
        shared.phase.set(context.point.phase);
        shared.context.replace(Some(context.clone()));
        let functions = shared.functions.borrow();
        let Some(function) = functions.get(handler.index as usize) else { return (again(), true) };
        let call = rows::RowsCall {
            handler: function,
            index: handler.index,
            layout: packed.layout,
            rows: packed.rows,
            wanted,
            texts: packed.texts,
            flat: packed.flat,
            now,
        };
        let guard =
            |run: &dyn Fn() -> mlua::Result<()>| shared.guarded(&self.lua, context.point.budget_ms, run);
        let answers = self.loops.call(&self.lua, &call, &guard);
        let answers = answers.and_then(|answers| shared.figures.set_day(|| None).map(|()| answers));
        match answers {
            Ok((answers, stopped)) => (answers, !stopped),
            Err(error) => {
                // Out of memory, mostly: each call by itself says what is wrong.
                tracing::debug!(plugin = %handler.plugin.id, %error, "Rows could not be looped over.");
                (again(), false)
            }
        }
    }

    /// Runs one of the files as a handler without arguments would run; an expression needs no
    /// `return`.
    ///
    /// # Errors
    /// As [`Vm::call`].
    pub fn eval(&self, context: &Rc<Context>, file: &str) -> Result<Value, Fault> {
        let shared = &*self.shared;
        let cap = shared.body.memory_cap;
        let failed = |e: &mlua::Error| error::fault(&shared.body.info.id, None, (file, None), e, cap);
        let source = shared.body.files.get(file).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let source = source.ok_or_else(|| crate::runtime::console_fault::fault(format!("no file {file}")))?;
        let compile = |text: String| self.lua.load(text).set_name(format!("={file}")).into_function();
        let function =
            compile(format!("return {source}")).or_else(|_| compile(source)).map_err(|e| failed(&e))?;
        shared.phase.set(context.point.phase);
        shared.context.replace(Some(context.clone()));
        let budget = context.point.budget_ms;
        let (outcome, stopped) = shared.guarded(&self.lua, budget, || function.call::<mlua::Value>(()));
        let answer = match outcome {
            Err(_) if stopped => return Err(self.out_of_budget(file, None, None, budget)),
            outcome => outcome.map_err(|e| failed(&e))?,
        };
        conversion::from_lua(&answer).map_err(crate::runtime::console_fault::fault)
    }
}

impl ThreadVm for Vm {
    fn used_memory(&self) -> usize {
        self.lua.used_memory()
    }
}
