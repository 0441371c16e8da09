//! More of what someone might try: by plugins' texts, by addresses, by what a file or a stream may carry.

use super::{PASSWORD, Pages};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

const SCRIPT: &str = "<script>alert(1)</script>";

#[test]
fn scripts_in_what_plugins_say_are_shown_and_not_run() {
    let pages = Pages::new();
    pages.program.write(
        "scripts/sly.lua",
        &r#"local s = "SCRIPT"
host.register("sly", {
  title = { zh = s, en = s },
  fields = { title = { type = "text", label = { zh = s, en = s }, help = { zh = s, en = s } }, kind = { type = "choice", of = { { id = "a", label = { zh = s, en = s } } } } },
  stages = { { id = "open", label = { zh = s, en = s } }, "shut" },
  actions = { note = { title = { zh = s, en = s }, to = "open", by = "editor", create = true } },
  measures = { points = { title = { zh = s, en = s }, unit = { zh = s, en = s } } },
})
host.on("record.check", { register = "sly" }, function(draft) return { level = if draft.title == "stop" then "error" else "warning", field = "title", text = s } end)
host.on("panel.show", { place = "home" }, function() return {
  { id = "a", title = s, kind = "text", value = s }, { id = "b", title = s, kind = "list", rows = { s } },
  { id = "c", title = s, kind = "table", columns = { s }, rows = { { s } }, link = s } } end)
host.on("report.build", { name = "sly", title = { zh = s, en = s } }, function() return { title = s, masthead = s, sections = { { heading = s, blocks = { { kind = "paragraph", text = s } } } } } end)
host.on("score.post", { register = "sly", action = "note", measure = "points", clause = s }, function() return { { account = "u-east", amount = 3 } } end)
"#
        .replace("SCRIPT", SCRIPT),
    );
    pages.program.until(&["plugins"], "sly");
    let mut editor = pages.browser("editor");
    editor.get("/default/r/sly/new/note").is(200).hides(SCRIPT);
    editor
        .post("/default/r/sly/new/note", &[("title", "stop")])
        .is(422)
        .hides(SCRIPT)
        .shows("&lt;script&gt;");
    let made = editor.post("/default/r/sly/new/note", &[("title", "go"), ("kind", "a")]).is(303);
    let record = made.header("location").unwrap().to_owned();
    for at in [
        record.as_str(),
        "/default/",
        "/default/r/sly",
        "/default/r/sly/board",
        "/default/r/sly/standings",
        "/default/r/sly/why?account=u-east",
        "/default/reports",
        "/default/reports/sly?period=2023-Q1",
        "/default/rules",
        "/default/log",
    ] {
        editor.look(at, &[]).is(200).hides(SCRIPT);
    }
    // A plugin's error is text too, and names no file that is not a plugin's.
    pages.program.write("scripts/sly.lua", &format!("error('/etc/passwd:1: {SCRIPT}')"));
    pages.program.until(&["plugins"], "EARLIER");
    let boss = pages.browser("boss");
    for at in ["/default/plugins", "/default/plugins/sly"] {
        boss.look(at, &[]).is(200).hides(SCRIPT).hides("root:x:");
    }
    for name in ["..%2f..%2fetc%2fpasswd", "%2e%2e", "sly%00"] {
        boss.look(&format!("/default/plugins/{name}"), &[]).is(404);
    }
}

#[test]
fn a_formula_stays_text_in_an_export() {
    let pages = Pages::with_tables();
    for (record, title) in
        [("e1", "=HYPERLINK(\"http://evil\")"), ("e2", "@SUM(1)"), ("e3", "+cmd|' /C calc'!A0")]
    {
        pages.submit(record, title, "east", "u-east");
    }
    let csv = pages.browser("editor").look("/default/r/information/export?format=csv", &[]).is(200);
    assert!(
        !csv.text.lines().any(|line| line.split(',').any(|cell| {
            let cell = cell.trim_matches('"');
            cell.starts_with(['=', '@', '+'])
        })),
        "{}",
        csv.text
    );
    assert!(csv.text.contains("HYPERLINK"));
}

#[test]
fn several_records_at_once_are_checked_one_by_one() {
    let pages = Pages::new();
    pages.submit("e1", "东区的信息", "east", "u-east");
    pages.submit("w1", "西区的信息", "west", "u-west");
    let many = "/default/r/information/many";
    let (mut west, mut editor) = (pages.browser("west"), pages.browser("editor"));
    west.get("/default/");
    west.post(&format!("{many}/close"), &[("i", "w1")]).is(403);
    editor.get("/default/");
    editor.post(&format!("{many}/close"), &[("i", "w1"), ("i", "absent")]).is(404);
    for strange in ["stage", "unit", "by", "on", "title"] {
        editor.post(&format!("{many}/close"), &[("i", "w1"), (strange, "x")]).is(400);
    }
    editor.post(&format!("{many}/merged"), &[("i", "w1")]).is(403);
    editor.post(&format!("{many}/submit"), &[("i", "w1")]).is(403);
    editor.get("/default/r/information?stage=submitted").shows("西区的信息").shows("东区的信息");
    // Stale: someone has gone before.
    editor.look("/default/r/information/i/w1/merged", &[]).is(403);
    // What is refused for one is done for the others, and said.
    pages.program.run(&["act", "information", "w1", "return", "reason=x", "--as", "editor"]).ok();
    editor
        .post(&format!("{many}/return"), &[("i", "w1"), ("i", "e1"), ("reason", "补充")])
        .is(422)
        .shows("西区的信息")
        .shows("已办理 1 条");
    // Someone has gone before: it is told in their language, with the way back.
    let stale = editor.look("/default/r/information/i/w1/return", &[("accept-language", "zh")]).is(409);
    stale.shows("可能已有他人先行办理").shows("/i/w1").hides("Not now");
    editor.get("/default/r/information?stage=returned").shows("东区的信息");
}

#[test]
fn what_is_decided_for_the_office_takes_the_role_for_it() {
    let pages = Pages::new();
    for (who, at, fields) in [
        ("editor", "/default/rules", vec![("do", "approve"), ("rules", "abc")]),
        ("editor", "/default/rules", vec![("do", "rollback"), ("plugin", "zhalantun"), ("version", "0")]),
        ("east", "/default/rules", vec![("do", "unpin"), ("plugin", "zhalantun")]),
        (
            "editor",
            "/default/plugins/zhalantun",
            vec![("do", "rollback"), ("plugin", "zhalantun"), ("version", "0")],
        ),
        (
            "editor",
            "/default/plugins/zhalantun",
            vec![("do", "bypass"), ("until", "2099-01-01"), ("reason", "x")],
        ),
        ("editor", "/default/plugins", vec![]),
        (
            "editor",
            "/default/r/information/awards?period=2023",
            vec![("candidate", "u-east"), ("chosen", "u-east")],
        ),
        (
            "east",
            "/default/r/information/awards?period=2023",
            vec![("candidate", "u-east"), ("chosen", "u-east")],
        ),
    ] {
        let mut browser = pages.browser(who);
        browser.get("/default/");
        let got = browser.post(at, &fields).status;
        // Nothing waits, so that whoever may approve is told so; the others may not know even that.
        assert!(got == 403 || (at.ends_with("rules") && got == 422), "{who} {at}: {got}");
    }
    let mut boss = pages.browser("boss");
    boss.get("/default/");
    boss.post("/default/plugins/zhalantun", &[("do", "delete")]).is(400);
    boss.post("/default/plugins/zhalantun", &[("do", "bypass"), ("until", "2099-01-01"), ("reason", " ")])
        .is(422);
    boss.post("/default/plugins/zhalantun", &[("do", "bypass"), ("until", "soon"), ("reason", "x")]).is(422);
    pages.program.run(&["plugins", "--json"]).ok().shows("zhalantun");
}

#[test]
fn strange_questions_get_an_answer() {
    let pages = Pages::new();
    let mut editor = pages.browser("editor");
    for (at, status) in [
        ("/default/calendar?month=9999-12", 200),
        ("/default/calendar?month=0001-01", 200),
        ("/default/calendar?month=-1", 400),
        ("/default/calendar?month=2023", 400),
        ("/default/rules?on=9999-99-99", 400),
        ("/default/r/information/standings?period=9999", 200),
        ("/default/r/information/quotas?period=0001", 200),
        ("/default/r/information?page=99999999999999999999&sort=-%00", 200),
        ("/default/r/information?page=18446744073709551615", 200),
        ("/default/r/information?q=%22%29%20OR%201%3D1--", 200),
        ("/default/r/information?q=%25_%5C%2A%28NEAR", 200),
        ("/default/log?before=18446744073709551615&register=%00", 200),
        ("/default/log?before=-1", 200),
        ("/default/reports/bulletin?period=2023-Q1%0d%0aset-cookie:%20a=b&format=docx", 422),
        ("/default/reports/bulletin?period=%3Cscript%3E", 422),
    ] {
        let got = editor.look(at, &[]);
        assert!(got.status == status && got.header("set-cookie").is_none(), "{at}: {got:?}");
    }
    let long = format!("/default/r/information?q={}", "%E6%B2%B3".repeat(5_000));
    let got = editor.look(&long, &[]).status;
    assert!(got == 200 || got == 414 || got == 431, "{got}");
    editor.get("/default/r/information/new/commission");
    // Text that is no text.
    let token = editor.token.clone().unwrap();
    let bytes = [format!("_token={token}&title=").as_bytes(), b"%ff%fe&unit=u-east"].concat();
    let got = editor
        .send("/default/r/information/new/commission", "application/x-www-form-urlencoded", &bytes)
        .status;
    assert!(got == 303 || got == 422, "{got}");
    assert!(!pages.serving.log().contains("A page panicked"));
}

/// What the server says to bytes.
fn raw(pages: &Pages, bytes: &[u8]) -> String {
    let address = pages.serving.pages().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(bytes).unwrap();
    let mut said = Vec::new();
    let _ = stream.take(4_000).read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn requests_that_two_could_read_in_two_ways_are_refused() {
    let pages = Pages::new();
    for head in [
        "POST /default/sign-in HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n0\r\n\r\nGET /default/people HTTP/1.1\r\nhost: a\r\n\r\n",
        "POST /default/sign-in HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 50\r\nconnection: close\r\n\r\nabcde",
        "GET /default/sign-in HTTP/1.1\r\nhost: a\r\nx: a\0b\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/default/sign-in HTTP/9.9\r\nhost: a\r\n\r\n",
    ] {
        let said = raw(&pages, head.as_bytes());
        let status: u16 = said.split_whitespace().nth(1).and_then(|s| s.parse().ok()).unwrap_or(400);
        assert!(status >= 400, "{head}: {said}");
        assert_eq!(
            said.matches("HTTP/1.1").count().min(1),
            said.matches("HTTP/1.1").count(),
            "one answer: {said}"
        );
    }
    for method in ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"] {
        let said = raw(
            &pages,
            format!("{method} /default/people HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").as_bytes(),
        );
        assert!(said.starts_with("HTTP/1.1 405"), "{method}: {said}");
    }
}

#[test]
fn who_sends_the_head_of_a_request_slowly_harms_nobody() {
    let pages = Pages::new();
    let address = pages.serving.pages().strip_prefix("http://").unwrap().to_owned();
    let mut held: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(b"GET /default/ HTTP/1.1\r\nhost: a\r\nx-slow: ").unwrap();
            stream
        })
        .collect();
    pages.browser("east").get("/default/").is(200);
    // They are not waited for without end.
    let slow = &mut held[0];
    slow.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    let mut said = Vec::new();
    slow.read_to_end(&mut said).unwrap();
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&said));
}

#[test]
fn a_session_of_one_office_is_none_in_another() {
    let pages = Pages::new();
    pages.program.run(&["office", "second"]).ok();
    let browser = pages.browser("editor");
    let got = browser.look("/second/", &[]).status;
    assert!(got == 303 || got == 404, "{got}");
    let got =
        browser.post_as_it_is("/second/sign-in", &[("person", "editor"), ("password", PASSWORD)]).status;
    assert!(got == 401 || got == 403 || got == 404, "{got}");
}
