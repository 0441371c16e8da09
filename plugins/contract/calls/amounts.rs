//! Exact arithmetic for rules: sums, rounding, splits and shares that keep their total, bands.

use super::{arg, function, param};
use registrar_sdk::{Amount, Field, HostCall, Struct, Type, Value, amount::Rounding};
use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};

pub(super) const SUM: HostCall = function(
    "sum",
    "The exact sum of a list of numbers, or of one field of a list of tables; entries without it count as 0.",
    &[
        param("list", Type::List(&Type::Any), "Numbers or tables."),
        param("key", Type::Optional(&Type::Text), "The field."),
    ],
    Type::Amount,
    sum,
);

pub(super) const ROUND: HostCall = function(
    "round",
    "A number rounded to so many decimals, as an amount. `half_up` is 2.5 to 3 and -2.5 to -3; `down` cuts off.",
    &[
        param("n", Type::Number, "The number; may be a fraction such as 10/3."),
        param("places", Type::Optional(&Type::Int), "Decimals, 0 to 6; 0 if left out."),
        param("mode", Type::Optional(&Type::Choice(&["half_up", "down"])), "`half_up` if left out."),
    ],
    Type::Amount,
    round,
);

pub(super) const SPLIT: HostCall = function(
    "split",
    "Parts of a total that add up to it: by largest remainder, ties to the earlier.",
    &[
        param("total", Type::Amount, "What is split."),
        param(
            "by",
            Type::OneOf(&[Type::Int, Type::List(&Type::Number)]),
            "How many equal parts, or a list of weights.",
        ),
        param(
            "places",
            Type::Optional(&Type::Int),
            "Decimals of a part, 0 to 6; 2, or as many as the total has, if left out.",
        ),
    ],
    Type::List(&Type::Amount),
    |args| {
        let total = arg(args, 0).as_amount().ok_or("split: the total is no amount")?;
        let places = places(arg(args, 2))?;
        let parts = match arg(args, 1) {
            Value::List(weights) => split_by(total, weights, places)?,
            n => split_evenly(total, n.as_int().and_then(|n| usize::try_from(n).ok()).unwrap_or(0), places)?,
        };
        Ok(Value::List(parts.into_iter().map(Value::Amount).collect()))
    },
);

static SHARES_OPTIONS: Struct = Struct::closed(
    "shares_options",
    "How shares are rounded.",
    &[
        Field::optional("places", Type::Int, "Decimals of a share, 0 to 6; 2 if left out."),
        Field::optional(
            "mode",
            Type::Choice(&["keep100", "cut"]),
            "`keep100` (if left out) rounds so that they add up to 100; `cut` cuts each off.",
        ),
        Field::optional("key", Type::Text, "The field, of a list of tables."),
    ],
);

pub(super) const SHARES: HostCall = function(
    "shares",
    "Each entry's share of the whole in percent; all 0 if the whole is.",
    const {
        &[
            param("list", Type::List(&Type::Any), "Numbers from 0, or tables."),
            param(
                "options",
                Type::Optional(const { &Type::Struct(&SHARES_OPTIONS) }),
                "How they are rounded.",
            ),
        ]
    },
    Type::List(&Type::Amount),
    shares,
);

static BAND_ENTRY: Struct = Struct::closed(
    "band",
    "A stretch of numbers and what it stands for.",
    &[
        Field::optional("from", Type::Number, "At least this."),
        Field::optional("above", Type::Number, "More than this."),
        Field::optional("to", Type::Number, "At most this."),
        Field::optional("below", Type::Number, "Less than this."),
        Field::required("value", Type::Any, "What it stands for."),
    ],
);

pub(super) const BAND: HostCall = function(
    "band",
    "The value of the first band that a number fits; nil if none does. Where bands overlap, their order says which wins.",
    const {
        &[
            param("n", Type::Number, "The number."),
            param("bands", Type::List(const { &Type::Struct(&BAND_ENTRY) }), "The bands, in order."),
        ]
    },
    Type::Any,
    |args| {
        let n = arg(args, 0).as_f64().unwrap_or(f64::NAN);
        let fits = |band: &&Value| {
            let is =
                |key: &str, ok: fn(f64, f64) -> bool| band.get(key).as_f64().is_none_or(|edge| ok(n, edge));
            is("from", |n, e| n >= e)
                && is("above", |n, e| n > e)
                && is("to", |n, e| n <= e)
                && is("below", |n, e| n < e)
        };
        Ok(arg(args, 1)
            .as_list()
            .unwrap_or(&[])
            .iter()
            .find(fits)
            .map_or(Value::Nil, |band| band.get("value").clone()))
    },
);

/// The amounts in a list of numbers or tables.
fn amounts(list: &Value, key: Option<&str>, call: &str) -> Result<Vec<Amount>, String> {
    list.as_list()
        .unwrap_or(&[])
        .iter()
        .enumerate()
        .map(|(i, entry)| {
            let value = key.map_or(entry, |key| entry.get(key));
            match value.as_amount() {
                Some(amount) => Ok(amount),
                None if key.is_some() && value.is_absent() => Ok(Amount::ZERO),
                None => match value.as_f64().map(Amount::from_f64) {
                    Some(Err(why)) => Err(format!("{call}: entry {}: {why}", i + 1)),
                    _ => Err(format!("{call}: entry {} is {}; expected a number", i + 1, value.kind())),
                },
            }
        })
        .collect()
}

fn sum(args: &[Value]) -> Result<Value, String> {
    let amounts = amounts(arg(args, 0), arg(args, 1).as_str(), "sum")?;
    let total = amounts.into_iter().try_fold(Amount::ZERO, Amount::checked_add);
    total.map(Value::Amount).ok_or_else(|| "sum: the total is beyond the range of amounts".into())
}

fn places(value: &Value) -> Result<Option<u32>, String> {
    match value.as_int() {
        None => Ok(None),
        Some(n @ 0..=6) => Ok(Some(n as u32)),
        Some(n) => Err(format!("{n} decimals; an amount has 0 to 6")),
    }
}

fn round(args: &[Value]) -> Result<Value, String> {
    let places = places(arg(args, 1))?.unwrap_or(0);
    let mode = match arg(args, 2).as_str() {
        Some("down") => Rounding::Down,
        _ => Rounding::HalfUp,
    };
    // A number that stands for an amount is rounded as that, so that 2.345 goes to 2.35.
    if let Some(amount) = arg(args, 0).as_amount() {
        return Ok(Value::Amount(amount.round(places, mode)));
    }
    let beyond = || format!("round: {} is beyond the range of amounts", arg(args, 0));
    let exact = arg(args, 0).as_f64().and_then(|n| Decimal::try_from(n).ok()).ok_or_else(beyond)?;
    let strategy = match mode {
        Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
        Rounding::Down => RoundingStrategy::ToZero,
    };
    let micros = exact.round_dp_with_strategy(places, strategy).checked_mul(Decimal::from(1_000_000));
    micros.and_then(|m| m.to_i64()).map(|m| Value::Amount(Amount::from_micros(m))).ok_or_else(beyond)
}

/// `n` equal parts that add up to `total`.
///
/// # Errors
/// If `n` is 0, or the parts' decimals cannot hold the total.
pub fn split_evenly(total: Amount, n: usize, places: Option<u32>) -> Result<Vec<Amount>, String> {
    if n == 0 || n > 100_000 {
        return Err(format!("split: {n} parts; expected 1 to 100,000"));
    }
    apportion(total, &vec![1; n], places)
}

/// Parts by weight that add up to `total`.
///
/// # Errors
/// If a weight is negative or no number, or all are 0, or the parts' decimals cannot hold the total.
pub fn split_by(total: Amount, weights: &[Value], places: Option<u32>) -> Result<Vec<Amount>, String> {
    let weight = |w: &Value| match w.as_amount() {
        Some(amount) if amount >= Amount::ZERO => Ok(i128::from(amount.micros())),
        _ => Err(format!("split: the weight {w} is not a number from 0 with at most six decimals")),
    };
    apportion(total, &weights.iter().map(weight).collect::<Result<Vec<_>, _>>()?, places)
}

/// By largest remainder, ties to the earlier; in whole multiples of the smallest part.
fn apportion(total: Amount, weights: &[i128], places: Option<u32>) -> Result<Vec<Amount>, String> {
    let decimals = (0..=6).find(|d| total.micros() % 10_i64.pow(6 - d) == 0).unwrap_or(6);
    let places = places.unwrap_or(decimals.max(2));
    if decimals > places {
        return Err(format!(
            "split: {total} has more than {places} decimals, so its parts could not add up to it"
        ));
    }
    let whole: i128 = weights.iter().sum();
    if whole == 0 {
        return Err("split: all weights are 0; nothing says who gets what".into());
    }
    let unit = 10_i64.pow(6 - places);
    let (units, sign) = (i128::from(total.micros() / unit).abs(), total.micros().signum());
    let mut parts: Vec<i128> = weights.iter().map(|w| units * w / whole).collect();
    let mut left = units - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(units * weights[i] % whole));
    for i in order {
        if left == 0 {
            break;
        }
        parts[i] += 1;
        left -= 1;
    }
    // Each part is at most the total, which fits.
    Ok(parts.into_iter().map(|part| Amount::from_micros(part as i64 * unit * sign)).collect())
}

fn shares(args: &[Value]) -> Result<Value, String> {
    let options = arg(args, 1);
    let amounts = amounts(arg(args, 0), options.get("key").as_str(), "shares")?;
    let places = places(options.get("places"))?.unwrap_or(2);
    if let Some(negative) = amounts.iter().find(|a| **a < Amount::ZERO) {
        return Err(format!("shares: {negative} is negative; a share of a whole needs numbers from 0"));
    }
    let weights: Vec<i128> = amounts.iter().map(|a| i128::from(a.micros())).collect();
    let whole: i128 = weights.iter().sum();
    let hundred = Amount::from_micros(100_000_000);
    let parts = if whole == 0 {
        vec![Amount::ZERO; weights.len()]
    } else if options.get("mode").as_str() == Some("cut") {
        let exact = |w: &i128| Amount::from_micros((100_000_000 * w / whole) as i64);
        weights.iter().map(|w| exact(w).round(places, Rounding::Down)).collect()
    } else {
        apportion(hundred, &weights, Some(places))?
    };
    Ok(Value::List(parts.into_iter().map(Value::Amount).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_sdk::AnsweredBy;

    fn check(call: &HostCall, args: &str, expected: &str) {
        let AnsweredBy::Function(run) = call.place else { panic!("no function") };
        let args: Value = serde_json::from_str(args).unwrap();
        let typed: Vec<Value> = args
            .as_list()
            .unwrap()
            .iter()
            .zip(call.params)
            .map(|(v, p)| registrar_sdk::conform::conform(&p.ty, v.clone()).unwrap())
            .collect();
        let got = run(&typed).map_or_else(|why| why, |v| v.to_json().to_string().replace('"', ""));
        assert!(got.contains(expected), "host.{}({args}): got `{got}`, expected `{expected}`", call.name);
    }

    #[test]
    fn sums_are_exact() {
        check(&SUM, "[[0.2, 0.2, 0.2]]", "0.6");
        check(&SUM, r#"[[{"amount": 2.5}, {}, {"amount": 1}], "amount"]"#, "3.5");
        check(&SUM, r#"[["x"]]"#, "entry 1 is text");
    }

    #[test]
    fn rounding_takes_fractions() {
        check(&ROUND, "[3.3333333333333335, 2]", "3.33");
        check(&ROUND, "[2.345, 2]", "2.35");
        check(&ROUND, r#"[2.999, 0, "down"]"#, "2");
        check(&ROUND, "[-2.5]", "-3");
        check(&ROUND, "[1, 7]", "an amount has 0 to 6");
    }

    #[test]
    fn splits_keep_the_total() {
        check(&SPLIT, "[10, 3]", "[3.34,3.33,3.33]");
        check(&SPLIT, "[10, 3, 0]", "[4,3,3]");
        check(&SPLIT, "[-10, 3]", "[-3.34,-3.33,-3.33]");
        check(&SPLIT, "[100, [3, 2]]", "[60,40]");
        check(&SPLIT, "[1, [1, 1, 1, 0], 1]", "[0.4,0.3,0.3,0]");
        check(&SPLIT, "[0.125, 2]", "[0.063,0.062]");
        check(&SPLIT, "[0.125, 2, 2]", "more than 2 decimals");
        check(&SPLIT, "[1, 0]", "0 parts");
        check(&SPLIT, "[1, [0, 0]]", "all weights are 0");
    }

    #[test]
    fn shares_are_rounded_in_both_published_ways() {
        check(&SHARES, "[[60, 180]]", "[25,75]");
        check(&SHARES, "[[1, 1, 1]]", "[33.34,33.33,33.33]");
        check(&SHARES, r#"[[1, 1, 1], {"mode": "cut"}]"#, "[33.33,33.33,33.33]");
        check(&SHARES, r#"[[2, 1], {"places": 0, "mode": "cut"}]"#, "[66,33]");
        check(&SHARES, "[[0, 0]]", "[0,0]");
        check(&SHARES, "[[1, -1]]", "negative");
    }

    #[test]
    fn the_first_band_that_fits_wins() {
        let fees = r#"[{"from": 500, "value": 800}, {"from": 200, "to": 500, "value": 400}, {"below": 200, "value": 100}]"#;
        for (n, value) in [(500, "800"), (499, "400"), (200, "400"), (199, "100")] {
            check(&BAND, &format!("[{n}, {fees}]"), value);
        }
        check(&BAND, r#"[1, [{"above": 1, "value": 2}]]"#, "null");
    }
}
