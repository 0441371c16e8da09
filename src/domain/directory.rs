//! Units, people, calendar, code tables, settings and chosen rule sets, as they were on any day.
//!
//! Derived from the events of the register `$directory` and from nothing else; in memory.

mod calendar;
mod dated;
pub mod people;
mod tables;
pub mod units;

pub use crate::directory::{
    people::{Person, Role},
    units::Unit,
};

use crate::{
    directory::{calendar::Calendar, dated::Dated},
    event::Event,
    reserved::DIRECTORY,
};
use registrar_sdk::value::Map;
use std::collections::BTreeMap;

/// What the directory's events say. Cheap enough to copy that a change makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    units: BTreeMap<String, Dated>,
    people: BTreeMap<String, Dated>,
    /// By table, then key.
    tables: BTreeMap<String, BTreeMap<String, Dated>>,
    settings: BTreeMap<String, Dated>,
    rule_sets: BTreeMap<String, Dated>,
    calendar: Calendar,
    /// The last event that was taken in.
    seen: u64,
}

/// The actions of the register `$directory`.
pub const ACTIONS: [&str; 6] = ["unit", "person", "holiday", "table", "setting", "rule-set"];

impl Directory {
    /// The directory that these events make; dead ones and those of other registers say nothing.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Directory {
        let mut directory = Directory::default();
        for event in events {
            directory.apply(event);
        }
        directory
    }

    /// Takes in one event. What it says holds from its `on` date, until a later one says otherwise;
    /// fields that it does not name stay as they were.
    pub fn apply(&mut self, event: &Event) {
        if event.register != DIRECTORY || event.dead {
            return;
        }
        self.seen = self.seen.max(event.seq);
        let id = event.record.clone();
        let dated = match event.action.as_str() {
            "unit" => self.units.entry(id).or_default(),
            "person" => self.people.entry(id).or_default(),
            "setting" => self.settings.entry(id).or_default(),
            "rule-set" => self.rule_sets.entry(id).or_default(),
            "table" => {
                let key = tables::key_of(event);
                self.tables.entry(id).or_default().entry(key).or_default()
            }
            "holiday" => return self.calendar.apply(event),
            _ => return,
        };
        dated.add(event.on, event.seq, event.fields.clone());
    }

    /// Notes that the log was read up to a place, whatever was there.
    pub fn saw(&mut self, seq: u64) {
        self.seen = self.seen.max(seq);
    }

    /// The place of the last event taken in.
    pub fn seen(&self) -> u64 {
        self.seen
    }
}

fn text(fields: &Map, key: &str) -> Option<String> {
    fields.get(key).and_then(|v| v.as_str()).map(str::to_owned)
}

fn day(fields: &Map, key: &str) -> Option<jiff::civil::Date> {
    fields.get(key).and_then(|v| v.as_str()).and_then(|t| t.parse().ok())
}

/// Whether `on` lies within two optional days, both included.
fn within(on: jiff::civil::Date, from: Option<jiff::civil::Date>, to: Option<jiff::civil::Date>) -> bool {
    from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::Date;
    use registrar_sdk::{Term, Value};

    /// `unit xihu 2023-01-01 {…}`, one a line.
    fn directory(lines: &str) -> Directory {
        let mut events = Vec::new();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let [action, record, on, fields] = line.splitn(4, ' ').collect::<Vec<_>>()[..] else { panic!() };
            let seq = events.len() as u64 + 1;
            let json = format!(
                r#"{{"id":"{seq}","seq":{seq},"register":"$directory","record":"{record}",
                    "action":"{action}","on":"{on}","by":"operator","fields":{fields}}}"#
            );
            events.push(serde_json::from_str(&json).unwrap());
        }
        Directory::from_events(&events)
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn a_unit_is_as_it_was_on_the_day() {
        let directory = directory(
            r#"
            unit xihu 2022-01-01 {"title":"西湖","class":"town","order":2}
            unit gone 2022-01-01 {"title":"旧","class":"town","order":1,"to":"2022-12-31"}
            unit xihu 2023-06-01 {"class":"direct"}
            unit new 2023-05-01 {"title":"新"}
            "#,
        );
        let class = |on| directory.unit("xihu", day(on)).map(|u| u.class);
        assert_eq!(class("2021-12-31"), None);
        assert_eq!(class("2023-05-31").as_deref(), Some("town"));
        assert_eq!(class("2023-06-01").as_deref(), Some("direct"));
        assert_eq!(directory.unit("xihu", day("2023-06-01")).unwrap().title.zh, "西湖");
        let ids = |units: Vec<Unit>| units.into_iter().map(|u| u.id).collect::<Vec<_>>().join(" ");
        assert_eq!(ids(directory.units(day("2022-05-01"), Some("town"))), "gone xihu");
        assert_eq!(ids(directory.units(day("2023-01-01"), None)), "xihu");
        assert_eq!(ids(directory.units_between(day("2022-12-01"), day("2023-05-31"))), "gone xihu new");
        assert_eq!(ids(directory.units_between(day("2023-01-01"), day("2023-04-30"))), "xihu");
    }

    #[test]
    fn a_holder_of_an_office_is_the_one_of_the_day() {
        let directory = directory(
            r#"
            person li 2022-01-01 {"name":"李","roles":[{"role":"leader","to":"2023-04-30"},"editor"]}
            person wang 2022-01-01 {"name":"王","roles":[{"role":"leader","from":"2023-05-01"}]}
            person li 2023-08-01 {"to":"2023-08-31"}
            "#,
        );
        let leaders = |on| {
            let people = directory.people(day(on)).into_iter();
            let leads = |p: &Person| p.roles.iter().any(|r| r.role == "leader");
            people.filter(leads).map(|p| p.name).collect::<String>()
        };
        assert_eq!((leaders("2023-04-30"), leaders("2023-05-01")), ("李".into(), "王".into()));
        assert!(directory.person("li", day("2023-08-31")).is_some());
        assert!(directory.person("li", day("2023-09-01")).is_none());
    }

    #[test]
    fn working_days_follow_holidays_and_make_up_days() {
        // The first of May 2023: holiday from Saturday to Wednesday, the Saturday after is worked.
        let directory = directory(
            r#"
            holiday may 2022-12-08 {"from":"2023-04-29","to":"2023-05-03"}
            holiday may-6 2022-12-08 {"day":"2023-05-06","working":true}
            "#,
        );
        let add = |from, n| directory.add_working_days(day(from), n).unwrap().to_string();
        assert_eq!(add("2023-04-28", 1), "2023-05-04");
        assert_eq!(add("2023-04-28", 3), "2023-05-06");
        assert_eq!(add("2023-05-08", -1), "2023-05-06");
        assert_eq!(add("2023-04-30", 0), "2023-04-30");
        assert_eq!(directory.working_days_between(day("2023-04-28"), day("2023-05-08")).unwrap(), 4);
        assert_eq!(directory.working_days_between(day("2023-05-08"), day("2023-04-28")).unwrap(), -4);
        assert_eq!(directory.next_working(day("2023-05-01")).unwrap().to_string(), "2023-05-04");
        assert!(directory.add_working_days(day("2023-05-01"), i64::MAX).is_err());
        assert_eq!(directory.calendar_end().unwrap().to_string(), "2023-12-31");
        assert_eq!(crate::directory::Directory::default().calendar_end(), None);
    }

    #[test]
    fn tables_settings_and_rule_sets_are_dated() {
        let directory = directory(
            r#"
            table toll 2015-01-01 {"key":"national","value":800}
            table toll 2020-01-01 {"key":"national","value":900}
            table level 2015-01-01 {"key":"city","zh":"市","rank":3}
            setting office-name 2020-01-01 {"value":"总务处"}
            rule-set eastern 2023-01-01 {}
            rule-set eastern 2024-01-01 {"active":false}
            rule-set eastern 2024-06-01 {"active":true}
            rule-set eastern 2024-07-01 {}
            "#,
        );
        let toll = |on| directory.table("toll", "national", day(on));
        assert_eq!((toll("2014-12-31"), toll("2019-12-31")), (None, Some(Value::Int(800))));
        assert_eq!(toll("2020-01-01"), Some(Value::Int(900)));
        assert_eq!(directory.table("level", "city", day("2020-01-01")).unwrap().get("rank"), &Value::Int(3));
        assert_eq!(directory.setting("office-name", day("2021-01-01")), Some(Value::text("总务处")));
        assert_eq!(directory.rule_sets(day("2023-06-01")), ["eastern"]);
        assert!(directory.rule_sets(day("2024-01-01")).is_empty());
        assert_eq!(directory.rule_set("eastern", day("2022-12-31")), None);
        let terms = &directory.rule_set_terms()["eastern"];
        let ends = |term: &Term| (term.from.clone().unwrap(), term.to.clone().unwrap_or_default());
        assert_eq!(
            terms.iter().map(ends).collect::<Vec<_>>(),
            [("2023-01-01".into(), "2023-12-31".into()), ("2024-06-01".into(), String::new())]
        );
    }

    #[test]
    fn dead_events_say_nothing() {
        let json = r#"{"id":"1","seq":1,"register":"$directory","record":"x","action":"unit","on":"2022-01-01","by":"o"}"#;
        let mut event: Event = serde_json::from_str(json).unwrap();
        event.dead = true;
        assert!(!Directory::from_events([&event]).knows_unit("x"));
    }
}
