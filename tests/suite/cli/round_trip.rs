//! What `export` writes `import` reads back: the sample office in each format, with ids, stages, numbers and
//! files; and what the program says of what a format can't hold.

use crate::program::Program;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, path::Path};

/// The program's libraries, in the folder of plugins.
fn with_workbook(program: &Program) {
    let built = Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap().join("deps/libworkbook.so");
    fs::copy(built, program.path("plugins/libworkbook.so")).unwrap();
}

/// The directory of an office, as history that another takes in.
fn directory(program: &Program, to: &str) {
    let log = program.run(&["export-events"]).ok().out;
    let lines: Vec<&str> = log.lines().filter(|line| line.contains("\"register\":\"$directory\"")).collect();
    program.write("directory.jsonl", &(lines.join("\n") + "\n"));
    program.run(&["office", to]).ok();
    program.run(&["import-events", "directory.jsonl", "--office", to]).ok();
}

fn records(program: &Program, register: &str, office: &str) -> BTreeMap<String, Value> {
    let out = program.run(&["export", register, "--office", office]).ok().out;
    let record = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        (record["id"].as_str().unwrap().to_owned(), record)
    };
    out.lines().map(record).collect()
}

#[test]
fn the_sample_office_comes_back_in_each_format() {
    let program = Program::new();
    with_workbook(&program);
    // A year of a made-up city, with the people and acts of the demo's script.
    program.write("registrar.toml", "[limits]\nload_budget_ms = 1000\n");
    let sample = r#"{"bytes": "part=directory", "format": "sample"}"#;
    let mut lines = String::new();
    for bytes in ["part=directory", "records=300 from=1 to=300 seed=2023 part=items"] {
        let asked = sample.replace("part=directory", bytes);
        let told = program.run_with(&["call", "import.parse"], &asked).ok().json();
        for row in told["value"].as_array().unwrap() {
            lines.push_str(&format!("{}\n", row["fields"]));
        }
    }
    program.write("sample.jsonl", &lines);
    program.run(&["import-events", "sample.jsonl"]).ok();
    let before = records(&program, "information", "default");
    assert!(before.len() >= 250, "{}", before.len());
    for format in ["jsonl", "xlsx", "csv"] {
        let file = format!("all.{format}");
        let wrote = program.run(&["export", "information", "--out", &file]).ok();
        assert!(!wrote.err.contains("not held"), "{wrote:?}");
        directory(&program, format);
        let taken = program.run(&["import", "information", &file, "--office", format]).ok();
        taken.shows(&format!("{} taken, 0 refused", before.len())).says("The records came in as they stand");
        let after = records(&program, "information", format);
        for (id, record) in &before {
            assert_eq!(Some(record), after.get(id), "{format}");
        }
        // The second time nothing is added, and the file is the same again.
        let again = program.run(&["import", "information", &file, "--office", format]).ok();
        again.shows(&format!("0 taken, 0 refused, {} already there", before.len()));
        let second = format!("again.{format}");
        program.run(&["export", "information", "--out", &second, "--office", format]).ok();
        assert_eq!(
            fs::read(program.path(&file)).unwrap(),
            fs::read(program.path(&second)).unwrap(),
            "{format}"
        );
        program.run(&["verify", "--office", format]).ok();
    }
}

const NOTES: &str = r#"
host.register("notes", {
  title = "Notes",
  fields = {
    title = { type = "text", required = true, label = { zh = "标题", en = "Title" } },
    body = { type = "longtext", label = { zh = "正文", en = "Body" } },
    files = { type = "file", many = true, label = { zh = "附件", en = "Files" } },
    facts = { type = "map", label = { zh = "事实", en = "Facts" } },
    tags = { type = "text", many = true, label = { zh = "标签", en = "Tags" } },
  },
  stages = { { id = "open", label = { zh = "进行中", en = "Open" } }, { id = "done", label = { zh = "办结", en = "Done" } } },
  actions = { submit = { create = true }, finish = { from = { "open" }, to = "done" } },
})
host.on("record.number", { register = "notes", action = "finish" }, function() return "0012〔2023〕" end)
"#;

#[test]
fn numbers_stages_and_files_come_along_and_what_a_table_cannot_hold_is_named() {
    let program = Program::bare();
    with_workbook(&program);
    program.write("scripts/notes.lua", NOTES);
    let note = |fields: Value| {
        program.write("one.jsonl", &format!("{fields}\n"));
        program.run(&["import", "notes", "one.jsonl"]).ok();
    };
    note(json!({ "record": "0001", "title": "=1+1", "body": "一\n二\u{200b}", "facts": { "a": [1, 2.5] } }));
    note(
        json!({ "record": "0002", "title": " 空格 ", "body": "330102199001011234", "tags": ["一、二", "x\ny"] }),
    );
    note(json!({ "record": "0003", "title": "'quoted", "body": "" }));
    program.run(&["act", "notes", "0002", "finish"]).ok();
    let before = records(&program, "notes", "default");
    assert_eq!(
        (&before["0002"]["stage"], &before["0002"]["number"]),
        (&json!("done"), &json!("0012〔2023〕"))
    );
    for format in ["jsonl", "xlsx", "csv"] {
        let file = format!("notes.{format}");
        let wrote = program.run(&["export", "notes", "--out", &file]).ok();
        let empty = "not held: notes 0003, 正文";
        assert_eq!(wrote.err.contains(empty), format != "jsonl", "{wrote:?}");
        program.run(&["office", format]).ok();
        program.run(&["import", "notes", &file, "--office", format]).ok().shows("3 taken, 0 refused");
        let mut expected = before.clone();
        if format != "jsonl" {
            expected.get_mut("0003").unwrap().as_object_mut().unwrap().remove("body");
        }
        assert_eq!(records(&program, "notes", format), expected, "{format}");
    }
    // What a cell of the format itself can't hold is told too.
    note(json!({ "record": "0004", "title": "长", "body": "长".repeat(40_000) }));
    program
        .run(&["export", "notes", "--out", "long.xlsx"])
        .ok()
        .says("not held: notes 0004, 正文: what the file has is not");
    assert!(!program.run(&["export", "notes", "--out", "long.csv"]).ok().err.contains("0004"));
    // What no page can show does not come in.
    note(json!({ "record": "0005", "title": "a\u{1b}]0;x\u{7}b\u{b}c" }));
    assert_eq!(records(&program, "notes", "default")["0005"]["title"], "a]0;xb\nc");
    // A record that is there and says something else is named with what differs.
    program.run(&["act", "notes", "0003", "finish", "--office", "csv"]).ok();
    program
        .run(&["import", "notes", "notes.csv", "--office", "csv"])
        .ended(1)
        .shows("0 taken, 1 refused, 2 already there")
        .says("the record 0003 is there already: its stage is \"done\" there, \"open\" here");
    // Who is not the operator enters no record as it stands.
    let person = r#"{"id":"p","register":"$directory","record":"wang","action":"person","on":"2020-01-01","fields":{"name":"W"}}"#;
    program.write("person.jsonl", &format!("{person}\n"));
    program.run(&["office", "own"]).ok();
    program.run(&["import-events", "person.jsonl", "--office", "own"]).ok();
    program
        .run(&["import", "notes", "notes.jsonl", "--office", "own", "--as", "wang"])
        .ended(1)
        .shows("0 taken, 3 refused")
        .says("only the operator may enter records as they stand");
}

#[test]
fn files_go_into_a_folder_and_come_back_from_it() {
    let program = Program::bare();
    with_workbook(&program);
    program.write("scripts/notes.lua", NOTES);
    let content = "附件正文";
    let hash = blake3::hash(content.as_bytes()).to_hex().to_string();
    let line = json!({ "id": "n-1", "register": "notes", "stage": "open", "title": "有附件", "files": [format!("{hash}/说明.txt")] });
    program.write("first.jsonl", &format!("{line}\n"));
    program
        .run(&["import", "notes", "first.jsonl"])
        .ended(1)
        .says("the file \"说明.txt\" did not come with it; put it into the folder of --files");
    program.write(&format!("files/{hash}.txt"), content);
    program.run(&["import", "notes", "first.jsonl", "--files", "files"]).ok().shows("1 taken");
    let before = records(&program, "notes", "default");
    for (format, serving) in [("jsonl", false), ("xlsx", true), ("csv", true)] {
        let running = serving.then(|| program.serve());
        let file = format!("notes.{format}");
        program.run(&["export", "notes", "--out", &file]).ok().says("not held: what is in 1 files");
        let folder = format!("out-{format}");
        let wrote = program.run(&["export", "notes", "--out", &file, "--files", &folder]).ok();
        assert!(!wrote.err.contains("not held"), "{wrote:?}");
        assert_eq!(fs::read_to_string(program.path(&format!("{folder}/{hash}.txt"))).unwrap(), content);
        drop(running);
        program.run(&["office", format]).ok();
        let running = serving.then(|| program.serve());
        let import = ["import", "notes", &file, "--office", format, "--files", &folder];
        program.run(&import).ok().shows("1 taken");
        assert_eq!(records(&program, "notes", format), before);
        drop(running);
        program.run(&["verify", "--office", format]).ok();
    }
    // By its own name too; of the kinds that are taken, as its content shows it; for people like for the operator.
    program.write("in/说明.txt", content);
    program.write("in/bad.pdf", "MZ no pdf");
    program.run(&["office", "named"]).ok();
    program.write("named.jsonl", "{\"record\":\"n-2\",\"title\":\"一\",\"files\":[\"说明.txt\"]}\n{\"record\":\"n-3\",\"title\":\"二\",\"files\":[\"bad.pdf\"]}\n{\"record\":\"n-4\",\"title\":\"三\",\"files\":[\"../passwd\"]}\n");
    program
        .run(&["import", "notes", "named.jsonl", "--office", "named", "--files", "in"])
        .ended(1)
        .shows("1 taken, 2 refused")
        .says("what is in \"bad.pdf\" is no pdf")
        .says("the file \"../passwd\" did not come with it");
    assert_eq!(records(&program, "notes", "named")["n-2"]["files"], json!([format!("{hash}/说明.txt")]));
    // What lies there under a hash that is another's is not it.
    program.write(&format!("bad/{hash}.txt"), "andere");
    program.run(&["office", "bad"]).ok();
    program
        .run(&["import", "notes", "notes.jsonl", "--office", "bad", "--files", "bad"])
        .ended(1)
        .says("is not what its name says");
}
