//! What a plugin's sources change that outlives a call, seen before anything runs: globals anywhere, and, in what
//! handlers at pure points run, names and tables of the file.
//!
//! Reads syntax trees; what can't be parsed by this reader, but by Luau, is passed over. Aliases escape it: rules
//! are also tried twice.

use full_moon::{
    ast::{
        AnonymousFunction, Assignment, Block, Call, CompoundAssignment, Expression, Field, FunctionArgs,
        FunctionBody, FunctionCall, FunctionDeclaration, GenericFor, Index, LocalAssignment, LocalFunction,
        MethodCall, NumericFor, Parameter, Prefix, Suffix, Var,
    },
    node::Node,
    tokenizer::{Token, TokenReference, TokenType},
    visitors::Visitor,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
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

/// What is known of a file.
#[derive(Default)]
struct Facts {
    globals: Vec<(String, u32)>,
    functions: Vec<Function>,
    /// Names that are handed to `host.on`, by point.
    handlers: Vec<(String, String)>,
}

#[derive(Default)]
struct Function {
    parent: Option<usize>,
    name: Option<String>,
    is_field: bool,
    /// The point at which it is registered where it is written.
    point: Option<String>,
    /// What it changes of the file's own, and where.
    changes: Vec<(String, u32)>,
    /// What it names.
    mentions: BTreeSet<String>,
}

/// What was read, by the hash of its source.
type Known = HashMap<[u8; 32], Option<Arc<Facts>>>;

/// Bytes of a source that is looked through; trees take many times as much, and belong to nobody's cap.
const LARGEST: usize = 512 << 10;

/// Bytes: two MiB for each level that Luau admits.
const STACK: usize = 2 << 30;

/// Files that many offices share are read once.
const KEPT: usize = 512;

fn facts(source: &[u8]) -> Option<Arc<Facts>> {
    static KNOWN: OnceLock<Mutex<Known>> = OnceLock::new();
    if source.len() > LARGEST {
        return None;
    }
    let key = *blake3::hash(source).as_bytes();
    // Whole at each step.
    let known = || KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(facts) = known().get(&key) {
        return facts.clone();
    }
    let text = std::str::from_utf8(source).ok()?.to_owned();
    // Trees are read and walked by recursion: on a thread of its own with a deep stack, of which only what is
    // used is taken, and only what Luau compiles, which refuses more than some thousand levels.
    let walk = thread::Builder::new().name("registrar-purity".into()).stack_size(STACK).spawn(move || {
        super::compiler().compile(&text).ok()?;
        let tree = full_moon::parse(&text).ok()?;
        let mut walk = Walk::default();
        walk.visit_ast(&tree);
        Some(Arc::new(walk.facts))
    });
    let facts = walk.ok()?.join().ok().flatten();
    let mut known = known();
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, facts.clone());
    facts
}

/// Walks a file with its scopes.
#[derive(Default)]
struct Walk {
    facts: Facts,
    /// Names with the function that declares them, innermost last.
    scopes: Vec<(usize, BTreeSet<String>)>,
    /// The functions around, innermost last; the file itself is the first.
    around: Vec<usize>,
    /// What is known of functions before they are reached, by where they begin.
    expected: HashMap<usize, Function>,
    pending: Option<Function>,
}

fn text(token: &TokenReference) -> String {
    token.token().to_string()
}

fn line_of(token: &TokenReference) -> u32 {
    u32::try_from(token.token().start_position().line()).unwrap_or(0)
}

impl Walk {
    fn declare(&mut self, name: String) {
        if let Some((_, names)) = self.scopes.last_mut() {
            names.insert(name);
        }
    }

    /// The function that declares a name; `None`: nobody here.
    fn declared(&self, name: &str) -> Option<usize> {
        self.scopes.iter().rev().find(|(_, names)| names.contains(name)).map(|(function, _)| *function)
    }

    fn current(&self) -> usize {
        self.around.last().copied().unwrap_or(0)
    }

    fn mention(&mut self, name: String) {
        let current = self.current();
        if let Some(function) = self.facts.functions.get_mut(current) {
            function.mentions.insert(name);
        }
    }

    /// Something of this name is changed.
    fn changes(&mut self, name: &str, at: u32) {
        let current = self.current();
        if current != 0
            && self.declared(name) == Some(0)
            && let Some(function) = self.facts.functions.get_mut(current)
        {
            function.changes.push((name.to_owned(), at));
        }
    }

    fn assigned(&mut self, target: &Var) {
        match target {
            Var::Name(token) => {
                let name = text(token);
                match self.declared(&name) {
                    None => self.facts.globals.push((name, line_of(token))),
                    Some(_) => self.changes(&name, line_of(token)),
                }
            }
            Var::Expression(expression) => {
                let Prefix::Name(token) = expression.prefix() else { return };
                let root = text(token);
                if root == "_G" && self.declared("_G").is_none() {
                    let field = expression.suffixes().next().map(|suffix| suffix.to_string());
                    let field =
                        field.unwrap_or_default().trim_matches(['.', '[', ']', '"', '\'', ' ']).to_owned();
                    self.facts.globals.push((field, line_of(token)));
                }
                self.changes(&root, line_of(token));
            }
            _ => {}
        }
    }

    /// A function that is written here has a name, or a place.
    fn expect(&mut self, value: &Expression, about: Function) {
        if let Expression::Function(function) = value {
            self.expected.insert(begins(function), about);
        }
    }

    fn registered(&mut self, call: &FunctionCall) {
        let Some((point, arguments)) = host_on(call) else { return };
        for argument in arguments {
            self.expect(&argument, Function { point: Some(point.clone()), ..Function::default() });
            let named = match &argument {
                Expression::Var(Var::Name(token)) => Some(text(token)),
                // What a function makes is that function's.
                Expression::FunctionCall(call) => match call.prefix() {
                    Prefix::Name(token) => Some(text(token)),
                    _ => None,
                },
                _ => None,
            };
            self.facts.handlers.extend(named.map(|name| (point.clone(), name)));
        }
    }

    /// `table.insert(x, …)` and its like change what they are given first.
    fn called(&mut self, call: &FunctionCall) {
        let Prefix::Name(token) = call.prefix() else { return };
        let mut suffixes = call.suffixes();
        let changing = match (text(token).as_str(), suffixes.next()) {
            ("rawset", Some(Suffix::Call(Call::AnonymousCall(arguments)))) => first(arguments),
            ("table", Some(Suffix::Index(Index::Dot { name, .. }))) => {
                let is_changing =
                    ["insert", "remove", "clear", "move", "sort"].contains(&text(name).as_str());
                match suffixes.next().filter(|_| is_changing) {
                    Some(Suffix::Call(Call::AnonymousCall(arguments))) => first(arguments),
                    _ => None,
                }
            }
            _ => None,
        };
        if let Some(name) = changing {
            self.changes(&name, line_of(token));
        }
    }
}

fn begins(function: &AnonymousFunction) -> usize {
    function.body().start_position().map_or(0, |position| position.bytes())
}

fn arguments_of(arguments: &FunctionArgs) -> Vec<Expression> {
    match arguments {
        FunctionArgs::Parentheses { arguments, .. } => arguments.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// The name at the root of the first argument.
fn first(arguments: &FunctionArgs) -> Option<String> {
    match arguments_of(arguments).first()? {
        Expression::Var(Var::Name(token)) => Some(text(token)),
        Expression::Var(Var::Expression(expression)) => match expression.prefix() {
            Prefix::Name(token) => Some(text(token)),
            _ => None,
        },
        _ => None,
    }
}

/// The point and the arguments of a call of `host.on`.
fn host_on(call: &FunctionCall) -> Option<(String, Vec<Expression>)> {
    let Prefix::Name(host) = call.prefix() else { return None };
    let mut suffixes = call.suffixes();
    let on = matches!(suffixes.next()?, Suffix::Index(Index::Dot { name, .. }) if text(name) == "on");
    let Suffix::Call(Call::AnonymousCall(arguments)) = suffixes.next()? else { return None };
    let arguments = arguments_of(arguments);
    let Expression::String(point) = arguments.first()? else { return None };
    let TokenType::StringLiteral { literal, .. } = point.token().token_type() else { return None };
    let point = literal.to_string();
    (text(host) == "host" && on).then_some((point, arguments))
}

impl Visitor for Walk {
    fn visit_block(&mut self, _: &Block) {
        if self.around.is_empty() {
            self.around.push(0);
            self.facts.functions.push(Function::default());
        }
        let current = self.current();
        self.scopes.push((current, BTreeSet::new()));
    }

    fn visit_block_end(&mut self, _: &Block) {
        self.scopes.pop();
    }

    fn visit_anonymous_function(&mut self, node: &AnonymousFunction) {
        self.pending = self.expected.remove(&begins(node));
    }

    fn visit_function_body(&mut self, node: &FunctionBody) {
        let parent = Some(self.current());
        let function = Function { parent, ..self.pending.take().unwrap_or_default() };
        self.facts.functions.push(function);
        let number = self.facts.functions.len() - 1;
        self.around.push(number);
        let mut names = BTreeSet::from(["self".to_owned()]);
        for parameter in node.parameters() {
            if let Parameter::Name(token) = parameter {
                names.insert(text(token));
            }
        }
        self.scopes.push((number, names));
    }

    fn visit_function_body_end(&mut self, _: &FunctionBody) {
        self.scopes.pop();
        self.around.pop();
    }

    fn visit_local_function(&mut self, node: &LocalFunction) {
        let name = text(node.name());
        self.declare(name.clone());
        self.pending = Some(Function { name: Some(name), ..Function::default() });
    }

    fn visit_function_declaration(&mut self, node: &FunctionDeclaration) {
        let names: Vec<&TokenReference> = node.name().names().iter().collect();
        let Some(root) = names.first() else { return };
        let is_field = names.len() > 1 || node.name().method_name().is_some();
        if is_field {
            self.changes(&text(root), line_of(root));
        } else {
            self.assigned(&Var::Name((*root).clone()));
        }
        let last = node.name().method_name().or(names.last().copied());
        self.pending = Some(Function { name: last.map(text), is_field, ..Function::default() });
    }

    fn visit_local_assignment(&mut self, node: &LocalAssignment) {
        for (name, value) in node.names().iter().zip(node.expressions()) {
            self.expect(value, Function { name: Some(text(name)), ..Function::default() });
        }
        node.names().iter().for_each(|name| self.declare(text(name)));
    }

    fn visit_assignment(&mut self, node: &Assignment) {
        for (target, value) in node.variables().iter().zip(node.expressions()) {
            let named = match target {
                Var::Name(token) => Some((text(token), false)),
                Var::Expression(expression) => match expression.suffixes().last() {
                    Some(Suffix::Index(Index::Dot { name, .. })) => Some((text(name), true)),
                    _ => None,
                },
                _ => None,
            };
            if let Some((name, is_field)) = named {
                self.expect(value, Function { name: Some(name), is_field, ..Function::default() });
            }
        }
        node.variables().iter().for_each(|target| self.assigned(target));
    }

    fn visit_compound_assignment(&mut self, node: &CompoundAssignment) {
        self.assigned(node.lhs());
    }

    fn visit_generic_for(&mut self, node: &GenericFor) {
        let names = node.names().iter().map(text).collect();
        self.scopes.push((self.current(), names));
    }

    fn visit_generic_for_end(&mut self, _: &GenericFor) {
        self.scopes.pop();
    }

    fn visit_numeric_for(&mut self, node: &NumericFor) {
        self.scopes.push((self.current(), BTreeSet::from([text(node.index_variable())])));
    }

    fn visit_numeric_for_end(&mut self, _: &NumericFor) {
        self.scopes.pop();
    }

    fn visit_field(&mut self, node: &Field) {
        if let Field::NameKey { key, value, .. } = node {
            self.expect(value, Function { name: Some(text(key)), is_field: true, ..Function::default() });
        }
    }

    fn visit_function_call(&mut self, node: &FunctionCall) {
        self.registered(node);
        self.called(node);
    }

    fn visit_index(&mut self, node: &Index) {
        if let Index::Dot { name, .. } = node {
            self.mention(text(name));
        }
    }

    fn visit_method_call(&mut self, node: &MethodCall) {
        self.mention(text(node.name()));
    }

    fn visit_identifier(&mut self, token: &Token) {
        self.mention(token.to_string());
    }
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
