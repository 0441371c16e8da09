//! What offices send one another.

use registrar_sdk::{Field, Struct, Type};

/// One thing that a package tells.
pub static PACKAGE_ENTRY: Struct = Struct::closed(
    "package_entry",
    "One thing that a package tells, or that is done because of it.",
    &[
        Field::required(
            "key",
            Type::Text,
            "Tells it from all others that this office ever sends: what comes a second time does nothing.",
        ),
        Field::required("register", Type::Text, "The register."),
        Field::optional("record", Type::Text, "The record; a new one if left out."),
        Field::required("action", Type::Text, "The action."),
        Field::optional("on", Type::Date, "The day it counts for; the day it arrives if left out."),
        Field::optional("fields", Type::Map(&Type::Any), "The record's and the form's fields."),
    ],
);

/// A package whose signature was found good.
pub static PACKAGE: Struct = Struct::closed(
    "package",
    "A package of another office; its signature was checked.",
    &[
        Field::required("id", Type::Text, "Its id: the hash of what it says."),
        Field::required("name", Type::Text, "What it is: the name at `package.build`."),
        Field::required("from", Type::Text, "The peer who sends it, as it is called here."),
        Field::required("made", Type::Date, "The day it was made."),
        Field::required("entries", Type::List(&Type::Struct(&PACKAGE_ENTRY)), "What it tells, in order."),
    ],
);
