//! Points on the way of a record into its register.

use super::{READ, THE_EVENT, THE_RECORD, param};
use crate::{
    model::{DRAFT, FINDING, RECORD, SIMILAR},
    options::{event_options, options},
};
use registrar_sdk::{Combine, Failure, Param, Point, Type, Where};

const THE_DRAFT: Param = param("draft", Type::Struct(&DRAFT), "What is about to be entered.");

pub(super) const NORMALIZE: Point = Point {
    id: "record.normalize",
    doc: "Tidies a draft before it is checked: trims, fills in, converts. Returns the whole draft.",
    params: &[THE_DRAFT],
    answer: Type::Struct(&DRAFT),
    combine: Combine::Fold { append: None, each: false },
    failure: Failure::DenyCall,
    options: options![
        Where::equals("register", "draft.register"),
        Where::equals("action", "draft.action"),
        Where::fields("match", &["draft", "draft.form"]),
        Where::rule("rule", "draft.on"),
        Where::dates("effective", "draft.on"),
    ],
    ..READ
};

pub(super) const CHECK: Point = Point {
    id: "record.check",
    doc: "Says what is wrong with a draft before an action is taken. An error refuses the action; \
          warnings and hints are shown.",
    params: &[THE_DRAFT, param("action", Type::Text, "The action that is about to be taken.")],
    answer: Type::OneOf(&[Type::Struct(&FINDING), Type::List(&Type::Struct(&FINDING))]),
    combine: Combine::Collect,
    failure: Failure::DenyCall,
    options: options![
        Where::equals("register", "draft.register"),
        Where::equals("action", "action"),
        Where::fields("match", &["draft", "draft.form"]),
        Where::rule("rule", "draft.on"),
        Where::dates("effective", "draft.on"),
        Where::plain("clause"),
    ],
    ..READ
};

pub(super) const SIMILAR_TO: Point = Point {
    id: "record.similar",
    doc: "Finds records that resemble this one, with the passages they share.",
    params: &[param("record", Type::Struct(&RECORD), "The record at hand.")],
    answer: Type::OneOf(&[Type::Struct(&SIMILAR), Type::List(&Type::Struct(&SIMILAR))]),
    combine: Combine::Collect,
    failure: Failure::SkipAndShow,
    options: options![Where::equals("register", "record.register"), Where::fields("match", &["record"])],
    ..READ
};

pub(super) const NUMBER: Point = Point {
    id: "record.number",
    doc: "Numbers a record on its first submission, inside the transaction; on another action if the handler names it. \
          A record that has a number keeps it.",
    params: &[THE_EVENT, THE_RECORD],
    answer: Type::Text,
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    extra_calls: &["sequence"],
    options: event_options![],
    ..READ
};
