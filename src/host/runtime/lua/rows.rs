//! Calls a handler for many rows of arguments without leaving the VM between them.
//!
//! One generated loop a layout and handler reads each row from a buffer into tables that are used
//! again for the next row. It fills in what the handler was seen to read; what it reads besides is
//! fetched when it asks. What the loop can't do as a single call would (a handler that changes or
//! walks its arguments, an answer of another form, an error) it leaves to a single call.

mod source;
mod space;

use crate::runtime::{
    lua::{
        rows::{source::source, space::Space},
        sandbox::{SET_FIELD, WATCHED_TABLES},
    },
    rows::{self, FlatAnswer, Layout, RowAnswer, RowAnswers, Rows, TextPool},
};
use mlua::{Function, Lua, LuaString, Table};
use std::{
    cell::{Cell, RefCell},
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
        let watched: Table = lua.named_registry_value(WATCHED_TABLES)?;
        let set: Function = lua.named_registry_value(SET_FIELD)?;
        let now = call.now.map(|(now, _)| now);
        let run = chunk.call((&known.texts, &known.numbers, &seen, &unknown, now, watched, set))?;
        let pieces = filled.iter().any(|leaf| call.layout.leaves[*leaf].cell.is_in_heap());
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
        if small && !whole.iter().any(|(_, leaf)| leaf.cell.is_in_heap()) {
            filled.extend(whole.iter().map(|(n, _)| n));
        }
    }
}

#[cfg(test)]
mod tests;
