//! What the directory knows as of a date: units, people, working days, code tables, the official order.

use super::{HANDLERS, READING, order, param};
use crate::model::{LABEL, PERSON, UNIT};
use registrar_sdk::{AnsweredBy, Field, HostCall, Param, Struct, Type};

const fn look_up(name: &'static str, doc: &'static str, params: &'static [Param], result: Type) -> HostCall {
    HostCall { name, doc, params, result, phases: HANDLERS, capability: None, place: AnsweredBy::Snapshot }
}

const DATE: Param = param("date", Type::Date, "The date.");
const ON: Param = param("on", Type::Date, "As of this day.");

pub(super) const ADD_WORKING_DAYS: HostCall = look_up(
    "date.add_working_days",
    "The working day so many working days later; the start day is not counted. Negative goes back.",
    &[DATE, param("n", Type::Int, "Working days.")],
    Type::Date,
);

pub(super) const WORKING_DAYS_BETWEEN: HostCall = look_up(
    "date.working_days_between",
    "How many working days lie after the first date, up to and with the second.",
    &[param("from", Type::Date, "Not counted."), param("to", Type::Date, "Counted, if it is a working day.")],
    Type::Int,
);

pub(super) const IS_WORKING: HostCall = look_up(
    "date.is_working",
    "Whether a date is a working day, by weekday and the published holidays and make-up days.",
    &[DATE],
    Type::Bool,
);

pub(super) const NEXT_WORKING: HostCall = look_up(
    "date.next_working",
    "The date itself if it is a working day, else the next one.",
    &[DATE],
    Type::Date,
);

pub(super) const UNIT_ON: HostCall = look_up(
    "unit",
    "A unit as of a day; nil if there is none.",
    &[param("id", Type::Text, "The unit's id."), ON],
    Type::Optional(const { &Type::Struct(&UNIT) }),
);

static UNITS_OF: Struct = Struct::closed(
    "units_of",
    "Which units.",
    &[
        Field::required("on", Type::Date, "As of this day."),
        Field::optional("class", Type::Text, "Only those of this class."),
        Field::optional("parent", Type::Text, "Only those that belong to this unit."),
    ],
);

pub(super) const UNITS: HostCall = look_up(
    "units",
    "The units as of a day, in the official order.",
    const { &[param("of", Type::Struct(&UNITS_OF), "Which.")] },
    Type::List(const { &Type::Struct(&UNIT) }),
);

pub(super) const PERSON_ON: HostCall = look_up(
    "person",
    "A person, with the roles held on a day; nil if there is none.",
    &[param("id", Type::Text, "The person's id."), ON],
    Type::Optional(const { &Type::Struct(&PERSON) }),
);

static PEOPLE_OF: Struct = Struct::closed(
    "people_of",
    "Which people.",
    &[
        Field::required("on", Type::Date, "As of this day."),
        Field::optional("unit", Type::Text, "Only those of this unit."),
        Field::optional("role", Type::Text, "Only those who have this role on that day."),
    ],
);

pub(super) const PEOPLE: HostCall = look_up(
    "people",
    "The people as of a day, by id, each with the roles held then.",
    const { &[param("of", Type::Struct(&PEOPLE_OF), "Which.")] },
    Type::List(const { &Type::Struct(&PERSON) }),
);

pub(super) const TABLE: HostCall = look_up(
    "table",
    "What a dated code table says for a key on a day; nil if it says nothing.",
    &[param("name", Type::Text, "The table."), param("key", Type::Text, "The key."), ON],
    Type::Any,
);

pub(super) const LABELLED: HostCall = HostCall {
    phases: READING,
    ..look_up(
        "label",
        "What a choice is called, as its register declares it, with the words that an office's settings add; nil if it \
         is no choice there, or has no label. For a stage the field is `stage`.",
        &[
            param("register", Type::Text, "The register."),
            param("field", Type::Text, "A field of it, or of a form: `adopt.carrier`."),
            param("word", Type::Optional(&Type::Text), "The choice; of nil nothing is said."),
        ],
        Type::Optional(&LABEL),
    )
};

static CHOICE: Struct = Struct::closed(
    "choice",
    "A choice as its register declares it.",
    &[
        Field::required("id", Type::Text, "What is stored."),
        Field::optional("label", LABEL, "What it is called."),
        Field::required("data", Type::Map(&Type::Any), "What its register says of it; empty if nothing."),
    ],
);

pub(super) const CHOSEN: HostCall = look_up(
    "choice",
    "A choice with what its register says of it, such as its level; nil if it is none there.",
    &[
        param("register", Type::Text, "The register."),
        param("field", Type::Text, "A field of it, or of a form: `adopt.carrier`."),
        param("word", Type::Optional(&Type::Text), "The choice; of nil nothing is said."),
    ],
    Type::Optional(const { &Type::Struct(&CHOICE) }),
);

pub(super) const SORT: HostCall = look_up(
    "sort",
    "The list in order: units `official` (else by pinyin), texts by `pinyin`, people's `names` by pinyin with surnames \
     as they are read (单 is Shan), or by `strokes` of the first character on. Entries are texts, or tables sorted by \
     the field `by`.",
    const {
        &[
            param(
                "list",
                Type::List(&Type::Any),
                "Texts or tables; for `official`, unit ids or tables with one.",
            ),
            param("order", Type::Choice(order::ORDERS), "Which order."),
            param(
                "by",
                Type::Optional(&Type::Text),
                "The field of tables: `title` if left out, for `official` `id`, for `names` `name`.",
            ),
        ]
    },
    Type::List(&Type::Any),
);

pub(super) const DIGEST: HostCall = look_up(
    "digest",
    "The fingerprint of a text (BLAKE3, hexadecimal): equal texts have equal ones. Who can guess the text can try it.",
    &[param("text", Type::Text, "The text.")],
    Type::Text,
);
