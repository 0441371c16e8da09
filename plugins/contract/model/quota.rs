//! What a unit owes in a period.

use super::{LABEL, PERIOD_KINDS};
use registrar_sdk::{Field, Struct, Type};

/// The kinds of window: those of periods, and the year up to the period's end.
pub const WINDOW_KINDS: &[&str] = &["month", "two-month", "quarter", "half", "year", TO_DATE];
/// The window from the year's first day to the period's last.
pub const TO_DATE: &str = "to-date";
const _: () = assert!(PERIOD_KINDS.len() + 1 == WINDOW_KINDS.len());

static WINDOW: Struct = Struct::closed(
    "window",
    "The stretch over which a target is looked at.",
    &[
        Field::required(
            "kind",
            Type::Choice(WINDOW_KINDS),
            "How long it is; `to-date`: from the year's first day to the period's last.",
        ),
        Field::optional(
            "mode",
            Type::Choice(&["sum", "average"]),
            "`sum` (if left out), or the average of its months.",
        ),
        Field::optional(
            "per",
            Type::Choice(PERIOD_KINDS),
            "What an average is of: of its months (if left out), of each two months, and so on.",
        ),
        Field::optional(
            "rolling",
            Type::Bool,
            "Whether it ends with the period, instead of lying fixed in the year.",
        ),
    ],
);

const TARGET_FIELDS: [Field; 9] = [
    Field::required("name", Type::Text, "Its name, by which it is known."),
    Field::optional("title", LABEL, "What it is called in lists; its name if left out."),
    Field::optional("count", Type::Number, "How many events are owed."),
    Field::optional("points", Type::Amount, "How many points are owed, before rules for the period."),
    Field::optional("action", Type::Text, "The action whose events count; the submission if left out."),
    Field::optional(
        "first",
        Type::Bool,
        "Whether each record counts once, by its first event of the action; of a submission it always does.",
    ),
    Field::optional("match", Type::Map(&Type::Any), "Only records or forms with these values."),
    Field::optional("tag", Type::Text, "For points: only postings with this tag."),
    Field::optional("window", Type::Struct(&WINDOW), "Over what it is looked at; the period if left out."),
];

/// What a unit owes.
pub static TARGET: Struct = Struct::closed("target", "What a unit owes in a period.", &TARGET_FIELDS);

static QUOTA_FIELDS: [Field; 12] = {
    let [name, title, count, points, action, first, matching, tag, window] = TARGET_FIELDS;
    let have = Field::required("have", Type::Amount, "What it had (for an average, the average).");
    let short = Field::required("short", Type::Amount, "What is missing; 0 if met.");
    let met = Field::required("met", Type::Bool, "Whether it was met.");
    [name, title, count, points, action, first, matching, tag, window, have, short, met]
};

/// What a unit owed, and had.
pub static QUOTA: Struct =
    Struct::closed("quota", "What a unit owed in a period, and what it had.", &QUOTA_FIELDS);
