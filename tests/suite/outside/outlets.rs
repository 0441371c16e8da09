//! Documents on their way to outlets: a folder, mail, another program, a feed.

use super::{
    files, python, quarter,
    server::{Http, Smtp, until},
};
use crate::program::Program;
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const TITLE: &str = "关于2023年第一季度信息报送采用情况的通报";

fn publish(program: &Program, to: &str) -> crate::program::Ran {
    program.run(&["publish", "bulletin", "--to", to, "--period", "2023-Q1"])
}

#[test]
fn a_folder_keeps_a_document_in_each_format_and_only_once() {
    let program = quarter();
    program.run(&["outlet", "archive", "--kind", "folder", "--title", "存档"]).ok().shows("archive");
    publish(&program, "archive").ok();
    let kept = files(&program.path("data/files/default/outlets"));
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert!(kept[0].starts_with("archive/2") && kept[0].ends_with(&format!("{TITLE}.docx")), "{kept:?}");
    let bytes = std::fs::read(program.path("data/files/default/outlets").join(&kept[0])).unwrap();
    assert_eq!(&bytes[..2], b"PK");
    // The same day's is the same file.
    publish(&program, "archive").ok();
    assert_eq!(files(&program.path("data/files/default/outlets")), kept);
}

#[test]
fn what_can_not_be_published_is_told_before_anything_is_logged() {
    let program = quarter();
    publish(&program, "nowhere").ended(1).says("no outlet `nowhere`");
    program.run(&["outlet", "board", "--kind", "parchment"]).ok();
    publish(&program, "board").ended(1).says("no plugin brings documents to outlets of the kind `parchment`");
    program.run(&["outlet", "archive", "--kind", "folder"]).ok();
    program.run(&["outlet", "archive", "--off"]).ok().shows("closed");
    publish(&program, "archive").ended(1).says("is closed");
    program.run(&["outlet", "new"]).ended(2).says("--kind");
    program.run(&["outlet", "archive", "--on"]).ok();
    // A reporter publishes nothing; a role that the office names does.
    program
        .run(&[
            "act",
            "$directory",
            "wang",
            "person",
            "name=Wang",
            r#"roles=[{"role":"reporter","unit":"unit-1"}]"#,
        ])
        .ok();
    let by = ["publish", "bulletin", "--to", "archive", "--period", "2023-Q1", "--as", "wang"];
    program.run(&by).ended(1).says("only the operator");
    assert_eq!(files(&program.path("data/files/default/outlets")), Vec::<String>::new());
}

#[test]
fn a_mail_goes_to_each_address_with_the_document() {
    let (program, smtp) = (quarter(), Smtp::start());
    program.write(
        "registrar.toml",
        &format!("[mail]\nserver = \"smtp://{}\"\nfrom = \"信息处 <info@example.org>\"\n[outside.outlets]\nmail = true\n", smtp.address),
    );
    program
        .run(&["outlet", "units", "--kind", "mail", "--set", r#"to=["a@example.org","b@example.org"]"#])
        .ok();
    publish(&program, "units").ok();
    let mails = smtp.wait(2);
    for (mail, to) in mails.iter().zip(["a@example.org", "b@example.org"]) {
        assert!(mail.starts_with(to) && mail.contains("信息处 <info@example.org>"), "{mail}");
        assert!(mail.contains(&format!("| {TITLE} |")) && mail.contains("共报送信息"), "{mail}");
        assert!(mail.contains(&format!("{TITLE}.docx', b'PK')")), "{mail}");
    }
    let calls = program.run(&["calls", "--json"]).ok().json();
    assert_eq!(calls[0]["method"], "MAIL");
    assert_eq!(calls[0]["to"], "a@example.org, b@example.org");
}

#[test]
fn a_plugin_that_was_not_let_out_reaches_nothing_and_that_is_written_down() {
    let (program, smtp, http) =
        (quarter(), Smtp::start(), Http::start(&["200 OK\r\ncontent-length: 0\r\n\r\n"]));
    program.write(
        "registrar.toml",
        &format!("[mail]\nserver = \"smtp://{}\"\nfrom = \"a@example.org\"\n", smtp.address),
    );
    program.run(&["outlet", "units", "--kind", "mail", "--set", r#"to=["a@example.org"]"#]).ok();
    publish(&program, "units").ok().says("may not send mail");
    let url = format!("url=http://{}/in", http.address);
    program.run(&["outlet", "site", "--kind", "webhook", "--set", &url]).ok();
    publish(&program, "site").ok().says("may not reach");
    assert!(smtp.mails().is_empty() && http.came().is_empty());
    let calls = program.run(&["calls", "--json"]).ok().json();
    let errors: Vec<_> =
        calls.as_array().unwrap().iter().map(|call| call["error"].as_str().unwrap()).collect();
    assert!(errors[0].contains("may not send mail") && errors[1].contains("may not reach"), "{errors:?}");
}

#[test]
fn a_webhook_is_signed_and_tried_again_until_it_is_taken() {
    let secret = b"a secret of some length";
    let http = Http::start(&[
        "503 Service Unavailable\r\ncontent-length: 0\r\n\r\n",
        "302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n",
        "202 Accepted\r\ncontent-length: 0\r\n\r\n",
    ]);
    let program = quarter();
    program.write("secret", &format!("whsec_{}\n", STANDARD.encode(secret)));
    let file = program.path("secret");
    program.write(
        "registrar.toml",
        &format!(
            "[outside.outlets]\nhosts = [\"http://{}\"]\nsecret_file = \"{}\"\n",
            http.address,
            file.display()
        ),
    );
    let url = format!("url=http://{}/in?token=hidden", http.address);
    program.run(&["outlet", "site", "--kind", "webhook", "--set", &url]).ok();
    publish(&program, "site").ok().says("answered 503");
    let _serving = program.serve();
    let came = http.wait(3);
    let id = came[0].header("webhook-id").to_owned();
    assert!(!id.is_empty());
    for request in &came {
        assert_eq!(request.line, "POST /in?token=hidden HTTP/1.1");
        assert_eq!(request.header("webhook-id"), id);
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(format!("{id}.{}.", request.header("webhook-timestamp")).as_bytes());
        mac.update(&request.body);
        let signed = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        assert_eq!(request.header("webhook-signature"), signed);
        let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(
            (&body["type"], &body["document"]["title"]),
            (&"document.published".into(), &TITLE.into())
        );
    }
    let calls = until("the record of the third", || {
        let calls = program.run(&["calls", "--json"]).ok().json();
        (calls.as_array().unwrap().len() == 3).then_some(calls)
    });
    let states: Vec<_> =
        calls.as_array().unwrap().iter().map(|call| call["status"].as_u64().unwrap()).collect();
    assert_eq!(states, [503, 302, 202]);
    assert!(!calls.to_string().contains("hidden"), "what follows a question mark is written down nowhere");
}

#[test]
fn a_feed_lists_the_newest_first_and_is_read_by_a_feed_reader() {
    let program = quarter();
    program.run(&["outlet", "news", "--kind", "feed", "--title", "信息 & 通报"]).ok();
    publish(&program, "news").ok();
    program.run(&["publish", "standings", "--to", "news", "--period", "2023-H1"]).ok();
    let file = program.path("data/files/default/outlets/news/feed.xml");
    let read = "import feedparser, sys\nd = feedparser.parse(sys.argv[1])\nprint(d.bozo, d.version, d.feed.title, len(d.entries))\nfor e in d.entries: print(e.title, e.updated, bool(e.summary), e.id)";
    let said = python().args(["-c", read]).arg(&file).output().unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines[0], "False atom10 信息 & 通报 2", "{said}");
    assert!(said.contains(TITLE) && said.contains("2023年上半年信息报送采用情况排名表"), "{said}");
}

/// A plugin that makes a request for each item that is submitted, as its title says.
const CALLER: &str = r#"
host.on("action.after", { register = "information", action = "submit", from = "start" }, function(event, record)
  local body = if record.title == "large" then string.rep("x", 1048577) else nil
  local answer = host.http({ url = host.settings.url, method = "POST", body = body })
  host.log.warn("answered " .. answer.status)
end)
"#;

#[test]
fn what_goes_out_and_comes_back_is_limited_in_size_in_time_and_in_number() {
    let large = format!("200 OK\r\ncontent-length: 1048577\r\n\r\n{}", "x".repeat(1_048_577));
    let http = Http::start(&[&large]);
    let program = Program::new();
    // It takes the request, and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent_at = silent.local_addr().unwrap();
    program.write("scripts/caller/caller.lua", CALLER);
    program.write(
        "scripts/caller/plugin.toml",
        "id = \"caller\"\ncapabilities = [\"http\"]\n[settings.url]\ntype = \"text\"\ndefault = \"\"\n",
    );
    let reach = |url: &str| {
        let hosts = format!("[\"http://{}\", \"http://{silent_at}\"]", http.address);
        program.write(
            "registrar.toml",
            &format!("[outside.caller]\nhosts = {hosts}\n[settings.caller]\nurl = \"http://{url}/\"\n"),
        );
    };
    program.run(&["act", "$directory", "east", "unit", "--on", "2022-01-01", "title=East"]).ok();
    let submit = |title: &str| {
        program
            .run(&["act", "information", "-", "submit", &format!("title={title}"), "unit=east", "body=x"])
            .ok();
    };
    let call = |n: usize| {
        until("the call", || {
            let calls = program.run(&["calls", "--last", "100", "--json"]).ok().json();
            calls.as_array().unwrap().get(n - 1).cloned()
        })
    };
    reach(&http.address);
    submit("large");
    let serving = program.serve();
    assert!(call(1)["error"].as_str().unwrap().contains("1048577 bytes; at most 1048576"), "{}", call(1));
    assert!(http.came().is_empty());
    drop(serving);
    program.run(&["parked", "--json"]).ok();
    // What comes back.
    let program = &program;
    program.edit("scripts/caller/caller.lua", "\"large\"", "\"none\"");
    let serving = program.serve();
    assert!(call(2)["error"].as_str().unwrap().contains("can't be taken in"), "{}", call(2));
    drop(serving);
    // How long is waited.
    reach(&silent_at.to_string());
    let serving = program.serve();
    let waited = call(3);
    let ms = waited["ms"].as_u64().unwrap();
    assert!(
        (10_000..15_000).contains(&ms) && waited["error"].as_str().unwrap().contains("timeout"),
        "{waited}"
    );
    drop(serving);
    drop(silent);
}
