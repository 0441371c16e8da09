//! Every point of an office, one file a family.

mod action;
mod deadline;
mod import_outlet;
mod package;
mod panel_clock;
mod plugin;
mod quota_rank_award;
mod record;
mod register;
mod report;
mod score;
mod vote;

use crate::model;
use registrar_sdk::{Combine, Failure, OpenOrder, Param, Phase, Point, Type};

/// All points, in the order in which work meets them.
pub static ALL: &[Point] = &[
    register::DEFINE,
    record::NORMALIZE,
    record::CHECK,
    record::SIMILAR_TO,
    record::NUMBER,
    action::GUARD,
    action::EFFECT,
    action::AFTER,
    action::ASSIGN,
    deadline::COMPUTE,
    deadline::PLAN,
    score::POST,
    score::RECONCILE,
    score::PERIOD,
    quota_rank_award::TARGET_OF,
    quota_rank_award::ORDER,
    quota_rank_award::SELECT,
    vote::CHECK,
    vote::TALLY,
    report::BUILD,
    report::RENDER,
    import_outlet::PARSE,
    import_outlet::PUBLISH,
    package::BUILD,
    package::ACCEPT,
    panel_clock::SHOW,
    panel_clock::TICK,
    plugin::LOAD,
    plugin::MIGRATE,
    plugin::UNLOAD,
];

/// Milliseconds a handler may compute, unless its point says otherwise.
const BUDGET_MS: u32 = 100;
/// Milliseconds a handler may wait, unless its point says otherwise.
const IO_BUDGET_MS: u32 = 2_000;
/// The same for what reaches the world outside.
const OUTSIDE_MS: u32 = 30_000;

// What most points have in common; each says what it is and what differs.
const READ: Point = Point {
    id: "",
    doc: "",
    params: &[],
    answer: Type::Any,
    combine: Combine::Collect,
    failure: Failure::FailCall,
    phase: Phase::Read,
    extra_calls: &[],
    options: &[],
    budget_ms: BUDGET_MS,
    io_budget_ms: IO_BUDGET_MS,
    shorthand: None,
    open_order: OpenOrder::ByName,
    refine: None,
    deprecated: None,
};
// What is pure decides figures, and those must not hang on names.
const PURE: Point =
    Point { phase: Phase::Pure, failure: Failure::Hold, open_order: OpenOrder::Refused, ..READ };
const EFFECT: Point = Point { phase: Phase::Effect, ..READ };

const fn param(name: &'static str, ty: Type, doc: &'static str) -> Param {
    Param { name, ty, doc }
}

const THE_EVENT: Param = param("event", Type::Struct(&model::EVENT), "What happened.");
const THE_RECORD: Param =
    param("record", Type::Struct(&model::RECORD), "The record it happened to, as it is now.");
