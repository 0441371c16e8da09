//! What goes to other offices, and what comes from them.

use super::{READ, param};
use crate::{
    model::{PACKAGE, PACKAGE_ENTRY},
    options::options,
};
use registrar_sdk::{Combine, Failure, Point, Type, Where};

pub(super) const BUILD: Point = Point {
    id: "package.build",
    doc: "What a package of this name tells another office; an empty list: there is nothing to be sent.",
    params: &[
        param("name", Type::Text, "The package's name."),
        param("parameters", Type::Map(&Type::Any), "What it was asked for: period, record …"),
        param("to", Type::Text, "The peer whom it is for."),
    ],
    answer: Type::List(&Type::Struct(&PACKAGE_ENTRY)),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    options: options![Where::equals("name", "name"), Where::fields("match", &["parameters"])],
    budget_ms: 1_000,
    io_budget_ms: 10_000,
    ..READ
};

pub(super) const ACCEPT: Point = Point {
    id: "package.accept",
    doc: "What is done here because of another office's package: actions, taken with the roles that the \
          directory gives `peer:NAME`, each once. Without a handler a package is refused.",
    params: &[param("package", Type::Struct(&PACKAGE), "The package.")],
    answer: Type::List(&Type::Struct(&PACKAGE_ENTRY)),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    options: options![Where::equals("name", "package.name")],
    budget_ms: 1_000,
    io_budget_ms: 10_000,
    ..READ
};
