//! Rows of an imported file, and where documents go.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type};

/// One row of an imported file.
pub static IMPORT_ROW: Struct = Struct::closed(
    "import_row",
    "One row of an imported file: with `fields` where its reader knows the headings, else with `cells`; then \
     the headings are found among the rows by the register that takes them.",
    &[
        Field::optional("line", Type::Int, "Where it is in the file or sheet, from 1."),
        Field::optional("sheet", Type::Text, "The sheet that it is on, in a file that has sheets."),
        Field::optional("fields", Type::Map(&Type::Any), "Its cells, by field or heading."),
        Field::optional(
            "cells",
            Type::Map(&Type::Any),
            "Its cells, by column (`A`, `B` … `AA`): text, number, boolean, or `{ error = … }` for one that has \
             no value, with the reason; empty ones are left out.",
        ),
        Field::optional("hidden", Type::Bool, "Whether it is not shown: hidden, or filtered away."),
        Field::optional(
            "banner",
            Type::Bool,
            "Whether its only cell is merged over several columns, as titles and notes are.",
        ),
    ],
);

/// What is wanted of a file.
pub static IMPORT_WANTED: Struct = Struct::open(
    "import_wanted",
    "What is wanted of a file that is read.",
    &[Field::optional(
        "sheet",
        Type::Text,
        "The sheet, by its name, also one that is hidden; absent: all that are shown.",
    )],
);

/// A place to which documents are published.
pub static OUTLET: Struct = Struct::open(
    "outlet",
    "A place to which documents are published.",
    &[
        Field::required("id", Type::Text, "Its id."),
        Field::optional("title", LABEL, "Its title."),
        Field::optional("kind", Type::Text, "What sort: `folder`, `site` …"),
    ],
);
