//! The options of `host.on`, each declared once; every point names those it takes.

use crate::model::{FIELD_DEF, LABEL};
use registrar_sdk::{Field, OptionDecl, Struct, Type, Where};

static SPAN: Struct = Struct::closed(
    "effective",
    "A span of days, both ends included.",
    &[
        Field::optional("from", Type::Date, "The first day; since ever if left out."),
        Field::optional("to", Type::Date, "The last day; for good if left out."),
    ],
);

const WORDS: Type = Type::OneOf(&[Type::Text, Type::List(&Type::Text)]);

const fn option(name: &'static str, ty: Type, doc: &'static str) -> OptionDecl {
    OptionDecl { name, ty, doc }
}

/// All options there are.
pub const ALL: &[OptionDecl] = &[
    option("register", WORDS, "Only for this register, or these."),
    option("action", WORDS, "Only for this action, or these."),
    option(
        "match",
        Type::Map(&Type::Any),
        "Only where each of these fields has this value, or one of a list.",
    ),
    option("measure", Type::Text, "What a number counts; at points that take postings, only this measure."),
    option("account", Type::Text, "The field of the record or form that names the account of a number."),
    option(
        "share",
        Type::OneOf(&[Type::Choice(&["each", "split"]), Type::List(&Type::Number)]),
        "When the account's field is a list: all to `each`, `split` evenly, or by weights; the total is kept.",
    ),
    option("tag", Type::Text, "A label for postings; at points that take postings, only those with it."),
    option("clause", Type::Text, "The clause of the rule document, shown beside every figure."),
    option("rule", Type::Text, "A rule's name: of the handlers that share it only the latest in force runs."),
    option("effective", Type::Struct(&SPAN), "Between which dates it is in force."),
    option("period", WORDS, "For which kinds of period."),
    option("pool", WORDS, "Only for this pool of accounts."),
    option("name", WORDS, "Only for the report, or the deadline, of this name."),
    option("title", LABEL, "What people call the report; its name if left out."),
    option(
        "form",
        Type::Map(const { &Type::Struct(&FIELD_DEF) }),
        "What a report is asked for besides its period, by parameter.",
    ),
    option("format", WORDS, "Only for this format."),
    option("place", WORDS, "Only for this place of the page."),
    option("outlet", WORDS, "Only for this outlet."),
    option("kind", WORDS, "Only for this kind of vote."),
    option(
        "from",
        Type::Choice(&["start", "next"]),
        "Where a new handler begins in the log: at its `start`, or with the `next` event (if left out).",
    ),
    option("priority", Type::Int, "Higher runs earlier; 0 if left out."),
    option("before", WORDS, "Plugins whose handlers run after this one."),
    option("after", WORDS, "Plugins whose handlers run before this one."),
];

/// Where a handler stands among the others; every point takes these.
pub(crate) const PRIORITY: Where = Where::plain("priority");
pub(crate) const BEFORE: Where = Where::plain("before");
pub(crate) const AFTER: Where = Where::plain("after");

/// The options of one point: the given ones, and those every point takes.
macro_rules! options {
    ($($option:expr),* $(,)?) => {
        &[$($option,)* $crate::options::PRIORITY, $crate::options::BEFORE, $crate::options::AFTER]
    };
}
pub(crate) use options;

/// The options of a point that is given `event` and `record`, after the given ones.
macro_rules! event_options {
    ($($option:expr),* $(,)?) => {
        $crate::options::options![
            $($option,)*
            registrar_sdk::Where::equals("register", "event.register"),
            registrar_sdk::Where::equals("action", "event.action"),
            registrar_sdk::Where::fields("match", &["record", "event.fields"]),
            registrar_sdk::Where::rule("rule", "event.on"),
            registrar_sdk::Where::dates("effective", "event.on"),
            registrar_sdk::Where::plain("clause"),
        ]
    };
}
pub(crate) use event_options;
