//! What every store must do, whatever it is built on.

mod kept;

use crate::Database;
use registrar_domain::{
    Event, OfficeKey, Record, StoreError, WriteTx,
    event::chain,
    storage::{
        Bypass, Deadline, DeadlineQuery, DeadlineState, Delivery, LogHead, LogScan, Receipt, RecordQuery,
        Scanned,
    },
};
use registrar_sdk::{BilingualText, Value};

/// Runs all of it. `open` opens the store of a name, with what it held before.
pub fn run(open: &dyn Fn(&str) -> Box<dyn Database>) {
    what_is_committed_is_there_after_reopening(open);
    what_is_dropped_is_gone(open);
    a_duplicate_id_is_refused(open);
    records_are_found_by_stage_and_field(open);
    records_are_found_by_their_words(open);
    a_reader_sees_one_moment(open);
    deadlines_are_found_by_due_date(open);
    odds_and_ends_are_kept(open);
    offices_do_not_see_each_other(open);
    kept::plugin_state_and_versions_are_kept(open);
    a_scan_shows_records_with_their_events(open);
    kept::accounts_and_sessions_are_kept(open);
}

fn event(seq: u64, id: &str, record: &str) -> Event {
    let json = format!(
        r#"{{"id":"{id}","seq":{seq},"register":"item","record":"{record}","action":"submit",
            "on":"2023-01-02","by":"li","fields":{{"title":"标题"}}}}"#
    );
    serde_json::from_str(&json).unwrap()
}

fn append(tx: &mut dyn WriteTx, id: &str, record: &str) -> Result<LogHead, StoreError> {
    let head = tx.head()?;
    let event = event(head.seq + 1, id, record);
    let bytes = event.stored_bytes().unwrap();
    tx.append(&event, &bytes, &chain(&head.link, &bytes))?;
    tx.head()
}

fn record(id: &str, stage: &str, kind: &str) -> Record {
    Record {
        register: "item".into(),
        id: id.into(),
        stage: stage.into(),
        number: None,
        fields: [("kind".into(), Value::text(kind))].into(),
        created: 1,
        touched: 1,
    }
}

fn what_is_committed_is_there_after_reopening(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("reopen");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    append(&mut *tx, "e1", "r1").unwrap();
    let head = append(&mut *tx, "e2", "r1").unwrap();
    tx.put_record(&record("r1", "draft", "x")).unwrap();
    tx.set_dead(1, true).unwrap();
    tx.commit().unwrap();
    drop(store);

    let store = open("reopen");
    assert_eq!(store.open_office("a").unwrap(), office);
    let tx = store.begin_read(office).unwrap();
    assert_eq!(tx.head().unwrap(), head);
    assert_eq!(tx.event_by_id("e2").unwrap().unwrap(), event(2, "e2", "r1"));
    assert!(tx.event(1).unwrap().unwrap().dead);
    assert_eq!(tx.events_of("item", "r1").unwrap().len(), 2);
    assert_eq!(tx.events_after(1, 10).unwrap().len(), 1);
    assert_eq!(tx.events_in("item", 0, 10).unwrap().len(), 2);
    assert!(tx.events_in("other", 0, 10).unwrap().is_empty());
    assert_eq!(tx.stored_after(0, 10).unwrap()[1].link, head.link);
    assert_eq!(tx.record("item", "r1").unwrap().unwrap(), record("r1", "draft", "x"));
}

fn what_is_dropped_is_gone(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("drop");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    append(&mut *tx, "e1", "r1").unwrap();
    assert!(tx.event_by_id("e1").unwrap().is_some(), "a transaction sees its own writes");
    drop(tx);
    assert!(store.begin_read(office).unwrap().event_by_id("e1").unwrap().is_none());
    let mut tx = store.begin_write(office).unwrap();
    assert_eq!(append(&mut *tx, "e1", "r1").unwrap().seq, 1);
}

fn a_duplicate_id_is_refused(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("duplicate");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    append(&mut *tx, "e1", "r1").unwrap();
    assert!(matches!(append(&mut *tx, "e1", "r2"), Err(StoreError::DuplicateEvent(id)) if id == "e1"));
    append(&mut *tx, "e2", "r1").unwrap();
    append(&mut *tx, "e10", "r1").unwrap();
    append(&mut *tx, "f1", "r1").unwrap();
    let ids = |beginning: &str| -> Vec<String> {
        tx.events_by_id(beginning).unwrap().into_iter().map(|event| event.id).collect()
    };
    assert_eq!(ids("e1"), ["e1", "e10"]);
    assert_eq!(ids("e"), ["e1", "e2", "e10"]);
    assert!(ids("e3").is_empty() && ids("e1%").is_empty());
}

fn records_are_found_by_their_words(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("words");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    for id in ["1", "2", "3"] {
        tx.put_record(&record(id, "draft", "x")).unwrap();
    }
    let all = RecordQuery { register: "item".into(), ..RecordQuery::default() };
    let found = |tx: &dyn WriteTx, query: &RecordQuery| {
        tx.records(query).unwrap().iter().map(|r| r.id.clone()).collect::<Vec<_>>().join(" ")
    };
    for (id, words) in [("1", "河 道 治 理"), ("2", "治 理 河 道 report"), ("3", "河 道 \u{f8ff} 治 理")]
    {
        tx.put_words("item", id, Some("an older text")).unwrap();
        tx.put_words("item", id, Some(words)).unwrap();
    }
    let words = |words: &[&str]| {
        let words = words.iter().map(|&run| run.to_owned()).collect();
        RecordQuery { words, ..all.clone() }
    };
    assert_eq!(found(&*tx, &words(&["河 道"])), "1 2 3");
    assert_eq!(found(&*tx, &words(&["道 治"])), "1");
    assert_eq!(found(&*tx, &words(&["河 道", "rep*"])), "2");
    assert_eq!(found(&*tx, &words(&["older"])), "");
    assert_eq!(found(&*tx, &words(&["\" OR 河 AND NOT (", "x*"])), "");
    assert_eq!(tx.count_records(&words(&["治 理"])).unwrap(), 3);
    tx.put_words("item", "1", None).unwrap();
    assert_eq!(found(&*tx, &words(&["治 理"])), "2 3");
}

fn records_are_found_by_stage_and_field(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("records");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    for (id, stage, kind) in [("1", "draft", "x"), ("2", "done", "x"), ("3", "done", "y"), ("4", "done", "x")]
    {
        tx.put_record(&record(id, stage, kind)).unwrap();
    }
    tx.remove_record("item", "4").unwrap();
    let ids = |query: &RecordQuery| {
        tx.records(query).unwrap().iter().map(|r| r.id.clone()).collect::<Vec<_>>().join(" ")
    };
    let all = RecordQuery { register: "item".into(), ..RecordQuery::default() };
    assert_eq!(ids(&all), "1 2 3");
    assert_eq!(ids(&RecordQuery { stages: vec!["done".into()], ..all.clone() }), "2 3");
    let kind = RecordQuery { fields: vec![("kind".into(), Value::text("x"))], ..all.clone() };
    assert_eq!(ids(&kind), "1 2");
    assert_eq!(tx.count_records(&kind).unwrap(), 2);
    assert_eq!(ids(&RecordQuery { after: Some("1".into()), limit: Some(1), ..all.clone() }), "2");
    assert_eq!(ids(&RecordQuery { newest: true, ..all.clone() }), "3 2 1");
    assert_eq!(ids(&RecordQuery { newest: true, offset: 1, limit: Some(1), ..all.clone() }), "2");
    let owner = |kinds: &[&str]| {
        let kinds = kinds.iter().map(|&kind| kind.to_owned()).collect();
        RecordQuery { owner: Some(("kind".into(), kinds)), ..all.clone() }
    };
    let owned = ids(&RecordQuery { fields: vec![("kind".into(), Value::text("x"))], ..all.clone() });
    assert_eq!(ids(&owner(&["x"])), owned);
    assert_eq!(ids(&owner(&["absent", "x"])), owned);
    assert_eq!(ids(&owner(&[])), "");
    assert_eq!(tx.count_records(&all).unwrap(), 3);
    assert_eq!(
        tx.occupied_stages().unwrap(),
        [("item".into(), "done".into(), 2), ("item".into(), "draft".into(), 1)]
    );
}

fn a_reader_sees_one_moment(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("moment");
    let office = store.open_office("a").unwrap();
    let reader = store.begin_read(office).unwrap();
    let mut tx = store.begin_write(office).unwrap();
    append(&mut *tx, "e1", "r1").unwrap();
    tx.commit().unwrap();
    assert!(reader.event(1).unwrap().is_none(), "what was committed later is not seen");
    drop(reader);
    assert!(store.begin_read(office).unwrap().event(1).unwrap().is_some());
}

fn deadlines_are_found_by_due_date(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("deadlines");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    let day = |day| jiff::civil::date(2023, 3, day);
    let mut deadline = Deadline {
        register: "item".into(),
        record: "r1".into(),
        name: "reply".into(),
        start: day(1),
        due: day(14),
        why: "art. 3".into(),
        handler: "desk#0".into(),
        event: 1,
        state: DeadlineState::Open,
    };
    tx.put_deadline(&deadline).unwrap();
    let due = |tx: &dyn WriteTx, before| {
        let query =
            DeadlineQuery { states: vec![DeadlineState::Open], due_before: Some(before), record: None };
        tx.deadlines(&query).unwrap().len()
    };
    assert_eq!((due(&*tx, day(14)), due(&*tx, day(15))), (0, 1));
    deadline.state = DeadlineState::Missed;
    tx.put_deadline(&deadline).unwrap();
    assert_eq!(due(&*tx, day(15)), 0);
    let of_record = DeadlineQuery { record: Some(("item".into(), "r1".into())), ..DeadlineQuery::default() };
    assert_eq!(tx.deadlines(&of_record).unwrap(), [deadline.clone()]);
    // A text in two languages, and one that only looks like it.
    let [both, same] = [("期限", "the term"), (r#"{"en":"a","zh":"b"}"#, r#"{"en":"a","zh":"b"}"#)];
    for (zh, en) in [both, same, (r#"{"zh":"b"}"#, r#"{"zh":"b"}"#), ("", "")] {
        let deadline = Deadline { why: BilingualText::new(zh, en), ..deadline.clone() };
        tx.put_deadline(&deadline).unwrap();
        assert_eq!(tx.deadlines(&of_record).unwrap(), [deadline]);
    }
    tx.remove_deadline("item", "r1", "reply").unwrap();
    assert!(tx.deadlines(&of_record).unwrap().is_empty());
}

fn odds_and_ends_are_kept(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("odds");
    let office = store.open_office("a").unwrap();
    let mut tx = store.begin_write(office).unwrap();
    assert_eq!((tx.next_in_sequence("n").unwrap(), tx.next_in_sequence("n").unwrap()), (1, 2));
    assert_eq!((tx.sequence("n").unwrap(), tx.sequence("m").unwrap()), (2, 0));
    tx.set_cursor("c", 4).unwrap();
    tx.set_cursor("c", 5).unwrap();
    assert_eq!((tx.cursor("c").unwrap(), tx.cursor("d").unwrap()), (Some(5), None));
    tx.put_outbox(3).unwrap();
    tx.put_outbox(7).unwrap();
    assert_eq!(tx.outbox_after(3, 10).unwrap(), [7]);
    for _ in 0..2 {
        tx.put_file("aa", b"content").unwrap();
    }
    assert_eq!((tx.file("aa").unwrap().as_deref(), tx.file("bb").unwrap()), (Some(&b"content"[..]), None));
    let receipt = Receipt { request: [7; 32], first: 1, last: 2 };
    tx.put_receipt("k", &receipt).unwrap();
    assert_eq!(tx.receipt("k").unwrap(), Some(receipt));
    let delivery =
        Delivery { handler: "p#0".into(), seq: 3, attempts: 1, next_at: Some(9), error: "no".into() };
    tx.put_delivery(&delivery).unwrap();
    assert!(tx.deliveries(true).unwrap().is_empty());
    tx.put_delivery(&Delivery { next_at: None, ..delivery.clone() }).unwrap();
    assert_eq!(tx.deliveries(true).unwrap().len(), 1);
    tx.remove_delivery("p#0", 3).unwrap();
    assert!(tx.deliveries(false).unwrap().is_empty());
    let until = jiff::civil::date(2023, 3, 31);
    let bypass = Bypass { plugin: "p".into(), until, reason: "broken".into(), by: "operator".into() };
    tx.put_bypass(&bypass).unwrap();
    assert_eq!(tx.bypasses(until).unwrap(), [bypass]);
    assert!(tx.bypasses(until.tomorrow().unwrap()).unwrap().is_empty());
}

fn offices_do_not_see_each_other(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("offices");
    let (a, b) = (store.open_office("a").unwrap(), store.open_office("b").unwrap());
    let fill = |office: OfficeKey| {
        let mut tx = store.begin_write(office).unwrap();
        append(&mut *tx, "e1", "r1").unwrap();
        tx.put_record(&record("r1", "draft", "x")).unwrap();
        tx.next_in_sequence("n").unwrap();
        tx.commit().unwrap();
    };
    fill(a);
    let read = store.begin_read(b).unwrap();
    assert_eq!(read.head().unwrap(), LogHead::default());
    assert!(read.record("item", "r1").unwrap().is_none());
    assert_eq!(read.sequence("n").unwrap(), 0);
    drop(read);
    fill(b);
    assert_eq!(store.begin_read(a).unwrap().events_of("item", "r1").unwrap().len(), 1);
    assert_eq!(store.offices().unwrap(), [("a".into(), a), ("b".into(), b)]);
}

fn a_scan_shows_records_with_their_events(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("scan");
    let (office, other) = (store.open_office("a").unwrap(), store.open_office("b").unwrap());
    let mut tx = store.begin_write(office).unwrap();
    // Of three records in turns, so that each one's events lie apart.
    for n in 0..30 {
        append(&mut *tx, &format!("e{n}"), &format!("r{}", n % 3)).unwrap();
    }
    tx.set_dead(4, true).unwrap();
    for n in 0..3 {
        tx.put_record(&record(&format!("r{n}"), "draft", "x")).unwrap();
    }
    tx.commit().unwrap();
    let mut tx = store.begin_write(other).unwrap();
    append(&mut *tx, "e0", "r0").unwrap();
    tx.commit().unwrap();

    let log = store.begin_read(office).unwrap();
    let keys: Vec<u64> = (0..3).map(|n| log.record_key("item", &format!("r{n}")).unwrap().unwrap()).collect();
    let shown = |what: LogScan<'_>| {
        let mut shown = Vec::new();
        log.scan(what, &mut |scanned| {
            shown.push(match scanned {
                Scanned::Record { key, id, .. } => {
                    assert_eq!(
                        keys.iter().position(|k| *k == key).map(|n| format!("r{n}")).as_deref(),
                        Some(id)
                    );
                    id.to_owned()
                }
                Scanned::Event { seq, dead, bytes } => {
                    let event = Event::from_stored(bytes, dead).unwrap();
                    assert_eq!(event.seq, seq);
                    format!("{seq}{}", if dead { " dead" } else { "" })
                }
            });
            Ok(())
        })
        .unwrap();
        shown.join(",")
    };
    assert_eq!(
        shown(LogScan::Run((keys[0], keys[1]))),
        "r0,1,4 dead,7,10,13,16,19,22,25,28,r1,2,5,8,11,14,17,20,23,26,29"
    );
    // Near each other and far apart, with one that is not there.
    assert_eq!(shown(LogScan::Events(&[(keys[0], 1), (keys[0], 4), (keys[1], 2)])), "r0,1,4 dead,r1,2");
    assert_eq!(shown(LogScan::Events(&[(keys[0], 1), (keys[2], 30), (keys[2], 99)])), "r0,1,r2,30");
    assert_eq!(shown(LogScan::Events(&[])), "");
}
