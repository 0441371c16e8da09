//! Numbers as a table shows them: at a column's decimals, whole digits kept.

use registrar_sdk::{Amount, Value};

/// The most significant digits that a spreadsheet keeps of a number.
const MOST_DIGITS: usize = 15;

/// The decimals of a column, if it says them.
pub fn places(column: Option<&Value>) -> Option<u32> {
    let places = column?.get("places").as_int()?;
    Some(u32::try_from(places).unwrap_or(0).min(15))
}

/// A number in full, or at so many decimals; `None` for what is no number.
pub fn shown(value: &Value, places: Option<u32>) -> Option<String> {
    let Some(places) = places else {
        return match value {
            Value::Int(n) => Some(n.to_string()),
            Value::Num(n) => Some(n.to_string()),
            Value::Amount(amount) => Some(amount.to_string()),
            _ => None,
        };
    };
    let number = value.as_f64()?;
    match value.as_amount() {
        Some(amount) if places <= Amount::PLACES => Some(amount.to_fixed(places)),
        Some(amount) => {
            let digits = amount.to_fixed(Amount::PLACES);
            Some(format!("{digits}{}", "0".repeat((places - Amount::PLACES) as usize)))
        }
        None => Some(format!("{number:.*}", places as usize)),
    }
}

/// Whether a spreadsheet keeps every digit of it. A quotient's endless digits are nobody's; those
/// of a whole number or an amount are.
pub fn fits(value: &Value) -> bool {
    match value {
        Value::Num(n) => n.abs() < 1e15,
        Value::Int(_) | Value::Amount(_) => {
            let digits = shown(value, None).unwrap_or_default();
            let digits = digits.chars().filter(char::is_ascii_digit).collect::<String>();
            digits.trim_start_matches('0').len() <= MOST_DIGITS
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_shown_at_its_columns_decimals_and_else_in_full() {
        let check = |value: Value, places, expected: &str| {
            assert_eq!(shown(&value, places).as_deref(), Some(expected));
        };
        check(Value::Num(0.1), None, "0.1");
        check(Value::Num(2.345), Some(2), "2.35");
        check(Value::Num(10.0 / 3.0), Some(2), "3.33");
        check(Value::Int(5), Some(2), "5.00");
        check(Value::Amount("-0.5".parse().unwrap()), Some(0), "-1");
        check(Value::Amount("0.6".parse().unwrap()), Some(8), "0.60000000");
        assert_eq!(shown(&Value::text("x"), Some(2)), None);
    }

    #[test]
    fn sixteen_digits_do_not_fit() {
        assert!(fits(&Value::Int(999_999_999_999_999)));
        assert!(!fits(&Value::Int(1_000_000_000_000_000)));
        assert!(fits(&Value::Amount("0.000001".parse().unwrap())));
        assert!(!fits(&Value::Amount("1234567890123.456".parse().unwrap())));
    }
}
