//! What a register is: fields, stages, actions, measures.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type};

/// The types a register's field can have.
pub const FIELD_TYPES: &[&str] = &[
    "text", "longtext", "integer", "number", "amount", "date", "bool", "choice", "unit", "person", "record",
    "file", "map",
];

static CHOICE_ENTRY: Struct = Struct::closed(
    "choice_entry",
    "A choice or a stage with its label.",
    &[
        Field::required("id", Type::Text, "What is stored."),
        Field::optional("label", LABEL, "What is shown."),
        Field::optional(
            "data",
            Type::Map(&Type::Any),
            "What rules are told of it by `host.choice`: whose it is, its level.",
        ),
    ],
);

/// A field of a register or of an action's form.
pub static FIELD_DEF: Struct = Struct::closed(
    "field_definition",
    "A field of a register, or of an action's form.",
    &[
        Field::required("type", Type::Choice(FIELD_TYPES), "What it holds."),
        Field::optional("many", Type::Bool, "Whether it holds a list of them."),
        Field::optional("label", LABEL, "Its label; its name if left out."),
        Field::optional("help", LABEL, "A sentence shown beside it."),
        Field::optional("required", Type::Bool, "Whether it must be filled in."),
        Field::optional(
            "min",
            Type::Number,
            "Least value; for text the fewest characters, for a list the fewest items.",
        ),
        Field::optional(
            "max",
            Type::Number,
            "Largest value; for text the most characters, for a list the most items.",
        ),
        Field::optional(
            "of",
            Type::OneOf(&[Type::Text, Type::List(&Type::OneOf(&[Type::Text, Type::Struct(&CHOICE_ENTRY)]))]),
            "For a `choice` its words; for a `record` the register; for a `unit` the classes; for a `file` the \
             endings it may have.",
        ),
        Field::optional("default", Type::Any, "What a new record has."),
        Field::optional("search", Type::Bool, "Whether its text is searched."),
        Field::optional(
            "sees",
            Type::OneOf(&[Type::Text, Type::List(&Type::Text)]),
            "Of a `person`: roles. Who has one of them and is named here sees the record, whatever their unit; it lets \
             nobody act.",
        ),
        Field::optional(
            "personal",
            Type::Bool,
            "Whether it is personal: it is kept beside the log, where `registrar erase` finds it, and not searched in.",
        ),
        Field::optional("sets", Type::Text, "In a form: the record's field that it sets."),
        Field::optional("was", Type::Text, "The name it had before."),
        Field::optional("order", Type::Int, "Its place on the page, from 1."),
        Field::optional(
            "asked",
            Type::Bool,
            "Whether the forms that begin or submit a record ask for it; yes if left out.",
        ),
    ],
);

/// Something that can be done to a record.
pub static ACTION_DEF: Struct = Struct::closed(
    "action_definition",
    "Something that can be done to a record.",
    &[
        Field::optional("title", LABEL, "Its title; its name if left out."),
        Field::optional("from", Type::List(&Type::Text), "The stages it can be taken in; any if left out."),
        Field::optional("to", Type::Text, "The stage it leads to; it stays if left out."),
        Field::optional(
            "by",
            Type::OneOf(&[Type::Text, Type::List(&Type::Text)]),
            "The roles that may take it; the operator alone if left out.",
        ),
        Field::optional(
            "form",
            Type::Map(&Type::Struct(&FIELD_DEF)),
            "What is filled in; kept in `event.fields`.",
        ),
        Field::optional(
            "create",
            Type::Bool,
            "Whether it can create a record; so can every action from the first stage.",
        ),
        Field::optional(
            "gathers",
            Type::Text,
            "Of an action that makes a record: the field into which records that were chosen together go.",
        ),
        Field::optional(
            "submission",
            Type::Bool,
            "Whether a record counts as submitted from its first event of this action.",
        ),
        Field::optional(
            "edits",
            Type::Bool,
            "Whether its form offers the record's own fields as they are, to be changed; those that begin or submit a \
             record do.",
        ),
    ],
);

/// What amounts count.
pub static MEASURE_DEF: Struct = Struct::closed(
    "measure_definition",
    "What amounts count: points, a fee.",
    &[
        Field::optional("title", LABEL, "Its title; its name if left out."),
        Field::optional(
            "places",
            Type::Int,
            "Decimals at which amounts are shown and compared (0 to 6); 0 if left out.",
        ),
        Field::optional("unit", LABEL, "What one of it is called: points, yuan."),
        Field::optional(
            "account",
            Type::Choice(&["unit", "person"]),
            "What its accounts are; units if left out.",
        ),
    ],
);

/// Accounts that are ranked together.
pub static POOL_DEF: Struct = Struct::closed(
    "pool_definition",
    "Accounts that are ranked together.",
    &[
        Field::optional("title", LABEL, "Its title; its name if left out."),
        Field::optional("classes", Type::List(&Type::Text), "The unit classes in it; all if left out."),
    ],
);

/// A register.
pub static REGISTER: Struct = Struct::closed(
    "register",
    "A named kind of record.",
    &[
        Field::required("id", Type::Text, "Its id: lower case, `a-z0-9-`."),
        Field::optional("extends", Type::Text, "The register that this adds to, instead of being one."),
        Field::optional("title", LABEL, "Its title."),
        Field::optional("fields", Type::Map(&Type::Struct(&FIELD_DEF)), "Its fields, by name."),
        Field::optional(
            "stages",
            Type::List(&Type::OneOf(&[Type::Text, Type::Struct(&CHOICE_ENTRY)])),
            "Its stages; a new record is in the first.",
        ),
        Field::optional("moved_to", Type::Map(&Type::Text), "Where records of a stage that is gone are now."),
        Field::optional("actions", Type::Map(&Type::Struct(&ACTION_DEF)), "Its actions, by name."),
        Field::optional(
            "measures",
            Type::Map(&Type::Struct(&MEASURE_DEF)),
            "What is counted in it, by name.",
        ),
        Field::optional(
            "pools",
            Type::Map(&Type::Struct(&POOL_DEF)),
            "Which accounts are ranked together, by name.",
        ),
        Field::optional(
            "name_field",
            Type::Text,
            "The field that names a record in lists; `title` if left out.",
        ),
        Field::optional(
            "readers",
            Type::OneOf(&[Type::Text, Type::List(&Type::Text)]),
            "Roles that see its records, within their units, besides those that may act in it.",
        ),
    ],
);
