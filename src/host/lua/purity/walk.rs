//! The walk over a syntax tree that finds them, with the scopes of its names.

use super::facts::{Facts, Function};
use full_moon::{
    ast::{
        AnonymousFunction, Assignment, Ast, Block, Call, CompoundAssignment, Expression, Field, FunctionArgs,
        FunctionBody, FunctionCall, FunctionDeclaration, GenericFor, Index, LocalAssignment, LocalFunction,
        MethodCall, NumericFor, Parameter, Prefix, Suffix, Var,
    },
    node::Node,
    tokenizer::{Token, TokenReference, TokenType},
    visitors::Visitor,
};
use std::collections::{BTreeSet, HashMap};

/// What a tree holds.
pub(super) fn walked(tree: &Ast) -> Facts {
    let mut walk = Walk::default();
    walk.visit_ast(tree);
    walk.facts
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
