//! What comes in from files, and what goes out to the world.

use super::{EFFECT, OUTSIDE_MS, READ, param};
use crate::{
    model::{DOCUMENT, IMPORT_ROW, IMPORT_WANTED, OUTLET},
    options::options,
};
use registrar_sdk::{Combine, Failure, Point, Type, Where};

static WANTED: Type = Type::Struct(&IMPORT_WANTED);

pub(super) const PARSE: Point = Point {
    id: "import.parse",
    doc: "Reads the rows of a file of this format.",
    params: &[
        param("bytes", Type::Bytes, "The file."),
        param("format", Type::Text, "Its format, by the ending of its name: `csv`, `xlsx` …"),
        param("wanted", Type::Optional(&WANTED), "What is wanted of it."),
    ],
    answer: Type::List(&Type::Struct(&IMPORT_ROW)),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    options: options![Where::equals("format", "format")],
    budget_ms: 5_000,
    io_budget_ms: 10_000,
    ..READ
};

pub(super) const PUBLISH: Point = Point {
    id: "outlet.publish",
    doc: "Publishes a document to an outlet: at least once, with an idempotency key.",
    params: &[
        param("document", Type::Struct(&DOCUMENT), "The document."),
        param("outlet", Type::Struct(&OUTLET), "Where it goes."),
    ],
    combine: Combine::Notify,
    failure: Failure::RetryThenPark,
    options: options![
        Where::equals("outlet", "outlet.id"),
        Where::equals("kind", "outlet.kind"),
        Where::plain("from"),
    ],
    io_budget_ms: OUTSIDE_MS,
    ..EFFECT
};
