//! What checks say: findings, similar records, refusals.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type};

/// One thing a check found.
pub static FINDING: Struct = Struct::closed(
    "finding",
    "Something a check found in a draft.",
    &[
        Field::required(
            "level",
            Type::Choice(&["error", "warning", "hint"]),
            "An `error` refuses the action.",
        ),
        Field::optional("field", Type::Text, "The field it is about; the whole draft if left out."),
        Field::required("text", LABEL, "What is wrong and what to do, for the person who acts."),
    ],
);

/// A refusal or warning of a guard.
pub static REFUSAL: Struct = Struct::closed(
    "refusal",
    "Why an action is refused, or what to be warned of.",
    &[
        Field::optional(
            "level",
            Type::Choice(&["refusal", "warning"]),
            "A `refusal`, which stops the action, if left out.",
        ),
        Field::optional("field", Type::Text, "The field it is about."),
        Field::required("text", LABEL, "The reason, for the person who acts."),
        Field::optional("clause", Type::Text, "The clause it rests on."),
    ],
);

/// A stretch of text, in characters from 1, both ends included.
pub static SPAN: Struct = Struct::closed(
    "span",
    "A stretch of a field's text.",
    &[
        Field::required("field", Type::Text, "The field."),
        Field::required("from", Type::Int, "The first character, from 1."),
        Field::required("to", Type::Int, "The last character."),
    ],
);

/// The same passage in two records.
pub static PASSAGE: Struct = Struct::closed(
    "passage",
    "A passage that two records share.",
    &[
        Field::required("here", Type::Struct(&SPAN), "Where it is in this record."),
        Field::required("there", Type::Struct(&SPAN), "Where it is in the other one."),
        Field::optional("text", Type::Text, "The passage."),
    ],
);

/// A record that resembles another.
pub static SIMILAR: Struct = Struct::closed(
    "similar",
    "A record that resembles the one at hand.",
    &[
        Field::required("record", Type::Text, "The other record's id."),
        Field::optional("register", Type::Text, "Its register, if another one."),
        Field::required("score", Type::Number, "From 0 (nothing in common) to 1 (the same)."),
        Field::optional("passages", Type::List(&Type::Struct(&PASSAGE)), "What they share."),
    ],
);

/// Who is to deal with a record.
pub static ROUTE: Struct = Struct::closed(
    "route",
    "The unit or person to which a record goes.",
    &[
        Field::optional("unit", Type::Text, "The unit."),
        Field::optional("person", Type::Text, "The person."),
        Field::optional("why", LABEL, "The reason, shown beside the assignment."),
    ],
);
