//! `register.define`: which registers there are.

use super::READ;
use crate::{model::REGISTER, options::options};
use registrar_sdk::{Combine, Failure, Point, Type};

pub(super) const DEFINE: Point = Point {
    id: "register.define",
    doc: "Defines registers, or adds fields and actions to one with `extends`; an action that is there already, with \
          nothing but a `form`, gets its fields. Asked once for every generation; a duplicate id is an error. `host.register(id, definition)` is short for it.",
    params: &[],
    answer: Type::OneOf(&[Type::Struct(&REGISTER), Type::List(&Type::Struct(&REGISTER))]),
    combine: Combine::Collect,
    failure: Failure::RejectGeneration,
    options: options![],
    shorthand: Some("register"),
    ..READ
};
