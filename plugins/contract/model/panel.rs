//! What is shown in a place of the page, and what the clock says.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type};

/// Something shown in a place of the page.
pub static PANEL: Struct = Struct::closed(
    "panel",
    "Something shown in a place of the page.",
    &[
        Field::required("id", Type::Text, "Its id in the place."),
        Field::required("title", LABEL, "Its heading."),
        Field::required("kind", Type::Choice(&["number", "text", "list", "table"]), "How it is shown."),
        Field::optional(
            "value",
            Type::Any,
            "For `number` the number, for `text` the text, or a label in both languages.",
        ),
        Field::optional("columns", Type::List(&LABEL), "For `table`: the headings."),
        Field::optional(
            "rows",
            Type::List(&Type::Any),
            "For `list` the lines, for `table` lists of cells: texts, numbers, or labels in both languages.",
        ),
        Field::optional("link", Type::Text, "Where it leads: `register/record`."),
        Field::optional(
            "level",
            Type::Choice(&["plain", "notice", "warning"]),
            "How loud it is; `plain` if left out.",
        ),
        Field::optional("order", Type::Int, "Its place among others, from 1."),
    ],
);

/// A moment of the office's clock.
pub static TIME: Struct = Struct::closed(
    "time",
    "A moment of the office's clock.",
    &[
        Field::required("on", Type::Date, "The day in the office's time zone."),
        Field::required("at", Type::Text, "The moment, `2023-02-14T09:30:00+08:00`."),
    ],
);

/// The plugin at hand.
pub static PLUGIN: Struct = Struct::closed(
    "plugin",
    "The plugin that is being loaded, migrated or unloaded.",
    &[
        Field::required("id", Type::Text, "Its id."),
        Field::required("version", Type::Text, "Its version."),
        Field::optional("state_version", Type::Int, "The version of its state."),
    ],
);
