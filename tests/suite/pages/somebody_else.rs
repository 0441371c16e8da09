//! Tries to be somebody else, or to reach something else: by ids, principals, headers, units, offices, files. Each
//! is refused, with its status.

use super::{PASSWORD, Pages, browser::Browser};

/// Who is refused says so by an exit code, on the command line.
fn refused(pages: &Pages, args: &[&str], says: &str) {
    let ran = pages.program.run(args);
    assert!(ran.code.is_some_and(|code| code > 0), "{args:?}: {ran:?}");
    assert!(ran.err.contains(says), "{args:?} should say {says:?}: {ran:?}");
}

#[test]
fn nobody_becomes_somebody_else_by_an_id() {
    let pages = Pages::new();
    let role = r#"roles=[{"role":"reporter","unit":"u-east"}]"#;
    // Ids that stand for something else are nobody's: of people, units, records, offices, imports.
    for id in [
        "operator",
        "Operator",
        "ＯＰＥＲＡＴＯＲ",
        "clock",
        "*",
        ".",
        "..",
        "$office",
        "a/b",
        "a\\b",
        "a\nb",
        " a",
        "a\u{200b}",
    ] {
        refused(&pages, &["act", "$directory", id, "person", "name=X", role], "can't be an id");
    }
    for id in ["*", "../x", "$x", "operator"] {
        refused(&pages, &["act", "$directory", id, "unit", "title=X"], "can't be an id");
        refused(
            &pages,
            &["act", "information", id, "submit", "title=X", "unit=u-east", "body=x"],
            "can't be an id",
        );
    }
    for name in ["../x", "a/b", "$office", "A", "", ".."] {
        refused(&pages, &["office", name], "is no office's name");
    }
    let line = r#"{"id":"x","register":"$directory","record":"operator","action":"person","on":"2022-01-01","fields":{"name":"X"}}"#;
    pages.program.write("sly.jsonl", line);
    refused(&pages, &["import-events", "sly.jsonl"], "can't be an id");
    pages.program.write("sly.jsonl", "{\"title\":\"x\",\"unit\":\"u-east\",\"record\":\"..\"}");
    refused(&pages, &["import", "information", "sly.jsonl"], "");
    refused(&pages, &["import", "information", "sly.jsonl", "--id", "../x"], "can't be an id");
    // Nobody acts as who is no person, whatever they are called.
    for who in ["operator", "clock", "plugin:fees", "peer:city", "nobody", ""] {
        let act = ["act", "information", "-", "submit", "title=X", "unit=u-east", "body=x", "--as", who];
        refused(&pages, &act, "");
    }
    for who in ["operator", "plugin:fees", "clock"] {
        assert_ne!(pages.program.run_with(&["user", "password", who], PASSWORD).code, Some(0), "{who}");
    }
    // Plugins are called by names that are names.
    pages.program.write("scripts/$office.lua", "return 1");
    let plugins = pages.program.until(&["plugins"], "can't be called");
    assert!(plugins.out.contains("$office"), "{plugins:?}");
}

#[test]
fn a_person_with_an_old_reserved_id_is_nobody() {
    use crate::program::Program;
    let program = Program::new();
    // As an earlier version took it.
    program
        .run(&["act", "$directory", "oper", "person", "name=旧", r#"roles=[{"role":"reporter","unit":"u"}]"#])
        .ok();
    let store = program.path("data/registrar.db");
    crate::edits::edit(&store, "UPDATE entry SET id = 'operator' WHERE id = 'oper'");
    crate::edits::edit(
        &store,
        "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), '\"oper\"', '\"operator\"') AS BLOB)",
    );
    let ran = program.run(&["act", "information", "-", "submit", "title=X", "body=x", "--as", "operator"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("nobody can act as \"operator\""), "{ran:?}");
}

#[test]
fn a_file_of_another_unit_is_reached_by_nobody() {
    let pages = Pages::new();
    let east = pages.browser("east");
    let mut east = east;
    let form = east.get("/default/r/information/new/submit").is(200);
    let key = form.field("_key").unwrap();
    let fields =
        [("title", "有附件"), ("kind", "routine"), ("unit", "u-east"), ("body", "正文"), ("_key", &key)];
    let made = east.upload(
        "/default/r/information/new/submit",
        &fields,
        &[("files", "机密.txt", "秘密".as_bytes())],
    );
    let record = made.is(303).header("location").unwrap().rsplit('/').next().unwrap().to_owned();
    let hash = blake3::hash("秘密".as_bytes()).to_hex().to_string();
    let file = format!("{hash}/x.txt");
    let named = format!("files=[\"{file}\"]");
    pages.submit("w1", "西的", "west", "u-west");
    // By the command line, a page, an import, another's record.
    let act =
        ["act", "information", "-", "submit", "title=X", "unit=u-west", "body=x", &named, "--as", "west"];
    refused(&pages, &act, "is no file of this record");
    let text = format!("body={file}");
    pages
        .program
        .run(&["act", "information", "w2", "submit", "title=X", "unit=u-west", &text, "--as", "west"])
        .ok();
    let act = ["act", "information", "w2", "submit", &named, "--as", "west"];
    refused(&pages, &act, "");
    pages.program.write(
        "sly.jsonl",
        &format!("{{\"title\":\"X\",\"unit\":\"u-west\",\"body\":\"x\",\"files\":[\"{file}\"]}}"),
    );
    refused(&pages, &["import", "information", "sly.jsonl", "--as", "west"], "is no file of this record");
    let mut west = pages.browser("west");
    let form = west.get("/default/r/information/new/submit").is(200);
    let key = form.field("_key").unwrap();
    let fields = [
        ("title", "偷"),
        ("kind", "routine"),
        ("unit", "u-west"),
        ("body", "x"),
        ("files", &file),
        ("_key", &key),
    ];
    let sly = west.post("/default/r/information/new/submit", &fields);
    // A page that takes the rest leaves that out.
    let made = match sly.status {
        303 => sly.header("location").unwrap().to_owned(),
        status => {
            assert!([400, 403, 422].contains(&status), "{sly:?}");
            "/default/r/information/i/w1".to_owned()
        }
    };
    for at in [
        format!("{made}/file/{hash}"),
        format!("/default/r/information/i/{record}/file/{hash}"),
        format!("/default/r/information/i/w1/file/{hash}"),
        format!("/default/r/information/i/w2/file/{hash}"),
    ] {
        west.look(&at, &[]).is(404);
    }
    east.look(&format!("/default/r/information/i/{record}/file/{hash}"), &[]).is(200);
    // Another's session, another office, another unit.
    pages.program.run(&["office", "other"]).ok();
    for at in ["/other/", "/other/r/information", "/default/people", "/default/plugins"] {
        let status = west.look(at, &[]).status;
        assert!([303, 403, 404].contains(&status), "{at}: {status}");
    }
    let stolen = Browser::new(&pages.serving.pages());
    for cookie in ["session=", "session=guessed", "session=../../x", "session=1; session=2"] {
        stolen.look("/default/", &[("cookie", cookie)]).is(303);
    }
    let act = ["act", "information", "-", "submit", "title=X", "unit=u-east", "body=x", "--as", "west"];
    refused(&pages, &act, "the role is for u-west");
    refused(&pages, &["export", "information", "--as", "nobody"], "is not there");
}
