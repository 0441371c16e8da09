//! The walk over a syntax tree that finds them, with the scopes of its names.

use crate::runtime::lua::purity::{
    expression::{arguments_of, arguments_within, begins, first, handler_call, line_of, text, value_of},
    facts::{Binding, Facts, Function, Mutation},
};
use full_moon::{
    ast::{
        AnonymousFunction, Assignment, Ast, Block, Call, CompoundAssignment, Expression, Field, FunctionBody,
        FunctionCall, FunctionDeclaration, GenericFor, Index, LocalAssignment, LocalFunction, MethodCall,
        NumericFor, Parameter, Prefix, Suffix, Var, VarExpression,
    },
    node::Node,
    tokenizer::{Token, TokenReference},
    visitors::Visitor,
};
use std::collections::{BTreeSet, HashMap};

/// What a tree holds.
pub(super) fn walked(tree: &Ast) -> Facts {
    let mut walk = Walk::default();
    walk.visit_ast(tree);
    for key in std::mem::take(&mut walk.keys) {
        if walk.tables.contains(&(key.scope, key.name.clone()))
            && let Some(function) = walk.facts.functions.get_mut(key.function)
        {
            function.keyed.push((key.name, key.line));
        }
    }
    walk.facts
}

/// Walks a file with its scopes.
#[derive(Default)]
struct Walk {
    facts: Facts,
    /// Innermost last.
    scopes: Vec<NameScope>,
    opened: usize,
    /// The functions around, innermost last; the file itself is the first.
    around: Vec<usize>,
    /// What is known of functions before they are reached, by where they begin.
    expected: HashMap<usize, Function>,
    pending: Option<Function>,
    /// Names that are tables, by the scope that declares them.
    tables: BTreeSet<(usize, String)>,
    keys: Vec<TableKey>,
}

/// Names that are declared together.
struct NameScope {
    number: usize,
    /// The function that declares them.
    function: usize,
    names: BTreeSet<String>,
}

/// A name by whose value a table is keyed.
struct TableKey {
    scope: usize,
    name: String,
    function: usize,
    line: u32,
}

impl Walk {
    fn declare(&mut self, name: String) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.names.insert(name);
        }
    }

    fn open(&mut self, names: BTreeSet<String>) {
        self.opened += 1;
        self.scopes.push(NameScope { number: self.opened, function: self.current(), names });
    }

    fn scope(&self, name: &str) -> Option<&NameScope> {
        self.scopes.iter().rev().find(|scope| scope.names.contains(name))
    }

    /// The function that declares a name; `None`: nobody here.
    fn declared(&self, name: &str) -> Option<usize> {
        self.scope(name).map(|scope| scope.function)
    }

    /// A name is used as only a table can be.
    fn is_table(&mut self, name: &str) {
        let number = self.scope(name).map(|scope| scope.number);
        self.tables.extend(number.map(|number| (number, name.to_owned())));
    }

    fn indexed<'a>(&mut self, prefix: &Prefix, mut suffixes: impl Iterator<Item = &'a Suffix>) {
        if let (Prefix::Name(token), Some(Suffix::Index(_))) = (prefix, suffixes.next()) {
            self.is_table(&text(token));
        }
    }

    /// A table is keyed by this.
    fn keyed(&mut self, key: &Expression, line: u32) {
        let function = self.current();
        match key {
            Expression::Var(Var::Name(token)) => {
                let name = text(token);
                let scope = self.scope(&name).map(|scope| scope.number);
                self.keys.extend(scope.map(|scope| TableKey { scope, name, function, line }));
            }
            Expression::TableConstructor(_) => {
                if let Some(function) = self.facts.functions.get_mut(function) {
                    function.keyed.push(("{…}".to_owned(), line));
                }
            }
            _ => {}
        }
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
        if let Some(declarer) = self.declared(name).filter(|declarer| *declarer != current)
            && let Some(function) = self.facts.functions.get_mut(current)
        {
            function.changes.push(Mutation { name: name.to_owned(), line: at, declarer });
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
                if let Some(Suffix::Index(Index::Brackets { expression: key, .. })) =
                    expression.suffixes().last()
                {
                    self.keyed(key, line_of(token));
                }
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

    /// A name, or a field, stands for a value.
    fn named(&mut self, name: String, is_field: bool, value: &Expression) {
        if self.current() == 0
            && let Some(from) = value_of(value)
        {
            self.facts.names.push(Binding { name: name.clone(), is_field, value: from });
        }
        // What a function makes of others runs them.
        for argument in arguments_within(value) {
            self.named(name.clone(), is_field, &argument);
        }
        self.expect(value, Function { name: Some(name), is_field, ..Function::default() });
    }

    fn registered(&mut self, call: &FunctionCall) {
        let Some((point, arguments)) = handler_call(call) else { return };
        for argument in arguments {
            self.handed(&point, &argument);
        }
    }

    /// Something is handed over as a handler; what makes it may be handed a function in its turn.
    fn handed(&mut self, point: &str, argument: &Expression) {
        self.expect(argument, Function { point: Some(point.to_owned()), ..Function::default() });
        self.facts.handlers.extend(value_of(argument).map(|value| (point.to_owned(), value)));
        arguments_within(argument).iter().for_each(|argument| self.handed(point, argument));
    }

    /// `table.insert(x, …)` and its like change what they are given first.
    fn called(&mut self, call: &FunctionCall) {
        let Prefix::Name(token) = call.prefix() else { return };
        let mut suffixes = call.suffixes();
        let changing = match (text(token).as_str(), suffixes.next()) {
            ("rawset", Some(Suffix::Call(Call::AnonymousCall(arguments)))) => {
                if let Some(key) = arguments_of(arguments).get(1) {
                    self.keyed(key, line_of(token));
                }
                first(arguments)
            }
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

impl Visitor for Walk {
    fn visit_block(&mut self, _: &Block) {
        if self.around.is_empty() {
            self.around.push(0);
            self.facts.functions.push(Function::default());
        }
        self.open(BTreeSet::new());
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
        self.open(names);
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
            self.named(text(name), false, value);
        }
        node.names().iter().for_each(|name| self.declare(text(name)));
        for (name, value) in node.names().iter().zip(node.expressions()) {
            if matches!(value, Expression::TableConstructor(_)) {
                self.is_table(&text(name));
            }
        }
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
                self.named(name, is_field, value);
            }
        }
        node.variables().iter().for_each(|target| self.assigned(target));
    }

    fn visit_compound_assignment(&mut self, node: &CompoundAssignment) {
        self.assigned(node.lhs());
    }

    fn visit_generic_for(&mut self, node: &GenericFor) {
        let names = node.names().iter().map(text).collect();
        self.open(names);
    }

    fn visit_generic_for_end(&mut self, _: &GenericFor) {
        self.scopes.pop();
    }

    fn visit_numeric_for(&mut self, node: &NumericFor) {
        self.open(BTreeSet::from([text(node.index_variable())]));
    }

    fn visit_numeric_for_end(&mut self, _: &NumericFor) {
        self.scopes.pop();
    }

    fn visit_field(&mut self, node: &Field) {
        match node {
            Field::NameKey { key, value, .. } => self.named(text(key), true, value),
            Field::ExpressionKey { key, .. } => {
                let line = key.start_position().and_then(|at| u32::try_from(at.line()).ok());
                self.keyed(key, line.unwrap_or(0));
            }
            _ => {}
        }
    }

    fn visit_var_expression(&mut self, node: &VarExpression) {
        self.indexed(node.prefix(), node.suffixes());
    }

    fn visit_function_call(&mut self, node: &FunctionCall) {
        self.registered(node);
        self.called(node);
        self.indexed(node.prefix(), node.suffixes());
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
