//! A rule over packed rows through the host, against the same function in the same Luau looping over
//! the same data inside the VM with no host at all: reused tables filled with just what it reads.

use crate::{
    handler::{FUNCTION, TABLES},
    measure::{median, pair, time},
    office::host,
    report::{Aim, Line, Report},
};
use mlua::{Buffer, Function, Lua, Table};
use registrar_contract::OFFICE;
use registrar_host::{
    BulkRequest, Handler, Host, Layout, LeafLayout as RowCell, NoServices, RowAnswer, RowAnswers, Rows,
    Scope, TextPool, runtime::lua,
};
use registrar_sdk::Key;
use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    thread,
};
use tempfile::TempDir;

// As many as cross at once.
const EVENTS: usize = 4_096;
const ROUNDS: usize = 121;

/// The same rule with an answer of its own making.
const POSTING: &str = r#"
local scored = SCORED
local out = function(event, record)
  local points = scored(event, record)
  return { { account = record.unit, measure = "points", amount = points, tag = "adoption" } }
end"#;

// What an author of a program around Luau would write: a row is eight cells of four bytes.
const LOOP: &str = r#"
local texts, h = ...
local readu32 = buffer.readu32
local event, record = { fields = {} }, {}
local fields = event.fields
return function(data, count)
    local sum = 0
    for i = 0, count - 1 do
        local at = i * 32
        event.on = texts[readu32(data, at)]
        event.nth = readu32(data, at + 4)
        fields.carrier = texts[readu32(data, at + 8)]
        fields.level = texts[readu32(data, at + 12)]
        record.kind = texts[readu32(data, at + 16)]
        record.stage = texts[readu32(data, at + 20)]
        record.unit = texts[readu32(data, at + 24)]
        record.urgent = readu32(data, at + 28) == 1
        ADD
    end
    return sum
end"#;

/// How the loop adds up numbers, and posting tables.
const ADD: [&str; 2] =
    ["sum += h(event, record)", "for _, posting in h(event, record) do sum += posting.amount end"];

struct Event {
    on: String,
    nth: u32,
    carrier: &'static str,
    level: &'static str,
    kind: &'static str,
    unit: String,
    urgent: bool,
}

fn event(n: usize) -> Event {
    const KINDS: [&str; 5] = crate::ledger::KINDS;
    const LEVELS: [&str; 4] = crate::ledger::LEVELS;
    const CARRIERS: [&str; 8] = crate::ledger::CARRIERS;
    Event {
        on: format!("2023-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
        nth: n as u32 % 3 + 1,
        carrier: CARRIERS[n / 3 % 8],
        level: LEVELS[n / 5 % 4],
        kind: KINDS[n / 7 % 5],
        unit: format!("unit-{}", n * 31 % 100),
        urgent: n.is_multiple_of(5),
    }
}

fn layout() -> Layout {
    let leaf =
        |arg: usize, path: &[&str], cell| (arg, path.iter().map(|key| Key::from(*key)).collect(), cell);
    let text = |arg, path: &[&str]| leaf(arg, path, RowCell::Text);
    let leaves = vec![
        leaf(0, &["id"], RowCell::Piece),
        text(0, &["register"]),
        leaf(0, &["record"], RowCell::Piece),
        text(0, &["action"]),
        text(0, &["on"]),
        text(0, &["by"]),
        leaf(0, &["nth"], RowCell::Number),
        leaf(0, &["seq"], RowCell::Number),
        text(0, &["fields", "carrier"]),
        text(0, &["fields", "level"]),
        leaf(0, &["fields", "issue"], RowCell::Number),
        leaf(1, &["id"], RowCell::Piece),
        text(1, &["register"]),
        text(1, &["stage"]),
        leaf(1, &["number"], RowCell::Piece),
        text(1, &["kind"]),
        leaf(1, &["title"], RowCell::Piece),
        text(1, &["unit"]),
        leaf(1, &["urgent"], RowCell::Flag),
    ];
    Layout::new(OFFICE.point("score.post").expect("a point"), leaves)
}

fn rows(layout: &Layout, texts: &TextPool) -> Rows {
    let mut rows = Rows::new(layout);
    for n in 0..EVENTS {
        let event = event(n);
        rows.push(layout);
        let leaf = |arg, path: &[&str]| &layout.leaves[layout.leaf(arg, path).expect("a leaf")];
        let text = |rows: &mut Rows, arg, path: &[&str], text: &str| {
            rows.set_text(leaf(arg, path), texts.number(text).expect("a number"));
        };
        let id = format!("2023-{:05}", n / 2);
        rows.set_piece(leaf(0, &["id"]), &format!("{id}-adopt-{n}"));
        rows.set_piece(leaf(0, &["record"]), &id);
        rows.set_piece(leaf(1, &["id"]), &id);
        rows.set_piece(leaf(1, &["title"]), "关于某号建议办理情况的信息");
        for (arg, path, word) in [
            (0, &["register"][..], "information"),
            (0, &["action"], "adopt"),
            (0, &["on"], &event.on),
            (0, &["by"], "editor-1"),
            (0, &["fields", "carrier"], event.carrier),
            (0, &["fields", "level"], event.level),
            (1, &["register"], "information"),
            (1, &["stage"], "adopted"),
            (1, &["kind"], event.kind),
            (1, &["unit"], &event.unit),
        ] {
            text(&mut rows, arg, path, word);
        }
        rows.set_number(leaf(0, &["nth"]), f64::from(event.nth));
        rows.set_number(leaf(0, &["seq"]), n as f64);
        rows.set_flag(leaf(1, &["urgent"]), event.urgent);
    }
    rows
}

struct Bare {
    numbers: Function,
    tables: Function,
    data: Buffer,
    _lua: Lua,
}

fn bare() -> Bare {
    let (lua, _) = lua::open_sandbox(64 << 20, lua::Speed::Native, |_| {}).expect("a VM");
    lua.sandbox(true).expect("a sandbox");
    lua.set_memory_limit(0).expect("no memory limit");
    let texts: Table = lua.create_table().expect("a table");
    let mut known: Vec<String> = Vec::new();
    let mut data = Vec::new();
    for n in 0..EVENTS {
        let e = event(n);
        let mut code = |text: &str| {
            let at = known.iter().position(|known| known == text).unwrap_or_else(|| {
                known.push(text.to_owned());
                texts.raw_seti(known.len(), text).expect("a text");
                known.len() - 1
            });
            at as u32 + 1
        };
        let (on, carrier, level) = (code(&e.on), code(e.carrier), code(e.level));
        let (kind, stage, unit) = (code(e.kind), code("adopted"), code(&e.unit));
        for cell in [on, e.nth, carrier, level, kind, stage, unit, u32::from(e.urgent)] {
            data.extend(cell.to_le_bytes());
        }
    }
    let compile = |source: String| lua.load(source).set_name("=bare");
    let rule: Function = compile(format!("{TABLES}\nreturn {FUNCTION}")).eval().expect("a rule");
    let posting = POSTING.replace("SCORED", "...");
    let posting: Function = compile(format!("{posting}\nreturn out")).call(rule.clone()).expect("a rule");
    let over = |add: &str, rule: Function| -> Function {
        compile(LOOP.replace("ADD", add)).call((&texts, rule)).expect("a loop")
    };
    let (numbers, tables) = (over(ADD[0], rule), over(ADD[1], posting));
    let data = lua.create_buffer(data).expect("a buffer");
    Bare { numbers, tables, data, _lua: lua }
}

/// What an event takes in the bare loop, in nanoseconds.
pub fn bare_numbers() -> f64 {
    let bare = bare();
    let one = || time(|| bare.numbers.call::<f64>((&bare.data, EVENTS)).expect("a sum")) / EVENTS as f64;
    one();
    median((0..ROUNDS).map(|_| one()).collect())
}

/// A host with a rule, and what it is to be asked about.
struct Asker {
    host: Host,
    scope: Scope,
    handler: Arc<Handler>,
    layout: Arc<Layout>,
    texts: Arc<TextPool>,
    _folder: TempDir,
}

impl Asker {
    fn new(rule: String) -> Asker {
        let (host, folder) = host(&[("scoring.lua".into(), rule)]);
        let scope = host.scope(Arc::new(NoServices));
        let handler = host.generation().handlers("score.post")[0].clone();
        let (layout, texts) = (Arc::new(layout()), Arc::new(TextPool::default()));
        Asker { host, scope, handler, layout, texts, _folder: folder }
    }

    fn rows(&self) -> Rows {
        rows(&self.layout, &self.texts)
    }

    fn ask(&self, rows: Rows) -> (Rows, RowAnswers) {
        let wanted = vec![BulkRequest { handler: self.handler.clone(), rows: (0..EVENTS as u32).collect() }];
        let (rows, _, mut answers) =
            self.host.ask_rows("score.post", &self.scope, &self.layout, &self.texts, rows, wanted);
        (rows, answers.remove(0))
    }

    /// Asks about a batch again and again.
    fn ask_often(&self, mut rows: Rows) -> Rows {
        for _ in 0..OFTEN {
            rows = self.ask(rows).0;
        }
        rows
    }
}

/// Batches that one core does between two looks at the clock.
const OFTEN: usize = 8;

/// Runs it.
pub fn run(report: &mut Report) {
    let bare = bare();
    let options = |more: &str| format!(r#"{{ register = "information", action = "adopt"{more} }}"#);
    let numbers = options(r#", measure = "points", account = "unit""#);
    let number_rule = format!("{TABLES}\nhost.on('score.post', {numbers}, {FUNCTION})");
    let scored = POSTING.replace("SCORED", FUNCTION);
    let table_rule = format!("{TABLES}\n{scored}\nhost.on('score.post', {}, out)", options(""));
    for (name, rule, function) in [
        ("rows: numbers out", number_rule, &bare.numbers),
        ("rows: posting tables out", table_rule, &bare.tables),
    ] {
        let asker = Asker::new(rule);
        let loop_over = || function.call::<f64>((&bare.data, EVENTS)).expect("a sum");
        // The first rows only teach the texts that answers have; then both must say the same.
        let rows = asker.ask(asker.rows()).0;
        let (rows, answers) = asker.ask(rows);
        assert_eq!(sum(&answers), loop_over(), "{name}");
        let packed = Cell::new(Some(rows));
        let events = (OFTEN * EVENTS) as f64;
        let ours = || {
            let rows = packed.take().expect("rows");
            let (took, rows) = timed(|| asker.ask_often(rows));
            packed.set(Some(rows));
            took / events
        };
        let bare = || time(|| (0..OFTEN).map(|_| loop_over()).sum::<f64>()) / events;
        report.add(Line::beside(name, &pair(ROUNDS, ours, bare), Aim::Ratio(1.3)));
        report.add(two_cores(name, &asker));
    }
}

/// The same batches by two workers, beside one.
fn two_cores(name: &str, asker: &Asker) -> Line {
    let all = RefCell::new(vec![asker.rows(), asker.rows()]);
    let events = (2 * OFTEN * EVENTS) as f64;
    let both = || {
        let rows = all.take();
        let (took, rows) = timed(|| {
            thread::scope(|scope| {
                let asked: Vec<_> =
                    rows.into_iter().map(|rows| scope.spawn(|| asker.ask_often(rows))).collect();
                asked.into_iter().map(|asked| asked.join().expect("a thread")).collect::<Vec<_>>()
            })
        });
        all.replace(rows);
        took / events
    };
    let one = || {
        let rows = all.take();
        let (took, rows) = timed(|| rows.into_iter().map(|rows| asker.ask_often(rows)).collect());
        all.replace(rows);
        took / events
    };
    let name = format!("{name}: two workers, beside one");
    Line::beside(name, &pair(ROUNDS / 4, both, one), Aim::Ratio(0.588))
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let mut done = None;
    let took = time(|| done = Some(work()));
    (took, done.expect("it was done"))
}

fn sum(answers: &RowAnswers) -> f64 {
    let amount = answers.field("amount").expect("a field");
    let one = |answer: &RowAnswer| match answer {
        RowAnswer::Number(n) => *n,
        RowAnswer::Structs(at, count) => (*at..at + count).filter_map(|n| answers.number(n, amount)).sum(),
        other => panic!(
            "{other:?} for a row; {:?}",
            answers
                .answers()
                .iter()
                .enumerate()
                .filter(|(_, a)| matches!(a, RowAnswer::Again))
                .map(|(n, _)| n)
                .take(20)
                .collect::<Vec<_>>()
        ),
    };
    answers.answers().iter().map(one).sum()
}
