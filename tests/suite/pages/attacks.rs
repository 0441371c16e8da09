//! What someone might try, and what they get.

use super::{PASSWORD, Pages, browser::Browser};
use std::{
    io::{Read, Write},
    net::TcpStream,
};

const FORM: &str = "application/x-www-form-urlencoded";

#[test]
fn a_form_of_another_site_or_without_the_sessions_secret_is_refused() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let west = pages.browser("west");
    let at = "/default/r/information/new/submit";
    let fields = [("title", "不该有的"), ("unit", "u-east")];
    east.post_as_it_is(at, &fields).is(403);
    east.post_as_it_is(at, &[&[("_token", "guessed")], &fields[..]].concat()).is(403);
    let others = west.look(at, &[]).field("_token").unwrap();
    east.post_as_it_is(at, &[&[("_token", others.as_str())], &fields[..]].concat()).is(403);
    for site in ["cross-site", "same-site", "none"] {
        east.site = site;
        east.post(at, &fields).is(403);
        east.post("/default/sign-out", &[]).is(403);
    }
    east.site = "cross-site";
    // Signing someone in to an account that the attacker knows.
    let mut visitor = pages.visitor();
    visitor.site = "cross-site";
    visitor.post_as_it_is("/default/sign-in", &[("person", "west"), ("password", PASSWORD)]).is(403);
    east.site = "same-origin";
    east.look("/default/sign-out", &[]).is(405);
    east.send(at, "text/plain", b"_token=x").is(400);
    east.send(at, "application/json", b"{}").is(400);
    east.get("/default/r/information").is(200).hides("不该有的");
}

#[test]
fn a_session_id_that_was_there_before_is_nobodys() {
    let pages = Pages::new();
    let visitor = pages.visitor();
    let planted = [("cookie", "session=AAAAAAAAAAAAAAAAAAAAAA")];
    visitor.look("/default/", &planted).is(303);
    let mut browser = pages.browser("east");
    let first = browser.cookie("session").unwrap();
    let signed = browser.post_as_it_is("/default/sign-in", &[("person", "east"), ("password", PASSWORD)]);
    // Without the secret of the session that is open, even a right password is not looked at.
    signed.is(403);
    browser.get("/default/").is(200);
    browser.post("/default/sign-in", &[("person", "east"), ("password", PASSWORD)]).goes_to("/default/");
    let second = browser.cookie("session").unwrap();
    assert_ne!(first, second);
    visitor.look("/default/", &[("cookie", &format!("session={first}"))]).is(303);
    visitor.look("/default/", &[("cookie", &format!("session={second}"))]).is(200);
    // Who reads the file of sessions has none of them.
    let file = std::fs::read(pages.program.path("data/accounts.db")).unwrap();
    let has = |text: &str| file.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(!has(&second) && !has(PASSWORD));
}

#[test]
fn scripts_in_what_people_write_are_shown_and_not_run() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let script = r#""><script>alert(1)</script><img src=x onerror=alert(2)>"#;
    east.get("/default/r/information/new/submit").is(200);
    let made = east.post(
        "/default/r/information/new/submit",
        &[("title", script), ("unit", "u-east"), ("body", script)],
    );
    let at = made.header("location").unwrap().to_owned();
    made.is(303);
    for at in [
        at.as_str(),
        "/default/r/information",
        "/default/",
        &format!("{at}?x={script}").replace(' ', "%20").replace(['"', '<', '>'], "%3C"),
    ] {
        east.look(at, &[]).is(200).hides("<script>").hides("<img");
    }
    let searched = "/default/r/information?q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&sort=%22%3E%3Cscript%3E&stage=%22%3E%3Cscript%3E";
    east.get(searched).is(200).hides("<script>");
    let refused = east.post("/default/r/information/new/submit", &[("title", ""), ("body", script)]);
    refused.is(422).hides("<script>").hides("<img");
    let policy = east.look("/default/", &[]);
    let policy = policy.header("content-security-policy").unwrap();
    assert!(
        policy.contains("default-src 'none'")
            && policy.contains("script-src 'self'")
            && !policy.contains("unsafe")
    );
}

#[test]
fn nobody_sets_what_the_form_does_not_have() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let at = "/default/r/information/new/submit";
    east.get(at).is(200);
    for strange in
        ["stage", "number", "by", "on", "id", "record", "created", "carrier", "points", "__proto__"]
    {
        east.post(at, &[("title", "一条"), ("unit", "u-east"), (strange, "adopted")]).is(400);
    }
    // A unit of its own choice is another's.
    east.post(at, &[("title", "一条"), ("unit", "u-west")]).is(422).shows("u-west");
    east.get("/default/r/information").is(200).hides("一条");
    pages.browser("west").get("/default/r/information").hides("一条");
}

#[test]
fn a_key_that_was_used_does_nothing_twice() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let at = "/default/r/information/new/submit";
    let key = east.get(at).field("_key").unwrap();
    let fields = [("_key", key.as_str()), ("title", "只有一条"), ("unit", "u-east")];
    let first = east.post(at, &fields).is(303);
    let second = east.post(at, &fields).is(303);
    assert_eq!(first.header("location"), second.header("location"));
    let list = east.get("/default/r/information").is(200);
    assert_eq!(list.text.matches("只有一条").count(), 1, "{list:?}");
    // Another's key leads nowhere.
    let mut west = pages.browser("west");
    west.get(at);
    let made = west.post(at, &[("_key", key.as_str()), ("title", "西区的"), ("unit", "u-west")]).is(303);
    assert_ne!(first.header("location"), made.header("location"));
}

#[test]
fn nobody_is_sent_elsewhere() {
    let pages = Pages::new();
    for back in [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/default//evil.example",
        "/default/\r\nset-cookie: a=b",
        "javascript:alert(1)",
        "/other/",
    ] {
        let encoded: String = back.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let visitor = pages.visitor();
        visitor.look(&format!("/default/lang/en?back={encoded}"), &[]).goes_to("/default/");
        let fields = [("person", "east"), ("password", PASSWORD), ("back", back)];
        let answer = visitor.post_as_it_is("/default/sign-in", &fields).goes_to("/default/");
        assert!(
            answer.headers.iter().all(|(name, value)| name != "set-cookie" || value.starts_with("session="))
        );
    }
    let visitor = pages.visitor();
    visitor.look("/default/lang/en%0d%0aset-cookie:%20a=b", &[]).is(404);
    visitor.look("//evil.example/", &[]).is(404);
}

#[test]
fn paths_lead_to_no_file() {
    let pages = Pages::new();
    let east = pages.browser("east");
    for at in [
        "/assets/../../data/accounts.db",
        "/assets/%2e%2e%2f%2e%2e%2fdata%2faccounts.db",
        "/default/r/..%2f..%2fetc%2fpasswd",
        "/default/r/information/i/..%2F..%2Fdata",
        "/assets/style.css%00.db",
        "/.env",
    ] {
        let answer = east.look(at, &[]);
        assert!(answer.status == 404 || answer.status == 400, "{at}: {answer:?}");
    }
}

#[test]
fn too_much_is_not_taken_and_who_sends_slowly_harms_nobody() {
    let pages = Pages::new();
    let mut east = pages.browser("east");
    let at = "/default/r/information/new/submit";
    east.get(at);
    let refused = east.send(at, FORM, &vec![b'a'; 2 << 20]).is(413);
    assert_eq!(refused.header("connection"), Some("close"), "nobody sends more over it");
    let many: Vec<u8> = (0..600).flat_map(|n| format!("f{n}=x&").into_bytes()).collect();
    east.send(at, FORM, &many).is(400);
    // A body that never ends, by some who hold their connections open.
    let address = pages.serving.pages().strip_prefix("http://").unwrap().to_owned();
    let held: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(&address).unwrap();
            let head = format!(
                "POST /default/sign-in HTTP/1.1\r\nhost: {address}\r\nsec-fetch-site: same-origin\r\ncontent-type: {FORM}\r\ncontent-length: 1000000\r\n\r\nperson=a"
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream
        })
        .collect();
    east.get("/default/").is(200);
    drop(held);
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn answers_say_what_a_browser_must_not_do() {
    let pages = Pages::new();
    let east = pages.browser("east");
    for at in ["/default/", "/default/sign-in", "/default/people", "/nothing/at/all", "/assets/style.css"] {
        let answer = east.look(at, &[]);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{at}");
        }
        let kept = answer.header("cache-control").unwrap();
        assert_eq!(kept.contains("no-store"), !at.starts_with("/assets"), "{at}: {kept}");
    }
    let signed = Browser::new(&pages.serving.pages())
        .post_as_it_is("/default/sign-in", &[("person", "east"), ("password", PASSWORD)]);
    let cookie = signed.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
}

#[test]
fn nobody_writes_lines_into_the_log() {
    let pages = Pages::new();
    let east = pages.browser("east");
    east.look("/default/r/information/new/x%0a2026-01-01T00:00:00Z%20ERROR%20forged", &[]).is(403);
    east.look("/default/r/x%0aforged", &[]).is(404);
    let log = pages.serving.log();
    assert!(log.contains("forged") && log.lines().all(|line| !line.starts_with("2026-01-01")), "{log}");
}
