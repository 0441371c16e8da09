//! Pages of a running office over real HTTP: signing in, and what each may see and do there.

mod access;
mod attacks;
mod browser;
mod files;
mod intruders;
mod links;
mod proxy;
mod sign_in;
mod somebody_else;
mod work;

use crate::program::{Program, Serving};
use browser::Browser;

/// The passwords of all people here.
const PASSWORD: &str = "一把很长的钥匙 42";

/// An office with its pages: two units, each with a reporter; an editor; who looks after it.
struct Pages {
    program: Program,
    serving: Serving,
}

const PEOPLE: [(&str, &str); 5] = [
    ("east", r#"{"name":"东东","unit":"u-east","roles":[{"role":"reporter","unit":"u-east"}]}"#),
    ("west", r#"{"name":"西西","unit":"u-west","roles":[{"role":"reporter","unit":"u-west"}]}"#),
    ("editor", r#"{"name":"编编","roles":[{"role":"editor","unit":"*"}]}"#),
    ("boss", r#"{"name":"主任","roles":[{"role":"admin","unit":"*"}]}"#),
    (
        "gone",
        r#"{"name":"旧人","to":"2022-12-31","roles":[{"role":"admin","unit":"*"},{"role":"editor","unit":"*"}]}"#,
    ),
];

impl Pages {
    fn new() -> Pages {
        Pages::of(Program::new())
    }

    /// With the library that writes tables.
    fn with_tables() -> Pages {
        let program = Program::new();
        let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        std::fs::copy(deps.join("libworkbook.so"), program.path("plugins/libworkbook.so")).unwrap();
        Pages::of(program)
    }

    /// Submits an item.
    fn submit(&self, record: &str, title: &str, by: &str, unit: &str) {
        let (title, unit) = (format!("title={title}"), format!("unit={unit}"));
        self.program.run(&["act", "information", record, "submit", &title, &unit, "--as", by]).ok();
    }

    fn of(program: Program) -> Pages {
        let event = |id: &str, action: &str, fields: &str| {
            format!(
                r#"{{"id":"d-{id}","register":"$directory","record":"{id}","action":"{action}","on":"2022-01-01","by":"operator","fields":{fields}}}"#
            )
        };
        let units = [("u-east", "东区"), ("u-west", "西区")].map(|(id, title)| {
            event(id, "unit", &format!(r#"{{"class":"county","title":{{"zh":"{title}","en":"{id}"}}}}"#))
        });
        let people = PEOPLE.map(|(id, fields)| event(id, "person", fields));
        program.write("people.jsonl", &[&units[..], &people[..]].concat().join("\n"));
        program.run(&["import-events", "people.jsonl"]).ok();
        for (person, _) in &PEOPLE[..4] {
            program.run_with(&["user", "password", person], PASSWORD).ok();
        }
        let serving = program.serve_pages();
        Pages { program, serving }
    }

    /// Someone who is not signed in.
    fn visitor(&self) -> Browser {
        Browser::new(&self.serving.pages())
    }

    /// Someone who is.
    #[track_caller]
    fn browser(&self, person: &str) -> Browser {
        let mut browser = self.visitor();
        browser.sign_in(person, PASSWORD).goes_to("/default/");
        browser
    }
}
