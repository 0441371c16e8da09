//! Points of a contract as types, so that a handler's arguments and answer have theirs.

use super::{Answer, View};

/// A point of a contract. A contract's crate has one type for each of its points.
pub trait Typed {
    /// The point's id.
    const ID: &'static str;

    /// What handlers are given: views of the arguments, in their types.
    type Args<'a>;

    /// What a handler may answer.
    type Answer: Answer;

    /// The arguments of one call.
    fn args<'a>(views: &[View<'a>]) -> Self::Args<'a>;
}
