//! Postings that two rules would count for one thing.

use crate::rules::{Warning, WarningKind::CountedTwice, rule_part::RulePart};
use registrar_contract::payload::point;
use registrar_sdk::native::Typed;

/// Pairs of handlers that post for the same event, under the same measure and tag, on the same days,
/// where neither replaces the other.
///
/// Of two plugins that is mostly a figure counted twice. Within a plugin handlers beside each other
/// are meant to add up, unless their dates differ: then they look like versions of one rule that go
/// by different names.
pub(crate) fn check(parts: &[RulePart]) -> Vec<Warning> {
    let posting: Vec<&RulePart> = parts.iter().filter(|part| part.point == point::ScorePost::ID).collect();
    let mut found = Vec::new();
    for (at, a) in posting.iter().enumerate() {
        for b in &posting[at + 1..] {
            let one_rule = !a.rule.is_empty() && a.rule == b.rule;
            let meant = a.plugin == b.plugin && a.effective == b.effective;
            if one_rule || meant || !a.same_business(b) {
                continue;
            }
            let Some(both) = a.together(b) else { continue };
            found.push(Warning::at(b, CountedTwice, said(a, b, &both.said())));
        }
    }
    found
}

fn said(a: &RulePart, b: &RulePart, days: &str) -> String {
    let one = |option: &str| match a.words(option).is_empty() {
        true => b.words(option).join(", "),
        false => a.words(option).join(", "),
    };
    let what: Vec<String> =
        ["register", "action", "measure"].map(one).into_iter().filter(|w| !w.is_empty()).collect();
    format!(
        "{} and {} ({}) both count {} {days}; give them one `rule` name, or dates or tags that differ",
        b.plugin,
        a.plugin,
        a.place(),
        what.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use crate::rules::{day_span::DaySpan, double_counting::*};

    fn part(plugin: &str, rule: &str, from: Option<&str>, options: &str) -> RulePart {
        let effective = DaySpan::read(from, None);
        RulePart {
            plugin: plugin.into(),
            file: format!("{plugin}.lua"),
            line: 1,
            point: point::ScorePost::ID,
            rule: rule.into(),
            layer: 0,
            effective,
            spans: vec![effective],
            options: serde_json::from_str(options).unwrap(),
        }
    }

    const ACCEPT: &str = r#"{"register":"letters","action":"accept","measure":"points"}"#;

    fn warned(a: RulePart, b: RulePart) -> bool {
        !check(&[a, b]).is_empty()
    }

    #[test]
    fn two_plugins_that_post_for_one_thing_count_it_twice_unless_they_share_a_rule() {
        assert!(warned(part("a", "", None, ACCEPT), part("b", "", None, ACCEPT)));
        assert!(warned(part("a", "x", None, ACCEPT), part("b", "y", None, ACCEPT)));
        assert!(!warned(part("a", "x", None, ACCEPT), part("b", "x", Some("2022-06-01"), ACCEPT)));
        let tagged = ACCEPT.replace('}', r#","tag":"joint"}"#);
        assert!(!warned(part("a", "", None, ACCEPT), part("b", "", None, &tagged)));
        let other = ACCEPT.replace("accept", "submit");
        assert!(!warned(part("a", "", None, ACCEPT), part("b", "", None, &other)));
        let some = ACCEPT.replace(r#""accept""#, r#"["submit","accept"]"#);
        assert!(warned(part("a", "", None, ACCEPT), part("b", "", None, &some)));
        let research = ACCEPT.replace('}', r#","match":{"kind":"research"}}"#);
        assert!(!warned(part("a", "", None, ACCEPT), part("b", "", None, &research)));
    }

    #[test]
    fn within_a_plugin_only_what_looks_like_versions_is_counted_twice() {
        assert!(!warned(part("a", "x", None, ACCEPT), part("a", "y", None, ACCEPT)));
        assert!(warned(part("a", "x", None, ACCEPT), part("a", "y", Some("2022-06-01"), ACCEPT)));
        assert!(warned(part("a", "", None, ACCEPT), part("a", "y", Some("2022-06-01"), ACCEPT)));
    }

    #[test]
    fn what_never_acts_on_the_same_day_counts_once() {
        let mut until = part("a", "", None, ACCEPT);
        until.spans = vec![DaySpan::read(None, Some("2023-12-31"))];
        let mut since = part("b", "", None, ACCEPT);
        since.spans = vec![DaySpan::read(Some("2024-01-01"), None)];
        assert!(!warned(until, since));
    }
}
