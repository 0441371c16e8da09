//! Events, records and drafts.

use super::{example_text, one};
use registrar_sdk::{Field, Struct, Type};

const EVENT_FIELDS: [Field; 9] = [
    Field::required("id", Type::Text, "The event's own id; the same id is the same event.")
        .sample(example_text),
    Field::required("seq", Type::Int, "Its place in the office's log, from 1.").sample(one),
    Field::required("register", Type::Text, "The register it belongs to."),
    Field::required("record", Type::Text, "The record it happened to.").sample(example_text),
    Field::required("action", Type::Text, "The action that was taken."),
    Field::required("on", Type::Date, "The day it counts for."),
    Field::required("by", Type::Text, "The person who acted.").sample(example_text),
    Field::required("fields", Type::Map(&Type::Any), "What the action's form was filled in with."),
    Field::required(
        "nth",
        Type::Int,
        "How many live events of this action the record has, up to this one: 1 is the first.",
    )
    .sample(one),
];

/// One line of the log.
pub static EVENT: Struct =
    Struct::closed("event", "Something that happened to a record on a day.", &EVENT_FIELDS);

static COUNTED_FIELDS: [Field; 10] = {
    let [id, seq, register, record, action, on, by, fields, nth] = EVENT_FIELDS;
    let item =
        Field::optional("item", Type::Struct(&RECORD), "The record, as it is now, without its long texts.");
    [id, seq, register, record, action, on, by, fields, nth, item]
};

/// An event of an account, with the record it happened to.
pub static COUNTED_EVENT: Struct = Struct::closed(
    "counted_event",
    "An event of the account in the period, with its record as it is now.",
    &COUNTED_FIELDS,
);

/// A register's entry, with its declared fields at top level.
pub static RECORD: Struct = Struct::open(
    "record",
    "An entry of a register as it is now; its declared fields stand beside these.",
    &[
        Field::required("id", Type::Text, "Its id in the register.").sample(example_text),
        Field::required("register", Type::Text, "The register it belongs to."),
        Field::required("stage", Type::Text, "The stage it is in."),
        Field::optional("number", Type::Text, "The number it was given, if it has one."),
    ],
);

/// What someone is about to enter.
pub static DRAFT: Struct = Struct::open(
    "draft",
    "A record as it would be after the action; its declared fields stand beside these.",
    &[
        Field::required("register", Type::Text, "The register it is for."),
        Field::optional("id", Type::Text, "The record's id, if it exists already."),
        Field::optional("stage", Type::Text, "The stage the record is in now."),
        Field::optional("number", Type::Text, "The number it was given, if it has one."),
        Field::optional("action", Type::Text, "The action that is about to be taken."),
        Field::optional("on", Type::Date, "The day it would count for."),
        Field::optional("by", Type::Text, "The person who acts."),
        Field::optional("form", Type::Map(&Type::Any), "What the action's form was filled in with."),
    ],
);

/// A further event that an action brings with it.
pub static NEW_EVENT: Struct = Struct::closed(
    "new_event",
    "An event to be added in the same transaction.",
    &[
        Field::required(
            "key",
            Type::Text,
            "Tells the further events of one action apart; the same key is the same event.",
        ),
        Field::required("action", Type::Text, "The action to record."),
        Field::optional("register", Type::Text, "The register; that of the causing event if left out."),
        Field::optional("record", Type::Text, "The record; a new one of that register if left out."),
        Field::optional("on", Type::Date, "The day it counts for; that of the causing event if left out."),
        Field::optional("fields", Type::Map(&Type::Any), "The record's and the form's fields."),
    ],
);
