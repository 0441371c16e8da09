//! Every address, tried by everyone: denied unless listed here.

use super::{PASSWORD, Pages};

/// Nobody, the reporters of two units, the editor, who looks after the office.
const WHO: [&str; 5] = ["", "east", "west", "editor", "boss"];

const LOOKED_AT: [(&str, [u16; 5]); 16] = [
    ("/", [303; 5]),
    ("/default", [303; 5]),
    ("/default/", [303, 200, 200, 200, 200]),
    ("/default/sign-in", [200, 303, 303, 303, 303]),
    ("/default/password", [303, 200, 200, 200, 200]),
    ("/default/people", [303, 403, 403, 403, 200]),
    ("/default/enter/guessed", [404; 5]),
    ("/default/r/information", [303, 200, 200, 200, 403]),
    ("/default/r/information/new/submit", [303, 200, 200, 403, 403]),
    ("/default/r/information/new/merge", [303, 403, 403, 200, 403]),
    ("/default/r/information/i/e1", [303, 200, 404, 200, 403]),
    ("/default/r/information/i/e1/return", [303, 403, 404, 200, 403]),
    ("/default/r/information/i/e1/submit", [303, 403, 404, 403, 403]),
    ("/default/r/information/i/absent", [303, 404, 404, 404, 403]),
    ("/default/r/%24directory", [303, 404, 404, 404, 404]),
    ("/another/", [404; 5]),
];

const SENT: [(&str, [u16; 5]); 6] = [
    ("/default/people/west/link", [303, 403, 403, 403, 200]),
    ("/default/r/information/new/merge", [303, 403, 403, 422, 403]),
    ("/default/r/information/i/e1/return", [303, 403, 404, 422, 403]),
    ("/default/r/information/i/e1/close", [303, 403, 404, 303, 403]),
    ("/default/enter/guessed", [404; 5]),
    ("/default/password", [303, 422, 422, 422, 422]),
];

#[test]
fn each_address_lets_in_whom_it_lists_and_nobody_else() {
    let pages = Pages::new();
    let submit = ["act", "information", "e1", "submit", "title=东区的信息", "unit=u-east", "--as", "east"];
    pages.program.run(&submit).ok();
    let mut browsers = WHO.map(|who| if who.is_empty() { pages.visitor() } else { pages.browser(who) });
    for (at, expected) in LOOKED_AT {
        let got: Vec<u16> = browsers.iter().map(|browser| browser.look(at, &[]).status).collect();
        assert_eq!(got, expected, "GET {at} by {WHO:?}");
    }
    for (at, expected) in SENT {
        let got: Vec<u16> = browsers.iter().map(|browser| browser.post(at, &[]).status).collect();
        assert_eq!(got, expected, "POST {at} by {WHO:?}");
    }
    // What a unit may not see is in no list of its own either.
    browsers[1].get("/default/r/information").shows("东区的信息");
    browsers[2].get("/default/r/information").hides("东区的信息");
    browsers[2].get("/default/r/information?q=%E4%B8%9C%E5%8C%BA").hides("东区的信息");
    browsers[2].get("/default/").hides("东区的信息");
    browsers[2].get("/default/r/information?stage=closed").hides("东区的信息");
    let log = pages.serving.log();
    assert!(log.contains(r#"what="information e1""#) && log.contains("person=west"), "{log}");
    assert!(!log.contains(PASSWORD));
}
