//! The plugin as a host meets it: records that come by actions and by import, files, restarts.

#![forbid(unsafe_code)]

mod common;

use common::*;
use near_duplicate::registrar_plugin;
use registrar_sdk::{Map, Value, native::Fake};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

/// What a host has: records and files, which outlive the plugin.
#[derive(Clone, Default)]
struct Office {
    records: Arc<Mutex<BTreeMap<String, Value>>>,
    files: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

fn record(id: &str, title: &str, body: &str) -> Value {
    let pairs =
        [("id", id), ("register", "information"), ("stage", "submitted"), ("title", title), ("body", body)];
    Value::map(pairs.map(|(key, text)| (key, Value::text(text))))
}

impl Office {
    fn with(items: &[(&str, near_duplicate::RecordTexts)]) -> Office {
        let office = Office::default();
        for (id, texts) in items {
            office.put(&record(id, texts.field("title").unwrap(), texts.field("body").unwrap()));
        }
        office
    }

    fn put(&self, record: &Value) {
        self.records.lock().unwrap().insert(record.get("id").as_str().unwrap().to_owned(), record.clone());
    }

    fn load(&self, settings: &[(&str, Value)]) -> Fake {
        let mut host = Fake::load(registrar_plugin, settings.to_vec()).unwrap();
        let records = self.records.clone();
        host.answer("records", move |args| {
            let (of, records) = (&args[0], records.lock().unwrap());
            if of.get("register").as_str() != Some("information") {
                return Err("there is no such register".into());
            }
            let limit = of.get("limit").as_int().unwrap() as usize;
            let ids = of.get("id").as_list();
            let fits = |id: &str| match ids {
                Some(ids) => ids.iter().any(|wanted| wanted.as_str() == Some(id)),
                None => id > of.get("after").as_str().unwrap(),
            };
            Ok(Value::List(
                records.iter().filter(|(id, _)| fits(id)).take(limit).map(|(_, r)| r.clone()).collect(),
            ))
        });
        let files = self.files.clone();
        host.answer("files.list", move |_| {
            Ok(Value::List(files.lock().unwrap().keys().map(Value::text).collect()))
        });
        let files = self.files.clone();
        host.answer("files.read", move |args| {
            let file = files.lock().unwrap().get(args[0].as_str().unwrap()).cloned();
            Ok(file.map_or(Value::Nil, |bytes| Value::Bytes(bytes.into())))
        });
        let files = self.files.clone();
        host.answer("files.write", move |args| {
            let Value::Bytes(bytes) = &args[1] else { return Err("no bytes".into()) };
            files.lock().unwrap().insert(args[0].as_str().unwrap().to_owned(), bytes.to_vec());
            Ok(Value::Nil)
        });
        host
    }
}

fn similar(host: &mut Fake, record: &Value) -> Vec<(String, f64)> {
    let answer = host.call("record.similar", std::slice::from_ref(record)).remove(0).unwrap();
    let one = |s: &Value| (s.get("record").as_str().unwrap().to_owned(), s.get("score").as_f64().unwrap());
    answer.as_list().unwrap_or_default().iter().map(one).collect()
}

fn acted(host: &mut Fake, office: &Office, record: &Value) {
    office.put(record);
    let event = Value::map([("register", "information".into()), ("record", record.get("id").clone())]);
    assert_eq!(host.call("action.after", &[event, record.clone()]), [Ok(Value::Nil)]);
}

fn copy() -> Value {
    record("copy", "多措并举守护一库清水", WATER)
}

#[test]
fn an_answer_names_record_score_and_places_as_the_point_says() {
    let office = Office::with(&items());
    let answer = office.load(&[]).call("record.similar", &[copy()]).remove(0).unwrap();
    let first = &answer.as_list().unwrap()[0];
    assert_eq!(first.get("record").as_str(), Some("water"));
    assert!(first.get("register").is_nil());
    let passage = &first.get("passages").as_list().unwrap()[0];
    // The full width spaces at the start and the full stop at the end are no content.
    let length = WATER.chars().count() as i64;
    let span =
        |from, to| Value::map([("field", "body".into()), ("from", Value::Int(from)), ("to", Value::Int(to))]);
    assert_eq!((passage.get("here"), passage.get("there")), (&span(3, length - 1), &span(3, length - 1)));
    assert_eq!(passage.get("text").as_str().map(|t| t.chars().count() as i64), Some(length - 3));
}

#[test]
fn imported_records_are_found_without_an_action_whatever_the_size_of_a_page() {
    for page in [1, 2, 3, 200] {
        let office = Office::with(&items());
        let mut host = office.load(&[("catch_up", Value::Int(page))]);
        assert_eq!(similar(&mut host, &copy())[0].0, "water", "{page}");
        assert!(office.files.lock().unwrap().is_empty(), "a question writes nothing");
        let late = record("late", "食堂晚餐供应情况", ELDERS);
        office.put(&late);
        (0..4 / page).for_each(|_| drop(similar(&mut host, &copy())));
        let found = similar(&mut host, &record("copy", "食堂晚餐供应情况", ELDERS));
        assert_eq!(found.len(), 2, "one came later: {found:?}");
    }
}

#[test]
fn a_register_too_large_for_one_call_is_said_to_be_so() {
    let office = Office::default();
    for n in 0..4_000 {
        let title = format!("第{n}号{}", n * 7919);
        office.put(&record(&format!("{n:05}"), &title, &title.repeat(60)));
    }
    office.put(&record("99999", "视察饮用水水源保护工作", WATER));
    let mut host = office.load(&[]);
    assert_eq!(similar(&mut host, &copy()), []);
    assert!(host.log()[0].contains("answers may miss records"), "{:?}", host.log());
    for _ in 0..4_001 {
        if let Some((found, _)) = similar(&mut host, &copy()).first() {
            return assert_eq!(found, "99999");
        }
    }
    panic!("never found: {:?}", host.log());
}

#[test]
fn a_host_without_files_has_an_index_in_memory() {
    let office = Office::with(&items());
    let mut host = office.load(&[]);
    host.answer("files.list", |_| Err("this host has no folder".into()));
    host.answer("files.write", |_| panic!("nothing may be written over what was not seen"));
    acted(&mut host, &office, &record("more", "食堂晚餐供应情况", ELDERS));
    assert_eq!(similar(&mut host, &copy())[0].0, "water");
    assert!(host.log()[0].ends_with("can't be listed: this host has no folder"), "{:?}", host.log());
}

#[test]
fn an_action_takes_a_record_in_and_writes_it() {
    let office = Office::default();
    let mut host = office.load(&[("catch_up", Value::Int(0))]);
    acted(&mut host, &office, &record("water", "视察饮用水水源保护工作", WATER));
    assert_eq!(office.files.lock().unwrap().len(), 1);
    assert_eq!(similar(&mut host, &copy())[0].0, "water");
    acted(&mut host, &office, &record("water", "视察饮用水水源保护工作", ELDERS));
    assert_eq!(similar(&mut host, &copy()), [], "its text is another one now");
    let event = Value::map([("register", "information".into()), ("record", "water".into())]);
    assert_eq!(host.call("action.after", &[event, Value::Nil]), [Ok(Value::Nil)]);
    assert_eq!(similar(&mut host, &record("copy", "食堂晚餐供应情况", ELDERS)), []);
}

#[test]
fn a_restart_finds_the_same_from_files_alone() {
    let office = Office::default();
    let mut host = office.load(&[("catch_up", Value::Int(0))]);
    for (id, texts) in items() {
        acted(&mut host, &office, &record(id, texts.field("title").unwrap(), texts.field("body").unwrap()));
    }
    let before = host.call("record.similar", &[copy()]);
    drop(host);
    let mut host = office.load(&[("catch_up", Value::Int(0))]);
    assert_eq!(host.call("record.similar", &[copy()]), before);
    assert!(host.log().is_empty(), "{:?}", host.log());
}

#[test]
fn damaged_files_are_named_and_made_anew_from_the_records() {
    let office = Office::default();
    let mut host = office.load(&[]);
    for (id, texts) in items() {
        acted(&mut host, &office, &record(id, texts.field("title").unwrap(), texts.field("body").unwrap()));
    }
    let before = host.call("record.similar", &[copy()]);
    drop(host);
    office.files.lock().unwrap().values_mut().for_each(|bytes| bytes.truncate(100));
    let mut host = office.load(&[]);
    assert_eq!(host.call("record.similar", &[copy()]), before);
    assert_eq!(
        host.log(),
        ["part of the index is made anew from the records: 0000.segment: its checksum is wrong"]
    );
    assert_eq!(host.call("clock.tick", &[Value::Nil]), [Ok(Value::Nil)]);
    drop(host);
    let mut host = office.load(&[("catch_up", Value::Int(0))]);
    assert_eq!(host.call("record.similar", &[copy()]), before);
}

#[test]
fn other_settings_for_fingerprints_make_the_index_anew() {
    let office = Office::with(&items());
    let mut host = office.load(&[]);
    assert_eq!(host.call("plugin.load", &[Value::Nil]), [Ok(Value::Nil)]);
    drop(host);
    let mut host = office.load(&[("gram", Value::Int(5))]);
    assert_eq!(similar(&mut host, &copy())[0].0, "water");
    assert!(host.log()[0].contains("other settings"), "{:?}", host.log());
}

#[test]
fn files_that_cannot_be_written_fail_the_event_and_it_is_written_later() {
    let office = Office::default();
    let mut host = office.load(&[]);
    host.answer("files.write", |_| Err("the disk is full".into()));
    let water = record("water", "视察饮用水水源保护工作", WATER);
    office.put(&water);
    let event = Value::map([("register", "information".into()), ("record", "water".into())]);
    let told = host.call("action.after", &[event.clone(), water.clone()]);
    assert_eq!(told, [Err("the disk is full".into())]);
    let files = office.files.clone();
    host.answer("files.write", move |args| {
        files.lock().unwrap().insert(args[0].as_str().unwrap().to_owned(), vec![]);
        Ok(Value::Nil)
    });
    assert_eq!(host.call("action.after", &[event, water]), [Ok(Value::Nil)]);
    assert_eq!(office.files.lock().unwrap().len(), 1);
}

#[test]
fn a_wrong_setting_and_a_record_without_id_are_named() {
    let told = Fake::load(registrar_plugin, [("threshold", Value::Int(7))]).err().unwrap();
    assert_eq!(told, "setting `threshold` is 7; use a number from 0.05 to 1");
    let mut host = Office::default().load(&[]);
    let told = host.call("record.similar", &[Value::Map(Map::new())]).remove(0);
    assert_eq!(told, Err("the record has no `register` or no `id`".into()));
}
