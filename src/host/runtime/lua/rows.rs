//! Calls a handler for many rows of arguments without leaving the VM between them.
//!
//! One generated loop a layout and handler reads each row from a buffer into tables that are used
//! again for the next row. It fills in what the handler was seen to read; what it reads besides is
//! fetched when it asks. What the loop can't do as a single call would (a handler that changes or
//! walks its arguments, an answer of another form, an error) it leaves to a single call.

mod introspection;
mod source;
mod space;

pub use crate::runtime::lua::rows::introspection::innocent;
use crate::runtime::{
    lua::rows::{source::source, space::Space},
    rows::{self, FlatAnswer, Layout, RowAnswer, RowAnswers, Rows, TextPool},
};
use mlua::{Function, Lua, LuaString, Table};
use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
    sync::Arc,
};

/// Rows of one stretch under one budget.
const STRETCH: usize = 1024;
/// Rows in which it is seen what a handler reads, before the loop is made that fills it in.
const WATCHED: usize = 32;
/// Structs that a stretch may answer.
const MOST_STRUCTS: usize = STRETCH * 3;
/// A loop fills in at most so many leaves: a function has few hundred local variables.
const MOST_FILLED: usize = 60;
/// A map with so few leaves is filled in whole.
const SMALL: usize = 8;
/// From so many rows on machine code is made.
const WORTH: usize = 2_000;
/// A handler that keeps reading other things gets no further loop.
const MOST_LOOPS: u32 = 4;

/// The loops of one VM.
#[derive(Default)]
pub struct Loops {
    texts: RefCell<Option<VmTexts>>,
    loops: RefCell<BTreeMap<(u64, u32), Rc<Loop>>>,
    space: RefCell<Option<Space>>,
    /// How many rows were asked about so far.
    asked: Cell<usize>,
    /// Whether its scripts' handlers can be asked in loops, once that was looked at.
    fit: OnceCell<bool>,
}

/// The numbered texts that the VM has.
struct VmTexts {
    list: Arc<TextPool>,
    count: usize,
    /// By number, and back.
    texts: Table,
    numbers: Table,
}

struct Loop {
    run: Function,
    /// What was read that was not filled in: leaf's number from 1, and how often.
    seen: Table,
    /// Answered texts that have no number yet.
    unknown: Table,
    filled: BTreeSet<usize>,
    /// Whether it needs the texts that do not recur.
    pieces: bool,
    /// Whether it is machine code.
    fast: bool,
    made: u32,
}

/// Runs something under a budget, and says whether it was stopped.
pub type Guard<'a> = dyn Fn(&dyn Fn() -> mlua::Result<()>) -> (mlua::Result<()>, bool) + 'a;

/// What one call of a handler for many rows needs.
pub struct RowsCall<'a> {
    pub handler: &'a Function,
    /// Its number in the plugin.
    pub index: u32,
    pub layout: &'a Layout,
    pub rows: &'a Rows,
    /// Which rows.
    pub wanted: &'a [u32],
    pub texts: &'a Arc<TextPool>,
    pub flat: &'a Arc<FlatAnswer>,
    /// Where the rows' days are told, and which leaf they are; `None` where nobody can ask for them.
    pub now: Option<(&'a Table, usize)>,
}

impl Loops {
    /// Whether the VM's handlers can be asked in loops; looks only the first time.
    pub fn fit(&self, look: impl FnOnce() -> bool) -> bool {
        *self.fit.get_or_init(look)
    }

    /// Calls the handler for the wanted rows. `guard` runs one stretch under its budget and says
    /// whether it was stopped; then the VM is not to be used again, and what is left is asked again
    /// elsewhere.
    ///
    /// # Errors
    /// The loop itself could not be made or run.
    pub fn call(
        &self,
        lua: &Lua,
        call: &RowsCall<'_>,
        guard: &Guard<'_>,
    ) -> mlua::Result<(RowAnswers, bool)> {
        self.know(lua, call.texts)?;
        let mut space = self.space.borrow_mut();
        let space = match &mut *space {
            Some(space) => space,
            none => none.insert(Space::new(lua, MOST_STRUCTS)?),
        };
        space.take_in(lua, call)?;
        self.asked.set(self.asked.get() + call.wanted.len());
        let mut out = RowAnswers { flat: call.flat.clone(), ..RowAnswers::default() };
        let mut stopped = false;
        while out.answers.len() < call.wanted.len() && !stopped {
            let at = out.answers.len();
            let made = self.made(lua, call)?;
            if made.pieces {
                space.take_in_pieces(lua, call)?;
            }
            let most = if made.made == 0 { WATCHED } else { STRETCH };
            let end = call.wanted.len().min(at + most);
            let (outcome, was_stopped) = guard(&|| space.run(&made.run, call.handler, (at, end)));
            space.take_out(&mut out, end - at);
            if outcome.is_err() && out.answers.len() < end {
                // It goes on with the next row; the one that failed is asked again.
                out.answers.push(RowAnswer::Again);
            }
            stopped = was_stopped;
            if made.unknown.raw_len() > 0 {
                for text in made.unknown.sequence_values::<LuaString>() {
                    if let Ok(text) = text?.to_str() {
                        call.texts.number(&text);
                    }
                }
                made.unknown.clear()?;
                self.know(lua, call.texts)?;
            }
        }
        out.answers.resize(call.wanted.len(), RowAnswer::Again);
        Ok((out, stopped))
    }

    /// Has the VM know all texts that have a number by now.
    fn know(&self, lua: &Lua, list: &Arc<TextPool>) -> mlua::Result<()> {
        let mut known = self.texts.borrow_mut();
        if known.as_ref().is_none_or(|known| !Arc::ptr_eq(&known.list, list)) {
            // Loops hold the tables of the list before.
            self.loops.borrow_mut().clear();
            let (texts, numbers) = (lua.create_table()?, lua.create_table()?);
            *known = Some(VmTexts { list: list.clone(), count: 0, texts, numbers });
        }
        let Some(known) = &mut *known else { return Ok(()) };
        for text in list.after(known.count) {
            known.count += 1;
            let text = lua.create_string(&*text)?;
            known.texts.raw_seti(known.count, &text)?;
            known.numbers.raw_set(text, known.count)?;
        }
        Ok(())
    }

    /// The loop for a handler's rows: at first one that watches what is read, then one that fills
    /// that in.
    fn made(&self, lua: &Lua, call: &RowsCall<'_>) -> mlua::Result<Rc<Loop>> {
        let key = (call.layout.id, call.index);
        let before = self.loops.borrow().get(&key).cloned();
        let mut filled = BTreeSet::new();
        let mut made = 0;
        if let Some(before) = before {
            let seen = before.seen.pairs::<usize, usize>();
            let seen: BTreeSet<usize> =
                seen.map(|pair| pair.map(|(leaf, _)| leaf - 1)).collect::<mlua::Result<_>>()?;
            // What is filled in and read all the same was nil.
            let more = before.made == 0 || !seen.is_subset(&before.filled);
            let faster = before.made > 0 && !before.fast && self.asked.get() >= WORTH;
            if !(more || faster) || before.made >= MOST_LOOPS {
                return Ok(before);
            }
            filled = (&before.filled | &seen).into_iter().take(MOST_FILLED).collect();
            fill_whole(call.layout, &mut filled);
            made = before.made + 1;
        }
        let known = self.texts.borrow();
        let Some(known) = &*known else { return Err(mlua::Error::runtime("no texts are known yet")) };
        let (seen, unknown) = (lua.create_table()?, lua.create_table()?);
        // Machine code takes milliseconds to make, and is worth it from some thousands of rows on.
        let worth = made > 0 && self.asked.get() >= WORTH;
        lua.enable_jit(worth);
        let day = call.now.map(|(_, leaf)| leaf);
        let chunk = lua.load(source(call.layout, call.flat, &filled, day)).set_name("=host");
        let run =
            chunk.call((&known.texts, &known.numbers, &seen, &unknown, call.now.map(|(now, _)| now)))?;
        let pieces = filled.iter().any(|leaf| call.layout.leaves[*leaf].cell == rows::LeafLayout::Piece);
        let fresh = Rc::new(Loop { run, seen, unknown, filled, pieces, fast: worth, made });
        self.loops.borrow_mut().insert(key, fresh.clone());
        Ok(fresh)
    }
}

/// Fills in all of a small map of which something is filled in, so that what is not there in some rows
/// need not be asked for.
fn fill_whole(layout: &Layout, filled: &mut BTreeSet<usize>) {
    let of = |leaf: &rows::Leaf| leaf.inner().map(|inner| (leaf.arg, inner.to_owned()));
    let maps: BTreeSet<_> = filled.iter().filter_map(|n| of(&layout.leaves[*n])).collect();
    for map in maps {
        let whole = layout.leaves.iter().enumerate().filter(|(_, leaf)| of(leaf).as_ref() == Some(&map));
        let whole: Vec<_> = whole.collect();
        let small = whole.len() <= SMALL && filled.len() + whole.len() <= MOST_FILLED;
        if small && whole.iter().all(|(_, leaf)| leaf.cell != rows::LeafLayout::Piece) {
            filled.extend(whole.iter().map(|(n, _)| n));
        }
    }
}

#[cfg(test)]
mod tests {
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

    /// Row `n` has shelf `c<n>`, of `kind` "a" or "b" or none, `urgent` every third, and `nth` n.
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
    fn a_script_that_could_see_how_its_arguments_are_made_is_known() {
        assert!(innocent(["local nextday = x.pairs_of", "for k in t do end"].iter()));
        assert!(!innocent(["for k in pairs(record) do end"].iter()));
        assert!(!innocent(["return next(t)"].iter()));
        assert!(!innocent(["table.clone(record)"].iter()));
    }
}
