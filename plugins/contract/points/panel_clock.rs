//! What the page shows, and what time brings.

use super::{EFFECT, OUTSIDE_MS, READ, param};
use crate::{
    model::{PANEL, PERSON, RECORD, TIME},
    options::options,
};
use registrar_sdk::{Combine, Failure, Point, Type, Where};

pub(super) const SHOW: Point = Point {
    id: "panel.show",
    doc: "Shows panels in a place of the page, to one person.",
    params: const {
        &[
            param(
                "place",
                Type::Text,
                "The place: `home`; `record`, beside a record; `screen`, large in a room, without anything else.",
            ),
            param("person", Type::Struct(&PERSON), "Who looks."),
            param(
                "record",
                Type::Optional(const { &Type::Struct(&RECORD) }),
                "At `record` and `screen`: the record that is looked at.",
            ),
        ]
    },
    answer: Type::OneOf(&[Type::Struct(&PANEL), Type::List(&Type::Struct(&PANEL))]),
    combine: Combine::Collect,
    failure: Failure::SkipAndShow,
    extra_calls: &["now"],
    options: options![Where::equals("place", "place")],
    ..READ
};

pub(super) const TICK: Point = Point {
    id: "clock.tick",
    doc: "Called once a day by the office's clock, for work that time alone brings. Days that were missed are made up.",
    params: &[param("time", Type::Struct(&TIME), "The day and moment.")],
    combine: Combine::Notify,
    failure: Failure::RetryThenPark,
    extra_calls: &["now"],
    options: options![Where::plain("from"), Where::dates("effective", "time.on")],
    io_budget_ms: OUTSIDE_MS,
    ..EFFECT
};
