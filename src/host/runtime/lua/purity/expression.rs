//! What an expression of a syntax tree names, calls and is handed.

use crate::runtime::lua::purity::facts::FunctionRef;
use full_moon::{
    ast::{AnonymousFunction, Call, Expression, FunctionArgs, FunctionCall, Index, Prefix, Suffix, Var},
    node::Node,
    tokenizer::{TokenReference, TokenType},
};

pub(super) fn text(token: &TokenReference) -> String {
    token.token().to_string()
}

pub(super) fn line_of(token: &TokenReference) -> u32 {
    u32::try_from(token.token().start_position().line()).unwrap_or(0)
}

/// Where a function comes from that an expression stands for, if it is not written there.
pub(super) fn value_of(value: &Expression) -> Option<FunctionRef> {
    match value {
        Expression::Parentheses { expression, .. } => value_of(expression),
        Expression::Var(Var::Name(token)) => Some(FunctionRef::Name(text(token))),
        Expression::Var(Var::Expression(expression)) => {
            last_name(expression.prefix(), expression.suffixes()).map(FunctionRef::Name)
        }
        Expression::FunctionCall(call) => last_name(call.prefix(), call.suffixes()).map(FunctionRef::Made),
        _ => None,
    }
}

/// The last name of `a.b.c` or of what is called in `a.b:c()`.
fn last_name<'a>(prefix: &Prefix, suffixes: impl Iterator<Item = &'a Suffix>) -> Option<String> {
    let root = match prefix {
        Prefix::Name(token) => Some(text(token)),
        _ => None,
    };
    suffixes.fold(root, |last, suffix| match suffix {
        Suffix::Index(Index::Dot { name, .. }) => Some(text(name)),
        Suffix::Call(Call::MethodCall(call)) => Some(text(call.name())),
        _ => last,
    })
}

pub(super) fn begins(function: &AnonymousFunction) -> usize {
    function.body().start_position().map_or(0, |position| position.bytes())
}

pub(super) fn arguments_of(arguments: &FunctionArgs) -> Vec<Expression> {
    match arguments {
        FunctionArgs::Parentheses { arguments, .. } => arguments.iter().cloned().collect(),
        _ => Vec::new(),
    }
}

/// What the calls of an expression are given.
pub(super) fn arguments_within(value: &Expression) -> Vec<Expression> {
    let Expression::FunctionCall(call) = value else { return Vec::new() };
    let calls = call.suffixes().filter_map(|suffix| match suffix {
        Suffix::Call(Call::AnonymousCall(arguments)) => Some(arguments_of(arguments)),
        Suffix::Call(Call::MethodCall(call)) => Some(arguments_of(call.args())),
        _ => None,
    });
    calls.flatten().collect()
}

/// The name at the root of the first argument.
pub(super) fn first(arguments: &FunctionArgs) -> Option<String> {
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
pub(super) fn host_on(call: &FunctionCall) -> Option<(String, Vec<Expression>)> {
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
