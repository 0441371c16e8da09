//! Exact amounts: points, fees and shares as whole millionths.

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, iter::Sum, ops, str::FromStr};

/// An exact amount with at most six decimals, held as whole millionths in an `i64`
/// (so up to about 9.2 × 10¹² units). Shown without trailing zeros: `180`, `0.6`, `-2.5`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

/// How [`Amount::round`] treats the half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// Half away from zero: 2.5 → 3, -2.5 → -3.
    HalfUp,
    /// Towards zero: 2.9 → 2.
    Down,
}

/// Why a number is no amount.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NotAnAmount {
    /// More than six decimals.
    #[error(
        "{0} has more than six decimals; round it with host.round, or divide with host.split, which keeps the total"
    )]
    TooFine(String),
    /// Not finite, or beyond ±9.2 × 10¹².
    #[error("{0} is outside the range of amounts (±9.2e12)")]
    OutOfRange(String),
    /// Not a decimal number at all.
    #[error("`{0}` is not a decimal number")]
    NotANumber(String),
}

impl Amount {
    /// Decimals an amount can hold.
    pub const PLACES: u32 = 6;
    /// Nothing.
    pub const ZERO: Amount = Amount(0);
    const SCALE: i64 = 1_000_000;

    /// From whole millionths.
    pub const fn from_micros(micros: i64) -> Self {
        Amount(micros)
    }

    /// The amount in whole millionths.
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// From a whole number; `None` past the range.
    pub fn from_int(n: i64) -> Option<Self> {
        n.checked_mul(Self::SCALE).map(Amount)
    }

    /// Takes a script's number as the decimal it stands for: the nearest number with six decimals
    /// if that is within 1e-9, so `0.1 + 0.2` is 0.3 and `10/3` is an error.
    pub fn from_f64(n: f64) -> Result<Self, NotAnAmount> {
        let scaled = n * Self::SCALE as f64;
        if !n.is_finite() || scaled.abs() >= i64::MAX as f64 {
            return Err(NotAnAmount::OutOfRange(n.to_string()));
        }
        let micros = scaled.round();
        // From 2^53 millionths up a double's own spacing, not the script's arithmetic, is the error.
        if (micros / Self::SCALE as f64 - n).abs() > 1e-9_f64.max(n.abs() * f64::EPSILON) {
            return Err(NotAnAmount::TooFine(n.to_string()));
        }
        Ok(Amount(micros as i64))
    }

    /// The number a script sees.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::SCALE as f64
    }

    /// Sum, or `None` past the range.
    pub fn checked_add(self, other: Amount) -> Option<Amount> {
        self.0.checked_add(other.0).map(Amount)
    }

    /// Rounds to `places` (0 to 6) decimals.
    pub fn round(self, places: u32, mode: Rounding) -> Amount {
        let strategy = match mode {
            Rounding::HalfUp => RoundingStrategy::MidpointAwayFromZero,
            Rounding::Down => RoundingStrategy::ToZero,
        };
        let rounded = self.decimal().round_dp_with_strategy(places.min(Self::PLACES), strategy);
        Amount((rounded * Decimal::from(Self::SCALE)).to_i64().unwrap_or(self.0))
    }

    /// With exactly `places` decimals, as standings print it: `25.00`.
    pub fn to_fixed(self, places: u32) -> String {
        format!("{:.*}", places as usize, self.round(places, Rounding::HalfUp).decimal())
    }

    fn decimal(self) -> Decimal {
        Decimal::new(self.0, Self::PLACES)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.decimal().normalize())
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;
    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let wrong = || NotAnAmount::NotANumber(text.to_owned());
        let exact = Decimal::from_str(text.trim()).map_err(|_| wrong())?;
        let micros = exact
            .checked_mul(Decimal::from(Self::SCALE))
            .ok_or_else(|| NotAnAmount::OutOfRange(text.to_owned()))?;
        if !micros.fract().is_zero() {
            return Err(NotAnAmount::TooFine(text.to_owned()));
        }
        micros.to_i64().map(Amount).ok_or_else(|| NotAnAmount::OutOfRange(text.to_owned()))
    }
}

impl ops::Neg for Amount {
    type Output = Amount;
    fn neg(self) -> Amount {
        Amount(-self.0)
    }
}

/// Saturates: sums that must not are made with [`Amount::checked_add`].
impl Sum for Amount {
    fn sum<I: Iterator<Item = Amount>>(amounts: I) -> Amount {
        Amount(amounts.fold(0, |total, a| total.saturating_add(a.0)))
    }
}

/// As a decimal string, so that no reader rounds it.
impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_number_is_the_decimal_it_stands_for() {
        let sum: f64 = [0.2, 0.2, 0.2].iter().sum();
        assert_eq!(Amount::from_f64(sum).unwrap().to_string(), "0.6");
        assert_eq!(Amount::from_f64(-2.5).unwrap().to_string(), "-2.5");
        assert_eq!(Amount::from_f64(180.0).unwrap().to_string(), "180");
    }

    #[test]
    fn a_third_is_refused_with_the_remedy() {
        let refused = Amount::from_f64(10.0 / 3.0).unwrap_err().to_string();
        assert!(refused.contains("host.split"), "{refused}");
        assert!(Amount::from_f64(f64::NAN).is_err());
        assert!(Amount::from_f64(1e14).is_err());
    }

    #[test]
    fn rounding_has_both_published_ways() {
        let n: Amount = "2.345".parse().unwrap();
        assert_eq!(n.round(2, Rounding::HalfUp).to_string(), "2.35");
        assert_eq!(n.round(2, Rounding::Down).to_string(), "2.34");
        assert_eq!((-n).round(2, Rounding::HalfUp).to_string(), "-2.35");
        assert_eq!(Amount::from_int(25).unwrap().to_fixed(2), "25.00");
    }

    #[test]
    fn text_round_trips() {
        for text in ["0", "0.000001", "-0.5", "9000000000000"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        assert!("0.0000001".parse::<Amount>().is_err());
        assert!("12元".parse::<Amount>().is_err());
    }
}
