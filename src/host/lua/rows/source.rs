//! The source of a loop over rows: one for each layout, and for what its handler reads.

use crate::{
    lua::builder::quoted,
    rows::{Cell, Flat, Layout},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

/// The loop's source.
pub(super) fn source(layout: &Layout, flat: &Flat, filled: &BTreeSet<usize>) -> String {
    let mut out = String::from(HEAD);
    let tables = tables(layout);
    write_readers(&mut out, layout);
    write_tables(&mut out, layout, &tables);
    write_emit(&mut out, flat);
    let args: Vec<String> = (0..layout.args).map(|arg| format!("t{}", tables[&(arg, None)])).collect();
    let mut fill = String::new();
    for (n, leaf) in layout.leaves.iter().enumerate().filter(|(n, _)| filled.contains(n)) {
        let table = tables[&(leaf.arg, (leaf.path.len() > 1).then(|| leaf.path[0].to_string()))];
        let key = leaf.path.last().map(|key| quoted(key)).unwrap_or_default();
        let _ = match leaf.cell {
            // Read in place: a call each would show.
            Cell::Text => writeln!(fill, "v = texts[readu32(buf, base + {})]", leaf.at),
            Cell::Number => writeln!(fill, "v = readf64(buf, base + {}) if v ~= v then v = nil end", leaf.at),
            Cell::Flag => writeln!(fill, "v = flags[readu8(buf, base + {})]", leaf.at),
            Cell::Piece => writeln!(fill, "v = read{n}(base)"),
        };
        // Writing nil over nil would ask the metatable.
        let _ = writeln!(
            fill,
            "if v ~= nil then t{table}[{key}] = v elseif rawget(t{table}, {key}) ~= nil then t{table}[{key}] = nil end"
        );
    }
    let _ = write!(
        out,
        r#"
local function run(h, buf, pieces, from, to, marks, amounts, structs, cap)
    data, heap, at, again = buf, pieces, nil, false
    {locals}
    local used, v = 0, nil
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
            if answer == answer then
                writef64(amounts, (i - from) * 8, answer)
                mark = NUMBER
            end
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
"#,
        stride = layout.stride,
        args = args.join(", "),
        locals = tables.values().fold(String::new(), |text, t| text + &format!("local t{t} = t{t}\n")),
    );
    out
}

const HEAD: &str = r#"
local texts, numbers, seen, unknown = ...
local readu32, readf64, readu8, readstring = buffer.readu32, buffer.readf64, buffer.readu8, buffer.readstring
local writeu8, writeu32, writef64 = buffer.writeu8, buffer.writeu32, buffer.writef64
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
local function kind(leaves)
    return {
        __index = function(_, key)
            local leaf = leaves[key]
            if leaf then
                seen[leaf] = (seen[leaf] or 0) + 1
                return readers[leaf](at)
            end
            return nil
        end,
        __newindex = function(of, key, value)
            if at ~= nil then
                refuse()
            end
            rawset(of, key, value)
        end,
        __iter = refuse, __len = refuse, __eq = refuse, __tostring = refuse,
        __call = refuse, __concat = refuse, __unm = refuse, __lt = refuse, __le = refuse,
    }
end
"#;

/// The tables of the arguments by argument, and by the key of one inside it.
fn tables(layout: &Layout) -> BTreeMap<(usize, Option<String>), usize> {
    let roots = (0..layout.args).map(|arg| (arg, None));
    let inner = layout.leaves.iter().filter(|leaf| leaf.path.len() > 1);
    let inner = inner.map(|leaf| (leaf.arg, Some(leaf.path[0].to_string())));
    let all: BTreeSet<_> = roots.chain(inner).collect();
    all.into_iter().enumerate().map(|(n, table)| (table, n)).collect()
}

fn write_readers(out: &mut String, layout: &Layout) {
    for (n, leaf) in layout.leaves.iter().enumerate() {
        let at = leaf.at;
        let body = match leaf.cell {
            Cell::Text => format!("return texts[readu32(data, at + {at})]"),
            Cell::Piece => format!(
                "local from = readu32(data, at + {at}) if from == 0 then return nil end if heap == nil then refuse() end return readstring(heap, from - 1, readu32(data, at + {}))",
                at + 4
            ),
            Cell::Number => {
                format!("local n = readf64(data, at + {at}) if n ~= n then return nil end return n")
            }
            Cell::Flag => format!("return flags[readu8(data, at + {at})]"),
        };
        let _ = writeln!(out, "local function read{n}(at) {body} end readers[{}] = read{n}", n + 1);
    }
}

fn write_tables(out: &mut String, layout: &Layout, tables: &BTreeMap<(usize, Option<String>), usize>) {
    for ((arg, inner), table) in tables {
        let _ = write!(out, "local t{table} = setmetatable({{}}, kind({{ ");
        for (n, leaf) in layout.leaves.iter().enumerate() {
            let (first, last) = (leaf.path.first(), leaf.path.last());
            let here = leaf.arg == *arg
                && match inner {
                    Some(inner) => leaf.path.len() > 1 && first.is_some_and(|key| **key == **inner),
                    None => leaf.path.len() == 1,
                };
            if let (true, Some(key)) = (here, last) {
                let _ = write!(out, "[{}] = {}, ", quoted(key), n + 1);
            }
        }
        out.push_str("}))\n");
    }
    for ((arg, inner), table) in tables {
        if let Some(inner) = inner {
            let root = tables[&(*arg, None)];
            let _ = writeln!(out, "rawset(t{root}, {}, t{table})", quoted(inner));
        }
    }
}

/// A function that writes one struct, or says nil where it is none of scalars and known texts.
fn write_emit(out: &mut String, flat: &Flat) {
    let width = flat.width;
    let _ = write!(
        out,
        "local function emit(to, used, cap, answer)\n\
         if type(answer) ~= \"table\" or used + {width} > cap then return nil end\n\
         local fields, odd, v, n = 0, false, nil, nil\n"
    );
    for (name, place, text) in &flat.fields {
        let _ = writeln!(out, "v = answer[{}]", quoted(name));
        let _ = match text {
            true => writeln!(
                out,
                "if v == nil then writeu32(to, used + {place}, 0)\n\
                 else n = numbers[v] fields += 1 if n then writeu32(to, used + {place}, n) else odd = true \
                 if type(v) == \"string\" and #unknown < 64 then table.insert(unknown, v) end end end"
            ),
            false => writeln!(
                out,
                "if v == nil then writef64(to, used + {place}, 0/0)\n\
                 elseif type(v) == \"number\" and v == v then writef64(to, used + {place}, v) fields += 1\n\
                 else odd = true end"
            ),
        };
    }
    // What has other fields is not this struct alone.
    let _ = write!(
        out,
        "if odd then return nil end\nfor _ in answer do fields -= 1 end\n\
         if fields ~= 0 then return nil end\nreturn used + {width}\nend\n"
    );
}
