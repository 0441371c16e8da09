//! The moments of a plugin's own life. Only the plugin itself is called.

use super::{EFFECT, param};
use crate::{model::PLUGIN, options::options};
use registrar_sdk::{Combine, Failure, Lifecycle, Param, Point, Type};

const THE_PLUGIN: Param = param("plugin", Type::Struct(&PLUGIN), "The plugin.");

pub(super) const LOAD: Point = Point {
    id: "plugin.load",
    doc: "After the examples, before the plugin goes live. A failure keeps the old version.",
    params: &[THE_PLUGIN],
    combine: Combine::Lifecycle(Lifecycle::Load),
    failure: Failure::RejectGeneration,
    options: options![],
    ..EFFECT
};

pub(super) const MIGRATE: Point = Point {
    id: "plugin.migrate",
    doc: "When the manifest's `state_version` changed: returns the state for the new version. A failure keeps the old.",
    params: &[
        THE_PLUGIN,
        param("from", Type::Int, "The version the state has."),
        param("to", Type::Int, "The version it should have."),
        param("state", Type::Map(&Type::Any), "The state as it is."),
    ],
    answer: Type::Map(&Type::Any),
    combine: Combine::Lifecycle(Lifecycle::Migrate),
    failure: Failure::RejectGeneration,
    options: options![],
    budget_ms: 1_000,
    ..EFFECT
};

pub(super) const UNLOAD: Point = Point {
    id: "plugin.unload",
    doc: "After the last call has left the plugin. A failure is logged, and the removal goes on.",
    params: &[THE_PLUGIN],
    combine: Combine::Lifecycle(Lifecycle::Unload),
    failure: Failure::LogAndContinue,
    options: options![],
    ..EFFECT
};
