//! The source of a loop over rows: one for each layout, and for what its handler reads.

use crate::runtime::{
    lua::argument_builder::quoted,
    rows::{FlatAnswer, Layout, Leaf, LeafLayout},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// The loop's source. `day`: the leaf whose text is told to whoever asks for the row's day.
pub(super) fn source(
    layout: &Layout,
    flat: &FlatAnswer,
    filled: &BTreeSet<usize>,
    day: Option<usize>,
) -> String {
    let mut out = String::from(HEAD);
    let tables = tables(layout);
    write_readers(&mut out, layout);
    write_tables(&mut out, layout, &tables, filled);
    write_emit(&mut out, flat);
    let tell = match day {
        Some(leaf) => {
            let _ = writeln!(out, "local function day() return read{leaf}(at) end");
            "now.read = day"
        }
        None => "",
    };
    let (fill, had) = fills(layout, &tables, filled);
    let args: Vec<String> = (0..layout.args).map(|arg| format!("t{}", tables[&(arg, None)])).collect();
    let locals = tables.values().fold(String::new(), |text, t| text + &format!("local t{t} = t{t}\n"));
    let loop_over_rows = RUN
        .replace("{tell}", tell)
        .replace("{locals}", &locals)
        .replace("{had}", &had)
        .replace("{stride}", &layout.stride.to_string())
        .replace("{fill}", &fill)
        .replace("{args}", &args.join(", "));
    out + &loop_over_rows
}

/// The lines that fill the tables of a row in, and those that say of each that it was there.
fn fills(
    layout: &Layout,
    tables: &BTreeMap<(usize, Option<String>), usize>,
    filled: &BTreeSet<usize>,
) -> (String, String) {
    let (mut fill, mut had) = (String::new(), String::new());
    for (n, leaf) in layout.leaves.iter().enumerate().filter(|(n, _)| filled.contains(n)) {
        let table = tables[&(leaf.arg, leaf.inner().map(str::to_owned))];
        let key = leaf.path.last().map(|key| quoted(key)).unwrap_or_default();
        // Whether there was a value before is kept, so that nil is not written over nil: that would ask
        // the metatable.
        let read = match leaf.cell {
            // Read in place: a call each would show.
            LeafLayout::Text => {
                format!("c = readu32(buf, base + {}) if c ~= 0 then v = texts[c] else v = nil end", leaf.at)
            }
            LeafLayout::Flag => format!("c = readu8(buf, base + {}) v = flags[c]", leaf.at),
            LeafLayout::Number => {
                format!("c = readf64(buf, base + {}) if c == c then v = c else v = nil end", leaf.at)
            }
            LeafLayout::Piece | LeafLayout::List => format!("v = read{n}(base)"),
        };
        let _ = writeln!(
            fill,
            "{read} if v ~= nil then t{table}[{key}] = v had{n} = true elseif had{n} then t{table}[{key}] = nil had{n} = false end"
        );
        let _ = writeln!(had, "local had{n} = true");
    }
    (fill, had)
}

/// The loop; what is in braces is put in.
const RUN: &str = r#"
local function run(h, buf, pieces, from, to, marks, amounts, structs, cap)
    data, heap, at, again = buf, pieces, nil, false
    {tell}
    {locals}
    {had}
    local used, v, c = 0, nil, 0
    for i = from, to - 1 do
        local base = i * {stride}
        {fill}
        at = base
        local answer = h({args})
        at = nil
        local mark = AGAIN
        if again then
            again = false
        elseif type(answer) == "number" then
            writef64(amounts, (i - from) * 8, answer)
            mark = NUMBER
        elseif answer == nil then
            mark = NONE
        elseif type(answer) == "table" then
            local count, now = 0, used
            if answer[1] ~= nil then
                for n, item in answer do
                    count += 1
                    if n ~= count then
                        now = nil
                        break
                    end
                    now = emit(structs, now, cap, item)
                    if now == nil then
                        break
                    end
                end
            else
                for _ in answer do
                    count = 1
                    now = emit(structs, used, cap, answer)
                    break
                end
            end
            if now then
                used = now
                writef64(amounts, (i - from) * 8, count)
                mark = STRUCTS
            end
        end
        writeu8(marks, i - from, mark)
    end
end
return run
"#;

const HEAD: &str = r#"
local texts, numbers, seen, unknown, now, watched, rawset = ...
local readu32, readf64, readu8, readstring = buffer.readu32, buffer.readf64, buffer.readu8, buffer.readstring
local writeu8, writeu32, writef64 = buffer.writeu8, buffer.writeu32, buffer.writef64
local create, freeze = table.create, table.freeze
local flags = { false, true }
local NONE, NUMBER, STRUCTS, AGAIN = 0, 1, 2, 3
-- Where the row begins that the handler is called for; nil while a row is filled in.
local at
local data, heap, again
local readers = {}
local function refuse()
    again = true
    error("to be called by itself", 0)
end
-- What is no text that has a number: it gets one, and is asked about again.
local function strange(v)
    if type(v) == "string" and #unknown < 64 then
        table.insert(unknown, v)
    end
    return nil
end
-- A list of texts, by where their numbers lie.
local function list(from, count)
    local items = create(count)
    for n = 1, count do
        items[n] = texts[readu32(heap, from + n * 4 - 4)]
    end
    return freeze(items)
end
local function reading(leaves)
    return function(_, key)
        local leaf = leaves[key]
        if leaf then
            seen[leaf] = (seen[leaf] or 0) + 1
            return readers[leaf](at)
        end
        return nil
    end
end
-- Of a table of which all is filled in no leaves are given: what is not there is nil, and asks nobody.
local function kind(leaves)
    return {
        __index = if leaves then reading(leaves) else nil,
        __newindex = function(of, key, value)
            if at ~= nil then
                refuse()
            end
            rawset(of, key, value)
        end,
        __refuse = refuse, __iter = refuse, __len = refuse, __eq = refuse, __tostring = refuse,
        __call = refuse, __concat = refuse, __unm = refuse, __lt = refuse, __le = refuse,
    }
end
"#;

/// The tables of the arguments by argument, and by the key of one inside it.
fn tables(layout: &Layout) -> BTreeMap<(usize, Option<String>), usize> {
    let roots = (0..layout.args).map(|arg| (arg, None));
    let inner = layout.leaves.iter().filter_map(|leaf| Some((leaf.arg, Some(leaf.inner()?.to_owned()))));
    let all: BTreeSet<_> = roots.chain(inner).collect();
    all.into_iter().enumerate().map(|(n, table)| (table, n)).collect()
}

fn write_readers(out: &mut String, layout: &Layout) {
    for (n, leaf) in layout.leaves.iter().enumerate() {
        let at = leaf.at;
        let body = match leaf.cell {
            LeafLayout::Text => format!("return texts[readu32(data, at + {at})]"),
            LeafLayout::Piece => format!(
                "local from = readu32(data, at + {at}) if from == 0 then return nil end if heap == nil then refuse() end return readstring(heap, from - 1, readu32(data, at + {}))",
                at + 4
            ),
            LeafLayout::List => format!(
                "local from = readu32(data, at + {at}) if from == 0 then return nil end if heap == nil then refuse() end return list(from - 1, readu32(data, at + {}))",
                at + 4
            ),
            LeafLayout::Number => {
                format!("local n = readf64(data, at + {at}) if n ~= n then return nil end return n")
            }
            LeafLayout::Flag => format!("return flags[readu8(data, at + {at})]"),
        };
        let _ = writeln!(out, "local function read{n}(at) {body} end readers[{}] = read{n}", n + 1);
    }
}

fn write_tables(
    out: &mut String,
    layout: &Layout,
    tables: &BTreeMap<(usize, Option<String>), usize>,
    filled: &BTreeSet<usize>,
) {
    for ((arg, inner), table) in tables {
        let here = |leaf: &Leaf| leaf.arg == *arg && leaf.inner() == inner.as_deref();
        let left = layout.leaves.iter().enumerate().filter(|(n, leaf)| here(leaf) && !filled.contains(n));
        let left: Vec<String> = left
            .filter_map(|(n, leaf)| Some(format!("[{}] = {}", quoted(leaf.path.last()?), n + 1)))
            .collect();
        let left = if left.is_empty() { "nil".to_owned() } else { format!("{{ {} }}", left.join(", ")) };
        let _ = writeln!(out, "local t{table} = setmetatable({{}}, kind({left})) watched[t{table}] = refuse");
    }
    for ((arg, inner), table) in tables {
        if let Some(inner) = inner {
            let root = tables[&(*arg, None)];
            let _ = writeln!(out, "rawset(t{root}, {}, t{table})", quoted(inner));
        }
    }
}

/// A function that writes one struct, or says nil where it is none of scalars and known texts.
///
/// It counts the struct's fields, and looks for further ones only until it has found as many: asking
/// for a key that is not there costs most. A text that was there before costs no look-up.
fn write_emit(out: &mut String, flat: &FlatAnswer) {
    let width = flat.width;
    let (texts, numbers): (Vec<_>, Vec<_>) = flat.fields.iter().partition(|(.., text)| *text);
    for (n, _) in texts.iter().enumerate() {
        let _ = writeln!(out, "local text{n}, code{n} = nil, 0");
    }
    let _ = write!(
        out,
        "local function emit(to, used, cap, answer)\n\
         if type(answer) ~= \"table\" or used + {width} > cap then return nil end\n\
         local fields, v, n = 0, nil, nil\n\
         for _ in answer do fields += 1 end\n"
    );
    for (_, place, _) in &texts {
        let _ = writeln!(out, "writeu32(to, used + {place}, 0)");
    }
    for (name, place, _) in &numbers {
        let _ = writeln!(
            out,
            "v = answer[{}]\n\
             if v == nil then writef64(to, used + {place}, 0/0)\n\
             elseif type(v) == \"number\" and v == v then writef64(to, used + {place}, v) fields -= 1\n\
             else return nil end",
            quoted(name)
        );
    }
    for (n, (name, place, _)) in texts.iter().enumerate() {
        let _ = writeln!(
            out,
            "if fields == 0 then return used + {width} end\n\
             v = answer[{}]\n\
             if v ~= nil then\n\
             if v == text{n} then n = code{n}\n\
             else n = numbers[v] if n == nil then return strange(v) end text{n} = v code{n} = n end\n\
             writeu32(to, used + {place}, n) fields -= 1 end",
            quoted(name)
        );
    }
    // What has other fields is not this struct alone.
    let _ = write!(out, "if fields ~= 0 then return nil end\nreturn used + {width}\nend\n");
}
