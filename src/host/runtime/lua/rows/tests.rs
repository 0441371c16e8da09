//! Loops over rows answer what single calls would.

use crate::runtime::{lua::rows::*, rows::LeafLayout};
use registrar_sdk::{Combine, Failure, Field, Key, OpenOrder, Param, Phase, Point, Struct, Type};

static POSTING: Struct = Struct::closed(
    "posting",
    "",
    &[
        Field::optional("account", Type::Text, ""),
        Field::required("amount", Type::Amount, ""),
        Field::optional("data", Type::Any, ""),
    ],
);
static POINT: Point = Point {
    id: "t",
    doc: "",
    params: &[
        Param { name: "event", ty: Type::Any, doc: "" },
        Param { name: "record", ty: Type::Any, doc: "" },
    ],
    answer: Type::OneOf(&[Type::Amount, Type::Struct(&POSTING), Type::List(&Type::Struct(&POSTING))]),
    combine: Combine::Collect,
    failure: Failure::FailCall,
    phase: Phase::Pure,
    extra_calls: &[],
    options: &[],
    budget_ms: 100,
    io_budget_ms: 0,
    open_order: OpenOrder::ByName,
    refine: None,
    deprecated: None,
    shorthand: None,
};

/// Row `n` has shelf `c<n>`, of `kind` "a" or "b" or none, `urgent` every third, and `nth` n. Every other has
/// `joint`, a list of 0, 1, 2, 2 … texts.
fn ask(handler: &str, count: u32) -> Vec<String> {
    let texts = Arc::new(TextPool::default());
    let leaf = |arg, path: &[&str], cell| (arg, path.iter().map(|key| Key::from(*key)).collect(), cell);
    let layout = Layout::new(
        &POINT,
        vec![
            leaf(0, &["fields", "shelf"], LeafLayout::Piece),
            leaf(0, &["nth"], LeafLayout::Number),
            leaf(1, &["kind"], LeafLayout::Text),
            leaf(1, &["urgent"], LeafLayout::Flag),
            leaf(1, &["joint"], LeafLayout::List),
        ],
    );
    let mut rows = Rows::new(&layout);
    for n in 0..count {
        rows.push(&layout);
        rows.set_piece(&layout.leaves[0], &format!("c{n}"));
        rows.set_number(&layout.leaves[1], f64::from(n));
        if n % 3 > 0 {
            rows.set_text(&layout.leaves[2], texts.number(["a", "b"][n as usize % 2]).unwrap());
        }
        rows.set_flag(&layout.leaves[3], n % 3 == 0);
        if n % 2 == 1 {
            let joint: Vec<u32> = ["x", "y"].iter().filter_map(|unit| texts.number(unit)).collect();
            rows.set_list(&layout.leaves[4], &joint[..(n as usize / 2).min(2)]);
        }
    }
    let (lua, _) =
        crate::runtime::lua::open_sandbox(64 << 20, crate::runtime::lua::Speed::Native, |_| {}).unwrap();
    lua.sandbox(true).unwrap();
    let handler: Function = lua.load(format!("return {handler}")).eval().unwrap();
    let wanted: Vec<u32> = (0..count).collect();
    let flat = Arc::new(FlatAnswer::of(&POINT.answer));
    let call = RowsCall {
        handler: &handler,
        index: 0,
        layout: &layout,
        rows: &rows,
        wanted: &wanted,
        texts: &texts,
        flat: &flat,
        now: None,
    };
    let loops = Loops::default();
    let mut answers = RowAnswers::default();
    // The second time it knows what is read, and the texts that are answered.
    for _ in 0..2 {
        answers = loops.call(&lua, &call, &|run| (run(), false)).unwrap().0;
    }
    let (account, amount) = (answers.field("account").unwrap(), answers.field("amount").unwrap());
    let said = |answer: &RowAnswer| match *answer {
        RowAnswer::None => "nil".to_owned(),
        RowAnswer::Number(n) => n.to_string(),
        RowAnswer::Again => "again".to_owned(),
        RowAnswer::Structs(at, count) => {
            let text = |n| texts.text(answers.text(n, account)).map_or("-".into(), |t| t.to_string());
            let one = |n| format!("{}:{}", text(n), answers.number(n, amount).unwrap_or(f64::NAN));
            (at..at + count).map(one).collect::<Vec<_>>().join(" ")
        }
    };
    answers.answers().iter().map(said).collect()
}

fn check(handler: &str, expected: &[&str]) {
    assert_eq!(ask(handler, expected.len() as u32), expected, "{handler}");
}

#[test]
fn answers_are_those_of_single_calls() {
    check("function(e) return e.nth * 2 end", &["0", "2", "4"]);
    check("function(e, r) if r.urgent then return 1 end end", &["1", "nil", "nil", "1"]);
    check("function(e, r) return #(r.kind or 'none') end", &["4", "1", "1", "4"]);
    check("function(e) return tonumber(string.sub(e.fields.shelf, 2)) end", &["0", "1", "2"]);
    check("function(e, r) return e.nosuch == nil and r.fields == nil and 1 or 0 end", &["1"]);
}

#[test]
fn a_list_is_a_frozen_table_of_its_own() {
    check("function(e, r) return r.joint and #r.joint end", &["nil", "0", "nil", "1", "nil", "2"]);
    check(
        "function(e, r) local out = {} for n, unit in r.joint or {} do out[n] = { account = unit, amount = n } end return out end",
        &["", "", "", "x:1", "", "x:1 y:2"],
    );
    check(
        "function(e, r) return r.joint and table.find(r.joint, 'y') end",
        &["nil", "nil", "nil", "nil", "nil", "2"],
    );
    check("function(e, r) if r.joint then r.joint[1] = 'z' end return 1 end", &["1", "again"]);
}

#[test]
fn postings_come_packed() {
    check("function(e, r) return { account = 'x', amount = e.nth } end", &["x:0", "x:1"]);
    check(
        "function(e, r) return { { account = r.kind, amount = 1 }, { amount = 2.5 } } end",
        &["-:1 -:2.5", "b:1 -:2.5", "a:1 -:2.5"],
    );
    check("function() return {} end", &[""]);
    check("function() return { { amount = 1 }, x = 2 } end", &["again"]);
    check("function() return { amount = 1, acount = 'x' } end", &["again"]);
    check("function() return { amount = 1, data = {} } end", &["again"]);
    check("function() return { amount = '1' } end", &["again"]);
    check("function() return 'x' end", &["again"]);
}

#[test]
fn what_a_loop_can_not_do_is_asked_again() {
    check("function(e, r) if e.nth == 1 then error('no') end return 1 end", &["1", "again", "1"]);
    check("function(e, r) r.points = 1 return 1 end", &["again"]);
    check("function(e, r) pcall(function() r.points = 1 end) return 1 end", &["again"]);
    check("function(e, r) for k, v in r do end return 1 end", &["again"]);
    check("function(e, r) return r end", &["again"]);
    check("function(e, r) return { amount = 1, account = e } end", &["again"]);
    check("function(e, r) return 0/0 end", &["again"]);
}

#[test]
fn many_rows_are_all_answered_whatever_fails_among_them() {
    let answers = ask("function(e) if e.nth % 7 == 3 then error('x') end return e.nth end", 1000);
    for (n, answer) in answers.iter().enumerate() {
        let expected = if n % 7 == 3 { "again".to_owned() } else { n.to_string() };
        assert_eq!(*answer, expected);
    }
}

#[test]
fn who_looks_past_the_fields_of_its_arguments_is_called_by_itself() {
    for looks in [
        "for _ in pairs(r) do end",
        "for _ in next, r do end",
        "next(r)",
        "rawget(r, 'kind')",
        "rawset(r, 'kind', 1)",
        "rawlen(r)",
        "rawequal(r, r)",
        "getmetatable(r)",
        "setmetatable(r, {})",
        "table.clone(r)",
        "table.freeze(r)",
        "table.isfrozen(r)",
        "table.clear(r)",
        "table.foreach(r, print)",
        "pcall(pairs, r)",
        "local look = table.clone look(e.fields)",
        "local look = next pcall(look, r)",
    ] {
        check(&format!("function(e, r) {looks} return 1 end"), &["again", "again"]);
    }
    // At its own tables it may look as it likes, and at lists.
    check("function(e, r) local t = { 1 } return next(t) + rawlen(table.clone(t)) end", &["2"]);
    check("function(e, r) local n = 0 for k, v in next, { 1, 2 } do n += v end return n end", &["3"]);
    check("function(e, r) return r.joint and #table.clone(r.joint) end", &["nil", "0", "nil", "1"]);
}
