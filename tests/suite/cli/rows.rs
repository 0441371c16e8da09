//! What is said of single rows and entries: why a day is none, what may be chosen, who is named twice, what was left
//! out of a text, whom the directory does not know.

use crate::program::{Program, Ran};
use std::{fs, path::Path};

fn office() -> Program {
    let program = Program::bare();
    program.write(
        "scripts/items.lua",
        r#"host.register("items", {
            title = "Items",
            fields = {
                title = { type = "text", required = true },
                kind = { type = "choice", of = { { id = "dynamic", label = { zh = "动态信息", en = "Dynamic" } }, "plain" } },
                urgent = { type = "bool" }, due = { type = "date" }, unit = { type = "unit" },
            },
            stages = { "open" },
            actions = { submit = { create = true, submission = true, by = "reporter" } },
        })"#,
    );
    let built = Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap().join("deps/libworkbook.so");
    fs::copy(built, program.path("plugins/libworkbook.so")).unwrap();
    program
}

fn import(program: &Program, name: &str, text: &str) -> Ran {
    program.write(name, text);
    program.run(&["import", "items", name])
}

#[test]
fn a_day_that_is_none_says_why_and_no_time_is_made_up() {
    let program = office();
    let rows = [
        ("2023-01-01 99:99", "there is no such time"),
        ("2023-01-01 09:60", "there is no such time"),
        ("2023年1月5日25时", "there is no such time"),
        ("1月5日", "its year is missing"),
        ("5/1/2023", "its year comes first"),
        ("2023/13/1", "there is no such day"),
        ("0223-01-05", "its year is not written in full"),
        ("昨天", "is no date; write it like 2023-02-14"),
    ];
    let text: String = rows.iter().map(|(day, _)| format!("{day},{day}\n")).collect();
    let ran = import(&program, "days.csv", &format!("title,due\n{text}早上,2023-01-05 08:30\n"));
    let ran = ran.shows("1 taken, 8 refused.");
    for (line, (day, why)) in (2..).zip(rows) {
        let said = ran.err.lines().find(|said| said.starts_with(&format!("days.csv:{line}: "))).unwrap();
        assert!(said.contains("column B \"due\"") && said.contains(why), "{day}: {said}");
    }
}

#[test]
fn choices_are_told_by_what_they_are_called_and_yes_is_no_boolean() {
    let program = office();
    import(&program, "k.csv", "title,kind,urgent\n甲,动态,\n乙,Dynamic,是\n丙,,maybe\n")
        .shows("1 taken, 2 refused.")
        .says("\"动态\" is not one of its choices (dynamic 动态信息, plain); did you mean `动态信息`?")
        .says("got \"maybe\"; expected true or false");
}

#[test]
fn the_same_id_twice_in_a_file_is_told_with_its_place() {
    let program = office();
    let lines = "{\"id\":\"a\",\"title\":\"x\"}\n{\"id\":\"b\",\"title\":\"x\"}\n{\"id\":\"a\",\"title\":\"y\"}\n{\"id\":\"a\",\"title\":\"x\"}\n";
    import(&program, "l.jsonl", lines)
        .shows("2 taken, 1 refused")
        .says("l.jsonl:3: has the same id \"a\" as 1 and says something else: `title` was \"x\", is \"y\"");
    // In another file, or the same once more, it is one that was taken and has changed.
    import(&program, "m.jsonl", "{\"id\":\"a\",\"title\":\"y\"}\n")
        .says("was taken before and has changed since");
    let stands = |title: &str| {
        format!("{{\"register\":\"items\",\"id\":\"s\",\"stage\":\"open\",\"title\":\"{title}\"}}\n")
    };
    import(&program, "s.jsonl", &(stands("一") + &stands("二")))
        .shows("1 taken, 1 refused")
        .says("s.jsonl:2: has the same id \"s\" as 1");
}

#[test]
fn a_heading_that_looks_like_letters_is_the_one_that_is_meant() {
    let program = office();
    program.write("m.csv", "title,C,A\n甲,,是\n");
    let ran = program.run(&["import", "items", "m.csv", "--map", "A=urgent", "--map", "B=-"]);
    ran.shows("1 taken, 0 refused.");
    assert!(program.run(&["export", "items"]).ok().out.contains("\"urgent\":true"));
    // Where there is no such heading it is the letter.
    program.write("n.csv", "x,title\n否,A\n");
    program.run(&["import", "items", "n.csv", "--map", "A=urgent"]).shows("1 taken, 0 refused.");
    let nobody = program.run(&["import", "items", "n.csv", "--map", "A=urgent", "--as", "nobody"]);
    nobody.ended(1).says("nobody");
}

#[test]
fn what_is_left_out_of_a_text_is_told() {
    let program = office();
    import(&program, "c.csv", "title\n一\u{7}二\n三\n")
        .shows("2 taken, 0 refused.")
        .says("c.csv:2: column A \"title\": control characters in it were left out");
    import(&program, "c.jsonl", "{\"title\":\"四\\u0001\"}\n{\"title\":\"五\\r\\n六\"}\n")
        .shows("2 taken, 0 refused.")
        .says("c.jsonl:1: `title`: control characters in it were left out");
    let stored = program.run(&["export", "items"]).ok().out;
    assert!(stored.contains("一二") && stored.contains("四") && stored.contains("五\\n六"), "{stored}");
}

#[test]
fn the_directory_is_told_of_units_that_are_there_and_of_roles_that_can_be_read() {
    let program = office();
    let act = |record: &str, action: &str, fields: &[&str]| {
        program.run(&[&["act", "$directory", record, action], fields].concat())
    };
    act("city", "unit", &["title=市"]).ok();
    act("east", "unit", &["title=东", "parent=city"]).ok();
    act("east", "unit", &["parent=east"]).ended(1).says("would be above itself");
    act("city", "unit", &["parent=east"]).ended(1).says("would be above itself");
    act("west", "unit", &["title=西", "parent=citty"])
        .ok()
        .says("no unit \"citty\" yet; did you mean `city`?");
    // A slip in a role would make it one of the whole office.
    for (roles, why) in [
        (r#"roles=[{"role":"reporter","unti":"east"}]"#, "a role has no `unti`; did you mean `unit`?"),
        (r#"roles=[{"rol":"reporter"}]"#, "it names no `role`"),
        (r#"roles=[{"role":"reporter","unit":""}]"#, "`unit` is no unit's id"),
        (r#"roles=[{"role":"reporter","unit":["east"]}]"#, "`unit` is no unit's id"),
        (r#"roles=[{"role":"reporter","from":"soon"}]"#, "expected a date"),
        (r#"roles=["reporter", 7]"#, "entry 2: got"),
    ] {
        act("wang", "person", &["name=王", roles]).ended(1).says(why);
    }
    let told =
        act("wang", "person", &["name=王", "unit=est", r#"roles=[{"role":"reprter","unit":"est"}]"#]).ok();
    told.says("no unit \"est\" yet; did you mean `east`?")
        .says("the role \"reprter\"; did you mean `reporter`?");
    // What settings of plugins name can't be known here, so a strange one is taken at its word.
    let quiet = act(
        "li",
        "person",
        &["name=李", "unit=east", r#"roles=["leader",{"role":"reporter","unit":"east"}]"#],
    );
    assert_eq!(quiet.ok().err, "");
}
