//! The data folder is its owner's alone, whatever the umask; what a command writes for its caller is as the
//! caller's other files.

use crate::program::Program;
use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// What others may do in the data folder: each file and folder that is not its owner's alone.
fn open_to_others(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        let about = fs::symlink_metadata(&path).unwrap();
        let mode = about.permissions().mode() & 0o7777;
        if mode & 0o077 != 0 && !about.is_symlink() {
            found.push(format!("{} {mode:o}", path.display()));
        }
        if about.is_dir() {
            folders.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

/// Runs the program under a umask that takes nothing away.
fn run(program: &Program, args: &[&str], input: &str) {
    let command = program.command(args);
    let mut shell = Command::new("sh");
    let quoted: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|arg| format!("'{}'", arg.to_str().unwrap().replace('\'', "'\\''")))
        .collect();
    program.write("input", input);
    shell.args(["-c", &format!("umask 000; {} < input", quoted.join(" "))]);
    shell.current_dir(program.path("."));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let done = shell.output().unwrap();
    assert!(done.status.code().is_some_and(|code| code < 2), "{args:?}: {done:?}");
}

#[test]
fn nothing_in_the_data_folder_is_open_to_others_after_any_command() {
    let program = Program::new();
    let commands: &[&[&str]] = &[
        &["act", "$directory", "unit-1", "unit", "title=一"],
        &["act", "$directory", "wang", "person", "name=王", "roles=[{\"role\":\"editor\",\"unit\":\"*\"}]"],
        &["import-events", "scripts/demo/zhalantun-2023q1.jsonl"],
        &["user", "password", "wang"],
        &["user"],
        &["act", "information", "-", "submit", "title=新", "unit=unit-1", "body=文"],
        &["import", "information", "-"],
        &["imports"],
        &["office", "west"],
        &["office", "default", "--rules", "zhalantun"],
        &["standings", "information", "--period", "2023-Q1"],
        &["close-period", "2023-Q1"],
        &["outlet", "archive", "--kind", "folder"],
        &["publish", "bulletin", "--period", "2023-Q1", "--to", "archive"],
        &["calls"],
        &["peer"],
        &["plugins"],
        &["rollback", "zhalantun", "--list"],
        &["trust", "--off"],
        &["export", "information", "--out", "out.jsonl"],
        &["export-events", "--out", "log.jsonl"],
        &["backup", "copy"],
        &["erase", "$directory", "wang", "--reason", "离职"],
        &["verify"],
        &["restore", "copy", "--data", "restored"],
    ];
    for args in commands {
        run(&program, args, "一把很长的钥匙 42");
        let open = open_to_others(&program.path("data"));
        assert!(open.is_empty(), "after {args:?}: {open:?}");
    }
    for folder in ["copy", "restored"] {
        let open = open_to_others(&program.path(folder));
        assert!(open.is_empty(), "{open:?}");
    }
    // What is the caller's is as the umask has it.
    for file in ["out.jsonl", "log.jsonl"] {
        assert_eq!(fs::metadata(program.path(file)).unwrap().permissions().mode() & 0o777, 0o666, "{file}");
    }
    // What an earlier version left open is closed when it is opened.
    for path in ["data", "data/registrar.db"] {
        fs::set_permissions(program.path(path), fs::Permissions::from_mode(0o777)).unwrap();
    }
    let mut serving = program.serve_pages();
    run(&program, &["act", "information", "-", "submit", "title=二", "unit=unit-1", "body=文"], "");
    let open = open_to_others(&program.path("data"));
    assert!(open.is_empty(), "while it runs: {open:?}");
    serving.kill();
}
