//! What a rule for a period looks at: postings and events are there for whoever looks at them, and made for nobody else.

use crate::bureau::Bureau;
use jiff::civil::date;

/// Points for each submission, and what a rule for a month makes of `looks`.
fn looking(looks: &str) -> String {
    format!(
        r#"
host.on("score.post", {{ register = "information", action = "submit", measure = "points", account = "unit" }}, function() return 1 end)
host.on("score.period", {{ register = "information", period = "month", measure = "points" }}, function(p) return {looks} end)
"#
    )
}

// Postings and events are left out until a rule looks at them, in whatever way it looks.
#[test]
fn a_rule_for_a_period_sees_all_that_it_looks_at() {
    let walk = |over: &str| {
        format!(
            "(function() local n = 0 for key, value in {over} do if key == 'events' then n = #value end end return n end)()"
        )
    };
    let looks = [
        "#p.events".to_owned(),
        "#p.postings".to_owned(),
        "p:total()".to_owned(),
        "p:count { action = 'submit' }".to_owned(),
        "select(2, pcall(function() return #p.events end))".to_owned(),
        "select(2, pcall(p.count, p))".to_owned(),
        walk("p"),
        walk("pairs(p)"),
        walk("next, p"),
        "#(rawget(p, 'events') or {})".to_owned(),
    ];
    for looks in looks {
        let bureau = Bureau::new(&looking(&looks));
        bureau.submit("a", "east", date(2023, 1, 5));
        bureau.submit("b", "east", date(2023, 1, 6));
        assert_eq!(bureau.standing("2023-01"), "east:4/1 north:0/2 west:0/2", "{looks}");
        // Known by now to look at them.
        bureau.submit("c", "east", date(2023, 1, 7));
        assert_eq!(bureau.standing("2023-01"), "east:6/1 north:0/2 west:0/2", "{looks}");
        bureau.check_replay();
    }
}

#[test]
fn a_rule_for_a_period_sees_what_earlier_ones_added_also_where_those_looked_at_nothing() {
    let rules = looking("5").replace(
        "host.on(\"score.period\"",
        "host.on(\"score.period\", { register = \"information\", period = \"month\", measure = \"points\", priority = -1 }, \
         function(p) return p:total() end)\nhost.on(\"score.period\"",
    );
    let bureau = Bureau::new(&rules);
    bureau.submit("a", "east", date(2023, 1, 5));
    assert_eq!(bureau.standing("2023-01"), "east:12/1 north:10/2 west:10/2");
    bureau.check_replay();
}
