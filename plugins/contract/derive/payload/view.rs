//! Views: what a handler is given, read field by field without a copy.

use super::names::{camel, ident};
use registrar_sdk::{Field, Struct, Type};
use std::fmt::Write;

pub(super) const USES: &str = "\
#[allow(unused_imports, reason = \"which of them a contract needs is its own matter\")]
use registrar_sdk::{
    Amount,
    native::{FromView, Items, View},
};
";

/// A type as a handler sees it. `path` leads to the views.
pub(super) fn borrowed(ty: &Type, path: &str) -> String {
    match ty {
        Type::Any | Type::Map(_) | Type::OneOf(_) => "View<'a>".into(),
        Type::Bool => "bool".into(),
        Type::Int => "i64".into(),
        Type::Number => "f64".into(),
        Type::Amount => "Amount".into(),
        Type::Text | Type::Date | Type::Choice(_) => "&'a str".into(),
        Type::Bytes => "&'a [u8]".into(),
        Type::List(item) => format!("Items<'a, {}>", borrowed(item, path)),
        Type::Struct(s) => format!("{path}{}<'a>", camel(s.name)),
        Type::Optional(inner) => optional(inner, path),
    }
}

// A view of any kind says itself whether it is absent.
fn optional(ty: &Type, path: &str) -> String {
    match borrowed(ty, path) {
        view if view == "View<'a>" || view.starts_with("Option<") => view,
        known => format!("Option<{known}>"),
    }
}

/// What a type's name in Rust leaves unsaid, as a further sentence.
pub(super) fn hint(ty: &Type) -> String {
    match ty {
        Type::Choice(words) => {
            format!(" One of {}.", words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", "))
        }
        Type::Date => " A date like `2023-02-14`.".into(),
        Type::Map(item) => match **item {
            Type::Struct(s) => format!(" A table; entries are [`{}`].", camel(s.name)),
            _ => " A table.".into(),
        },
        Type::OneOf(_) => format!(" It is {}.", ty.describe()),
        Type::Optional(inner) => hint(inner),
        _ => String::new(),
    }
}

pub(super) fn of_struct(s: &Struct) -> String {
    let name = camel(s.name);
    let mut out = format!(
        "/// {}\n\
         #[derive(Clone, Copy, Debug)]\n\
         pub struct {name}<'a>(View<'a>);\n\
         \n\
         impl<'a> FromView<'a> for {name}<'a> {{\n    \
             fn from_view(view: View<'a>) -> Self {{\n        \
                 {name}(view)\n    \
             }}\n\
         }}\n\
         \n\
         impl<'a> {name}<'a> {{\n    \
             /// The value itself.\n    \
             pub fn view(self) -> View<'a> {{\n        \
                 self.0\n    \
             }}\n",
        s.doc
    );
    if s.open {
        out.push_str(
            "\n    /// A field by its name, also one that only its register declares.\n    \
             pub fn field(self, name: &str) -> View<'a> {\n        self.0.get(name)\n    }\n",
        );
    }
    s.fields.iter().for_each(|field| accessor(&mut out, field));
    out.push_str("}\n");
    out
}

fn accessor(out: &mut String, field: &Field) {
    let ty = if field.required { borrowed(&field.ty, "") } else { optional(&field.ty, "") };
    let _ = write!(
        out,
        "\n    /// {}{}\n    pub fn {}(self) -> {ty} {{\n        FromView::from_view(self.0.get(\"{}\"))\n    }}\n",
        field.doc,
        hint(&field.ty),
        ident(field.name),
        field.name
    );
}
