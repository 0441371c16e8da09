//! The office at work in a real browser, with JavaScript and without it.
//!
//! `REGISTRAR_SHOTS=folder` also takes a picture of each screen: wide and as a phone shows it, in both
//! languages.

mod clerk;
mod driver;
mod registers;
mod screens;
mod work;

use crate::program::{Program, Serving};
use driver::{Driver, Tab};
use std::fs;

const PASSWORD: &str = "一把很长的钥匙 42";

/// The demo with its pages, as `registrar demo` opens it, and a browser.
struct Office {
    program: Program,
    serving: Serving,
    driver: Driver,
}

impl Office {
    fn open() -> Office {
        let program = Program::new();
        // The libraries that ship, as they lie beside the program where it is installed.
        let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        for library in ["libnear_duplicate.so", "liboffice_document.so", "libworkbook.so"] {
            fs::copy(deps.join(library), program.path("plugins").join(library)).unwrap();
        }
        let serving = program.demo_pages();
        let driver = Driver::start(program.path("downloads"));
        Office { program, serving, driver }
    }

    /// Someone of the demo who signs in with a password.
    fn sign_in(&self, person: &str, name: &str, scripts: bool) -> Tab {
        let set = ["user", "password", person, "--office", "demo"];
        self.program.run_with(&set, PASSWORD).ok();
        let tab = self.driver.tab(&format!("{}/demo", self.serving.pages()), scripts);
        // What was asked for is where one arrives.
        tab.open("/r/information");
        tab.fill("person", person);
        tab.fill("password", "not the one");
        tab.press("登录");
        tab.shows("不正确");
        tab.fill("person", person);
        tab.fill("password", PASSWORD);
        tab.press("登录");
        tab.shows(name);
        assert_eq!(tab.at(), "/r/information");
        tab
    }

    /// Someone of the demo, let in by their link, in a browser of their own.
    fn enter(&self, name: &str, scripts: bool) -> Tab {
        self.enter_office("demo", name, scripts)
    }

    /// The same of one of its offices.
    fn enter_office(&self, office: &str, name: &str, scripts: bool) -> Tab {
        let log = self.serving.log();
        let line = log.lines().find(|line| line.trim_start().starts_with(name)).expect("they have a link");
        let (_, link) = line.split_once(": ").unwrap();
        let tab = self.driver.tab(&format!("{}/{office}", self.serving.pages()), scripts);
        tab.visit(link);
        tab.click("main button");
        tab.shows(name);
        tab
    }
}
