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
fn the_rules_that_the_book_writes_are_good_and_count_what_it_says() {
    let paper = fs::read_to_string(repository().join("scripts/README.md")).unwrap();
    let lua = blocks(&paper, "lua");
    assert!(lua.len() >= 4, "{lua:?}");
    let manifest: Vec<String> =
        blocks(&paper, "toml").into_iter().filter(|block| block.starts_with("[figures]")).collect();
    let program = Program::new();
    let head = "id = \"ours\"\nversion = \"1.0\"\ncontract = 1\ndepends = [\"information\", \"std\"]\nrule_set = true\n";
    program.write("scripts/ours/plugin.toml", &format!("{head}\n{}", manifest.concat()));
    program.write("scripts/ours/rules.lua", &lua.concat());
    program.run(&["check", "scripts/ours"]).ok();
    // Its events, by the commands with which it has them tried.
    program.run(&["office", "default", "--rules", "ours", "--on", "2024-01-01"]).ok();
    program.write("events.jsonl", &blocks(&paper, "json").concat());
    let unit = [
        "act",
        "$directory",
        "x",
        "unit",
        "--on",
        "2024-01-01",
        "title={\"zh\":\"甲县\",\"en\":\"County A\"}",
        "class=county",
    ];
    program.run(&unit).ok();
    let other = unit.map(|word| if word == "x" { "y" } else { word });
    program.run(&other).ok();
    program.run(&["import-events", "events.jsonl"]).ok();
    // Adopted in the brief: 4 points; one of two items was submitted: one point less.
    let standing = program.run(&["standings", "information", "--period", "2024-05", "--json"]).ok().out;
    let standing: serde_json::Value = serde_json::from_str(&standing).unwrap();
    let of_x = standing.as_array().unwrap().iter().find(|row| row["account"] == "x").unwrap();
    assert_eq!(of_x["amount"], "3", "{standing}");
    let explained =
        program.run(&["explain", "information", "--account", "x", "--period", "2024-05"]).ok().out;
    assert!(explained.contains("art-3") && explained.contains("art-8"), "{explained}");
}

#[test]
fn the_manifest_that_the_book_shows_is_one() {
    let paper = fs::read_to_string(repository().join("src/book/scripts.md")).unwrap();
    let manifest = blocks(&paper, "toml").into_iter().find(|block| block.starts_with("id = ")).unwrap();
    let program = Program::new();
    program.write("scripts/ours/plugin.toml", &manifest.replace("id = \"fees\"", "id = \"ours\""));
    let script = r#"
        local rules = host.rules { register = "information", measure = "points" }
        rules:on("score.post", { action = "adopt", account = "unit", clause = "base" }, function()
          return if host.settings.taken == "next" then host.figures.base else nil
        end)
        rules:on("score.reconcile", { clause = "base" }, function(postings) return postings end)
        rules:on("score.reconcile", { clause = "level" }, function(postings) return postings end)
    "#;
    program.write("scripts/ours/rules.lua", script);
    program.run(&["check", "scripts/ours"]).ok();
}

#[test]
fn the_native_plugin_that_the_book_shows_is_the_one_that_is_built() {
    let paper = fs::read_to_string(repository().join("src/book/plugins.md")).unwrap();
    let shown = blocks(&paper, "rust");
    let built = fs::read_to_string(repository().join("plugins/examples/rust/title-length/lib.rs")).unwrap();
    let built = built.split_once('\n').unwrap().1;
    assert_eq!(shown, [built]);
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
