//! One account's line in a standing.

use registrar_sdk::{Amount, BilingualText, Value, value::Map};
use serde::Serialize;
use std::collections::BTreeMap;

/// One account in a standing. As JSON it is what `standings --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StandingRow {
    /// From 1; none if it is excluded, or the order could not be made.
    pub rank: Option<i64>,
    /// The account.
    pub account: String,
    /// What it is called.
    pub title: String,
    /// Its sum.
    pub amount: Amount,
    /// Why it is out of the ranking.
    #[serde(serialize_with = "BilingualText::some_as_written")]
    pub excluded: Option<BilingualText>,
    /// Whether something that its sum depends on could not be scored.
    pub unscored: bool,
    /// Whether a tag was asked for that it has no mark of, so that its amount is none rather than a mark of 0.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unmarked: bool,
    /// Its sums by tag.
    #[serde(skip)]
    pub tags: BTreeMap<String, Amount>,
    /// The pool it belongs to.
    #[serde(skip)]
    pub pool: Option<String>,
    #[serde(skip)]
    pub(crate) unit: Value,
}

impl StandingRow {
    /// Its amount, if it has a mark of what was asked for.
    pub fn mark(&self) -> Option<Amount> {
        (!self.unmarked).then_some(self.amount)
    }

    /// The row as handlers see it.
    pub fn to_value(&self, measure: &str) -> Value {
        let tags = self.tags.iter().map(|(tag, amount)| (tag.as_str(), Value::Amount(*amount)));
        let mut map = Map::from([
            ("account".into(), Value::text(&self.account)),
            ("measure".into(), Value::text(measure)),
            ("amount".into(), Value::Amount(self.amount)),
            ("tags".into(), Value::map(tags)),
        ]);
        let mut put = |key: &str, value: Value| {
            if !value.is_nil() {
                map.insert(key.into(), value);
            }
        };
        put("unit", if self.unit.get("id").is_nil() { Value::Nil } else { self.unit.clone() });
        put("pool", self.pool.clone().into());
        put("rank", self.rank.into());
        put("excluded", self.excluded.clone().into());
        put("unscored", if self.unscored { Value::Bool(true) } else { Value::Nil });
        Value::Map(map)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn row(account: &str, amount: &str, excluded: bool) -> StandingRow {
        StandingRow {
            rank: None,
            account: account.into(),
            title: account.into(),
            amount: amount.parse().unwrap(),
            excluded: excluded.then(|| "notified twice".into()),
            unscored: false,
            unmarked: false,
            tags: BTreeMap::new(),
            pool: None,
            unit: Value::Nil,
        }
    }

    #[test]
    fn a_row_is_printed_with_a_decimal_string() {
        let json = serde_json::to_string(&row("a", "0.6", false)).unwrap();
        assert_eq!(
            json,
            r#"{"rank":null,"account":"a","title":"a","amount":"0.6","excluded":null,"unscored":false}"#
        );
    }
}
