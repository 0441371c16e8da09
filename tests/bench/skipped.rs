//! What a handler costs that its options filter out: a call with one handler against the same call
//! with two hundred more that it does not concern.

use crate::{
    measure::{pair, time},
    office::{adoption, host},
    report::{Aim, Line, Report},
};
use registrar_host::{Host, NoServices};
use registrar_sdk::Value;
use std::sync::Arc;

const OTHERS: usize = 200;
const EVENTS: usize = 500;
const ROUNDS: usize = 41;

const CONCERNED: &str = r#"host.on("score.post", { register = "information", action = "adopt",
    measure = "points", account = "unit" }, function() return 1 end)"#;

fn many(options: &dyn Fn(usize) -> String) -> Vec<(String, String)> {
    let one = |i: usize| {
        let options = options(i);
        format!(
            "host.on('score.post', {{ {options}, measure = 'points', account = 'unit' }}, function() return 1 end)\n"
        )
    };
    // Ten plugins of twenty handlers each.
    let plugin = |p: usize| (format!("other{p}.lua"), (0..OTHERS / 10).map(|i| one(p * 20 + i)).collect());
    let mut files: Vec<(String, String)> = (0..10).map(plugin).collect();
    files.push(("concerned.lua".into(), CONCERNED.into()));
    files
}

/// Runs it.
pub fn run(report: &mut Report) {
    let (alone, _alone_folder) = host(&[("concerned.lua".into(), CONCERNED.into())]);
    let events: Vec<Vec<Value>> = (0..EVENTS).map(adoption).collect();
    let call = |host: &Host| {
        let scope = host.scope(Arc::new(NoServices));
        let (args, mut answers) = (events.clone(), Vec::new());
        let spent = time(|| answers = host.dispatch_all("score.post", args, &scope, &mut NoServices));
        assert!(
            answers.iter().all(|a| a.as_ref().is_ok_and(|o| o.steps.len() == 1)),
            "one handler is concerned"
        );
        spent / EVENTS as f64
    };
    type Options = fn(usize) -> String;
    let kinds: [(&str, Options); 4] = [
        ("its register", |i| format!("register = 'register-{i}'")),
        ("its action", |i| format!("register = 'information', action = {{ 'submit', 'forward-{i}' }}")),
        ("a field", |i| {
            format!("register = 'information', action = 'adopt', match = {{ kind = 'kind-{i}' }}")
        }),
        ("its dates, as an old rule", |i| {
            format!(
                "register = 'information', action = 'adopt', rule = 'rule-{i}', effective = {{ to = '2021-{:02}-01' }}",
                i % 12 + 1
            )
        }),
    ];
    for (name, options) in kinds {
        let (crowded, _folder) = host(&many(&options));
        let both = pair(ROUNDS, || call(&crowded), || call(&alone));
        let each = (both.ours - both.bare) / OTHERS as f64;
        report.add(Line::alone(format!("skipped: a handler filtered out by {name}"), each, Aim::Time(50.0)));
    }
}
