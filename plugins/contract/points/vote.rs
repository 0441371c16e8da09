//! Votes: are they valid, and what do they come to.

use super::{PURE, READ, action::REFUSALS, param};
use crate::{
    model::{TALLY as RESULT, VOTE},
    options::options,
    refine,
};
use registrar_sdk::{Combine, Failure, Param, Phase, Point, Type, Where};

const THE_VOTE: Param = param("v", Type::Struct(&VOTE), "The vote and its ballots.");

pub(super) const CHECK: Point = Point {
    id: "vote.check",
    doc: "Refuses a vote that is not valid: too few present, more ballots returned than issued. Asked by `host.vote` and `registrar vote`.",
    params: &[THE_VOTE],
    answer: REFUSALS,
    combine: Combine::Veto,
    failure: Failure::DenyCall,
    options: options![
        Where::equals("kind", "v.kind"),
        Where::rule("rule", "v.on"),
        Where::dates("effective", "v.on"),
        Where::plain("clause"),
    ],
    refine: Some(refine::refusals),
    ..READ
};

pub(super) const TALLY: Point = Point {
    id: "vote.tally",
    doc: "Counts the ballots: who is elected, who fails, and among whom another round decides. Asked where `vote.check` \
          refuses nothing. Equal ballots come together, with their `count`.",
    params: &[THE_VOTE],
    answer: Type::Struct(&RESULT),
    combine: Combine::First { per: None },
    failure: Failure::FailCall,
    phase: Phase::Pure,
    refine: Some(refine::tally),
    options: options![
        Where::equals("kind", "v.kind"),
        Where::rule("rule", "v.on"),
        Where::dates("effective", "v.on"),
        Where::plain("clause"),
    ],
    ..PURE
};
