//! What the budget's guard costs in a hot loop: a handler under the watchdog, which never has to
//! stop it, against the same function in a VM that nobody watches.

use crate::{
    measure::{pair, time},
    office::host,
    report::{Aim, Line, Report},
};
use mlua::{Function, Lua, LuaOptions, StdLib};
use registrar_host::{NoServices, runtime::lua};
use registrar_sdk::Value;
use std::sync::Arc;

const ROUNDS: usize = 61;

// Some milliseconds of arithmetic, table reads and calls.
const LOOPS: [(&str, &str); 2] = [
    (
        "compiled",
        r#"function()
  local list, sum = table.create(64, 1), 0
  for i = 1, 1200000 do
    sum = (sum * 31 + list[i % 64 + 1] + i) % 1000003
  end
  return sum
end"#,
    ),
    (
        "calling a function each time",
        r#"function()
  local function step(sum, i) return if i % 3 == 0 then sum + i else sum - 1 end
  local sum, i = 0, 0
  while i < 600000 do
    i += 1
    sum = step(sum, i)
  end
  return sum
end"#,
    ),
];

/// Runs it.
pub fn run(report: &mut Report) {
    for (name, function) in LOOPS {
        let options = "{ register = 'information', measure = 'points', account = 'unit' }";
        let script = format!("host.on('score.post', {options}, {function})");
        let (host, _folder) = host(&[("hot.lua".into(), script)]);
        let scope = host.scope(Arc::new(NoServices));
        let lua = bare();
        let bare: Function =
            lua.load(format!("return {function}")).set_name("=bare").eval().expect("a function");
        let args = vec![
            Value::map([("register", "information".into())]),
            Value::map([("unit", Value::text("unit-1"))]),
        ];
        let ours = || {
            let args = args.clone();
            time(|| {
                let outcome = host.dispatch("score.post", args, &scope, &mut NoServices).expect("an answer");
                assert_eq!(outcome.steps.len(), 1);
            })
        };
        // The hop to a worker is counted as the guard's: it is a few microseconds of some milliseconds.
        let both = pair(ROUNDS, ours, || time(|| bare.call::<f64>(()).expect("an answer")));
        report.add(Line::beside(format!("guard: a hot loop, {name}"), &both, Aim::Ratio(1.03)));
    }
}

// The same libraries and compiler, but no callback of any kind.
fn bare() -> Lua {
    let lua = Lua::new_with(StdLib::ALL_SAFE, LuaOptions::new()).expect("a VM");
    lua.set_compiler(lua::compiler().clone());
    lua.sandbox(true).expect("a sandbox");
    lua
}
