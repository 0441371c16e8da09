//! Reports: what they say, and how they become a file.

use super::{READ, param};
use crate::{model::DOCUMENT, options::options};
use registrar_sdk::{Combine, Failure, Point, Type, Where};

pub(super) const BUILD: Point = Point {
    id: "report.build",
    doc: "Builds a report of this name as a document model.",
    params: &[
        param("name", Type::Text, "The report's name."),
        param("parameters", Type::Map(&Type::Any), "What it was asked for: period, register …"),
    ],
    answer: Type::Struct(&DOCUMENT),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    extra_calls: &["now"],
    options: options![
        Where::equals("name", "name"),
        Where::fields("match", &["parameters"]),
        Where::plain("title"),
        Where::plain("form"),
    ],
    budget_ms: 1_000,
    io_budget_ms: 10_000,
    ..READ
};

pub(super) const RENDER: Point = Point {
    id: "report.render",
    doc: "Turns a document model into a file of this format.",
    params: &[
        param("model", Type::Struct(&DOCUMENT), "The document."),
        param("format", Type::Text, "The format: `md`, `docx`, `pdf` …"),
    ],
    answer: Type::Bytes,
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    options: options![Where::equals("format", "format"), Where::equals("kind", "model.kind")],
    // Thousands of rows, set line by line, take their time.
    budget_ms: 30_000,
    io_budget_ms: 10_000,
    ..READ
};
