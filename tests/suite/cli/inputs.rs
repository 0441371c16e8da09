//! What comes in and goes out is never lost in silence: pipes, standard input and output, full and closed
//! outputs, names that are not UTF-8, `~`, long paths, other folders for temporary files, other encodings.

use crate::program::{Program, Ran};
use std::{
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const NOTES: &str = r#"
host.register("notes", {
  title = "Notes",
  fields = { title = { type = "text", required = true, label = { zh = "标题", en = "Title" } } },
  actions = { submit = { create = true } },
})
"#;

const LINES: &str = "{\"title\":\"一\"}\n{\"title\":\"二\"}\n{}\n";

fn office() -> Program {
    let program = Program::bare();
    program.write("scripts/notes.lua", NOTES);
    let built = Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap().join("deps/libworkbook.so");
    fs::copy(built, program.path("plugins/libworkbook.so")).unwrap();
    program
}

/// Runs a line of shell in the folder; `registrar` is the program.
fn shell(program: &Program, line: &str) -> Ran {
    let command = program.command(&[]);
    let mut shell = Command::new("sh");
    let function =
        format!("registrar() {{ \"{}\" \"$@\"; }}; {line}", command.get_program().to_string_lossy());
    shell.args(["-c", &function]).current_dir(command.get_current_dir().unwrap());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.stdin(Stdio::null()).output().unwrap().into()
}

fn count(program: &Program) -> usize {
    program.run(&["export", "notes"]).ok().out.lines().count()
}

#[test]
fn what_can_be_read_once_is_read_once() {
    let program = office();
    program.write("notes.jsonl", LINES);
    program.write("notes.csv", "标题\n一\n二\n\"\"\n");
    let lines = [
        "cat notes.jsonl | registrar import notes /dev/stdin --again",
        "registrar import notes - --again < notes.jsonl",
        "cat notes.jsonl | registrar import notes - --again",
        "mkfifo pipe.jsonl; cat notes.jsonl > pipe.jsonl & registrar import notes pipe.jsonl --again; rm pipe.jsonl",
        "registrar import notes - --format csv --again < notes.csv",
        "cat notes.csv | registrar import notes /dev/stdin --format csv --again",
    ];
    for serving in [false, true] {
        let running = serving.then(|| program.serve());
        for line in lines {
            let before = count(&program);
            shell(&program, line).shows("2 taken");
            assert_eq!(count(&program), before + 2, "{line}");
        }
        drop(running);
    }
    // History too, and packages, and what is called by its standard input already.
    let log = program.run(&["export-events"]).ok().out;
    program.write("log.jsonl", &log);
    for (at, line) in
        ["cat log.jsonl | registrar import-events -", "registrar import-events /dev/stdin < log.jsonl"]
            .iter()
            .enumerate()
    {
        let office = format!("office-{at}");
        program.run(&["office", &office]).ok();
        shell(&program, &format!("{line} --office {office}")).ok().shows("36 events added");
    }
    shell(&program, "echo x | registrar accept -").ended(1).says("package");
    program.run(&["import", "notes", "."]).ended(1).says("is a folder");
    program.run(&["import", "notes", "none.jsonl"]).ended(1).says("none.jsonl cannot be read");
}

#[test]
fn an_output_that_takes_nothing_is_an_error() {
    let program = office();
    program.write("notes.jsonl", LINES);
    program.run(&["import", "notes", "notes.jsonl"]).ended(1);
    for serving in [false, true] {
        let running = serving.then(|| program.serve());
        for line in [
            "registrar export notes > /dev/full",
            "registrar export notes --format csv > /dev/full",
            "registrar plugins > /dev/full",
            "registrar points > /dev/full",
            "registrar --help > /dev/full",
            "registrar export notes --format xlsx --out - > /dev/full",
            "registrar export notes >&-",
            "registrar export-events >&-",
        ] {
            let ran = shell(&program, line);
            assert_eq!(ran.code, Some(1), "{line}: {ran:?}");
        }
        shell(&program, "registrar export notes > /dev/full")
            .says("standard output cannot be written: No space left")
            .says("what was asked for is done");
        shell(&program, "registrar export notes >&-").says("standard output is closed");
        // Nobody can be told where standard error takes nothing either.
        assert_eq!(shell(&program, "registrar export nots > /dev/full 2> /dev/full").code, Some(1));
        // Who reads the first line has what it wanted.
        let ran = shell(&program, "registrar points | head -n 1");
        assert!(ran.code == Some(0) && ran.err.is_empty() && ran.out.lines().count() == 1, "{ran:?}");
        shell(&program, "registrar export notes > /dev/null").ok();
        drop(running);
    }
    // A workbook goes through a pipe where that is said, and a file that can't be written leaves nothing.
    shell(&program, "registrar export notes --format xlsx").ended(2).says("--out - for a pipe");
    let piped = shell(&program, "registrar export notes --format xlsx --out - | head -c 2");
    assert_eq!(piped.out, "PK");
    shell(&program, "registrar export notes --out /dev/full").ended(1).says("/dev/full cannot be written");
    program.run(&["export", "notes", "--out", "no/such.csv"]).ended(1).says("no/such.csv cannot be written");
    let left: Vec<_> = fs::read_dir(program.path(".")).unwrap().filter_map(Result::ok).collect();
    assert!(
        left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with(".registrar-")),
        "{left:?}"
    );
}

#[test]
fn names_need_not_be_utf8() {
    let program = office();
    // 信息 in GB18030.
    let name = OsStr::from_bytes(b"\xd0\xc5\xcf\xa2");
    let file = |ending: &str| {
        let mut file = name.to_owned();
        file.push(ending);
        file
    };
    fs::write(program.path(".").join(file(".csv")), "标题\n一\n").unwrap();
    for serving in [false, true] {
        let running = serving.then(|| program.serve());
        let run = |args: &[&OsStr]| -> Ran { program.command(&[]).args(args).output().unwrap().into() };
        let (csv, out) = (file(".csv"), file(".out.csv"));
        let word = OsStr::new;
        run(&[word("import"), word("notes"), &csv, word("--again")]).ok().shows("1 taken");
        run(&[word("export"), word("notes"), word("--out"), &out]).ok().shows("rows");
        assert!(program.path(".").join(&out).exists());
        run(&[word("export"), word("notes"), word("--out"), &out, word("--json")]).ok().json();
        fs::remove_file(program.path(".").join(&out)).unwrap();
        // What is a word and no path must be text.
        run(&[word("export"), name]).ended(2).says("invalid UTF-8");
        drop(running);
    }
    let data = file("-data");
    let run = |args: &[&str]| -> Ran {
        program.command(&[]).args(args).arg("--data").arg(&data).output().unwrap().into()
    };
    run(&["import", "notes", "-"]).ok().shows("0 taken");
    run(&["verify"]).ok();
}

#[test]
fn the_home_folder_is_meant_wherever_it_is_said() {
    let program = office();
    program.write("registrar.toml", "data = \"~/registrar\"\nscripts = [\"~/scripts\"]\n");
    let run = |args: &[&str]| -> Ran {
        program.command(args).env("HOME", program.path(".")).output().unwrap().into()
    };
    program.write("notes.jsonl", LINES);
    run(&["import", "notes", "~/notes.jsonl"]).ended(1).shows("2 taken");
    assert!(program.path("registrar/registrar.db").exists() && !program.path("~").exists());
    run(&["export", "notes", "--out=~/out.csv"]).ok();
    assert!(program.path("out.csv").exists());
    run(&["export", "notes", "--data=~/registrar", "--scripts=~/scripts"]).ok().shows("一");
    run(&["backup", "~/copy"]).ok();
    assert!(program.path("copy/backup.json").exists());
}

#[test]
fn a_running_office_is_reached_over_long_paths_and_from_other_folders_for_temporary_files() {
    let program = office();
    let long: PathBuf = std::iter::repeat_n("a-folder-of-a-rather-long-name", 6).collect();
    fs::create_dir_all(program.path(".").join(&long)).unwrap();
    let data = long.join("data").to_string_lossy().into_owned();
    program.write("registrar.toml", &format!("data = {data:?}\n"));
    program.write("notes.jsonl", LINES);
    let _serving = program.serve();
    for folder in ["/tmp", "/nonexistent"] {
        let ran: Ran = program
            .command(&["import", "notes", "notes.jsonl", "--again"])
            .env("TMPDIR", folder)
            .output()
            .unwrap()
            .into();
        ran.shows("2 taken");
    }
    // By the process that has the store open: nobody else could.
    assert!(program.path(".").join(&data).join("registrar.sock").exists());
}

#[test]
fn texts_are_utf8_with_or_without_a_mark() {
    let program = office();
    let gb = |text: &str| encoding_rs::GB18030.encode(text).0.into_owned();
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let put = |name: &str, bytes: Vec<u8>| {
        fs::create_dir_all(program.path(name).parent().unwrap()).unwrap();
        fs::write(program.path(name), bytes).unwrap();
    };
    put("notes.jsonl", marked(LINES));
    program.run(&["import", "notes", "notes.jsonl"]).ended(1).shows("2 taken, 1 refused");
    put("gb.jsonl", gb("{\"title\":\"三\"}\n"));
    program
        .run(&["import", "notes", "gb.jsonl"])
        .ended(1)
        .shows("0 taken, 1 refused")
        .says("line 1: it is not UTF-8; save");
    put("gb.csv", gb("标题\n三\n"));
    program.run(&["import", "notes", "gb.csv"]).ok().shows("1 taken");
    let event = "{\"id\":\"e\",\"register\":\"notes\",\"record\":\"n\",\"action\":\"submit\",\"on\":\"2023-01-01\",\"fields\":{\"title\":\"四\"}}\n";
    put("events.jsonl", marked(event));
    program.run(&["import-events", "events.jsonl"]).ok().shows("1 events added");
    put("events.jsonl", gb(event));
    program.run(&["import-events", "events.jsonl"]).ended(1).says("line 1: it is not UTF-8");
    // Everything that a plugin is made of.
    put(
        "scripts/marked/plugin.toml",
        marked("id = \"marked\"\nversion = \"1\"\ncontract = 1\n[clauses]\nbase = \"条\"\n"),
    );
    put("scripts/marked/lib/word.lua", marked("return { word = \"好\" }\n"));
    put(
        "scripts/marked/main.lua",
        marked(
            "local lib = require(\"marked/lib/word\")\nhost.on(\"record.check\", { register = \"notes\" }, function(draft) if draft.title == lib.word then return { { level = \"error\", text = \"不好\" } } end end)\n",
        ),
    );
    put(
        "scripts/marked/examples.jsonl",
        marked(
            "{\"name\":\"passes\",\"point\":\"record.check\",\"draft\":{\"register\":\"notes\",\"title\":\"好\"},\"expect\":[{\"level\":\"error\",\"text\":\"不好\"}]}\n",
        ),
    );
    put("scripts/marked/clauses.toml", marked("more = \"款\"\n"));
    put("registrar.toml", marked("[limits]\nload_budget_ms = 500\n"));
    program.run(&["check"]).ok();
    program.run(&["act", "notes", "-", "submit", "title=好"]).ended(1).says("不好");
    for name in ["plugin.toml", "main.lua", "lib/word.lua", "examples.jsonl", "clauses.toml"] {
        let path = format!("scripts/marked/{name}");
        let whole = fs::read(program.path(&path)).unwrap();
        put(&path, gb("-- 单位\n"));
        let told = program.run(&["check"]).ended(1);
        let said = format!("{}{}", told.out, told.err);
        assert!(
            said.contains(name) && said.contains("line 1 is not UTF-8; save it as UTF-8"),
            "{name}: {said}"
        );
        put(&path, whole);
    }
    put("registrar.toml", gb("# 单位\n"));
    program.run(&["plugins"]).ended(1).says("registrar.toml cannot be read: line 1 is not UTF-8");
}
