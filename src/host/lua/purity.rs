//! What a plugin's sources change that outlives a call, seen before anything runs: globals anywhere, and, in what
//! handlers at pure points run, names and tables of the file.
//!
//! Reads syntax trees; what can't be parsed by this reader, but by Luau, is passed over. Aliases escape it: rules
//! are also tried twice.

mod facts;
mod walk;

use facts::{Facts, facts};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Something in a file that is not pure.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Impure {
    /// The file.
    pub file: String,
    /// Its line.
    pub line: u32,
    /// What is wrong there, and what to do.
    pub message: String,
}

/// What is impure in files, by path. `is_pure` says whether handlers at a point must be pure.
pub fn impure(files: &BTreeMap<String, Arc<[u8]>>, is_pure: &dyn Fn(&str) -> bool) -> Vec<Impure> {
    let read: Vec<(&String, Arc<Facts>)> = files
        .iter()
        .filter(|(path, _)| path.ends_with(".lua") || path.ends_with(".luau"))
        .filter_map(|(path, bytes)| Some((path, facts(bytes)?)))
        .collect();
    let mut found: BTreeSet<Impure> = BTreeSet::new();
    for (file, facts) in &read {
        found.extend(facts.globals.iter().map(|(name, line)| Impure {
            file: (*file).clone(),
            line: *line,
            message: format!("assigns the global `{name}`, which no plugin can have; write `local {name}`"),
        }));
    }
    for (file, function) in reachable(&read, is_pure) {
        let (file, facts) = &read[file];
        found.extend(facts.functions[function].changes.iter().map(|(name, line)| Impure {
            file: (*file).clone(),
            line: *line,
            message: format!(
                "changes `{name}`, which outlives the call, in what a rule runs; a rule may only depend on its \
                 arguments, settings and look-ups: keep no table or count between calls"
            ),
        }));
    }
    found.into_iter().collect()
}

/// The functions that handlers at pure points run, by file and number.
fn reachable(read: &[(&String, Arc<Facts>)], is_pure: &dyn Fn(&str) -> bool) -> BTreeSet<(usize, usize)> {
    let mut open: Vec<(usize, usize)> = Vec::new();
    for (file, (_, facts)) in read.iter().enumerate() {
        for (number, function) in facts.functions.iter().enumerate() {
            let named = function.name.as_ref().is_some_and(|name| {
                facts.handlers.iter().any(|(point, handler)| handler == name && is_pure(point))
            });
            let handed_over = function.point.as_deref().is_some_and(is_pure);
            open.extend((named || handed_over).then_some((file, number)));
        }
    }
    let mut seen = BTreeSet::new();
    while let Some((file, number)) = open.pop() {
        if !seen.insert((file, number)) {
            continue;
        }
        let function = &read[file].1.functions[number];
        for (other_file, (_, facts)) in read.iter().enumerate() {
            for (other, candidate) in facts.functions.iter().enumerate() {
                let within = other_file == file && candidate.parent == Some(number);
                // Of another file only what is a field can be run.
                let named = candidate.name.as_ref().is_some_and(|name| function.mentions.contains(name))
                    && (other_file == file || candidate.is_field);
                open.extend((within || named).then_some((other_file, other)));
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> String {
        let files =
            files.iter().map(|(path, text)| ((*path).to_owned(), Arc::from(text.as_bytes()))).collect();
        let all = impure(&files, &|point| point.starts_with("score."));
        all.iter()
            .map(|one| format!("{}:{} {}", one.file, one.line, one.message))
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn check(source: &str, expected: &str) {
        let found = found(&[("a.lua", source)]);
        match expected.is_empty() {
            true => assert_eq!(found, "", "{source}"),
            false => assert!(found.contains(expected), "{source}: {found}"),
        }
    }

    #[test]
    fn a_global_is_named_wherever_it_is_assigned() {
        check("x = 1", "a.lua:1 assigns the global `x`");
        check("local function never()\n  y = 2\nend", "a.lua:2 assigns the global `y`");
        check("function helper() end", "assigns the global `helper`");
        check("_G.z = 1", "assigns the global `z`");
        check("_G['z'] = 1", "assigns the global `z`");
        check("if false then x += 1 end", "assigns the global `x`");
        check("local x x = 1 for i = 1, 2 do local y = i y = 2 x = y end for k in {} do k = 1 end", "");
        check("local M = {} function M.f(a) a = 1 self = a end function M:g() self.x = 1 end return M", "");
    }

    #[test]
    fn what_outlives_a_call_of_a_rule_is_not_changed_by_it() {
        let on = |body: &str| {
            format!("local n = 0\nlocal t = {{}}\nhost.on('score.post', {{}}, function(e)\n{body}\nend)")
        };
        check(&on("n += 1 return n"), "a.lua:4 changes `n`");
        check(&on("n = n + 1 if n > 3 then return 2 end return 1"), "changes `n`");
        check(&on("t[e.id] = t[e.id] or 1 return t[e.id]"), "changes `t`");
        check(&on("table.insert(t, e) return #t"), "changes `t`");
        check(&on("local own = {} table.insert(own, e) local m = 0 m += 1 return m"), "");
        check(&on("local sum = 0 local function add(x) sum += x end add(1) return sum"), "");
        // What runs while the file is loaded may count; so may what tells the world.
        check(
            "local n = 0 local function next_one() n += 1 return n end host.on('score.post', { priority = next_one() }, function() return 1 end)",
            "",
        );
        check("local n = 0 host.on('action.after', {}, function() n += 1 end)", "");
    }

    #[test]
    fn helpers_and_modules_are_followed() {
        check(
            "local n = 0 local function count() n += 1 return n end local function rule() return count() end host.on('score.post', {}, rule)",
            "changes `n`",
        );
        check(
            "local n = 0 local function make(k) return function() n += k return n end end host.on('score.post', {}, make(2))",
            "changes `n`",
        );
        let module = "local M, seen = {}, 0\nfunction M.weigh() seen += 1 return seen end\nfunction M.other() seen = 0 end\nreturn M";
        let user = "local m = require('lib/m') host.on('score.post', {}, function() return m.weigh() end)";
        let told = found(&[("p/a.lua", user), ("p/lib/m.lua", module)]);
        assert!(told.contains("p/lib/m.lua:2 changes `seen`") && !told.contains("m.lua:3"), "{told}");
        check("this is no lua", "");
    }

    #[test]
    fn a_deeply_nested_source_takes_nobody_down() {
        for (open, inner, close) in [
            ("(", "1", ")"),
            ("{", "1", "}"),
            ("{ a = ", "1", "}"),
            ("not ", "1", ""),
            ("-", "1", ""),
            ("1 + ", "1", ""),
            ("'x' .. ", "'x'", ""),
            ("f(", "1", ")"),
            ("function() return ", "1", " end"),
            ("if a then 1 else ", "1", ""),
            ("`{", "1", "}`"),
            ("a[", "1", "]"),
        ] {
            for levels in [150, 990, 100_000] {
                let (open, close) = (open.repeat(levels), close.repeat(levels));
                check(&format!("local f, a return {open}{inner}{close}"), "");
            }
        }
        for (open, close) in
            [("do ", " end"), ("if a then ", " end"), ("while a do ", " end"), ("repeat ", " until a")]
        {
            for levels in [150, 990, 100_000] {
                check(&format!("local a {}{}", open.repeat(levels), close.repeat(levels)), "");
            }
        }
        check(&format!("local a if a then {} end", "elseif a then ".repeat(5_000)), "");
    }
}
