//! Scoring: postings from events, among themselves, and for whole periods.

use super::{PURE, THE_EVENT, THE_RECORD, param};
use crate::{
    model::{PERIOD_CONTEXT, POSTING, POSTING_ANSWER, RECORD},
    options::{event_options, options},
    refine,
};
use registrar_sdk::{Append, Combine, Point, Type, Where};

/// A number, a posting, or a list of postings.
const POSTINGS: Type =
    Type::OneOf(&[Type::Amount, Type::Struct(&POSTING_ANSWER), Type::List(&Type::Struct(&POSTING_ANSWER))]);

pub(super) const POST: Point = Point {
    id: "score.post",
    doc: "What an event is worth: nil, a number, a posting or a list of them. Called for every live event, `overdue` \
          included. A number needs the options `measure` and `account`. When many events are scored at once, the \
          tables it is given are used again for the next event: keep none of them, and change none.",
    params: &[THE_EVENT, THE_RECORD],
    answer: POSTINGS,
    combine: Combine::Collect,
    options: event_options![
        Where::plain("measure"),
        Where::plain("account"),
        Where::plain("share"),
        Where::plain("tag"),
    ],
    refine: Some(refine::post),
    ..PURE
};

pub(super) const RECONCILE: Point = Point {
    id: "score.reconcile",
    doc: "Looks at a record's postings together, and drops some or derives others with `p:with { … }`. Gets those its \
          filters choose, and returns those that are kept; dropped ones stay in `explain`, struck, with the clause.",
    params: &[
        param(
            "postings",
            Type::List(const { &Type::Struct(&POSTING) }),
            "The record's postings that the filters choose.",
        ),
        param("record", Type::Struct(&RECORD), "The record."),
    ],
    answer: Type::List(&Type::Struct(&POSTING)),
    combine: Combine::Fold { append: None, each: true },
    options: options![
        Where::equals("register", "register"),
        Where::equals("action", "action"),
        Where::equals("measure", "measure"),
        Where::equals("tag", "tag"),
        Where::rule("rule", "on"),
        Where::dates("effective", "on"),
        Where::plain("clause"),
    ],
    ..PURE
};

pub(super) const PERIOD: Point = Point {
    id: "score.period",
    doc: "What a whole period adds to an account: a base, a cap, a shortfall. Runs for every account valid in the \
          period, events or none, small periods first. Returns additions only; zeroing is an offsetting posting.",
    params: &[param("p", Type::Struct(&PERIOD_CONTEXT), "The account in the period.")],
    answer: POSTINGS,
    combine: Combine::Fold {
        append: Some(Append {
            list: "postings",
            // What is for someone else, or for a larger period, is no posting of this account in this period.
            of_same: &[
                ("account", "account"),
                ("measure", "measure"),
                ("period", "period.id"),
                ("register", "register"),
            ],
        }),
        each: false,
    },
    options: options![
        Where::equals("period", "p.period.kind").required(),
        Where::equals("register", "p.register"),
        Where::equals("measure", "p.measure"),
        Where::fields("match", &["p.unit"]),
        Where::rule("rule", "p.period.last"),
        Where::dates("effective", "p.period.last"),
        Where::plain("tag"),
        Where::plain("clause"),
    ],
    refine: Some(refine::period),
    // A whole year of a busy account is read.
    budget_ms: 1_000,
    ..PURE
};
