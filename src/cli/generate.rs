//! A generated year of a larger office, as lines for `import-events`. The same number of events
//! gives the same lines.

use serde_json::{Value, json};
use std::fmt::Write;

/// Units of the generated office.
const UNITS: u64 = 60;
const KINDS: [&str; 5] = ["dynamic", "routine", "research", "voice", "commissioned"];
const CARRIERS: [&str; 3] = ["journal", "brief", "special"];

// SplitMix64 (Steele, Lea, Flood 2014): a generator whose numbers stay the same whatever a library's
// next version does; chance that anyone must not guess is not asked of it.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A year: units, then submissions and adoptions, `events` of them.
pub fn year(events: u64) -> String {
    let mut numbers = Numbers(20_240_101);
    let mut lines = String::new();
    for unit in 1..=UNITS {
        let class = ["county", "department", "point"][(unit % 3) as usize];
        let fields = json!({ "title": { "zh": format!("第{unit:02}单位"), "en": format!("Unit {unit:02}") }, "class": class, "order": unit });
        line(
            &mut lines,
            &format!("u{unit}"),
            "$directory",
            &format!("u{unit:02}"),
            "unit",
            "2020-01-01",
            &fields,
        );
    }
    let (mut made, mut item) = (0, 0);
    while made < events {
        item += 1;
        let record = format!("2024-{item:06}");
        // Busy units are busier: the lower of two draws.
        let unit = numbers.below(UNITS).min(numbers.below(UNITS)) + 1;
        let day = numbers.below(366);
        let kind = KINDS[numbers.below(KINDS.len() as u64) as usize];
        let fields = json!({ "title": format!("第{item}号信息"), "kind": kind, "unit": format!("u{unit:02}"), "body": "（生成）" });
        line(&mut lines, &format!("s{item}"), "information", &record, "submit", &date(day), &fields);
        made += 1;
        if made < events && numbers.below(10) < 3 {
            let carrier = CARRIERS[numbers.below(CARRIERS.len() as u64) as usize];
            let on = date((day + numbers.below(20)).min(365));
            line(
                &mut lines,
                &format!("a{item}"),
                "information",
                &record,
                "adopt",
                &on,
                &json!({ "carrier": carrier }),
            );
            made += 1;
        }
    }
    lines
}

fn line(lines: &mut String, id: &str, register: &str, record: &str, action: &str, on: &str, fields: &Value) {
    let event = json!({ "id": id, "register": register, "record": record, "action": action, "on": on, "by": "operator", "fields": fields });
    let _ = writeln!(lines, "{event}");
}

// The day of 2024, from 0.
fn date(day: u64) -> String {
    let first = jiff::civil::date(2024, 1, 1);
    first.checked_add(jiff::Span::new().days(day as i64)).unwrap_or(first).to_string()
}

#[cfg(test)]
mod tests {
    use super::year;

    #[test]
    fn the_same_number_gives_the_same_year() {
        assert_eq!(year(500), year(500));
        let kept = year(500).lines().filter(|l| l.contains("\"information\"")).count();
        assert_eq!(kept, 500);
    }
}
