//! A unit that reports nothing: what its months come to is looked at by its year, whatever way the events
//! came in and whatever was closed.

use crate::program::{Program, Ran, repository};

fn office() -> Program {
    let program = Program::bare();
    program.copy(&repository().join("tests/scripts/silent-unit"), "scripts");
    program
}

fn figures(program: &Program, period: &str) -> String {
    let rows = program.run(&["standings", "items", "--period", period, "--json"]).ok().json();
    let mut rows: Vec<String> = rows
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("{}:{}", row["account"].as_str().unwrap(), row["amount"].as_str().unwrap()))
        .collect();
    rows.sort();
    rows.join(" ")
}

fn import(program: &Program, lines: &[&str]) -> Ran {
    program.write("events.jsonl", &lines.join("\n"));
    program.run(&["import-events", "events.jsonl"]).ok()
}

const UNITS: [&str; 2] = [
    r#"{"id":"u1","register":"$directory","record":"x","action":"unit","on":"2020-01-01","fields":{"title":"X","class":"county"}}"#,
    r#"{"id":"u2","register":"$directory","record":"y","action":"unit","on":"2020-01-01","fields":{"title":"Y","class":"county","parent":"x"}}"#,
];
const JANUARY: &str = r#"{"id":"e1","register":"items","record":"a","action":"submit","on":"2024-01-05","fields":{"title":"a","unit":"x"}}"#;
const FEBRUARY: &str = r#"{"id":"e2","register":"items","record":"b","action":"submit","on":"2024-02-05","fields":{"title":"b","unit":"x"}}"#;
const MARCH: &str = r#"{"id":"e3","register":"items","record":"c","action":"submit","on":"2024-03-05","fields":{"title":"c","unit":"x"}}"#;

/// -3 for three silent months, -100 for the three of them.
const YEAR: &str = "x:0 y:-103";

#[test]
fn a_silent_units_year_is_the_same_in_one_import_and_in_several() {
    for pieces in [&[1, 3][..], &[3], &[1, 2, 3]] {
        let program = office();
        let (mut done, events) = (0, [JANUARY, FEBRUARY, MARCH]);
        import(&program, &UNITS);
        for &to in pieces {
            import(&program, &events[done..to]);
            figures(&program, "2024");
            done = to;
        }
        assert_eq!(figures(&program, "2024"), YEAR, "{pieces:?}");
        program.run(&["verify"]).ok();
    }
}

#[test]
fn it_is_the_same_entered_one_by_one_while_it_serves() {
    let program = office();
    import(&program, &UNITS);
    let _serving = program.serve();
    for (title, on) in [("a", "2024-01-05"), ("b", "2024-02-05"), ("c", "2024-03-05")] {
        let fields = [format!("title={title}"), "unit=x".to_owned()];
        program.run(&["act", "items", "-", "submit", &fields[0], &fields[1], "--on", on]).ok();
    }
    assert_eq!(figures(&program, "2024"), YEAR);
    program.run(&["verify"]).ok();
}

#[test]
fn it_is_the_same_when_the_last_event_is_made_void() {
    let program = office();
    import(&program, &UNITS);
    import(&program, &[JANUARY, FEBRUARY, MARCH]);
    assert_eq!(figures(&program, "2024"), YEAR);
    let void = |event: &str| {
        program.run(&["act", "items", "-", "void", &format!("event={event}"), "reason=twice"]).ok();
    };
    void("e3");
    // Of two months only two were silent, and the third is no more among those that are looked at.
    assert_eq!(figures(&program, "2024"), "x:0 y:-2");
    program.run(&["verify"]).ok();
}

const QUARTER: &str = r#"
host.on("score.period", { register = "items", measure = "points", period = "quarter", tag = "quarter", priority = 1 },
  function(p)
    local n = 0
    for _, posting in p.postings do if posting.tag == "short" then n += 1 end end
    if n >= 2 then return { { amount = -10, period = "year", tag = "short-quarter" }, { amount = -5, account = p.unit.parent } } end
  end)
"#;

#[test]
fn it_is_the_same_with_rules_for_quarters_that_post_to_the_year_and_to_the_unit_above() {
    for pieces in [&[1, 3][..], &[3]] {
        let program = office();
        program.write("scripts/quarter.lua", QUARTER);
        let (mut done, events) = (0, [JANUARY, FEBRUARY, MARCH]);
        import(&program, &UNITS);
        for &to in pieces {
            import(&program, &events[done..to]);
            figures(&program, "2024");
            done = to;
        }
        assert_eq!(figures(&program, "2024"), "x:-5 y:-113", "{pieces:?}");
        // The quarter does not see what it posted to the year.
        assert_eq!(figures(&program, "2024-Q1"), "x:-5 y:-3", "{pieces:?}");
        program.run(&["verify"]).ok();
    }
}

#[test]
fn closing_before_or_after_gives_the_same_year_and_seals_the_months_too() {
    for pieces in [&[1, 3][..], &[3]] {
        let program = office();
        let (mut done, events) = (0, [JANUARY, FEBRUARY, MARCH]);
        import(&program, &UNITS);
        for &to in pieces {
            import(&program, &events[done..to]);
            figures(&program, "2024");
            done = to;
        }
        program.run(&["close-period", "2024-Q1"]).ok();
        assert_eq!(figures(&program, "2024-Q1"), "x:0 y:-3");
        // February's event is made void: what February and the quarter were stays.
        let void = ["act", "items", "-", "void", "event=e2", "reason=twice"];
        program.run(&void).ok().says("2024-02-05 lies in 2024-Q1, which is closed");
        assert_eq!(figures(&program, "2024-02"), "x:0 y:-1");
        assert_eq!(figures(&program, "2024-Q1"), "x:0 y:-3");
        // X was silent in February: -1, beside what April, of which nothing is known yet, comes to itself.
        assert_eq!(figures(&program, "2024-04"), "x:-2 y:-1");
        assert_eq!(figures(&program, "2024"), "x:-1 y:-103");
        program.run(&["close-period", "2024-01"]).ended(1).says("it is closed already with 2024-Q1");
        program.run(&["reopen-period", "2024-01", "--reason", "r"]).ended(1).says("reopen 2024-Q1");
        program
            .run(&["explain", "items", "--account", "x", "--period", "2024-04", "--lang", "en"])
            .shows("what the rules make of it now")
            .shows("void of e2");
        program.run(&["verify"]).ok();
    }
}
