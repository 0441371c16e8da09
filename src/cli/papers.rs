//! The commands that papers show are commands of this program, as they are written there.

use super::args::Cli;
use clap::Parser;
use std::{fs, path::Path};

/// The words of a line as a shell would have them, up to a comment, a pipe, a redirection or another command.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => (quote, begun) = (Some(c), true),
            (None, ' ') => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, '#' | ';' | '|' | '<' | '>' | '&') if word.is_empty() && !begun => break,
            (None, ';') => {
                break;
            }
            (_, c) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

/// The lines of a paper's shell blocks that call the program, one way or another.
fn commands(paper: &str) -> Vec<Vec<String>> {
    let blocks = paper.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let lines = blocks.flat_map(|(block, _)| block.lines()).flat_map(|line| line.split("; "));
    let mut found = Vec::new();
    for line in lines.map(str::trim) {
        let called = line.strip_prefix("registrar ").or_else(|| {
            let (cargo, rest) = line.split_once(" -- ")?;
            cargo.contains("cargo run").then_some(rest)
        });
        if let Some(rest) = called {
            found.push([vec!["registrar".to_owned()], words(rest)].concat());
        }
    }
    found
}

#[test]
fn each_command_in_a_paper_is_one() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut papers = vec![top.join("README.md")];
    for folder in ["src/book", "scripts", "scripts/examples", "plugins", "plugins/examples"] {
        let entries = fs::read_dir(top.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let more = entries.flat_map(|path| match path.is_dir() {
            true => vec![path.join("README.md"), path.join("README.zh.md")],
            false => vec![path],
        });
        papers.extend(more.filter(|path| path.extension().is_some_and(|is| is == "md") && path.exists()));
    }
    let (mut count, mut wrong) = (0, Vec::new());
    for paper in papers {
        for command in commands(&fs::read_to_string(&paper).unwrap()) {
            count += 1;
            if let Err(error) = Cli::try_parse_from(&command) {
                wrong.push(format!("{}: {}\n{error}", paper.display(), command.join(" ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 50, "{count}");
}

#[test]
fn words_are_those_of_a_shell() {
    let line = r#"act '$directory' wang name=王 'roles=[{"a":"b"}]' --x "a b" < file  # what"#;
    assert_eq!(words(line), ["act", "$directory", "wang", "name=王", r#"roles=[{"a":"b"}]"#, "--x", "a b"]);
}
