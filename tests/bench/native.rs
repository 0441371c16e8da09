//! Native handlers: what the border adds to a bare function pointer, and another process to a bare
//! pipe; and the same rule in Lua, native and isolated side by side.

use crate::{
    handler::{FUNCTION, TABLES},
    measure::{median, pair, time},
    office::{adoption, folder},
    pipe::Bare,
    report::{Aim, Line, Report},
};
use registrar_contract::OFFICE;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, MemoryStore, NativeConfig, NoServices, Scope};
use registrar_sdk::{
    Combine, Contract, Failure, Image, OpenOrder, Param, Phase, Point, Type, Value,
    abi::{Arena, Door, HostCalls, Node},
};
use std::{cell::Cell, collections::BTreeSet, fs, sync::Arc};
use tempfile::TempDir;

const EVENTS: usize = 1000;

static CONTRACT: Contract = Contract {
    name: "bench",
    revision: 1,
    points: &[Point {
        id: "bench.count",
        doc: "What an adoption counts.",
        params: &[
            Param { name: "event", ty: Type::Any, doc: "The event." },
            Param { name: "record", ty: Type::Any, doc: "Its record." },
        ],
        answer: Type::Number,
        combine: Combine::Collect,
        failure: Failure::FailCall,
        phase: Phase::Pure,
        extra_calls: &[],
        options: &[],
        budget_ms: 1000,
        io_budget_ms: 1000,
        shorthand: None,
        open_order: OpenOrder::ByName,
        refine: None,
        deprecated: None,
    }],
    calls: &[],
    options: &[],
    group_by: None,
};

enum Kind {
    Lua,
    InProcess,
    Isolated,
}

// A host with the rule in one of its forms.
fn host(kind: &Kind) -> (Host, Scope, TempDir) {
    let folder = folder();
    let place = |name: &str| {
        let path = folder.path().join(name);
        fs::create_dir(&path).expect("a folder");
        path
    };
    let (scripts, plugins) = (place("scripts"), place("plugins"));
    let mut config = HostConfig::new(vec![scripts.clone()]);
    if matches!(kind, Kind::Lua) {
        let script = format!("{TABLES}\nhost.on('bench.count', {{}}, {FUNCTION})");
        fs::write(scripts.join("rule.lua"), script).expect("a script");
    } else {
        let own = std::env::current_exe().expect("this program");
        let library = own.parent().expect("a folder").join("librule.so");
        fs::copy(library, plugins.join("librule.so")).expect("the library, which `cargo bench` builds");
        let in_process =
            if matches!(kind, Kind::InProcess) { BTreeSet::from(["rule".into()]) } else { BTreeSet::new() };
        config.native = NativeConfig {
            folders: vec![plugins],
            private: Some(folder.path().join("private")),
            program: vec![env!("CARGO_BIN_EXE_registrar").into()],
            in_process,
            ..NativeConfig::default()
        };
    }
    let engine = Engine::start(EngineConfig::default()).expect("workers");
    let host = Host::new(engine, &CONTRACT, config, Arc::new(MemoryStore::default()));
    let report = host.reload();
    assert!(report.faults.is_empty(), "{:#?}", report.faults);
    let scope = host.scope(Arc::new(NoServices));
    (host, scope, folder)
}

struct Nothing;

impl HostCalls for Nothing {
    fn call(&mut self, name: &str, _: Vec<Value>) -> Result<Value, String> {
        Err(format!("host.{name} is not there"))
    }
}

/// Runs it.
pub fn run(report: &mut Report) {
    assert!(OFFICE.point("bench.count").is_none(), "the benchmark's point is its own");
    let events: Vec<Vec<Value>> = (0..EVENTS).map(adoption).collect();
    border(report, &events);
    let (lua, native, isolated) = (host(&Kind::Lua), host(&Kind::InProcess), host(&Kind::Isolated));
    same_answers(&[&lua, &native, &isolated], &events);
    let batch = |(host, scope, _): &(Host, Scope, TempDir)| {
        let args = events.clone();
        let mut answers = Vec::new();
        time(|| answers = host.dispatch_all("bench.count", args, scope, &mut NoServices)) / EVENTS as f64
    };
    for (name, other) in [("in process", &native), ("isolated", &isolated)] {
        let pair = pair(41, || batch(other), || batch(&lua));
        report.add(Line::beside(
            format!("native: the same rule {name}, beside Lua, batches of 1,000"),
            &pair,
            Aim::None,
        ));
    }
    let above = pair(41, || batch(&isolated), || batch(&native));
    let crossing = above.ours - above.bare;
    report.add(Line::alone(
        "native: an event of 1,000 in one crossing, above in process",
        crossing,
        Aim::Time(300.0),
    ));
    let single = |(host, scope, _): &(Host, Scope, TempDir), event: &[Value]| {
        let args = event.to_vec();
        time(|| host.dispatch("bench.count", args, scope, &mut NoServices))
    };
    alone(report, &events, |event| single(&isolated, event), |event| single(&native, event));
}

// What a call in process adds to the bare function pointer.
fn border(report: &mut Report, events: &[Vec<Value>]) {
    let instance =
        Door::linked(rule::registrar_plugin).and_then(|d| d.load(&Value::Nil, Box::new(|_, _| {})));
    let instance = instance.expect("the rule");
    let (mut arena, mut calls) = (Arena::default(), Nothing);
    const AGAIN: usize = 2000;
    let (mut there, mut back, mut laid_out) = (Vec::new(), Vec::new(), Vec::new());
    let mut image = Image::default();
    for args in events.iter().step_by(25) {
        // In turns, each on the same arguments.
        let ours = time(|| {
            for _ in 0..AGAIN {
                std::hint::black_box(instance.call(0, args, &mut arena, &mut calls).expect("an answer"));
            }
        });
        image.hold(args.iter()).expect("an image");
        let range = (0, args.len());
        let ready = time(|| {
            for _ in 0..AGAIN {
                let answer = instance.call_image(0, &mut image, range, &mut arena, &mut calls);
                std::hint::black_box(answer.expect("an answer"));
            }
        });
        let mut bare = instance.bare(0, args, &mut arena, &mut calls).expect("a handler");
        let limit = time(|| {
            for _ in 0..AGAIN {
                std::hint::black_box::<Node>(bare());
            }
        });
        there.push((ours - limit) / AGAIN as f64);
        back.push(limit / AGAIN as f64);
        laid_out.push((ready - limit) / AGAIN as f64);
    }
    report.add(Line::alone(
        "native: the bare function pointer, value tree laid out",
        median(back),
        Aim::None,
    ));
    report.add(Line::alone("native: a call in process above it", median(laid_out), Aim::Time(60.0)));
    report.add(Line::alone("native: the same, laying out 18 values included", median(there), Aim::None));
}

fn same_answers(hosts: &[&(Host, Scope, TempDir)], events: &[Vec<Value>]) {
    let answers = |(host, scope, _): &(Host, Scope, TempDir)| -> Vec<Option<f64>> {
        let all = host.dispatch_all("bench.count", events.to_vec(), scope, &mut NoServices);
        all.into_iter().map(|a| a.expect("an answer").value.as_list()?.first()?.as_f64()).collect()
    };
    let first = answers(hosts[0]);
    assert!(first.iter().all(Option::is_some));
    for host in &hosts[1..] {
        assert_eq!(answers(host), first);
    }
}

// One call at a time: what another process adds, beside a bare pipe with the same bytes.
fn alone(
    report: &mut Report,
    events: &[Vec<Value>],
    isolated: impl Fn(&[Value]) -> f64,
    native: impl Fn(&[Value]) -> f64,
) {
    let mut image = Image::default();
    image.hold(events[0].iter()).expect("an image");
    let (nodes, texts) = image.parts();
    let head = 24;
    let mut bare = Bare::start(head + nodes.len() + texts.len(), head + 32);
    const AGAIN: usize = 300;
    let at = Cell::new(0);
    let next = || {
        at.set((at.get() + 1) % EVENTS);
        &events[at.get()]
    };
    let many = |call: &dyn Fn(&[Value]) -> f64| (0..AGAIN).map(|_| call(next())).sum::<f64>() / AGAIN as f64;
    let dispatch = pair(31, || many(&isolated), || many(&native));
    let pipe = pair(31, || many(&native), || time(|| (0..AGAIN).for_each(|_| bare.round())) / AGAIN as f64);
    report.add(Line::alone(
        "native: one dispatch in process, with its hop to a worker",
        dispatch.bare,
        Aim::None,
    ));
    report.add(Line::alone("native: one dispatch isolated, with the same hop", dispatch.ours, Aim::None));
    let ours = crate::measure::Pair {
        ours: dispatch.ours - dispatch.bare,
        bare: pipe.bare,
        ratio: (dispatch.ours - dispatch.bare) / pipe.bare,
    };
    let what = format!(
        "native: the crossing by itself, beside a bare pipe with the same {} bytes",
        head * 2 + 32 + nodes.len() + texts.len()
    );
    report.add(Line::beside(what, &ours, Aim::Ratio(2.0)));
}
