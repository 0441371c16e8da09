//! Spans of days: where they meet, and what they leave out.

use jiff::civil::Date;

/// Days from one to another, both included; an open end has no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DaySpan {
    /// The first day; [`Date::MIN`]: since ever.
    pub first: Date,
    /// The last day; [`Date::MAX`]: until further notice.
    pub last: Date,
}

impl DaySpan {
    /// From what two dates say; one that cannot be read is open.
    pub fn read(from: Option<&str>, to: Option<&str>) -> DaySpan {
        let day = |text: Option<&str>| text.and_then(|text| text.parse().ok());
        DaySpan { first: day(from).unwrap_or(Date::MIN), last: day(to).unwrap_or(Date::MAX) }
    }

    /// Whether it has no day.
    pub fn is_empty(self) -> bool {
        self.last < self.first
    }

    /// The days that both have.
    pub fn shared(self, other: DaySpan) -> Option<DaySpan> {
        let both = DaySpan { first: self.first.max(other.first), last: self.last.min(other.last) };
        (!both.is_empty()).then_some(both)
    }

    /// `from 2022-06-01 to 2022-06-30`, `since 2022-06-01`, `until 2022-05-31`, `always`.
    pub fn said(self) -> String {
        match (self.first == Date::MIN, self.last == Date::MAX) {
            (true, true) => "always".to_owned(),
            (true, false) => format!("until {}", self.last),
            (false, true) => format!("since {}", self.first),
            (false, false) if self.first == self.last => format!("on {}", self.first),
            (false, false) => format!("from {} to {}", self.first, self.last),
        }
    }
}

/// The day before; the first day there is has none and stays.
pub(crate) fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

/// The day after; the last day there is has none and stays.
pub(crate) fn after(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

/// The days between the first and the last of all spans that none of them has.
pub(crate) fn gaps(spans: &[DaySpan]) -> Vec<DaySpan> {
    let mut sorted: Vec<DaySpan> = spans.iter().copied().filter(|span| !span.is_empty()).collect();
    sorted.sort();
    let mut found = Vec::new();
    let mut covered: Option<Date> = None;
    for span in sorted {
        if let Some(last) = covered.filter(|last| *last < before(span.first)) {
            found.push(DaySpan { first: after(last), last: before(span.first) });
        }
        covered = covered.max(Some(span.last));
    }
    found
}

/// The day nearest to `day` that lies in one of the spans; `None` if they have none.
pub(crate) fn nearest(spans: &[DaySpan], day: Date) -> Option<Date> {
    let within = spans.iter().filter(|span| !span.is_empty()).map(|span| day.clamp(span.first, span.last));
    let far = |other: &Date| day.duration_until(*other).abs();
    within.min_by_key(far)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `a..b`, an end left out for an open one; several with spaces between.
    fn spans(text: &str) -> Vec<DaySpan> {
        let end = |text: &'static str| Some(text).filter(|t| !t.is_empty());
        let one = |text: &str| {
            let (from, to) = text.split_once("..").unwrap();
            DaySpan::read(end(from.to_owned().leak()), end(to.to_owned().leak()))
        };
        text.split_whitespace().map(one).collect()
    }

    #[test]
    fn what_no_span_has_between_first_and_last_is_a_gap() {
        let check = |given: &str, expected: &str| assert_eq!(gaps(&spans(given)), spans(expected), "{given}");
        check("..2022-05-31 2022-06-01..", "");
        check("..2022-05-31 2022-07-01..", "2022-06-01..2022-06-30");
        check("2022-07-01.. ..2022-05-31", "2022-06-01..2022-06-30");
        check("..2022-05-31 2022-06-02..", "2022-06-01..2022-06-01");
        // A long one over a short one leaves nothing out, and one that is turned round has no day.
        check("2020-01-01..2023-12-31 2021-01-01..2021-06-30 2024-01-01..", "");
        check("..2020-12-31 2022-12-31..2022-01-01 2024-01-01..", "2021-01-01..2023-12-31");
        check(
            "..2020-12-31 2022-01-01..2022-12-31 2024-01-01..",
            "2021-01-01..2021-12-31 2023-01-01..2023-12-31",
        );
        check("2022-01-01..", "");
    }

    #[test]
    fn a_day_outside_all_spans_goes_to_the_nearest_end() {
        let check = |given: &str, day: &str, expected: &str| {
            let found = nearest(&spans(given), day.parse().unwrap());
            assert_eq!(found.map(|day| day.to_string()).unwrap_or_default(), expected, "{given} {day}");
        };
        check("..2022-12-31", "2023-06-10", "2022-12-31");
        check("2023-01-01..", "2022-06-10", "2023-01-01");
        check("2023-01-01..", "2023-06-10", "2023-06-10");
        check("..2021-12-31 2023-01-01..", "2022-12-01", "2023-01-01");
        check("2022-12-31..2022-01-01", "2022-06-10", "");
    }

    #[test]
    fn the_days_that_two_spans_share_include_both_ends() {
        let check = |given: &str, expected: &str| {
            let [a, b] = spans(given)[..] else { panic!() };
            assert_eq!(a.shared(b).map(DaySpan::said).unwrap_or_default(), expected, "{given}");
            assert_eq!(a.shared(b), b.shared(a));
        };
        check("..2022-06-30 2022-06-01..", "from 2022-06-01 to 2022-06-30");
        check("..2022-06-01 2022-06-01..", "on 2022-06-01");
        check("..2022-05-31 2022-06-01..", "");
        check(".. 2022-06-01..", "since 2022-06-01");
        check(".. ..2022-06-01", "until 2022-06-01");
        check(".. ..", "always");
    }
}
