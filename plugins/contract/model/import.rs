//! Rows of an imported file, and where documents go.

use super::LABEL;
use registrar_sdk::{Field, Struct, Type};

/// One row of an imported file.
pub static IMPORT_ROW: Struct = Struct::closed(
    "import_row",
    "One row of an imported file.",
    &[
        Field::optional("line", Type::Int, "Where it is in the file, from 1."),
        Field::required("fields", Type::Map(&Type::Any), "Its cells, by field or heading."),
    ],
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
