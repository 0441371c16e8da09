//! Packages from a county's office to the city's: by file, by HTTP, twice, changed on the way.

use super::server::until;
use crate::program::{Program, Ran};
use std::fs;

/// An office that knows another by its key.
fn office(unit: &str) -> Program {
    let program = Program::new();
    program
        .run(&[
            "act",
            "$directory",
            unit,
            "unit",
            "--on",
            "2022-01-01",
            &format!("title={unit}"),
            "class=county",
        ])
        .ok();
    program
}

fn key(program: &Program) -> String {
    program.run(&["peer", "--json"]).ok().json()["key"].as_str().unwrap().to_owned()
}

/// A county with two items that it forwards, and the city, each of which knows the other.
fn two() -> (Program, Program) {
    let (county, city) = (office("town"), office("east"));
    city.run(&["peer", "east", "--key", &key(&county)]).ok().says("peer:east");
    county.run(&["peer", "city", "--key", &key(&city)]).ok();
    city.run(&[
        "act",
        "$directory",
        "peer:east",
        "person",
        "name=东县",
        r#"roles=[{"role":"reporter","unit":"east"}]"#,
    ])
    .ok();
    for n in ["1", "2"] {
        let title = format!("title=第{n}条");
        county
            .run(&["act", "information", n, "submit", "--on", "2023-05-05", &title, "unit=town", "body=正文"])
            .ok();
        county.run(&["act", "information", n, "forward", "--on", "2023-05-06", "forwarded_to=city"]).ok();
    }
    (county, city)
}

fn pack(county: &Program) -> String {
    county.run(&["pack", "items", "--to", "city", "--period", "2023-05", "--out", "p.json", "--force"]).ok();
    fs::read_to_string(county.path("p.json")).unwrap()
}

fn accept(city: &Program, text: &str) -> Ran {
    city.write("p.json", text);
    city.run(&["accept", "p.json"])
}

fn items(city: &Program) -> Vec<String> {
    city.run(&["export", "information"]).ok().out.lines().map(str::to_owned).collect()
}

#[test]
fn a_package_that_is_taken_in_twice_adds_nothing() {
    let (county, city) = two();
    let package = pack(&county);
    accept(&city, &package).ok().shows("2 new, 0 known, 0 refused");
    let once = items(&city);
    assert_eq!(once.len(), 2);
    assert!(once[0].contains("第1条") && once[0].contains("east · town"), "{once:?}");
    accept(&city, &package).ok().shows("0 new, 2 known, 0 refused");
    // Made once more, it is another package that tells the same.
    accept(&city, &pack(&county)).ok().shows("0 new, 2 known, 0 refused");
    assert_eq!(items(&city), once);
    city.run(&["verify"]).ok();
    // One more item is one more.
    county
        .run(&[
            "act",
            "information",
            "3",
            "submit",
            "--on",
            "2023-05-07",
            "title=第3条",
            "unit=town",
            "body=正文",
        ])
        .ok();
    county.run(&["act", "information", "3", "forward", "--on", "2023-05-08", "forwarded_to=city"]).ok();
    accept(&city, &pack(&county)).ok().shows("1 new, 2 known, 0 refused");
    assert_eq!(items(&city).len(), 3);
}

#[test]
fn what_was_changed_is_of_nobody_or_for_others_is_refused_whole() {
    let (county, city) = two();
    let package = pack(&county);
    accept(&city, &package.replace("第1条", "第9条"))
        .ended(1)
        .says("the signature of the package is not good");
    accept(&city, "{}").ended(1).says("this is no package");
    let stranger = office("x");
    stranger.run(&["peer", "city", "--key", &key(&city)]).ok();
    stranger
        .run(&[
            "act",
            "information",
            "1",
            "submit",
            "--on",
            "2023-05-05",
            "title=标题",
            "unit=x",
            "body=正文",
        ])
        .ok();
    stranger.run(&["act", "information", "1", "forward", "--on", "2023-05-06", "forwarded_to=city"]).ok();
    accept(&city, &pack(&stranger)).ended(1).says("which is of no peer");
    stranger.run(&["peer", "east", "--key", &key(&county)]).ok();
    accept(&stranger, &package).ended(1).says("for another office");
    // Once it is struck off, it is nobody.
    city.run(&["peer", "east", "--remove"]).ok();
    accept(&city, &package).ended(1).says("which is of no peer");
    assert!(items(&city).is_empty());
}

#[test]
fn a_peer_does_what_its_roles_let_it_do_and_what_is_refused_is_told() {
    let (county, city) = two();
    city.run(&["act", "$directory", "peer:east", "person", r#"roles=[{"role":"leader","unit":"*"}]"#]).ok();
    accept(&city, &pack(&county)).ended(1).shows("0 new, 0 known, 2 refused").says("takes the role reporter");
    assert!(items(&city).is_empty());
    city.run(&["act", "$directory", "peer:east", "person", r#"roles=[{"role":"reporter","unit":"east"}]"#])
        .ok();
    accept(&city, &pack(&county)).ok().shows("2 new");
}

#[test]
fn a_forwarded_item_reaches_the_other_office_by_itself() {
    let (county, city) = two();
    let serving = city.serve_pages();
    let url = format!("{}/default/packages", serving.pages());
    let host = serving.pages();
    county.write(
        "registrar.toml",
        &format!(
            "[outside.exchange]\nhosts = [\"{host}\"]\n[settings.exchange]\nto = \"city\"\nurl = \"{url}\"\n"
        ),
    );
    county
        .run(&[
            "act",
            "$directory",
            "plugin:exchange",
            "person",
            "name=交换",
            r#"roles=[{"role":"editor","unit":"*"}]"#,
        ])
        .ok();
    county.run(&["act", "information", "3", "submit", "title=第3条", "unit=town", "body=正文"]).ok();
    county.run(&["act", "information", "3", "forward", "forwarded_to=city"]).ok();
    let _sending = county.serve();
    until("the items", || (items(&city).len() == 3).then_some(()));
    // Whoever sends what is no package, or another's, is told so, and nothing comes of it.
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = |text: &str| agent.post(&url).send(text).unwrap().status().as_u16();
    assert_eq!(sent("{}"), 422);
    let package = pack(&county);
    assert_eq!(sent(&package.replace("第1条", "第9条")), 403);
    assert_eq!(sent(&package), 200);
    assert_eq!(items(&city).len(), 3);
}
