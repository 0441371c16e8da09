//! Plain calendar arithmetic: no weekends, no holidays.

use super::{arg, function, param};
use jiff::{Span, civil::Date};
use registrar_sdk::{HostCall, Type, Value};

pub(super) const ADD_DAYS: HostCall = function(
    "date.add_days",
    "The date so many days later, or earlier if negative.",
    &[param("date", Type::Date, "The date."), param("n", Type::Int, "Days.")],
    Type::Date,
    |args| add(args, |n| Span::new().try_days(n)),
);

pub(super) const ADD_MONTHS: HostCall = function(
    "date.add_months",
    "The same day so many months later, or the month's last day where there is none: 31 January and one is 28 February.",
    &[param("date", Type::Date, "The date."), param("n", Type::Int, "Months; may be negative.")],
    Type::Date,
    |args| add(args, |n| Span::new().try_months(n)),
);

fn add(args: &[Value], span: impl Fn(i64) -> Result<Span, jiff::Error>) -> Result<Value, String> {
    let (date, n) = (date(arg(args, 0))?, arg(args, 1).as_int().unwrap_or(0));
    match span(n).and_then(|span| date.checked_add(span)) {
        Ok(date) => Ok(Value::text(date.to_string())),
        Err(_) => Err(format!("{date} and {n} is no date")),
    }
}

/// The date in a value.
///
/// # Errors
/// If it holds none.
pub fn date(value: &Value) -> Result<Date, String> {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| format!("got {value}; expected a date like 2023-02-14"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &HostCall, date: &str, n: i64, expected: &str) {
        let registrar_sdk::AnsweredBy::Function(run) = call.place else { panic!("no function") };
        let got =
            run(&[Value::text(date), Value::Int(n)]).map_or_else(|e| e, |v| v.as_str().unwrap().to_owned());
        assert_eq!(got, expected);
    }

    #[test]
    fn months_are_clamped_to_their_last_day() {
        check(&ADD_MONTHS, "2023-01-31", 1, "2023-02-28");
        check(&ADD_MONTHS, "2024-01-31", 1, "2024-02-29");
        check(&ADD_MONTHS, "2023-03-31", -1, "2023-02-28");
        check(&ADD_MONTHS, "2023-11-30", 3, "2024-02-29");
    }

    #[test]
    fn days_cross_months_and_have_an_end() {
        check(&ADD_DAYS, "2023-02-28", 1, "2023-03-01");
        check(&ADD_DAYS, "2023-01-01", -1, "2022-12-31");
        check(&ADD_DAYS, "2023-01-01", 1 << 40, "2023-01-01 and 1099511627776 is no date");
        check(&ADD_MONTHS, "2023-01-01", 3_999_999, "2023-01-01 and 3999999 is no date");
    }
}
