//! What the README and the book show of `registrar.toml` names plugins, settings and figures that there are.

use crate::program::{Program, repository};
use std::fs;

/// The blocks of a kind in a text: between "```kind" and "```".
fn blocks(text: &str, kind: &str) -> Vec<String> {
    let begin = format!("```{kind}\n");
    text.split(&begin).skip(1).filter_map(|part| Some(part.split_once("```")?.0.to_owned())).collect()
}

/// Whether a block is of `registrar.toml`, and not of a plugin's manifest.
fn is_configuration(block: &str) -> bool {
    block.lines().any(|line| {
        let line = line.trim();
        ["[office.", "[settings.", "[order]", "[web]", "[limits]"].iter().any(|table| line.starts_with(table))
    }) && !block.lines().any(|line| line.starts_with("id = "))
}

#[test]
fn what_the_readme_says_of_the_configuration_is_taken_without_a_fault() {
    let program = Program::new();
    let mut papers = fs::read_to_string(repository().join("README.md")).unwrap();
    for chapter in fs::read_dir(repository().join("src/book")).unwrap() {
        papers.push_str(&fs::read_to_string(chapter.unwrap().path()).unwrap());
    }
    // The script that it shows is one of those that its order names.
    let script =
        blocks(&papers, "lua").into_iter().find(|block| block.contains("scripts/long-titles.lua")).unwrap();
    program.write("scripts/long-titles.lua", &script);
    program.run(&["office", "west"]).ok();
    let configurations: Vec<String> =
        blocks(&papers, "toml").into_iter().filter(|block| is_configuration(block)).collect();
    assert!(configurations.len() >= 3, "{configurations:?}");
    for text in configurations {
        // A server's password is nobody's, and files that it names are not here.
        let kept = |line: &&str| !line.contains("secret_file") && !line.contains("server");
        let text: String = text.lines().filter(kept).map(|line| format!("{line}\n")).collect();
        program.write("registrar.toml", &text);
        let ran = program.run(&["plugins"]);
        assert!(!ran.err.contains("registrar.toml"), "{text}\n{}", ran.err);
        assert_eq!(ran.code, Some(0), "{text}\n{}", ran.err);
    }
    // A name that nothing has is told, or this would find nothing.
    program.write("registrar.toml", "[office.west.settings.opinion]\nbase = 40\n");
    program.run(&["plugins"]).says("registrar.toml:2: ");
}

#[test]
fn each_set_of_rules_and_line_of_work_is_described_in_both_languages() {
    let folders =
        ["scripts", "scripts/examples"].map(|folder| fs::read_dir(repository().join(folder)).unwrap());
    let folders = folders.into_iter().flatten().map(|entry| entry.unwrap().path());
    let lacking: Vec<String> = folders
        .filter(|folder| folder.join("plugin.toml").exists())
        .flat_map(|folder| ["README.md", "README.zh.md"].map(|name| folder.join(name)))
        .filter(|file| !file.exists())
        .map(|file| file.display().to_string())
        .collect();
    assert!(lacking.is_empty(), "{lacking:?}");
}
