//! Every address, tried by everyone: denied unless listed here; and the same by every other way in.

use super::{PASSWORD, Pages, browser::Browser};
use registrar_web::Web;
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

/// Nobody, the reporters of two units, the editor, who looks after the office.
const WHO: [&str; 5] = ["", "east", "west", "editor", "boss"];

const LOOKED_AT: [(&str, [u16; 5]); 47] = [
    ("/", [303; 5]),
    ("/default", [303; 5]),
    ("/default/", [303, 200, 200, 200, 200]),
    ("/default/lang/en", [303; 5]),
    ("/default/sign-in", [200, 303, 303, 303, 303]),
    ("/default/password", [303, 200, 200, 200, 200]),
    ("/default/calendar", [303, 200, 200, 200, 200]),
    ("/default/directory", [303, 200, 200, 200, 200]),
    ("/default/log", [303, 200, 200, 200, 200]),
    ("/default/rules", [303, 200, 200, 200, 200]),
    ("/default/reports", [303, 403, 403, 200, 200]),
    ("/default/reports/bulletin", [303, 403, 403, 200, 200]),
    ("/default/reports/absent", [303, 403, 403, 404, 404]),
    ("/default/plugins", [303, 403, 403, 403, 200]),
    ("/default/plugins/information", [303, 403, 403, 403, 200]),
    ("/default/plugins/absent", [303, 403, 403, 403, 404]),
    ("/default/people", [303, 403, 403, 403, 200]),
    ("/default/enter/guessed", [404; 5]),
    ("/default/r/information", [303, 200, 200, 200, 403]),
    ("/default/r/information/board", [303, 200, 200, 200, 403]),
    ("/default/r/information/export?format=csv", [303, 200, 200, 200, 403]),
    ("/default/r/information/export?format=exe", [303, 404, 404, 404, 403]),
    ("/default/r/information/standings", [303, 200, 200, 200, 403]),
    ("/default/r/information/standings?period=x", [303, 400, 400, 400, 403]),
    ("/default/r/information/standings?measure=x", [303, 404, 404, 404, 403]),
    ("/default/r/information/why?account=u-east", [303, 200, 403, 200, 403]),
    ("/default/r/information/why?account=nobody", [303, 403, 403, 404, 403]),
    ("/default/r/information/quotas", [303, 200, 200, 200, 403]),
    ("/default/r/information/awards", [303, 403, 403, 200, 403]),
    ("/default/r/information/many?action=close&i=e1", [303, 403, 403, 303, 403]),
    ("/default/r/information/many/close?i=e1", [303, 403, 404, 200, 403]),
    ("/default/r/information/many/merge?i=e1", [303, 403, 404, 403, 403]),
    ("/default/r/information/new/submit", [303, 200, 200, 403, 403]),
    ("/default/r/information/new/merge", [303, 403, 403, 200, 403]),
    ("/default/r/information/i/e1", [303, 200, 404, 200, 403]),
    ("/default/r/information/i/e1/similar", [303, 200, 404, 200, 403]),
    ("/default/r/information/i/e1/screen", [303, 200, 404, 200, 403]),
    ("/default/r/information/i/e1/file/absent", [303, 404, 404, 404, 403]),
    ("/default/r/information/i/e1/return", [303, 403, 404, 200, 403]),
    ("/default/r/information/i/e1/submit", [303, 409, 404, 403, 403]),
    ("/default/r/information/i/absent", [303, 404, 404, 404, 403]),
    ("/default/r/instructions", [303, 200, 200, 200, 403]),
    ("/default/r/absent", [303, 404, 404, 404, 404]),
    ("/default/r/%24directory", [303, 404, 404, 404, 404]),
    ("/default/r/%24office/export", [303, 404, 404, 404, 404]),
    ("/default/absent", [404; 5]),
    ("/another/", [404; 5]),
];

const SENT: [(&str, [u16; 5]); 16] = [
    ("/default/reports/standings", [303, 403, 403, 403, 403]),
    ("/default/rules", [303, 400, 400, 400, 400]),
    ("/default/plugins", [303, 403, 403, 403, 303]),
    ("/default/plugins/information", [303, 403, 403, 403, 400]),
    ("/default/people/west/link", [303, 403, 403, 403, 200]),
    ("/default/r/information/awards", [303, 403, 403, 403, 403]),
    ("/default/r/information/views", [303, 422, 422, 422, 403]),
    ("/default/r/information/many/close?i=e1", [303, 403, 403, 303, 403]),
    ("/default/r/information/many/merge", [303, 403, 403, 403, 403]),
    ("/default/r/information/new/merge", [303, 403, 403, 422, 403]),
    ("/default/r/information/i/e1/return", [303, 403, 404, 422, 403]),
    ("/default/r/information/i/e1/close", [303, 403, 404, 303, 403]),
    ("/default/enter/guessed", [404; 5]),
    ("/default/password", [303, 422, 422, 422, 422]),
    ("/default/sign-in", [401, 401, 401, 401, 401]),
    ("/default/sign-out", [303; 5]),
];

/// Whether an address is of this shape.
fn fits(at: &str, shape: &str) -> bool {
    let pieces =
        |text: &str| text.split('?').next().unwrap().split('/').map(str::to_owned).collect::<Vec<_>>();
    let (at, shape) = (pieces(at), pieces(shape));
    at.len() == shape.len()
        && at.iter().zip(&shape).all(|(piece, shape)| piece == shape || shape.starts_with('{'))
}

#[test]
fn each_address_lets_in_whom_it_lists_and_nobody_else() {
    let pages = Pages::with_tables();
    pages.submit("e1", "东区的信息", "east", "u-east");
    let mut browsers = WHO.map(|who| if who.is_empty() { pages.visitor() } else { pages.browser(who) });
    for (at, expected) in LOOKED_AT {
        let got: Vec<u16> = browsers.iter().map(|browser| browser.look(at, &[]).status).collect();
        assert_eq!(got, expected, "GET {at} by {WHO:?}");
    }
    // What a unit may not see is in no list of its own either.
    for at in [
        "r/information",
        "r/information?q=%E4%B8%9C%E5%8C%BA",
        "",
        "r/information?stage=closed",
        "log",
        "calendar",
        "r/information/board",
    ] {
        browsers[2].get(&format!("/default/{at}")).hides("东区的信息");
    }
    browsers[1].get("/default/r/information").shows("东区的信息");
    browsers[1].get("/default/log").shows("东区的信息");
    for (at, expected) in SENT {
        let got: Vec<u16> = browsers.iter().map(|browser| browser.post(at, &[]).status).collect();
        assert_eq!(got, expected, "POST {at} by {WHO:?}");
    }
    let log = pages.serving.log();
    assert!(log.contains(r#"what="information e1""#) && log.contains("person=west"), "{log}");
    assert!(!log.contains(PASSWORD));
}

#[test]
fn no_address_is_left_out() {
    for (method, shape) in Web::answered() {
        // A stream does not end, and packages come from machines, by a signature and not by who is signed in:
        // they have tests of their own.
        if shape.ends_with("/live") || shape.ends_with("/packages") {
            continue;
        }
        let tried = match method {
            "GET" => LOOKED_AT.iter().any(|(at, _)| fits(at, shape)),
            _ => SENT.iter().any(|(at, _)| fits(at, shape)),
        };
        assert!(tried, "{method} {shape} is tried by nobody");
    }
    let known: Vec<&str> = Web::answered().into_iter().map(|(_, shape)| shape).collect();
    for (at, _) in LOOKED_AT.iter().chain(&SENT) {
        let nowhere = at.starts_with("/another") || *at == "/default/absent";
        assert!(nowhere || known.iter().any(|shape| fits(at, shape)), "{at} is no address");
    }
}

#[test]
fn what_is_not_shown_is_not_exported_found_reckoned_or_told_either() {
    let pages = Pages::with_tables();
    // A panel that tells all it can see.
    pages.program.write(
        "scripts/teller.lua",
        r#"host.on("panel.show", { place = "home" }, function(place, person)
  local rows = {}
  for _, record in host.records({ register = "information" }) do table.insert(rows, record.title) end
  for _, event in host.events({ register = "information" }) do table.insert(rows, event.id) end
  local seen, total = pcall(host.total, { register = "information", period = "2026", account = "u-east" })
  table.insert(rows, "total " .. tostring(seen))
  local all = pcall(host.total, { register = "information", period = "2026" })
  table.insert(rows, "all " .. tostring(all))
  return { id = "told", title = "told", kind = "list", rows = rows }
end)"#,
    );
    pages.program.until(&["plugins"], "teller");
    pages.submit("e1", "东区的信息", "east", "u-east");
    let (mut east, mut west, mut editor) =
        (pages.browser("east"), pages.browser("west"), pages.browser("editor"));
    let told = |browser: &mut Browser| browser.get("/default/").is(200);
    told(&mut east).shows("东区的信息").shows("total true").shows("all false");
    told(&mut west).hides("东区的信息").shows("total false").shows("all false").hides("<li>e1</li>");
    told(&mut editor).shows("东区的信息").shows("total true").shows("all true");

    let export = "/default/r/information/export?format=csv";
    east.get(export).is(200).shows("东区的信息");
    // What the list does not show is not in its file either.
    east.get(&format!("{export}&q=没有这样的信息")).is(200).hides("东区的信息");
    east.get(&format!("{export}&q=东区")).is(200).shows("东区的信息");
    east.get(&format!("{export}&stage=closed")).is(200).hides("东区的信息");
    let csv = west.get(export).is(200);
    assert!(csv.text.contains("标题") && !csv.text.contains("东区"), "{csv:?}");
    west.get("/default/r/information?q=e1").hides("东区的信息");
    west.get("/default/r/information/standings").is(200).shows("东区").hides("account=u-east");

    // By the command line in their name.
    let run = |args: &[&str]| pages.program.run(args);
    run(&["export", "information", "--as", "east"]).ok().shows("东区的信息");
    assert_eq!(run(&["export", "information", "--as", "west"]).ok().out, "");
    run(&["export", "information", "--as", "boss"]).ok();
    assert_eq!(run(&["export", "information", "--as", "boss"]).out, "");
    run(&["export", "information", "--as", "gone"]).ended(1);
    let why = ["explain", "information", "--account", "u-east", "--period", "2026", "--as"];
    run(&[&why[..], &["east"]].concat()).ok();
    run(&[&why[..], &["west"]].concat()).ended(1).says("not within the role's reach");
    run(&["explain", "information", "--account", "u-east", "--period", "2026", "--rank", "--as", "east"])
        .ended(1);
    run(&["awards", "information", "--period", "2026", "--as", "west"]).ended(1);
    run(&["standings", "information", "--period", "2026", "--as", "boss"]).ended(1);
    run(&["similar", "information", "e1", "--as", "west"]).ended(1);
    run(&["act", "information", "e1", "submit", "title=x", "--as", "west"]).ended(1);
}

/// What a stream says within a while.
fn listen(pages: &Pages, browser: &Browser, during: impl FnOnce()) -> String {
    let address = pages.serving.pages().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let cookie = browser.cookie("session").unwrap_or_default();
    let head = format!("GET /default/live HTTP/1.1\r\nhost: {address}\r\ncookie: session={cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(2500))).unwrap();
    let mut reader = BufReader::new(stream);
    let mut said = String::new();
    // The head first: from then on it listens.
    while reader.read_line(&mut said).unwrap_or(0) > 2 {}
    during();
    while reader.read_line(&mut said).unwrap_or(0) > 0 {}
    said
}

#[test]
fn who_may_not_see_a_record_does_not_hear_of_it() {
    let pages = Pages::new();
    let (east, west) = (pages.browser("east"), pages.browser("west"));
    let all = &pages;
    let submit = |id: &'static str| move || all.submit(id, "东区的信息", "east", "u-east");
    let heard = listen(&pages, &east, submit("e1"));
    assert!(heard.starts_with("HTTP/1.1 200") && heard.contains("text/event-stream"), "{heard}");
    assert!(heard.contains("event: change"), "{heard}");
    let heard = listen(&pages, &west, submit("e2"));
    assert!(heard.starts_with("HTTP/1.1 200") && !heard.contains("event: change"), "{heard}");
    let heard = listen(&pages, &pages.visitor(), || {});
    assert!(heard.starts_with("HTTP/1.1 303"), "{heard}");
    // Who signs out hears nothing more.
    let mut leaving = pages.browser("east");
    leaving.get("/default/");
    let heard = listen(&pages, &leaving, || {
        leaving.post("/default/sign-out", &[]).is(303);
        submit("e3")();
    });
    assert!(!heard.contains("event: change"), "{heard}");
}
