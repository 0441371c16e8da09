//! Wrong use and answers that are no: what is said, where, and how the program ends.

use crate::program::Program;

#[test]
fn what_cannot_be_done_is_refused_with_reason_and_exit_code() {
    let program = Program::with_quarter();
    program.write("words.jsonl", "{\"id\": \"w\"\n");
    program.write("list.jsonl", "[]\n");
    let table: &[(&str, i32, &str)] = &[
        ("frobnicate", 2, "unrecognized subcommand 'frobnicate'"),
        ("standings information", 2, "--period"),
        ("standings information --period 2023-Q9", 2, "`2023-Q9` is no period; write a month 2023-01"),
        ("standings informaton --period 2023", 1, "no register `informaton`; did you mean `information`?"),
        (
            "standings information --period 2023 --measure pints",
            1,
            "no measure `pints`; did you mean `points`?",
        ),
        ("standings information --period 2023 --pool unit", 1, "no pool `unit`; did you mean `units`?"),
        ("explain information --account unit-9 --period 2023", 1, "no account `unit-9`; did you mean"),
        ("rules --on 2023-02-30", 2, "\"2023-02-30\" is no date; write it like 2023-02-14"),
        ("close-period 2023-13", 2, "is no period"),
        ("points record.chek", 2, "unknown point `record.chek`; did you mean `record.check`?"),
        ("call record.chek", 2, "unknown point `record.chek`; did you mean `record.check`?"),
        ("--office west plugins", 1, "there is no office \"west\"; `registrar office west` makes it"),
        ("office West", 2, "use a-z, 0-9 and -"),
        ("office default --rules zhalantn", 2, "did you mean `zhalantun`?"),
        ("act information 2023-0001 adopt carrier", 2, "write fields as name=value"),
        (
            "act information 2023-0001 adopt carrier=jurnal",
            1,
            "is not one of its choices (journal 人大信息, special 信息专刊",
        ),
        ("act information 2023-0001 adpt", 1, "no action `adpt`; did you mean `adopt`?"),
        ("act information - submit title=t", 1, "`unit`: Unit is missing; fill it in"),
        ("act information 2023-0001 adopt --on today", 2, "is no date"),
        ("act information 2023-0001 void event=nothing reason=x", 1, "there is no event `nothing`"),
        ("bypass informaton --until 2030-01-01 --reason x", 1, "no plugin `informaton`; did you mean"),
        ("bypass information --until soon --reason x", 2, "is no date"),
        ("import-events nowhere.jsonl", 1, "nowhere.jsonl cannot be read"),
        ("import-events words.jsonl", 1, "words.jsonl: line 1: column 10"),
        ("import-events words.jsonl --batch 0", 2, "--batch must be at least 1"),
        ("import information list.jsonl", 1, "list.jsonl:1: expected an object"),
        ("export informaton", 1, "did you mean `information`?"),
        ("check nowhere", 1, "nowhere: No such file"),
        ("new script Bad", 2, "use a-z, 0-9 and -"),
        ("new script zhalantun", 2, "is there already; choose another name"),
    ];
    for (line, code, said) in table {
        let args: Vec<&str> = line.split(' ').collect();
        let ran = program.run(&args);
        assert_eq!(ran.code, Some(*code), "{line}: {ran:?}");
        assert!(ran.err.contains(said), "{line}: not said: {said:?}\n{ran:?}");
        assert!(!ran.err.contains("panicked"), "{line}: {ran:?}");
    }
    // Nothing of all this was done.
    assert_eq!(program.run(&["verify", "--json"]).ok().json()["events"], 171);
}

#[test]
fn a_running_office_refuses_with_the_same_words_and_codes() {
    let program = Program::with_quarter();
    let lines = [
        "standings nothing --period 2023",
        "close-period 2023-13",
        "act information x adopt f",
        "rules --on x",
    ];
    let run = |line: &str| {
        let ran = program.run(&line.split(' ').collect::<Vec<_>>());
        (ran.code, ran.out, ran.err)
    };
    let alone = lines.map(run);
    let _serving = program.serve();
    assert_eq!(lines.map(run), alone);
}

#[test]
fn the_same_id_with_other_content_is_refused_with_the_line_and_nothing_of_its_batch_is_stored() {
    let program = Program::with_quarter();
    let again = program.run(&["import-events", "scripts/demo/zhalantun-2023q1.jsonl", "--json"]).ok().json();
    assert_eq!((&again["added"], &again["skipped"]), (&0.into(), &170.into()));
    let line = |id: &str, on: &str| {
        format!(
            r#"{{"id":"{id}","register":"information","record":"r","action":"submit","on":"{on}","fields":{{"title":"新","unit":"unit-1"}}}}"#
        )
    };
    let lines = [line("new-1", "2023-02-01"), line("2023-0001-submit", "2023-02-02")].join("\n");
    program.write("clash.jsonl", &lines);
    program
        .run(&["import-events", "clash.jsonl"])
        .ended(1)
        .says("clash.jsonl: line 2: an event with the id `2023-0001-submit` is there already and says something else");
    assert_eq!(program.run(&["verify", "--json"]).ok().json()["events"], 171);
    // One line a transaction: what is before the bad line stays.
    program.run(&["import-events", "clash.jsonl", "--batch", "1"]).ended(1).says("line 2");
    assert_eq!(program.run(&["verify", "--json"]).ok().json()["events"], 172);
}

#[test]
fn bad_lines_of_an_import_name_line_field_and_remedy() {
    let program = Program::with_quarter();
    let whole = r#"{"id":"n","register":"information","record":"n","action":"submit","on":"2023-02-01","fields":{"title":"t","unit":"unit-1"}}"#;
    let table: &[(&str, &str, &str)] = &[
        ("\"on\":\"2023-02-01\"", "\"on\":\"2023-02-31\"", "line 2: column"),
        (
            "\"register\":\"information\"",
            "\"register\":\"informaton\"",
            "line 2: no register `informaton`; did you mean",
        ),
        (
            "\"action\":\"submit\"",
            "\"action\":\"sumbit\"",
            "line 2: no action `sumbit`; did you mean `submit`?",
        ),
        ("\"title\":\"t\",", "", "line 2: `title`: Title is missing; fill it in"),
        ("unit-1", "unit-77", "line 2: `unit`: "),
        ("\"title\":\"t\"", "\"titel\":\"t\"", "line 2: `titel`"),
        ("\"record\":\"n\"", "\"record\":\"\"", "line 2: `record` is empty; give it a value"),
        ("\"id\":\"n\"", "\"ident\":\"n\"", "unknown field `ident`"),
        (whole, "plain words", "line 2: column"),
    ];
    for (old, new, said) in table {
        assert!(whole.contains(old));
        program.write("bad.jsonl", &format!("\n{}\n", whole.replacen(old, new, 1)));
        let ran = program.run(&["import-events", "bad.jsonl"]).ended(1).says(said);
        assert!(ran.err.contains("bad.jsonl: line 2") && ran.err.contains("mend the line"), "{ran:?}");
    }
}

#[test]
fn two_processes_never_work_on_one_store() {
    let program = Program::with_quarter();
    let _serving = program.serve();
    program.run(&["serve"]).ended(1).says("another process works on data");
    program.run(&["demo", "--once", "--records", "10"]).ended(1).says("another process works on data");
}
