//! Units and people of the directory, as of a date.

use super::{LABEL, example_text};
use registrar_sdk::{Field, Struct, Type};

/// A unit as of a date.
pub static UNIT: Struct = Struct::open(
    "unit",
    "A unit of the directory as of a date.",
    &[
        Field::required("id", Type::Text, "Its id.").sample(example_text),
        Field::optional("class", Type::Text, "Its class: `county`, `department`, `direct` …"),
        Field::optional("parent", Type::Text, "The unit it belongs to."),
        Field::optional("title", LABEL, "Its name."),
        Field::optional("order", Type::Int, "Its place in the official order."),
        Field::optional("from", Type::Date, "The first day it exists."),
        Field::optional("to", Type::Date, "The last day it exists."),
        Field::optional("contact", Type::Map(&Type::Any), "How to reach it."),
    ],
);

static ROLE: Struct = Struct::closed(
    "role",
    "A role held between two dates.",
    &[
        Field::required("role", Type::Text, "Its name: `reporter`, `editor` …"),
        Field::optional("unit", Type::Text, "The unit it is held for; the person's own if left out."),
        Field::optional("from", Type::Date, "The first day."),
        Field::optional("to", Type::Date, "The last day."),
    ],
);

/// A person as of a date.
pub static PERSON: Struct = Struct::open(
    "person",
    "A person of the directory as of a date.",
    &[
        Field::required("id", Type::Text, "Their id.").sample(example_text),
        Field::optional("name", Type::Text, "Their name."),
        Field::optional("unit", Type::Text, "The unit they belong to."),
        Field::optional("roles", Type::List(&Type::Struct(&ROLE)), "The roles they hold."),
        Field::optional("contact", Type::Map(&Type::Any), "Numbers and addresses: `phone`, `mail`."),
    ],
);
