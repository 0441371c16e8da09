//! The tree keeps its house rules, and each rule finds what is planted against it.

use registrar_architecture::{
    Config, Exceptions, Finding, Tree, crates, generated, glossary, modules, names, out_of_reach, papers,
    rooms, size, unsafety, words,
};
use std::{collections::BTreeSet, path::Path, process::Command, sync::LazyLock};

static TREE: LazyLock<Tree> = LazyLock::new(|| Tree::read(top()));
static CONFIG: LazyLock<Config> = LazyLock::new(|| Config::parse(include_str!("architecture.toml")));
static EXCEPTIONS: LazyLock<Exceptions> =
    LazyLock::new(|| Exceptions::parse(include_str!("exceptions.toml")));

fn top() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The rule's findings are the listed exceptions, no more and no fewer.
fn holds(rule: &str, findings: &[Finding]) {
    let wrong = EXCEPTIONS.hold(rule, findings);
    assert!(wrong.is_empty(), "{} against the rule of {rule}:\n{}", wrong.len(), wrong.join("\n"));
}

/// The keys of what a rule finds.
fn keys(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.key.as_str()).collect()
}

#[test]
fn crates_depend_on_those_below() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(top())
        .output()
        .unwrap();
    let metadata = serde_json::from_slice(&metadata.stdout).unwrap();
    holds("crates", &crates::check(&metadata, &CONFIG));
}

#[test]
fn a_crate_that_depends_on_one_above_is_found() {
    let package = |name: &str, folder: &str, on: &str| {
        let manifest = format!("/home/tests/{folder}/Cargo.toml");
        serde_json::json!({
            "name": name, "manifest_path": manifest, "dependencies": [{"name": on, "kind": null}],
        })
    };
    let metadata = serde_json::json!({"workspace_root": "/home/tests", "packages": [
        package("registrar-host", "src/host", "registrar-sdk"),
        package("registrar-sdk", "plugins/sdk", "registrar-host"),
        package("newcomer", "plugins/newcomer", "serde"),
        package("helper", "tests/helper", "registrar-host"),
    ]});
    let found = crates::check(&metadata, &CONFIG);
    assert_eq!(keys(&found), ["registrar-sdk -> registrar-host", "newcomer"]);
}

#[test]
fn modules_import_one_way() {
    // What reads the imports sees them: a tree without any would keep every rule.
    let arrows: usize = modules::crates(&TREE).iter().map(|of| of.arrows.len()).sum();
    assert!(arrows > 1_500, "{arrows} imports between files are seen");
    holds("arrows", &rooms::check(&TREE, &CONFIG, &EXCEPTIONS.keys("arrows")));
}

#[test]
fn an_arrow_against_the_order_and_a_circle_are_found() {
    let mut config = Config::default();
    config.order.insert("src/host".to_owned(), vec!["low lower".to_owned(), "high".to_owned()]);
    let tree = Tree::of(&[
        ("src/host/Cargo.toml", ""),
        ("src/host/lib.rs", "mod low; mod lower; mod high; pub use high::Height;"),
        // Through a re-export of the root, inside a macro.
        ("src/host/low.rs", "fn f() { print!(\"{}\", crate::Height::tall()) }"),
        ("src/host/lower.rs", "use super::low::{self, Deep}; mod inner { use super::super::high::Other; }"),
        (
            "src/host/high.rs",
            "pub struct Height; use crate::left; #[cfg(test)] mod tests { use crate::low; }",
        ),
        ("src/host/left.rs", "use crate::right::thing;"),
        ("src/host/right.rs", "fn f() { crate::left::part::call() }"),
        ("src/host/left/part.rs", "use super::Parent;"),
    ]);
    let found = rooms::check(&tree, &config, &BTreeSet::new());
    let against = ["src/host: low -> high", "src/host: lower -> high"];
    assert_eq!(
        keys(&found),
        [&against[..], &["src/host: left -> right", "src/host: right -> left"]].concat()
    );
    // With one arrow of the circle let pass, that one is what the exception stands for.
    let found = rooms::check(&tree, &config, &BTreeSet::from(["src/host: right -> left"]));
    assert_eq!(keys(&found), [&against[..], &["src/host: right -> left"]].concat());
}

#[test]
fn a_name_means_one_thing() {
    holds("names", &names::check(&TREE));
}

#[test]
fn a_second_meaning_of_a_name_is_found() {
    let tree = Tree::of(&[
        ("src/host/a.rs", "pub struct Desk; #[cfg(test)] mod tests { struct Own; } fn f() { struct Own; }"),
        (
            "src/kernel/b.rs",
            "pub mod inner { enum Desk {} } struct Own; impl Trait for Own { type Own = (); }",
        ),
    ]);
    let found = names::check(&tree);
    assert_eq!(keys(&found), ["Desk"]);
    assert!(found[0].text.contains("src/host/a.rs, src/kernel/b.rs"), "{}", found[0]);
}

#[test]
fn the_glossary_explains_what_is_there() {
    holds("glossary", &glossary::check(&TREE));
}

#[test]
fn a_word_explained_twice_and_a_name_that_is_gone_are_found() {
    let table = [
        "| word | 词 | means | in the code |",
        "|---|---|---|---|",
        "| log | 日志 | a | `Log` |",
        "| log, head | 头 | b | `Head` |",
    ]
    .join("\n");
    let tree = Tree::of(&[(glossary::PATH, &table), ("src/a.rs", "struct Log;")]);
    assert_eq!(keys(&glossary::check(&tree)), ["log", "Head"]);
}

#[test]
fn files_are_short() {
    holds("files", &size::files(&TREE, &CONFIG));
}

#[test]
fn functions_are_short() {
    holds("functions", &size::functions(&TREE, &CONFIG));
}

#[test]
fn a_line_too_many_is_found() {
    let function = |lines: usize| format!("impl A {{\n fn f() {{\n{}}}\n}}\n", "\n".repeat(lines - 2));
    let file = |lines: usize| "\n".repeat(lines);
    let tree = Tree::of(&[
        ("src/a.rs", &function(CONFIG.lines.function + 1)),
        ("src/b.rs", &function(CONFIG.lines.function)),
        ("scripts/long.lua", &file(CONFIG.lines.file + 1)),
        ("scripts/made.lua", &format!("-- @generated\n{}", file(CONFIG.lines.file))),
        ("src/c.rs", &file(CONFIG.lines.file)),
    ]);
    assert_eq!(keys(&size::functions(&tree, &CONFIG)), ["src/a.rs: f"]);
    assert_eq!(keys(&size::files(&tree, &CONFIG)), ["scripts/long.lua"]);
}

#[test]
fn unsafe_stands_in_its_rooms() {
    holds("unsafety", &unsafety::check(&TREE, &CONFIG));
}

#[test]
fn unsafe_elsewhere_is_found() {
    let mut config = Config::default();
    config.unsafety.insert("plugins/sdk/abi/".to_owned(), "arenas".to_owned());
    config.unsafety.insert("src/idle.rs".to_owned(), "nobody".to_owned());
    let tree = Tree::of(&[
        ("plugins/sdk/abi/arena.rs", "fn f() { unsafe { g() } }"),
        ("src/host/a.rs", "fn f() { unsafe { g() } }"),
        ("src/host/b.rs", "//! Nothing unsafe. \n#[cfg(test)] mod tests { fn f() { unsafe { g() } } }"),
        ("src/idle.rs", ""),
    ]);
    assert_eq!(keys(&unsafety::check(&tree, &config)), ["src/host/a.rs", "src/idle.rs"]);
}

#[test]
fn pages_name_no_store_no_ledger_and_nobody_who_sees_all() {
    holds("out_of_reach", &out_of_reach::check(&TREE, &CONFIG));
}

#[test]
fn what_is_out_of_reach_is_found() {
    let mut config = Config::default();
    config.out_of_reach.insert("src/web/".to_owned(), vec!["ReadTx".into(), "Principal::Operator".into()]);
    let tree = Tree::of(&[
        ("src/web/a.rs", "fn f(read: &dyn ReadTx) {}"),
        ("src/web/b.rs", "fn f() { g(&access::Principal::Operator) }"),
        ("src/web/c.rs", "/// No ReadTx.\nfn f(by: Principal) { g(Actor::Operator) }"),
        ("src/kernel/a.rs", "fn f(read: &dyn ReadTx) {}"),
    ]);
    let found = out_of_reach::check(&tree, &config);
    assert_eq!(keys(&found), ["src/web/a.rs: ReadTx", "src/web/b.rs: Principal::Operator"]);
}

#[test]
fn files_that_papers_name_are_there() {
    holds("papers", &papers::check(&TREE));
}

#[test]
fn a_file_that_is_not_there_any_more_is_found_in_papers() {
    let tree = Tree::of(&[
        (
            "README.md",
            "`src/host/a.rs`, `a.rs`, `src/host`, `gone.rs` and `Host::call`\n```\n`src/no`\n```\n`tests/no`",
        ),
        (
            "src/book/map.md",
            "`src/host/b.rs`, [a](../host/a.rs), [b](map.md#here), [c](b.md), [d](https://example.org)",
        ),
        ("scripts/README.md", "`src/host/b.rs`"),
        ("src/host/a.rs", ""),
    ]);
    let found: Vec<String> = papers::check(&tree).into_iter().map(|found| found.text).collect();
    let named = |name: &str| format!("names `{name}`, which is not there");
    let link = "links to `b.md`, which is not there".to_owned();
    assert_eq!(found, [named("gone.rs"), named("tests/no"), link, named("src/host/b.rs")]);
}

#[test]
fn generated_files_are_fresh() {
    let fresh = generated::fresh();
    let found = generated::check(&TREE, &fresh);
    generated::write(top(), &TREE, &fresh);
    holds("generated", &found);
}

#[test]
fn a_stale_generated_file_is_found() {
    let fresh = [("plugins/a.rs", "// @generated\nnew".to_owned()), ("plugins/b.rs", "new".to_owned())];
    let tree = Tree::of(&[
        ("plugins/a.rs", "// @generated\nold"),
        ("plugins/b.rs", "new"),
        ("src/orphan.rs", "//! @generated"),
    ]);
    let found = generated::check(&tree, &fresh);
    assert_eq!(keys(&found), ["plugins/a.rs", "plugins/b.rs", "src/orphan.rs"]);
    assert!(found[0].text.contains("stale") && found[1].text.contains("does not say"), "{found:?}");
}

#[test]
fn the_host_knows_no_business() {
    holds("words", &words::check(&TREE, &CONFIG));
    // It finds them where they belong.
    let mut elsewhere = Config::default();
    elsewhere.words.folder = "scripts/".to_owned();
    elsewhere.words.words.clone_from(&CONFIG.words.words);
    assert!(words::check(&TREE, &elsewhere).len() > 100);
}

#[test]
fn an_exception_that_nothing_needs_is_found() {
    let exceptions = Exceptions::parse("[names]\nat_most = 2\nbecause = { Desk = \"six\" }");
    assert_eq!(exceptions.hold("names", &[Finding::new("Desk", "")]).len(), 1, "the count is not theirs");
    let wrong = exceptions.hold("names", &[Finding::new("Entry", "is two")]);
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong[0].starts_with("Entry") && wrong[1].starts_with("Desk\n    holds now"), "{wrong:?}");
}
