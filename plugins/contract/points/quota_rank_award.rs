//! What is owed, how accounts are ranked, and who wins.

use super::{PURE, param};
use crate::{
    model::{AWARD, CONTEST, PERIOD, RANK_CONTEXT, ROW, TARGET, UNIT},
    options::options,
    refine,
};
use registrar_sdk::{Append, Combine, Point, Type, Where};

pub(super) const TARGET_OF: Point = Point {
    id: "quota.target",
    doc: "What a unit owes in a period; the first list counts whole. Class and rule are those of the period's first \
          day; the host fills in `have`, `short` and `met`.",
    params: &[
        param("unit", Type::Struct(&UNIT), "The unit."),
        param("period", Type::Struct(&PERIOD), "The period."),
        param("register", Type::Text, "The register whose events count."),
    ],
    answer: Type::List(&Type::Struct(&TARGET)),
    combine: Combine::First { per: None },
    options: options![
        Where::equals("register", "register"),
        Where::equals("period", "period.kind"),
        Where::fields("match", &["unit"]),
        Where::rule("rule", "period.first"),
        Where::dates("effective", "period.first"),
        Where::plain("clause"),
    ],
    ..PURE
};

pub(super) const ORDER: Point = Point {
    id: "rank.order",
    doc: "Ranks the rows of a standing, or excludes some with a reason. Without a handler, and where it \
          only excludes, ranks are 1, 2, 2, 4, compared at the measure's places.",
    params: &[
        param("rows", Type::List(const { &Type::Struct(&ROW) }), "The rows, with ranks as they are so far."),
        param("ctx", Type::Struct(&RANK_CONTEXT), "Which standing it is."),
    ],
    answer: Type::List(&Type::Struct(&ROW)),
    combine: Combine::Fold { append: None, each: false },
    options: options![
        Where::equals("register", "ctx.register"),
        Where::equals("measure", "ctx.measure"),
        Where::equals("pool", "ctx.pool"),
        Where::equals("tag", "ctx.tag"),
        Where::equals("period", "ctx.period.kind"),
        Where::rule("rule", "ctx.period.last"),
        Where::dates("effective", "ctx.period.last"),
        Where::plain("clause"),
    ],
    ..PURE
};

pub(super) const SELECT: Point = Point {
    id: "award.select",
    doc: "Selects winners from standings: `s:take(s:standing { … }, n, …)`. Returns additions; a tie at the cut stays \
          pending until someone decides, and later handlers wait.",
    params: &[param("s", Type::Struct(&CONTEST), "The standings, and who has won so far.")],
    answer: Type::OneOf(&[Type::List(&Type::Struct(&AWARD)), Type::Struct(&AWARD)]),
    combine: Combine::Fold { append: Some(Append::to("winners")), each: false },
    options: options![
        Where::equals("register", "s.register"),
        Where::equals("period", "s.period.kind"),
        Where::rule("rule", "s.period.last"),
        Where::dates("effective", "s.period.last"),
        Where::plain("clause"),
    ],
    refine: Some(refine::awards),
    ..PURE
};
