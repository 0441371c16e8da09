//! What a plugin's sources change that outlives a call, seen before anything runs: globals anywhere, and, in what
//! handlers at pure points run, names and tables of the file.
//!
//! Reads syntax trees; what can't be parsed by this reader, but by Luau, is passed over. Aliases escape it: rules
//! are also tried twice.

mod expression;
mod fact_cache;
mod facts;
mod walk;

use crate::runtime::lua::purity::{
    fact_cache::facts,
    facts::{Facts, FunctionRef},
};
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
    let reached = reachable(&read, is_pure);
    for (number, function) in &reached {
        let (file, facts) = &read[*number];
        let function = &facts.functions[*function];
        // What a function declares that runs in the call ends with the call.
        let outliving = function.changes.iter().filter(|one| !reached.contains(&(*number, one.declarer)));
        found.extend(outliving.map(|one| Impure {
            file: (*file).clone(),
            line: one.line,
            message: format!(
                "changes `{}`, which outlives the call, in what a rule runs; a rule may only depend on its \
                 arguments, settings and look-ups: keep no table or count between calls",
                one.name
            ),
        }));
        found.extend(function.keyed.iter().map(|(name, line)| Impure {
            file: (*file).clone(),
            line: *line,
            message: format!(
                "keys a table by the table `{name}` in what a rule runs; such a table has another order each \
                 time: key it by an id"
            ),
        }));
    }
    found.into_iter().collect()
}

/// The functions that handlers at pure points run, by file and number.
fn reachable(read: &[(&String, Arc<Facts>)], is_pure: &dyn Fn(&str) -> bool) -> BTreeSet<(usize, usize)> {
    let mut reach = PureReach { read, seen: BTreeSet::new(), open: Vec::new(), followed: BTreeSet::new() };
    for (file, (_, facts)) in read.iter().enumerate() {
        for (number, function) in facts.functions.iter().enumerate() {
            let handed_over = function.point.as_deref().is_some_and(is_pure);
            reach.open.extend(handed_over.then_some((file, number)));
        }
        for (_, value) in facts.handlers.iter().filter(|(point, _)| is_pure(point)) {
            reach.value(file, value);
        }
    }
    while let Some(next) = reach.open.pop() {
        reach.run(next);
    }
    reach.seen
}

/// What runs, and what it names.
struct PureReach<'a> {
    read: &'a [(&'a String, Arc<Facts>)],
    seen: BTreeSet<(usize, usize)>,
    open: Vec<(usize, usize)>,
    followed: BTreeSet<(usize, String)>,
}

impl PureReach<'_> {
    /// A function runs, with those within it and those that it names.
    fn run(&mut self, next: (usize, usize)) {
        if !self.seen.insert(next) {
            return;
        }
        let (file, number) = next;
        let facts = Arc::clone(&self.read[file].1);
        self.within(file, number);
        facts.functions[number].mentions.iter().for_each(|name| self.name(file, name));
    }

    fn within(&mut self, file: usize, number: usize) {
        let functions = self.read[file].1.functions.iter().enumerate();
        self.open.extend(functions.filter(|(_, one)| one.parent == Some(number)).map(|(one, _)| (file, one)));
    }

    /// What has a name may run: in its own file, or of another file if it is a field.
    fn name(&mut self, file: usize, name: &str) {
        if !self.followed.insert((file, name.to_owned())) {
            return;
        }
        for (other, number) in self.called(file, name) {
            self.open.push((other, number));
        }
        for other in 0..self.read.len() {
            let facts = Arc::clone(&self.read[other].1);
            let named = facts.names.iter().filter(|one| one.name == name && (other == file || one.is_field));
            named.for_each(|one| self.value(other, &one.value));
        }
    }

    /// What a value stands for may run. A function that made it ran before, and what it declares lives on.
    fn value(&mut self, file: usize, value: &FunctionRef) {
        match value {
            FunctionRef::Name(name) => self.name(file, name),
            FunctionRef::Made(maker) => {
                for (other, number) in self.called(file, maker) {
                    self.within(other, number);
                }
            }
        }
    }

    fn called(&self, file: usize, name: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (other, (_, facts)) in self.read.iter().enumerate() {
            let functions = facts.functions.iter().enumerate();
            let named = functions.filter(|(_, one)| one.name.as_deref() == Some(name));
            found.extend(named.filter(|(_, one)| other == file || one.is_field).map(|(one, _)| (other, one)));
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::runtime::lua::purity::*;

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
        check(
            "local n = 0 local rules = host.rules { register = 'x' } rules:on('score.post', {}, function() n += 1 return n end)",
            "changes `n`",
        );
        check(
            "local n = 0 host.rules({}):with({}):on('score.post', {}, function() n += 1 return n end)",
            "changes `n`",
        );
        check(
            "local n = 0 local rules = host.rules {} rules:on('action.after', {}, function() n += 1 end)",
            "",
        );
        // What runs while the file is loaded may count; so may what tells the world.
        check(
            "local n = 0 local function next_one() n += 1 return n end host.on('score.post', { priority = next_one() }, function() return 1 end)",
            "",
        );
        check("local n = 0 host.on('action.after', {}, function() n += 1 end)", "");
    }

    #[test]
    fn what_a_function_that_ran_before_declared_outlives_the_call_too() {
        let make = "local function make() local n = 0 return function(e) n += 1 return n end end\n";
        for handed in [
            "host.on('score.post', {}, make())",
            "local rule = make() host.on('score.post', {}, rule)",
            "local rule = make() host.on('score.post', {}, function(e) return rule(e) end)",
            "local rules = { month = make() } host.on('score.post', {}, rules.month)",
            "local M = {} M.rule = make() local same = M.rule host.on('score.post', {}, same)",
        ] {
            check(&format!("{make}{handed}"), "changes `n`");
        }
        let memo = "local function memo(f) local seen = {} return function(e) seen[e.id] = seen[e.id] or f(e) return seen[e.id] end end\n";
        check(
            &format!("{memo}host.on('score.post', {{}}, memo(function(e) return e.n end))"),
            "changes `seen`",
        );
        let inner =
            "local n = 0 local rule = memo(function(e) n += 1 return n end) host.on('score.post', {}, rule)";
        check(&format!("{memo}{inner}"), "changes `n`");
        // What is made in the call ends with it; what only reads may be made before.
        check(
            &format!("{make}host.on('score.post', {{}}, function(e) local c = make() return c(e) end)"),
            "",
        );
        check(
            "local function times(k) return function(e) local sum = 0 sum += k return sum end end host.on('score.post', {}, times(2))",
            "",
        );
        check(&format!("{make}local unused = make() host.on('action.after', {{}}, unused)"), "");
    }

    #[test]
    fn a_rule_keys_no_table_by_a_table() {
        let on = |body: &str| format!("host.on('score.post', {{}}, function(e)\n{body}\nend)");
        for body in [
            "local t = {} t[e] = e.id for k in t do return k.id end",
            "local t = {} for i = 1, 9 do t[{ i }] = i end return next(t)[1]",
            "local t, k = {}, { 1 } t[k] = 1 return t",
            "local k = { 1 } return { [k] = 1 }",
            "local t = {} for _, one in e.items do rawset(t, one, one.id) end return t",
        ] {
            check(&on(body), "keys a table by");
        }
        check(
            &on("local t = {} t[e.id] = 1 t[#t + 1] = e local n = 'x' t[n] = 1 t[n:upper()] = 2 return t"),
            "",
        );
        check(
            &on(
                "for _, one in e.items do print(one.id) end for _, one in e.names do local t = {} t[one] = 1 end",
            ),
            "",
        );
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
