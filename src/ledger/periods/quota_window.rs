//! The days that a quota looks at: its period's own, a fixed window of the year, or a rolling one.

use jiff::{ToSpan, civil::Date};
use registrar_contract::model::TO_DATE;
use registrar_domain::{Period, PeriodKind};
use registrar_sdk::Value;

/// The stretch of days over which a target is looked at.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) first: Date,
    pub(super) last: Date,
    /// By how much what was had is divided: the months of an average, else 1.
    pub(super) months: i64,
    /// And of how many months an average is: 1, or more.
    pub(super) per: i64,
}

impl Window {
    pub(super) fn of(window: &Value, period: Period) -> Window {
        let kind = window.get("kind").as_str();
        let (first, last) = match kind.and_then(PeriodKind::named) {
            None if kind == Some(TO_DATE) => {
                (Period::of(period.last(), PeriodKind::Year).first(), period.last())
            }
            None => (period.first(), period.last()),
            Some(kind) => Window::days(kind, window.get("rolling").as_bool() == Some(true), period),
        };
        let per =
            window.get("per").as_str().and_then(PeriodKind::named).map_or(1, |kind| i64::from(kind.months()));
        let average = window.get("mode").as_str() == Some("average");
        let months = i64::from(last.year() - first.year()) * 12 + i64::from(last.month() - first.month()) + 1;
        let (months, per) = if average { (months, per) } else { (1, 1) };
        Window { first, last, months, per }
    }

    fn days(kind: PeriodKind, rolling: bool, period: Period) -> (Date, Date) {
        let fixed = Period::of(period.first(), kind);
        if !rolling && fixed.encloses(period) {
            (fixed.first(), fixed.last())
        } else {
            // Also a fixed window that the period straddles: then it ends with the period.
            (rolled(period.last(), kind.months()), period.last())
        }
    }
}

/// The days between which the quotas of a period look at events and postings, whatever windows they have.
pub(crate) fn reach(period: Period) -> (Date, Date) {
    let windows = PeriodKind::SCORED.into_iter().flat_map(|kind| [(kind, false), (kind, true)]);
    windows.fold((period.first(), period.last()), |(first, last), (kind, rolling)| {
        let days = Window::days(kind, rolling, period);
        (first.min(days.0), last.max(days.1))
    })
}

fn rolled(last: Date, months: i16) -> Date {
    last.first_of_month().checked_sub((i32::from(months) - 1).months()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_contract::model::WINDOW_KINDS;

    fn window(json: &str, period: &str) -> String {
        let w = Window::of(&serde_json::from_str(json).unwrap(), period.parse().unwrap());
        let per = if w.per > 1 { format!(" per {}", w.per) } else { String::new() };
        format!("{}..{} /{}{per}", w.first, w.last, w.months)
    }

    #[test]
    fn windows_lie_fixed_in_the_year_unless_rolling() {
        let two = r#"{"kind":"two-month","mode":"average"}"#;
        assert_eq!(window("null", "2023-02"), "2023-02-01..2023-02-28 /1");
        assert_eq!(window(two, "2023-01"), "2023-01-01..2023-02-28 /2");
        assert_eq!(window(two, "2023-02"), "2023-01-01..2023-02-28 /2");
        assert_eq!(window(r#"{"kind":"two-month"}"#, "2023-03"), "2023-03-01..2023-04-30 /1");
        assert_eq!(window(r#"{"kind":"quarter","rolling":true}"#, "2023-01"), "2022-11-01..2023-01-31 /1");
        assert_eq!(window(r#"{"kind":"two-month"}"#, "2023-Q1"), "2023-02-01..2023-03-31 /1");
        let to_date = r#"{"kind":"to-date","mode":"average","per":"two-month"}"#;
        assert_eq!(window(to_date, "2023-05"), "2023-01-01..2023-05-31 /5 per 2");
        assert_eq!(window(to_date, "2023"), "2023-01-01..2023-12-31 /12 per 2");
        assert_eq!(window(r#"{"kind":"to-date"}"#, "2023-05/2"), "2023-01-01..2023-06-30 /1");
    }

    #[test]
    fn no_window_reaches_beyond_what_is_said_of_all() {
        for period in ["2023-01", "2023-03/2", "2023-Q2", "2023-H2", "2023"] {
            let period: Period = period.parse().unwrap();
            let (first, last) = reach(period);
            for kind in WINDOW_KINDS {
                for rolling in [false, true] {
                    let asked = Value::map([("kind", Value::text(*kind)), ("rolling", Value::Bool(rolling))]);
                    let window = Window::of(&asked, period);
                    assert!(first <= window.first && window.last <= last, "{period} {kind} {rolling}");
                }
            }
        }
    }
}
