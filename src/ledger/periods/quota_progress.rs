//! What was owed and had, set beside each other.

use registrar_sdk::{Amount, Value};

/// What was owed and had, before the division of an average, so that nothing is rounded in
/// deciding whether it was met.
pub(super) struct QuotaProgress {
    pub owed: Amount,
    pub sum: Amount,
    pub months: i64,
    pub per: i64,
}

impl QuotaProgress {
    pub fn filled(&self, target: &Value) -> Value {
        let months = i128::from(self.months);
        let (owed, sum) =
            (i128::from(self.owed.micros()) * months, i128::from(self.sum.micros()) * i128::from(self.per));
        let mut map = target.as_map().cloned().unwrap_or_default();
        map.insert("have".into(), Value::Amount(divided(sum, months)));
        map.insert("short".into(), Value::Amount(divided((owed - sum).max(0), months)));
        map.insert("met".into(), Value::Bool(sum >= owed));
        Value::Map(map)
    }
}

/// The quota as it would be if what was met had been short, and what was short met.
pub(crate) fn turned(quota: &Value) -> Value {
    let mut map = quota.as_map().cloned().unwrap_or_default();
    let owed = [quota.get("count"), quota.get("points")].into_iter().find(|owed| !owed.is_nil()).cloned();
    let (owed, none) = (owed.unwrap_or(Value::Amount(Amount::ZERO)), Value::Amount(Amount::ZERO));
    let met = quota.get("met").as_bool() == Some(true);
    let (have, short) = if met { (none, owed) } else { (owed, none) };
    map.insert("have".into(), have);
    map.insert("short".into(), short);
    map.insert("met".into(), Value::Bool(!met));
    Value::Map(map)
}

fn divided(micros: i128, parts: i128) -> Amount {
    let twice = micros * 2 + if micros < 0 { -parts } else { parts };
    Amount::from_micros(i64::try_from(twice / (parts * 2)).unwrap_or(if micros < 0 {
        i64::MIN
    } else {
        i64::MAX
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(owed: i64, sum: i64, months: i64) -> String {
        filled_per(owed, sum, months, 1)
    }

    fn filled_per(owed: i64, sum: i64, months: i64, per: i64) -> String {
        let amount = |n| Amount::from_int(n).unwrap();
        let quota = QuotaProgress { owed: amount(owed), sum: amount(sum), months, per }.filled(&Value::Nil);
        format!("{} {} {}", quota.get("have"), quota.get("short"), quota.get("met"))
    }

    #[test]
    fn one_then_three_meets_an_average_of_two_and_fails_a_strict_month() {
        assert_eq!(filled(2, 1, 1), "1 1 false");
        assert_eq!(filled(2, 3, 1), "3 0 true");
        assert_eq!(filled(2, 1 + 3, 2), "2 0 true");
        assert_eq!(filled(2, 3, 2), "1.5 0.5 false");
    }

    #[test]
    fn an_average_may_be_of_each_two_months() {
        assert_eq!(filled_per(1, 1, 2, 2), "1 0 true");
        assert_eq!(filled_per(1, 2, 5, 2), "0.8 0.2 false");
        assert_eq!(filled_per(1, 3, 5, 2), "1.2 0 true");
    }

    #[test]
    fn an_average_that_has_no_end_is_met_exactly() {
        assert_eq!(filled(3, 10, 3), "3.333333 0 true");
        assert_eq!(filled(3, 8, 3), "2.666667 0.333333 false");
    }
}
