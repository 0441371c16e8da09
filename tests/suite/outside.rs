//! What reaches the world outside, and what comes from there: outlets, reminders, packages, with real
//! servers on loopback.

mod exchange;
mod outlets;
mod reminders;
mod server;

use crate::program::{Program, repository};
use std::{path::Path, process::Command};

/// Debian's Python, whose packages the tests install.
fn python() -> Command {
    Command::new("/usr/bin/python3")
}

/// Puts a shipped library beside a program's plugins.
fn with_library(program: &Program, name: &str) {
    let file = format!("lib{name}.so");
    let built = std::env::current_exe().unwrap().with_file_name(&file);
    std::fs::copy(&built, program.path("plugins").join(&file)).unwrap();
}

/// The files below a folder, by their paths from there.
fn files(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// The published quarter, with what renders documents.
fn quarter() -> Program {
    let program = Program::with_quarter();
    with_library(&program, "office_document");
    assert!(repository().join("scripts/outlets").is_dir());
    program
}
