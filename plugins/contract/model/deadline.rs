//! Deadlines and the reminders of them.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type, Value};

/// A day by which something is due.
pub static DEADLINE: Struct = Struct::closed(
    "deadline",
    "A day by which something is due on a record.",
    &[
        Field::required("name", Type::Text, "What is due: `reply`, `sign` …").sample(super::example_text),
        Field::required("due", Type::Date, "The last day in time.").sample(|| Value::text("2023-01-31")),
        Field::optional("start", Type::Date, "The day it runs from."),
        Field::optional("why", LABEL, "The clause, and how it was reckoned."),
        Field::optional(
            "lapses",
            Type::Bool,
            "Whether it is a right, not a duty: what may be done until then, by the action of its name. It lapses \
             without an `overdue`.",
        ),
        Field::optional(
            "state",
            Type::Choice(&["open", "met", "missed", "late", "allowed", "lapsed"]),
            "Filled in by the host; of a right `allowed` while it may be used, then `met` or `lapsed`.",
        ),
    ],
);

/// A reminder of a deadline.
pub static REMINDER: Struct = Struct::closed(
    "reminder",
    "A reminder to be sent on a day.",
    &[
        Field::required("on", Type::Date, "The day it is sent."),
        Field::required(
            "kind",
            Type::Text,
            "`reminder`, `urging` …; after a pause only the latest kind is sent.",
        ),
        Field::required(
            "to",
            Type::OneOf(&[Type::Text, Type::List(&Type::Text)]),
            "The units or persons who get it.",
        ),
        Field::optional("text", LABEL, "What it says."),
    ],
);
