//! Deadlines and reminders.

use super::{READ, THE_EVENT, THE_RECORD, param};
use crate::{
    model::{DEADLINE, REMINDER},
    options::{event_options, options},
};
use registrar_sdk::{Combine, Failure, Point, Type, Where};

pub(super) const COMPUTE: Point = Point {
    id: "deadline.compute",
    doc: "Sets a deadline on a record; the first answer for each name counts. Open ones are computed anew when \
          event, rule or calendar changes; met and missed ones stay, unless a later event asks anew. It is met by the \
          event after which it is answered no longer: say in `match` in which stage it is owed. History that is \
          imported goes through the same, day by day.",
    params: &[
        THE_EVENT,
        THE_RECORD,
        param(
            "old",
            Type::Map(const { &Type::Struct(&DEADLINE) }),
            "The record's deadlines so far, by name.",
        ),
    ],
    answer: Type::Struct(&DEADLINE),
    combine: Combine::First { per: Some("name") },
    failure: Failure::FailCall,
    options: event_options![],
    ..READ
};

pub(super) const PLAN: Point = Point {
    id: "reminder.plan",
    doc: "Plans the reminders of a deadline; the plan is replaced whole when the deadline changes. Each is sent once.",
    params: &[
        param("deadline", Type::Struct(&DEADLINE), "The deadline."),
        param("record", Type::Struct(&crate::model::RECORD), "The record it is on."),
    ],
    answer: Type::OneOf(&[Type::Struct(&REMINDER), Type::List(&Type::Struct(&REMINDER))]),
    combine: Combine::Collect,
    failure: Failure::SkipAndShow,
    options: options![
        Where::equals("register", "record.register"),
        Where::equals("name", "deadline.name"),
        Where::fields("match", &["record"]),
        Where::rule("rule", "deadline.due"),
        Where::dates("effective", "deadline.due"),
        Where::plain("clause"),
    ],
    ..READ
};
