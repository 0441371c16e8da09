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

/// The point and the arguments of a call of `host.on`, or of `rules:on` of what `host.rules` made.
pub(super) fn handler_call(call: &FunctionCall) -> Option<(String, Vec<Expression>)> {
    let suffixes: Vec<&Suffix> = call.suffixes().collect();
    let arguments = match suffixes.as_slice() {
        [Suffix::Index(Index::Dot { name, .. }), Suffix::Call(Call::AnonymousCall(arguments))]
            if matches!(call.prefix(), Prefix::Name(of) if text(of) == "host") && text(name) == "on" =>
        {
            arguments_of(arguments)
        }
        // Whatever it is called of: the text that comes first is a point's id, or nobody asks for it.
        [.., Suffix::Call(Call::MethodCall(method))] if text(method.name()) == "on" => {
            arguments_of(method.args())
        }
        _ => return None,
    };
    let Expression::String(point) = arguments.first()? else { return None };
    let TokenType::StringLiteral { literal, .. } = point.token().token_type() else { return None };
    Some((literal.to_string(), arguments))
}
