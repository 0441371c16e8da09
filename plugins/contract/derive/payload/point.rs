//! The points themselves: their arguments by name, and the types that tie arguments to answers.

use super::{
    answer::owned,
    names::{camel, forms, ident},
    view::{borrowed, hint},
};
use registrar_sdk::{Combine, Contract, Point, Type};
use std::fmt::Write;

pub(super) const ARGS_USES: &str = "\
use super::view;
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use registrar_sdk::{
    Amount,
    native::{Items, View},
};
";

pub(super) const USES: &str = "\
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use super::{answer, args};
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use registrar_sdk::{
    Amount, Value,
    native::{Bytes, FromView, Typed, View},
};
use std::collections::BTreeMap;

fn arg<'a, T: FromView<'a>>(views: &[View<'a>], at: usize) -> T {
    T::from_view(views.get(at).copied().unwrap_or(View::NIL))
}
";

/// The arguments of a point; `None` if it has none.
pub(super) fn args(point: &Point) -> Option<String> {
    if point.params.is_empty() {
        return None;
    }
    // One without a view in it would not need the lifetime, and every point should be used alike.
    let lives = point.params.iter().any(|p| borrowed(&p.ty, "view::").contains("'a"));
    let mut out =
        format!("/// What a handler at `{}` is given.\npub struct {}<'a> {{\n", point.id, camel(point.id));
    for param in point.params {
        let said = hint(&param.ty).replace("[`", "[`view::");
        let ty = borrowed(&param.ty, "view::");
        let _ = writeln!(out, "    /// {}{said}\n    pub {}: {ty},", param.doc, ident(param.name));
    }
    if !lives {
        out.push_str("    /// Nothing.\n    pub borrowed: std::marker::PhantomData<&'a ()>,\n");
    }
    out.push_str("}\n");
    Some(out)
}

pub(super) fn of_point(point: &'static Point) -> String {
    let name = camel(point.id);
    let (of, read) = if point.params.is_empty() {
        ("()".to_owned(), String::new())
    } else {
        let fields: Vec<_> = point
            .params
            .iter()
            .enumerate()
            .map(|(i, p)| format!("{}: arg(views, {i})", ident(p.name)))
            .collect();
        (format!("args::{name}<'a>"), format!("\n        args::{name} {{ {} }}\n    ", fields.join(", ")))
    };
    let views = if point.params.is_empty() { "_" } else { "views" };
    let deprecated = point.deprecated.map_or(String::new(), |d| format!("\n///\n/// Deprecated: {d}"));
    format!(
        "/// `{}`: {}{deprecated}\n\
         #[derive(Clone, Copy, Debug)]\n\
         pub struct {name};\n\
         \n\
         impl Typed for {name} {{\n    \
             const ID: &'static str = \"{}\";\n    \
             type Args<'a> = {of};\n    \
             type Answer = {};\n\
         \n    \
             fn args<'a>({views}: &[View<'a>]) -> Self::Args<'a> {{{read}}}\n\
         }}\n",
        point.id,
        point.doc,
        point.id,
        answer(point)
    )
}

pub(super) fn list(contract: &Contract) -> String {
    let ids: String = contract.points.iter().map(|p| format!("    {}::ID,\n", camel(p.id))).collect();
    format!("/// The ids of the points that have a type here.\npub const ALL: &[&str] = &[\n{ids}];\n")
}

// Where nothing added and no answer are the same, a list says both; elsewhere nil is `None`.
fn answer(point: &'static Point) -> String {
    let name = format!("answer::{}", camel(point.id));
    let adds = matches!(point.combine, Combine::Collect | Combine::Fold { append: Some(_), .. });
    match (&point.answer, point.combine) {
        (Type::Any, Combine::Notify | Combine::Lifecycle(_)) => "()".into(),
        (Type::OneOf(types), _) => match forms(types)[..] {
            [ty @ Type::List(_)] if adds => owned(ty, &name, "answer::"),
            [ty] => format!("Option<{}>", owned(ty, &name, "answer::")),
            _ => format!("Option<{name}>"),
        },
        (ty @ Type::List(_), _) if adds => owned(ty, &name, "answer::"),
        // A value can be nil itself.
        (Type::Any, _) => "Value".into(),
        (ty, _) => format!("Option<{}>", owned(ty, &name, "answer::")),
    }
}
