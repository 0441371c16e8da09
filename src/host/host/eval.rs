//! Evaluates a piece of Lua as a reading handler would run: for a console.

use crate::{
    dispatch::{combine::Invoke, session::DispatchSession},
    host::{Host, Scope},
    plugin::{body::Body, fault::Fault, handler::PluginInfo, services::Services},
    runtime::{console_fault::ENTRY, instance::Instance, lua},
};
use registrar_sdk::{Combine, Failure, OpenOrder, Phase, Point, Type, Value};
use std::{collections::BTreeMap, sync::Arc};

static CONSOLE: Point = Point {
    id: "console",
    doc: "A line typed at the console.",
    params: &[],
    answer: Type::Any,
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    phase: Phase::Read,
    extra_calls: &[],
    options: &[],
    budget_ms: 2_000,
    io_budget_ms: 10_000,
    shorthand: None,
    open_order: OpenOrder::ByName,
    refine: None,
    deprecated: None,
};

impl Host {
    /// Runs `source` in a fresh VM in the reading phase and gives what it returns. An expression
    /// needs no `return`; the modules of all plugins can be required by `plugin/path`.
    ///
    /// # Errors
    /// Whatever goes wrong in it, with its line.
    pub fn eval(&self, source: &str, scope: &Scope, services: &mut dyn Services) -> Result<Value, Fault> {
        let instance = self.console(source);
        let own = instance.clone();
        let work = move |session: &mut DispatchSession<'_>| {
            let vm = lua::open(session.worker, &own)?;
            let answer = vm.vm.eval(&session.context, ENTRY);
            session.done();
            answer
        };
        self.on_worker(&CONSOLE, scope, services, work).and_then(|answer| answer)
    }

    fn console(&self, source: &str) -> Arc<Instance> {
        let mut files: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
        for loaded in self.live().loaded.values() {
            files.extend(loaded.source.files.iter().map(|(path, bytes)| (path.clone(), bytes.clone())));
        }
        files.insert(ENTRY.into(), Arc::from(source.as_bytes()));
        let info =
            PluginInfo { id: "console".into(), version: "0".into(), kind: "lua", ..PluginInfo::default() };
        let body = Body {
            info: Arc::new(info),
            files: Arc::new(files),
            entries: Vec::new(),
            earlier: BTreeMap::new(),
            contract: self.contract(),
            layer: 0,
            memory_cap: self.engine().config.vm_memory,
            load_budget_ms: 100,
            quota: self.config().quota.clone(),
        };
        Instance::new(self.counters(), Arc::new(body))
    }
}
