//! Points around an action: may it be taken, what comes with it, who is told, who gets it.

use super::{EFFECT as IN_EFFECT, OUTSIDE_MS, READ, THE_EVENT, THE_RECORD, param};
use crate::{
    model::{DEADLINE, HALVES, NEW_EVENT, POSTING, REFUSAL, ROUTE},
    options::event_options,
    refine,
};
use registrar_sdk::{Combine, Failure, Field, Point, Struct, Type, Where};

/// What a guard may look at besides the event.
static GUARD_CONTEXT: Struct = Struct::closed(
    "guard_context",
    "What an action would bring, and what there is already.",
    &[
        Field::optional(
            "postings",
            Type::List(&Type::Struct(&POSTING)),
            "The postings to come, by a trial scoring; nil if that failed.",
        ),
        Field::required("deadlines", Type::Map(&Type::Struct(&DEADLINE)), "The record's deadlines, by name."),
        Field::required(
            "totals",
            Type::Map(&Type::Amount),
            "By measure: what the register's postings of the event's calendar year come to so far.",
        ),
    ],
);

/// What [`crate::refine::refusals`] takes.
pub(super) const REFUSALS: Type = Type::OneOf(&[
    Type::Text,
    Type::Struct(&REFUSAL),
    Type::Struct(&HALVES),
    Type::List(&Type::Struct(&REFUSAL)),
]);

pub(super) const GUARD: Point = Point {
    id: "action.guard",
    doc: "Refuses an action or warns of it, under the office's write lock. All guards run and all reasons are shown.",
    params: &[
        THE_EVENT,
        THE_RECORD,
        param("ctx", Type::Struct(&GUARD_CONTEXT), "What it would bring, and what there is."),
    ],
    answer: REFUSALS,
    combine: Combine::Veto,
    failure: Failure::DenyCall,
    options: event_options![],
    refine: Some(refine::refusals),
    ..READ
};

pub(super) const EFFECT: Point = Point {
    id: "action.effect",
    doc: "Adds further events to an action, in the same transaction.",
    params: &[THE_EVENT, THE_RECORD],
    answer: Type::OneOf(&[Type::Struct(&NEW_EVENT), Type::List(&Type::Struct(&NEW_EVENT))]),
    combine: Combine::Collect,
    failure: Failure::DenyCall,
    options: event_options![],
    ..READ
};

pub(super) const AFTER: Point = Point {
    id: "action.after",
    doc: "Tells the world outside of an event, after it was committed: at least once, with the event's id as \
          idempotency key.",
    params: &[THE_EVENT, THE_RECORD],
    combine: Combine::Notify,
    failure: Failure::RetryThenPark,
    options: event_options![Where::plain("from")],
    io_budget_ms: OUTSIDE_MS,
    ..IN_EFFECT
};

pub(super) const ASSIGN: Point = Point {
    id: "route.assign",
    doc: "Says which unit or person gets a record. With no answer it waits in a queue to be assigned by hand. Nothing in this version asks it yet.",
    params: &[THE_EVENT, THE_RECORD],
    answer: Type::Struct(&ROUTE),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    options: event_options![],
    ..READ
};
