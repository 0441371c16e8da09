//! Numbers as people write them in tables: with thousands separators, percent, currency, full-width digits.

use registrar_domain::normalization::folded;

/// What stands before or after an amount of money.
const CURRENCY: [&str; 10] = ["人民币", "RMB", "CNY", "USD", "¥", "￥", "$", "€", "元整", "元"];

/// The number as plain digits, such as `-1234.5`; `None` for what is no number.
///
/// A percentage is its hundredth, a number in brackets is negative.
pub fn plain(text: &str) -> Option<String> {
    let mut rest: String = folded(text).chars().filter(|c| !c.is_whitespace()).collect();
    let bracketed = rest.strip_prefix('(').and_then(|inside| inside.strip_suffix(')')).map(str::to_owned);
    let mut negative = bracketed.is_some();
    rest = bracketed.unwrap_or(rest);
    let mut sign = |rest: &mut String| {
        // Besides the hyphen: a minus sign, and the dash that some methods of input give.
        if let Some(after) = rest.strip_prefix(['-', '−', '–']) {
            negative = !negative;
            *rest = after.to_owned();
        } else if let Some(after) = rest.strip_prefix('+') {
            *rest = after.to_owned();
        }
    };
    sign(&mut rest);
    for word in CURRENCY {
        let upper = rest.to_ascii_uppercase();
        if upper.starts_with(word) {
            rest = rest[word.len()..].to_owned();
            sign(&mut rest);
            break;
        }
    }
    for word in CURRENCY {
        let upper = rest.to_ascii_uppercase();
        if upper.ends_with(word) {
            rest.truncate(rest.len() - word.len());
            break;
        }
    }
    let percent = ["%", "％"].iter().any(|sign| rest.ends_with(sign));
    let permille = rest.ends_with('‰');
    rest = rest.trim_end_matches(['%', '％', '‰']).to_owned();
    let digits = ungrouped(&rest)?;
    let shifted = match (percent, permille) {
        (true, _) => shift(&digits, 2),
        (_, true) => shift(&digits, 3),
        _ => digits,
    };
    let zero = shifted.bytes().all(|b| matches!(b, b'0' | b'.'));
    Some(if negative && !zero { format!("-{shifted}") } else { shifted })
}

/// Digits with at most one point; separators between them stand before each third digit.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, part) = match text.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if part.is_some_and(|part| !digits(part)) {
        return None;
    }
    let mut groups = whole.split([',', '，', '\'']);
    let first = groups.next()?;
    let rest: Vec<&str> = groups.collect();
    let grouped = rest.iter().all(|group| digits(group) && group.len() == 3)
        && (rest.is_empty() || (1..=3).contains(&first.len()));
    if !digits(first) || !grouped {
        return None;
    }
    let whole = format!("{first}{}", rest.concat());
    Some(part.map_or(whole.clone(), |part| format!("{whole}.{part}")))
}

/// The number with its point so many places further left.
fn shift(digits: &str, places: usize) -> String {
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let padded = format!("{}{whole}", "0".repeat(places + 1));
    let (whole, moved) = padded.split_at(padded.len() - places);
    let whole = whole.trim_start_matches('0');
    format!("{}.{moved}{part}", if whole.is_empty() { "0" } else { whole })
}

/// Whether a text is a long number of which a spreadsheet has kept only the beginning: `3.3E+17`.
pub fn is_spoilt(text: &str) -> bool {
    let plain = folded(text).to_uppercase();
    let Some((digits, power)) = plain.split_once("E+") else { return false };
    let power = !power.is_empty() && power.len() <= 3 && power.bytes().all(|b| b.is_ascii_digit());
    power && digits.len() > 1 && ungrouped(digits.trim_start_matches('-')).is_some()
        || power && digits.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (written, expected) in [
            ("12", "12"),
            ("１２．５", "12.5"),
            ("1,234.50", "1234.50"),
            ("1，234，567", "1234567"),
            ("¥1200.00", "1200.00"),
            ("￥ 1,200", "1200"),
            ("1200元", "1200"),
            ("人民币1200元整", "1200"),
            ("RMB 3", "3"),
            ("12%", "0.12"),
            ("0.5％", "0.005"),
            ("100%", "1.00"),
            ("-3", "-3"),
            ("－３", "-3"),
            ("−3", "-3"),
            ("+3", "3"),
            ("(1,234)", "-1234"),
            ("-¥5", "-5"),
            ("¥-5", "-5"),
            (" 7\u{200b}", "7"),
            ("-0", "0"),
            ("3‰", "0.003"),
        ] {
            assert_eq!(plain(written).as_deref(), Some(expected), "{written}");
        }
        for written in
            ["", "十二", "1,23", "1.2.3", "12元5角", "1e5", "0x10", "1,2345", ",123", "1.", "12人", "%", "元"]
        {
            assert_eq!(plain(written), None, "{written}");
        }
    }

    #[test]
    fn what_a_spreadsheet_spoilt_is_seen() {
        assert!(["3.3E+17", "3.30102e+17", "4E+11", "３.３E+17"].into_iter().all(is_spoilt));
        assert!(
            ["3.3", "E+17", "A3E+17", "3.3E-2", "", "型号3E+", "330102199001011234"]
                .into_iter()
                .all(|t| !is_spoilt(t))
        );
    }
}
