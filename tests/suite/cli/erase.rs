//! Personal values go for good: out of log, state, files, receipts and free pages; the chain stays whole, and whoever
//! takes one away otherwise is told of by `verify`.

use crate::program::Program;
use serde_json::{Value, json};
use std::{fs, path::Path};

const PHONE: &str = "13800001111";
const VISITOR: &str = "欧阳寻真";
const LETTER: &str = "来信原文四十二号";

const VISITS: &str = r#"
host.register("visits", {
  title = "Visits",
  fields = {
    title = { type = "text", required = true, label = { zh = "事由", en = "Matter" } },
    visitor = { type = "text", personal = true, required = true, label = { zh = "来访人", en = "Visitor" } },
    phone = { type = "text", personal = true, label = { zh = "电话", en = "Phone" } },
    letter = { type = "file", personal = true, label = { zh = "来信", en = "Letter" } },
  },
  stages = { { id = "open", label = { zh = "进行中", en = "Open" } }, { id = "done", label = { zh = "办结", en = "Done" } } },
  actions = {
    submit = { create = true },
    correct = {},
    finish = { from = { "open" }, to = "done", form = {
      mobile = { type = "text", sets = "phone", label = { zh = "新电话", en = "New phone" } },
      heard = { type = "text", personal = true, label = { zh = "接谈记录", en = "What was said" } },
    } },
  },
  measures = { points = { title = "Points", places = 0 } },
})
host.on("score.post", { register = "visits", action = "submit", measure = "points", tag = "visit" }, function(event, record)
  return { account = "u", amount = record.phone and 2 or 1, data = { of = record.visitor } }
end)
"#;

/// Files below the data folder in which a text is found.
fn found(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file()
                && memchr::memmem::find(&fs::read(entry.path()).unwrap(), text.as_bytes()).is_some()
            {
                found.push(entry.path().display().to_string());
            }
        }
    }
    found
}

fn nothing_is_found(folder: &Path) {
    for text in [PHONE, "13900002222", VISITOR, LETTER, "房子漏水三年"] {
        assert_eq!(found(folder, text), Vec::<String>::new(), "{text}");
    }
}

/// An office with one visit, that was corrected and finished.
fn visited() -> Program {
    let program = Program::bare();
    program.write("scripts/visits.lua", VISITS);
    program.write("letters/来信.txt", LETTER);
    program.run(&["act", "$directory", "u", "unit", "title=一", "--on", "2023-01-01"]).ok();
    let row =
        json!({ "record": "v-1", "title": "漏水", "visitor": VISITOR, "phone": PHONE, "letter": "来信.txt" });
    program.write("visits.jsonl", &format!("{row}\n"));
    program.run(&["import", "visits", "visits.jsonl", "--files", "letters"]).ok().shows("1 taken");
    program.run(&["act", "visits", "v-1", "correct", "title=漏水（三楼）", "--id", "key-1"]).ok();
    let finish = ["act", "visits", "v-1", "finish", "mobile=13900002222", "heard=房子漏水三年"];
    program.run(&finish).ok();
    program.run(&["verify"]).ok();
    program.run(&["standings", "visits", "--period", "2026"]).ok().shows(" 2 ");
    program
}

fn visit(program: &Program) -> Value {
    let out = program.run(&["export", "visits"]).ok().out;
    let mut records = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    records.find(|record| record["id"] == "v-1").unwrap()
}

#[test]
fn what_was_erased_is_nowhere_and_all_else_is_as_it_was() {
    let program = visited();
    assert_eq!(visit(&program)["phone"], "13900002222");
    for text in [PHONE, VISITOR, LETTER] {
        assert!(!found(&program.path("data"), text).is_empty());
    }
    let head = program.run(&["head"]).ok().out;
    program.run(&["backup", "copy"]).ok();
    program.run(&["act", "visits", "-", "submit", "title=二", &format!("visitor={VISITOR}之女")]).ok();
    // The running office does it as well, and while it runs.
    let serving = program.serve();
    let erased = program.run(&["erase", "visits", "v-1", "--reason", "本人要求 2026-11-01"]).ok();
    erased
        .shows("5 values erased of heard, letter, phone, visitor")
        .shows("1 file removed")
        .says("the same text is also in visits")
        .says("/copy of ");
    drop(serving);
    let record = visit(&program);
    assert_eq!((&record["title"], &record["stage"]), (&json!("漏水（三楼）"), &json!("done")));
    assert!(
        record.get("phone").is_none() && record.get("visitor").is_none() && record.get("letter").is_none()
    );
    program.run(&["verify"]).ok().shows("5 personal values were erased");
    program.run(&["verify", "--head", head.trim()]).ok();
    // The daughter's is not hers.
    assert!(!found(&program.path("data"), &format!("{VISITOR}之女")).is_empty());
    let second = program.run(&["export", "visits"]).ok().out;
    let second: Value = serde_json::from_str(second.lines().next().unwrap()).unwrap();
    let other = second["id"].as_str().unwrap();
    program
        .run(&["erase", "visits", other, "visitor", "--reason", "同上"])
        .ok()
        .shows("1 value erased of visitor");
    nothing_is_found(&program.path("data"));
    program.run(&["erase", "visits", "v-1", "--reason", "again"]).ok().shows("nothing to erase");
    // A figure that hangs on one of them is reckoned without it.
    program.run(&["standings", "visits", "--period", "2026"]).ok().shows(" 2 ");
    // Nobody is asked again for what was erased, and who says it all the same is heard.
    program.run(&["act", "visits", "v-1", "correct", "title=漏水（四楼）"]).ok();
    program.run(&["act", "visits", "v-1", "correct", "visitor="]).ended(1).says("Visitor is missing");
    // What was taken once comes in no second time, and nothing of it comes back.
    program.run(&["import", "visits", "visits.jsonl", "--files", "letters"]).ok().shows("1 already there");
    nothing_is_found(&program.path("data"));
    // Neither does an undone erasure.
    let log = program.run(&["export-events"]).ok().out;
    let events = log.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    for event in events.filter(|event| event["action"] == "$erase") {
        let (record, id) =
            (event["record"].as_str().unwrap(), format!("event={}", event["id"].as_str().unwrap()));
        program
            .run(&["act", "visits", record, "void", &id, "reason=x"])
            .ended(1)
            .says("it does not come back");
    }
    // The log goes to another office and back, and says the same there.
    program.write("log.jsonl", &log);
    program.run(&["office", "other"]).ok();
    program.run(&["import-events", "log.jsonl", "--office", "other"]).ok();
    assert_eq!(program.run(&["export-events", "--office", "other"]).ok().out, log);
    // Link for link.
    let head = program.run(&["head"]).ok().out;
    assert_eq!(program.run(&["head", "--office", "other"]).ok().out, head);
    program.run(&["verify", "--office", "other"]).ok().shows("6 personal values were erased");
    program.run(&["import-events", "log.jsonl"]).ok().shows("0 events added");

    // A backup from before has it all, until what was erased since is erased there.
    let list = program.run(&["erase", "--list", "--json"]).ok().out;
    program.write("erasures.json", &list);
    program.run(&["restore", "copy", "--data", "restored"]).ok();
    assert!(!found(&program.path("restored"), PHONE).is_empty());
    program
        .run(&["erase", "--from", "erasures.json", "--data", "restored"])
        .ended(1)
        .shows("5 values erased")
        .says(&format!("no record `{other}`"));
    nothing_is_found(&program.path("restored"));
    program.run(&["verify", "--data", "restored"]).ok();
    program.run(&["erase", "--list"]).ok().shows("本人要求");
}

#[test]
fn what_was_logged_before_its_field_was_personal_is_put_anew_and_verified_by_what_the_erasure_says() {
    let program = Program::bare();
    program.write("scripts/visits.lua", &VISITS.replace("personal = true, ", ""));
    let submit = [
        "act",
        "visits",
        "v-1",
        "submit",
        "title=漏水",
        &format!("visitor={VISITOR}"),
        &format!("phone={PHONE}"),
    ];
    program.run(&submit).ok();
    program
        .run(&["erase", "visits", "v-1", "--reason", "x"])
        .ended(1)
        .says("no field of the register \"visits\" is personal");
    program.write("scripts/visits.lua", VISITS);
    program.run(&["act", "visits", "v-1", "correct", "phone=13900002222"]).ok();
    program
        .run(&["erase", "visits", "v-1", "title", "--reason", "x"])
        .ended(1)
        .says("`title` is no personal field");
    program.run(&["erase", "visits", "v-2", "--reason", "x"]).ended(1).says("no record `v-2`");
    program.run(&["erase", "visits", "v-1", "--reason", " "]).ended(1).says("say why");
    program.run(&["erase", "visits", "v-1"]).ended(2).says("--reason");
    program.run(&["erase", "visits", "v-1", "phone", "--reason", "x"]).ok().shows("1 event is from before");
    program.run(&["verify"]).ok().shows("2 personal values were erased");
    program.run(&["erase", "visits", "v-1", "--reason", "x"]).ok().shows("1 value erased of visitor");
    nothing_is_found(&program.path("data"));
    program.run(&["verify"]).ok().shows("3 personal values were erased");
    // What somebody else puts there is not what the erasure says.
    let store = rusqlite::Connection::open(program.path("data/registrar.db")).unwrap();
    let forged = store
        .execute("UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '漏水', '漏气') AS BLOB)", [])
        .unwrap();
    assert!(forged > 0);
    program.run(&["verify"]).ended(1).says("its link does not follow");
}

#[test]
fn a_personal_value_that_goes_or_changes_without_an_erasure_is_told() {
    let program = visited();
    let tamper = |sql: &str| {
        let store = rusqlite::Connection::open(program.path("data/registrar.db")).unwrap();
        assert!(store.execute(sql, []).unwrap() > 0, "{sql}");
    };
    tamper(&format!("UPDATE personal SET value = '\"13800009999\"' WHERE value = '\"{PHONE}\"'"));
    program.run(&["verify"]).ended(1).says("the personal value `phone` is not the one that was logged");
    tamper(&format!("UPDATE personal SET value = '\"{PHONE}\"' WHERE value = '\"13800009999\"'"));
    program.run(&["verify"]).ok();
    tamper("DELETE FROM personal WHERE field = 'heard'");
    program.run(&["verify"]).ended(1).says("its personal value `heard` is gone, and no erasure tells of it");
    // Nor does an erasure that came before.
    program.run(&["erase", "visits", "v-1", "heard", "--reason", "x"]).ok().shows("nothing to erase");
    program.run(&["verify"]).ended(1).says("`heard` is gone");
}

#[test]
fn people_of_the_office_can_be_forgotten() {
    let program = Program::bare();
    let person = ["act", "$directory", "ouyang", "person", &format!("name={VISITOR}"), "roles=[\"editor\"]"];
    program.run(&person).ok();
    let contact = format!("contact={{\"phone\":\"{PHONE}\"}}");
    program.run(&["act", "$directory", "ouyang", "person", &contact]).ok();
    program.run(&["act", "$directory", "u", "unit", "title=一"]).ok();
    program
        .run(&["erase", "$directory", "ouyang", "--reason", "离职"])
        .ok()
        .shows("2 values erased of contact, name");
    nothing_is_found(&program.path("data"));
    program.run(&["verify"]).ok();
    program.run(&["erase", "$directory", "nobody", "--reason", "x"]).ended(1).says("no record `nobody`");
    let json = program.run(&["erase", "$directory", "u", "--reason", "x", "--json"]).ok().json();
    assert_eq!(json["values"], 0);
    // They still may do what they may, under their id.
    program.run(&["standings", "nothing", "--period", "2023", "--as", "ouyang"]).ended(1);
}
