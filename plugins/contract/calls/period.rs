//! Periods by name: which one a date lies in, the next one, what contains what.

use super::{arg, dates, function, param};
use crate::model::{KINDS, PERIOD};
use jiff::civil::Date;
use registrar_sdk::{HostCall, Type, Value};

const A_PERIOD: Type = Type::OneOf(&[Type::Text, Type::Struct(&PERIOD)]);

pub(super) const OF: HostCall = function(
    "period.of",
    "The period of a kind that a date lies in; `cumulative` is 1 January up to the date's month.",
    &[param("date", Type::Date, "The date."), param("kind", Type::Choice(KINDS), "The kind.")],
    Type::Struct(&PERIOD),
    |args| {
        let kind = arg(args, 1).as_str().unwrap_or_default();
        Ok(MonthSpan::of(dates::date(arg(args, 0))?, kind)
            .ok_or("there is no such kind of period")?
            .to_value())
    },
);

pub(super) const NEXT: HostCall = function(
    "period.next",
    "The period of the same kind that follows.",
    const { &[param("period", A_PERIOD, "A period, or its id.")] },
    Type::Struct(&PERIOD),
    |args| {
        let span = named(arg(args, 0))?;
        Ok(span.next().ok_or_else(|| format!("nothing follows {}", span.id()))?.to_value())
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
        let span = named(arg(args, 0))?;
        let inside = match dates::date(arg(args, 1)) {
            Ok(date) => span.first <= date && date <= span.last,
            Err(_) => span.holds(&named(arg(args, 1))?),
        };
        Ok(Value::Bool(inside))
    },
);

/// A stretch of whole months with a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthSpan {
    /// Its kind, one of [`KINDS`].
    pub kind: &'static str,
    /// Its first day.
    pub first: Date,
    /// Its last day.
    pub last: Date,
}

impl MonthSpan {
    fn new(kind: &'static str, year: i16, month: i8, months: i8) -> Option<MonthSpan> {
        let first = Date::new(year, month, 1).ok()?;
        let last = Date::new(year, month + months - 1, 1).ok()?.last_of_month();
        Some(MonthSpan { kind, first, last })
    }

    /// The period of a kind that `on` lies in.
    pub fn of(on: Date, kind: &str) -> Option<MonthSpan> {
        let kind = KINDS.iter().copied().find(|k| *k == kind)?;
        let months = match kind {
            "month" => 1,
            "two-month" => 2,
            "quarter" => 3,
            "half" => 6,
            "year" => 12,
            _ => return MonthSpan::new(kind, on.year(), 1, on.month()),
        };
        MonthSpan::new(kind, on.year(), (on.month() - 1) / months * months + 1, months)
    }

    /// The period with this id.
    pub fn parse(id: &str) -> Option<MonthSpan> {
        let number = |text: &str, digits: usize| {
            (text.len() == digits && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse::<i16>().ok())?
        };
        if let Some((from, to)) = id.split_once("..") {
            let (first, last) = (MonthSpan::parse(from)?, MonthSpan::parse(to)?);
            let whole = first.kind == "month"
                && last.kind == "month"
                && first.first.month() == 1
                && first.first.year() == last.first.year();
            return whole.then(|| MonthSpan::of(last.last, "cumulative"))?;
        }
        let (year, rest) = match id.split_once('-') {
            None => return MonthSpan::new("year", number(id, 4)?, 1, 12),
            Some((year, rest)) => (number(year, 4)?, rest),
        };
        if let Some(n) = rest.strip_prefix('Q') {
            let n = number(n, 1).filter(|n| (1..=4).contains(n))? as i8;
            return MonthSpan::new("quarter", year, n * 3 - 2, 3);
        }
        if let Some(n) = rest.strip_prefix('H') {
            let n = number(n, 1).filter(|n| (1..=2).contains(n))? as i8;
            return MonthSpan::new("half", year, n * 6 - 5, 6);
        }
        match rest.strip_suffix("/2") {
            Some(month) => {
                let month = number(month, 2).filter(|m| m % 2 == 1 && *m < 12)? as i8;
                MonthSpan::new("two-month", year, month, 2)
            }
            None => MonthSpan::new("month", year, number(rest, 2).filter(|m| (1..=12).contains(m))? as i8, 1),
        }
    }

    /// Its id: `2023-02`, `2023-01/2`, `2023-Q1`, `2023-H1`, `2023`, `2023-01..2023-05`.
    pub fn id(&self) -> String {
        let (year, month) = (self.first.year(), self.first.month());
        match self.kind {
            "month" => format!("{year:04}-{month:02}"),
            "two-month" => format!("{year:04}-{month:02}/2"),
            "quarter" => format!("{year:04}-Q{}", month / 3 + 1),
            "half" => format!("{year:04}-H{}", month / 6 + 1),
            "year" => format!("{year:04}"),
            _ => format!("{year:04}-01..{year:04}-{:02}", self.last.month()),
        }
    }

    /// The next of its kind.
    pub fn next(&self) -> Option<MonthSpan> {
        MonthSpan::of(self.last.tomorrow().ok()?, self.kind)
    }

    /// Whether the whole of `other` lies in it.
    pub fn holds(&self, other: &MonthSpan) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// As scripts see it.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("id", Value::text(self.id())),
            ("kind", Value::text(self.kind)),
            ("first", Value::text(self.first.to_string())),
            ("last", Value::text(self.last.to_string())),
        ])
    }
}

fn named(value: &Value) -> Result<MonthSpan, String> {
    let id = value.as_str().or_else(|| value.get("id").as_str()).unwrap_or_default();
    MonthSpan::parse(id).ok_or_else(|| unknown(id))
}

fn unknown(id: &str) -> String {
    format!("`{id}` is no period; write 2023-02, 2023-01/2, 2023-Q1, 2023-H1, 2023 or 2023-01..2023-05")
}

/// The id of the larger period that `named` means, from inside the period `id`: a kind or an id.
///
/// # Errors
/// If there is no such period, or it does not contain the one at hand.
pub(crate) fn larger(id: &str, named: &str) -> Result<String, String> {
    let inner = MonthSpan::parse(id).ok_or_else(|| unknown(id))?;
    let outer = match MonthSpan::of(inner.first, named) {
        Some(span) => span,
        None => MonthSpan::parse(named).ok_or_else(|| unknown(named))?,
    };
    if !outer.holds(&inner) {
        return Err(format!("the period {} does not contain {id}; name it or a larger one", outer.id()));
    }
    Ok(outer.id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_is_read_as_it_is_written() {
        for (id, first, last) in [
            ("2023-02", "2023-02-01", "2023-02-28"),
            ("2024-01/2", "2024-01-01", "2024-02-29"),
            ("2023-11/2", "2023-11-01", "2023-12-31"),
            ("2023-Q4", "2023-10-01", "2023-12-31"),
            ("2023-H1", "2023-01-01", "2023-06-30"),
            ("2023-H2", "2023-07-01", "2023-12-31"),
            ("2023", "2023-01-01", "2023-12-31"),
            ("2023-01..2023-05", "2023-01-01", "2023-05-31"),
        ] {
            let span = MonthSpan::parse(id).unwrap();
            assert_eq!(
                (span.id().as_str(), span.first.to_string().as_str(), span.last.to_string().as_str()),
                (id, first, last)
            );
        }
        for id in [
            "",
            "2023-13",
            "2023-02/2",
            "2023-Q5",
            "2023-H0",
            "23",
            "2023-02..2023-05",
            "2023-01..2024-05",
            "+023",
        ] {
            assert_eq!(MonthSpan::parse(id), None, "{id}");
        }
    }

    #[test]
    fn dates_find_their_period_and_periods_the_next() {
        let on = "2023-12-31".parse().unwrap();
        let ids: Vec<_> = KINDS.iter().map(|kind| MonthSpan::of(on, kind).unwrap().id()).collect();
        assert_eq!(ids, ["2023-12", "2023-11/2", "2023-Q4", "2023-H2", "2023", "2023-01..2023-12"]);
        assert_eq!(MonthSpan::parse("2023-Q4").unwrap().next().unwrap().id(), "2024-Q1");
        assert_eq!(MonthSpan::parse("2023-11/2").unwrap().next().unwrap().id(), "2024-01/2");
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
