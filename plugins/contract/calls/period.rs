//! Periods by name: which one a date lies in, the next one, what contains what.

use super::{arg, dates, function, param};
use crate::{
    model::{KINDS, PERIOD},
    period::{NotAPeriod, Period, PeriodKind},
};
use registrar_sdk::{HostCall, Type, Value};

const A_PERIOD: Type = Type::OneOf(&[Type::Text, Type::Struct(&PERIOD)]);

pub(super) const OF: HostCall = function(
    "period.of",
    "The period of a kind that a date lies in; `cumulative` is 1 January up to the date's month.",
    &[param("date", Type::Date, "The date."), param("kind", Type::Choice(KINDS), "The kind.")],
    Type::Struct(&PERIOD),
    |args| {
        let kind = arg(args, 1).as_str().and_then(PeriodKind::named);
        let kind = kind.ok_or("there is no such kind of period")?;
        Ok(Period::of(dates::date(arg(args, 0))?, kind).to_value())
    },
);

pub(super) const READ: HostCall = function(
    "period.read",
    "The period of an id, such as `2023-Q1`; what names none is an error.",
    &[param("id", Type::Text, "`2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023` or `2023-01..2023-05`.")],
    Type::Struct(&PERIOD),
    |args| Ok(named(arg(args, 0))?.to_value()),
);

pub(super) const TITLE: HostCall = function(
    "period.title",
    "What people call a period, in both languages: `2023年第一季度`, `Q1 2023`.",
    const { &[param("period", A_PERIOD, "A period, or its id.")] },
    Type::Map(&Type::Text),
    |args| Ok(named(arg(args, 0))?.title()),
);

pub(super) const NEXT: HostCall = function(
    "period.next",
    "The period of the same kind that follows.",
    const { &[param("period", A_PERIOD, "A period, or its id.")] },
    Type::Struct(&PERIOD),
    |args| {
        let period = named(arg(args, 0))?;
        // The calendar ends with the year 9999.
        period.last().tomorrow().map_err(|_| format!("nothing follows {period}"))?;
        Ok(period.next().to_value())
    },
);

pub(super) const CONTAINS: HostCall = function(
    "period.contains",
    "Whether a date, or the whole of another period, lies in a period.",
    const {
        &[
            param("period", A_PERIOD, "A period, or its id."),
            param(
                "what",
                Type::OneOf(const { &[Type::Date, Type::Text, Type::Struct(&PERIOD)] }),
                "A date, or a period or its id.",
            ),
        ]
    },
    Type::Bool,
    |args| {
        let period = named(arg(args, 0))?;
        let inside = match dates::date(arg(args, 1)) {
            Ok(date) => period.contains(date),
            Err(_) => period.encloses(named(arg(args, 1))?),
        };
        Ok(Value::Bool(inside))
    },
);

fn named(value: &Value) -> Result<Period, String> {
    let id = value.as_str().or_else(|| value.get("id").as_str()).unwrap_or_default();
    parsed(id)
}

fn parsed(id: &str) -> Result<Period, String> {
    id.parse().map_err(|why: NotAPeriod| why.to_string())
}

/// The id of the larger period that `named` means, from inside the period `id`: a kind or an id.
///
/// # Errors
/// If there is no such period, or it does not contain the one at hand.
pub(crate) fn larger(id: &str, named: &str) -> Result<String, String> {
    let inner = parsed(id)?;
    let outer = match PeriodKind::named(named) {
        Some(kind) => Period::of(inner.first(), kind),
        None => parsed(named)?,
    };
    if !outer.encloses(inner) {
        return Err(format!("the period {outer} does not contain {id}; name it or a larger one"));
    }
    Ok(outer.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_of_each_kind_follows_and_the_calendar_ends() {
        let registrar_sdk::AnsweredBy::Function(run) = NEXT.place else { panic!("no function") };
        let next = |id: &str| {
            run(&[Value::text(id)]).map(|period| period.get("id").as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(next("2023-Q4"), Ok("2024-Q1".into()));
        assert_eq!(next("2023-11/2"), Ok("2024-01/2".into()));
        assert_eq!(next("2023-01..2023-05"), Ok("2023-01..2023-06".into()));
        assert_eq!(next("2023-01..2023-12"), Ok("2024-01..2024-01".into()));
        assert_eq!(next("9999-12"), Err("nothing follows 9999-12".into()));
        assert_eq!(next("9999-11"), Ok("9999-12".into()));
    }

    #[test]
    fn a_period_contains_dates_and_smaller_periods() {
        let check = |a: &str, b: &str| {
            let registrar_sdk::AnsweredBy::Function(run) = CONTAINS.place else { panic!("no function") };
            run(&[Value::text(a), Value::text(b)])
        };
        assert_eq!(check("2023-Q1", "2023-03-31"), Ok(Value::Bool(true)));
        assert_eq!(check("2023-Q1", "2023-04-01"), Ok(Value::Bool(false)));
        assert_eq!(check("2023-Q1", "2023-02"), Ok(Value::Bool(true)));
        assert!(check("2023-Q1", "soon").unwrap_err().contains("`soon` is no period"));
    }
}
