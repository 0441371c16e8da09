//! What points take and answer: each noun of an office as a declared struct.

mod award;
mod deadline;
mod directory;
mod document;
mod event;
mod finding;
mod import;
mod package;
mod panel;
mod period;
mod posting;
mod quota;
mod register;
mod vote;

pub use award::*;
pub use deadline::*;
pub use directory::*;
pub use document::*;
pub use event::*;
pub use finding::*;
pub use import::*;
pub use package::*;
pub use panel::*;
pub use period::*;
pub use posting::*;
pub use quota::*;
pub use register::*;
pub use vote::*;

use registrar_sdk::{Field, Struct, Type, Value};

/// What people read: plain text, or text by language, `{ zh = "信息", en = "Information" }`. Each reader gets the half
/// in the language of their page.
pub const LABEL: Type = Type::OneOf(&[Type::Text, Type::Map(&Type::Text)]);

/// A text by language alone, where other tables are answered too.
pub static HALVES: Struct = Struct::closed(
    "halves",
    "A text in two languages; a half that is left out is the other one.",
    &[Field::optional("zh", Type::Text, "In Chinese."), Field::optional("en", Type::Text, "In English.")],
);

/// The kinds of period with fixed bounds.
pub const PERIOD_KINDS: &[&str] = &["month", "two-month", "quarter", "half", "year"];

pub(crate) fn example_text() -> Value {
    Value::text("example")
}

pub(crate) fn one() -> Value {
    Value::Int(1)
}
