//! One Lua handler through the host, against the same function called bare: same arguments, same
//! compiler, same sandbox, tables just as fresh and frozen.

use crate::{
    measure::{pair, time},
    office::{adoption, host},
    report::{Aim, Line, Report},
};
use mlua::{Function, Lua, LuaString};
use registrar_host::{NoServices, runtime::lua};
use registrar_sdk::{Amount, Value};
use std::{cell::Cell, sync::Arc};

// Short enough that most rounds run undisturbed beside whatever else the machine does.
const EVENTS: usize = 500;
const ROUNDS: usize = 121;

/// The rule that benchmarks count by: three look-ups, six branches.
pub const TABLES: &str = r#"
local by_kind = { dynamic = 2, routine = 3, research = 10, voice = 4, commissioned = 5 }
local by_level = { district = 1, city = 2, province = 4, state = 8 }
local by_carrier = {
  journal = 3, brief = 2, daily = 1, special = 4, digest = 6, deputies = 3, site = 1, paper = 8,
}
"#;
/// Its handler.
pub const FUNCTION: &str = r#"function(event, record)
  local points = by_kind[record.kind] or 1
  points += by_level[event.fields.level] or 0
  points += by_carrier[event.fields.carrier] or 0
  if event.nth > 2 then return 0 end
  if record.urgent then points += 1 end
  if record.stage ~= "adopted" then points = 0 end
  if event.on >= "2023-07-01" then points += 2 elseif event.on >= "2023-04-01" then points += 1 end
  if record.unit == "unit-7" then points *= 2 end
  return points
end"#;

// By hand what the host generates: one crossing, positional arguments, tables built inside.
const TRAMPOLINE: &str = r#"
local freeze = table.freeze
local function trampoline(action, by, carrier, level, id, nth, on, record, register, seq,
    r_id, kind, number, r_register, stage, title, unit, urgent)
  return handler(
    freeze({ action = action, by = by, fields = freeze({ carrier = carrier, level = level }), id = id,
      nth = nth, on = on, record = record, register = register, seq = seq }),
    freeze({ id = r_id, kind = kind, number = number, register = r_register, stage = stage, title = title,
      unit = unit, urgent = urgent }))
end
return trampoline"#;

/// The arguments of the trampoline, texts made once.
struct Flat {
    texts: [LuaString; 15],
    nth: f64,
    seq: f64,
    urgent: bool,
}

impl Flat {
    fn new(lua: &Lua, args: &[Value]) -> Flat {
        let (event, record) = (&args[0], &args[1]);
        let paths = ["action", "by", "fields.carrier", "fields.level", "id", "on", "record", "register"];
        let of_record = ["id", "kind", "number", "register", "stage", "title", "unit"];
        let event_texts = paths.iter().map(|path| event.at(path));
        let texts: Vec<LuaString> = event_texts
            .chain(of_record.iter().map(|key| record.get(key)))
            .map(|text| lua.create_string(text.as_str().expect("a text")).expect("a string"))
            .collect();
        Flat {
            texts: texts.try_into().expect("fifteen texts"),
            nth: event.get("nth").as_f64().expect("a number"),
            seq: event.get("seq").as_f64().expect("a number"),
            urgent: record.get("urgent").as_bool().expect("a boolean"),
        }
    }

    /// Texts known beforehand: nobody has that, so nothing can be faster.
    fn call(&self, trampoline: &Function) -> f64 {
        let [
            action,
            by,
            carrier,
            level,
            id,
            on,
            record,
            register,
            r_id,
            kind,
            number,
            r_register,
            stage,
            title,
            unit,
        ] = &self.texts;
        let first = (action, by, carrier, level, id, self.nth, on, record, register, self.seq, r_id);
        let (a, b, c, d, e, f, g, h, i, j, k) = first;
        let rest = (kind, number, r_register, stage, title, unit, self.urgent);
        trampoline.call((a, b, c, d, e, f, g, h, i, j, k, rest)).expect("an answer")
    }
}

/// The same from a program's own texts, as an embedder would write it: each becomes a string of the VM
/// with the call.
fn call_with_texts(trampoline: &Function, args: &[Value]) -> f64 {
    let (event, record) = (&args[0], &args[1]);
    let fields = event.get("fields");
    fn text<'a>(of: &'a Value, key: &str) -> &'a str {
        of.get(key).as_str().expect("a text")
    }
    let number = |key: &str| event.get(key).as_f64().expect("a number");
    trampoline
        .call((
            text(event, "action"),
            text(event, "by"),
            text(fields, "carrier"),
            text(fields, "level"),
            text(event, "id"),
            number("nth"),
            text(event, "on"),
            text(event, "record"),
            text(event, "register"),
            number("seq"),
            text(record, "id"),
            (
                text(record, "kind"),
                text(record, "number"),
                text(record, "register"),
                text(record, "stage"),
                text(record, "title"),
                text(record, "unit"),
                record.get("urgent").as_bool().expect("a boolean"),
            ),
        ))
        .expect("an answer")
}

/// Runs it.
pub fn run(report: &mut Report) {
    let options = r#"{ register = "information", action = "adopt", measure = "points", account = "unit",
        clause = "Opinion 2022, art. 5 (2)" }"#;
    let script = format!("{TABLES}\nhost.on('score.post', {options}, {FUNCTION})");
    let (host, _folder) = host(&[("scoring.lua".into(), script)]);
    let scope = host.scope(Arc::new(NoServices));

    let (lua, _) = lua::open_sandbox(64 << 20, lua::Speed::Native, |_| {}).expect("a VM");
    lua.sandbox(true).expect("a sandbox");
    // Without a cap mlua need not guard against running into it.
    lua.set_memory_limit(0).expect("no memory limit");
    let source = format!("{TABLES}\nlocal handler = {FUNCTION}\n{TRAMPOLINE}");
    let trampoline: Function = lua.load(source).set_name("=bare").eval().expect("a function");

    let events: Vec<Vec<Value>> = (0..EVENTS).map(adoption).collect();
    let flats: Vec<Flat> = events.iter().map(|args| Flat::new(&lua, args)).collect();

    // Both must say the same, or the comparison is worth nothing.
    let answers = host.dispatch_all("score.post", events.clone(), &scope, &mut NoServices);
    for (answer, flat) in answers.into_iter().zip(&flats) {
        let answer = answer.expect("an answer");
        let ours = answer.value.as_list().and_then(|l| l.first()).map(|p| p.get("amount").clone());
        let bare = Amount::from_f64(flat.call(&trampoline)).expect("an amount");
        assert_eq!(ours, Some(Value::Amount(bare)));
    }

    let bare = || time(|| flats.iter().map(|flat| flat.call(&trampoline)).sum::<f64>()) / EVENTS as f64;
    // The arguments are the caller's to make, and the answers' to drop; neither is counted.
    let batch = || {
        let args = events.clone();
        let mut answers = Vec::new();
        time(|| answers = host.dispatch_all("score.post", args, &scope, &mut NoServices)) / EVENTS as f64
    };
    let same = || {
        let args = events.clone();
        time(|| args.iter().map(|args| call_with_texts(&trampoline, args)).sum::<f64>()) / EVENTS as f64
    };
    let known = pair(ROUNDS, batch, bare);
    report.add(Line::beside(
        "handler: in a batch of 500, bare with VM strings made beforehand",
        &known,
        Aim::Ratio(1.3),
    ));
    let fresh = pair(ROUNDS, batch, same);
    report.add(Line::beside("handler: the same, bare from the same value tree", &fresh, Aim::Ratio(1.3)));

    let at = Cell::new(0);
    let alone = || {
        let mut spent = 0.0;
        for _ in 0..200 {
            at.set((at.get() + 1) % EVENTS);
            let args = events[at.get()].clone();
            spent += time(|| host.dispatch("score.post", args, &scope, &mut NoServices));
        }
        spent / 200.0
    };
    let hop = pair(ROUNDS / 6, alone, bare);
    report.add(Line::beside("handler: one dispatch, with its hop to a worker and back", &hop, Aim::None));
}
