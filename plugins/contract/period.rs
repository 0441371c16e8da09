//! Spans of the calendar that figures are counted in: their names, their days, their order.
//!
//! Pure arithmetic on civil dates; which dates belong to an office's day is decided before.

mod title;

use jiff::civil::Date;
use registrar_sdk::Value;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// The kinds of periods, the smaller before the larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PeriodKind {
    /// One month, `2023-01`.
    Month,
    /// A fixed window of two months, January with February and so on: `2023-01/2`.
    TwoMonth,
    /// Three months, `2023-Q1`.
    Quarter,
    /// Six months, `2023-H1`.
    Half,
    /// A calendar year, `2023`.
    Year,
    /// From 1 January to the end of a month, `2023-01..2023-05`. Shown, never scored.
    Cumulative,
}

impl PeriodKind {
    /// The kinds that are scored, small first.
    pub const SCORED: [PeriodKind; 5] =
        [PeriodKind::Month, PeriodKind::TwoMonth, PeriodKind::Quarter, PeriodKind::Half, PeriodKind::Year];

    /// How many months it spans; a cumulative period has no fixed length and answers 1, its step.
    pub fn months(self) -> i16 {
        match self {
            PeriodKind::Month | PeriodKind::Cumulative => 1,
            PeriodKind::TwoMonth => 2,
            PeriodKind::Quarter => 3,
            PeriodKind::Half => 6,
            PeriodKind::Year => 12,
        }
    }

    /// Its name in scripts and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            PeriodKind::Month => "month",
            PeriodKind::TwoMonth => "two-month",
            PeriodKind::Quarter => "quarter",
            PeriodKind::Half => "half",
            PeriodKind::Year => "year",
            PeriodKind::Cumulative => "cumulative",
        }
    }

    /// The kind called `name`.
    pub fn named(name: &str) -> Option<PeriodKind> {
        PeriodKind::SCORED.into_iter().chain([PeriodKind::Cumulative]).find(|kind| kind.name() == name)
    }
}

/// One span of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    kind: PeriodKind,
    year: i16,
    // Counted from 0 within the year; of a cumulative period, its last month.
    index: i16,
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAPeriod(pub String);

impl fmt::Display for NotAPeriod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no period; write a month 2023-01, two months 2023-01/2, a quarter 2023-Q1, a half-year 2023-H1, \
             a year 2023, or January to date 2023-01..2023-05",
            self.0
        )
    }
}

impl std::error::Error for NotAPeriod {}

impl Period {
    /// The period of `kind` that `date` lies in; cumulative, up to the end of its month.
    pub fn of(date: Date, kind: PeriodKind) -> Period {
        Period { kind, year: date.year(), index: i16::from(date.month() - 1) / kind.months() }
    }

    /// The period from one day to another, of the smallest kind that has one.
    pub fn between(first: Date, last: Date) -> Option<Period> {
        let kinds = PeriodKind::SCORED.into_iter().chain([PeriodKind::Cumulative]);
        kinds.map(|kind| Period::of(last, kind)).find(|p| (p.first(), p.last()) == (first, last))
    }

    /// Its kind.
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    /// Its first day.
    pub fn first(self) -> Date {
        match self.kind {
            PeriodKind::Cumulative => day_one(self.year, 0),
            kind => day_one(self.year, self.index * kind.months()),
        }
    }

    /// Its last day.
    pub fn last(self) -> Date {
        day_one(self.year, (self.index + 1) * self.kind.months() - 1).last_of_month()
    }

    /// Whether `date` lies in it, both ends included.
    pub fn contains(self, date: Date) -> bool {
        self.first() <= date && date <= self.last()
    }

    /// Whether all of `other` lies in it; a period encloses itself.
    pub fn encloses(self, other: Period) -> bool {
        self.first() <= other.first() && other.last() <= self.last()
    }

    /// The one after it, of its kind. After December, January to date starts anew.
    pub fn next(self) -> Period {
        let in_year = 12 / self.kind.months();
        match self.index + 1 {
            index if index < in_year => Period { index, ..self },
            _ => Period { year: self.year + 1, index: 0, ..self },
        }
    }

    /// As scripts see it.
    pub fn to_value(self) -> Value {
        Value::map([
            ("id", Value::text(self.to_string())),
            ("kind", Value::text(self.kind.name())),
            ("first", Value::text(self.first().to_string())),
            ("last", Value::text(self.last().to_string())),
        ])
    }

    /// All periods of `kind` from the one with `first` to the one with `last`.
    pub fn spanning(first: Date, last: Date, kind: PeriodKind) -> impl Iterator<Item = Period> {
        let end = Period::of(last, kind);
        std::iter::successors(Some(Period::of(first, kind)), |p| Some(p.next()))
            .take_while(move |p| *p <= end)
    }
}

// Years come from dates or from four digits, so the date is always one that exists.
fn day_one(year: i16, month_from_zero: i16) -> Date {
    Date::new(year, (month_from_zero + 1) as i8, 1).unwrap_or(Date::MAX)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Period { kind, year, index } = *self;
        match kind {
            PeriodKind::Month => write!(f, "{year:04}-{:02}", index + 1),
            PeriodKind::TwoMonth => write!(f, "{year:04}-{:02}/2", index * 2 + 1),
            PeriodKind::Quarter => write!(f, "{year:04}-Q{}", index + 1),
            PeriodKind::Half => write!(f, "{year:04}-H{}", index + 1),
            PeriodKind::Year => write!(f, "{year:04}"),
            PeriodKind::Cumulative => write!(f, "{year:04}-01..{year:04}-{:02}", index + 1),
        }
    }
}

impl FromStr for Period {
    type Err = NotAPeriod;
    fn from_str(text: &str) -> Result<Period, NotAPeriod> {
        parse(text).ok_or_else(|| NotAPeriod(text.to_owned()))
    }
}

fn parse(text: &str) -> Option<Period> {
    let digits = |part: &str, len: usize| {
        (part.len() == len && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i16>().ok())?
    };
    let year_of = |part: &str| digits(part, 4).filter(|year| *year >= 1);
    let Some((year, rest)) = text.split_once('-') else {
        return year_of(text).map(|year| Period { kind: PeriodKind::Year, year, index: 0 });
    };
    let year = year_of(year)?;
    let numbered = |part: &str, len: usize, kind: PeriodKind| {
        let index = digits(part, len)? - 1;
        (0..12 / kind.months()).contains(&index).then_some(Period { kind, year, index })
    };
    if let Some(n) = rest.strip_prefix('Q') {
        numbered(n, 1, PeriodKind::Quarter)
    } else if let Some(n) = rest.strip_prefix('H') {
        numbered(n, 1, PeriodKind::Half)
    } else if let Some(month) = rest.strip_suffix("/2") {
        let first = numbered(month, 2, PeriodKind::Month)?.index;
        (first % 2 == 0).then_some(Period { kind: PeriodKind::TwoMonth, year, index: first / 2 })
    } else if let Some(last) = rest.strip_prefix("01..") {
        let (last_year, month) = last.split_once('-')?;
        (year_of(last_year)? == year).then_some(())?;
        numbered(month, 2, PeriodKind::Cumulative)
    } else {
        numbered(rest, 2, PeriodKind::Month)
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Period, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_name_reads_back_and_has_its_days() {
        for (name, kind, first, last) in [
            ("2023-02", PeriodKind::Month, date(2023, 2, 1), date(2023, 2, 28)),
            ("2024-01/2", PeriodKind::TwoMonth, date(2024, 1, 1), date(2024, 2, 29)),
            ("2023-11/2", PeriodKind::TwoMonth, date(2023, 11, 1), date(2023, 12, 31)),
            ("2023-Q4", PeriodKind::Quarter, date(2023, 10, 1), date(2023, 12, 31)),
            ("2023-H1", PeriodKind::Half, date(2023, 1, 1), date(2023, 6, 30)),
            ("2023", PeriodKind::Year, date(2023, 1, 1), date(2023, 12, 31)),
            ("2023-01..2023-05", PeriodKind::Cumulative, date(2023, 1, 1), date(2023, 5, 31)),
        ] {
            let period: Period = name.parse().unwrap();
            assert_eq!((period.to_string().as_str(), period.kind()), (name, kind));
            assert_eq!((period.first(), period.last()), (first, last), "{name}");
            assert_eq!(Period::of(last, kind), period);
            assert_eq!(Period::between(first, last), Some(period));
        }
    }

    #[test]
    fn what_is_no_period_is_refused_with_the_forms() {
        for text in
            ["", "23", "2023-13", "2023-0", "2023-02/2", "2023-Q5", "2023-H3", "2023-02..2023-05", "2023-1"]
        {
            let refused = text.parse::<Period>().unwrap_err().to_string();
            assert!(refused.contains("2023-Q1"), "{text}: {refused}");
        }
    }

    #[test]
    fn days_that_are_no_period_have_none() {
        assert_eq!(Period::between(date(2023, 1, 2), date(2023, 1, 31)), None);
        assert_eq!(Period::between(date(2023, 2, 1), date(2023, 4, 30)), None);
        let q1 = Period::between(date(2023, 1, 1), date(2023, 3, 31)).unwrap();
        assert_eq!(q1.to_string(), "2023-Q1");
    }

    #[test]
    fn periods_follow_each_other_and_nest() {
        let names = |first, last, kind| {
            Period::spanning(first, last, kind).map(|p| p.to_string()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(
            names(date(2022, 11, 30), date(2023, 2, 1), PeriodKind::Month),
            "2022-11 2022-12 2023-01 2023-02"
        );
        assert_eq!(names(date(2022, 11, 30), date(2023, 2, 1), PeriodKind::TwoMonth), "2022-11/2 2023-01/2");
        assert_eq!(names(date(2022, 11, 30), date(2023, 2, 1), PeriodKind::Year), "2022 2023");
        let p = |name: &str| name.parse::<Period>().unwrap();
        assert!(p("2023-Q1").encloses(p("2023-01/2")));
        assert!(!p("2023-Q1").encloses(p("2023-03/2")));
        assert!(p("2023-01..2023-05").encloses(p("2023-05")));
        assert!(PeriodKind::Month < PeriodKind::Quarter);
    }

    #[test]
    fn the_kinds_are_those_of_the_contract() {
        let kinds = PeriodKind::SCORED.into_iter().chain([PeriodKind::Cumulative]).map(PeriodKind::name);
        assert_eq!(kinds.collect::<Vec<_>>(), crate::model::KINDS);
    }
}
