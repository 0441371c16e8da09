//! The files of a tree and, for Rust, what they say outside their tests.

use std::{collections::BTreeMap, fs, path::Path, process::Command};
use syn::{Attribute, Item};

/// The files that git knows, or would take in, by their path from the top.
#[derive(Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
}

/// A Rust file that is part of a program: no test, no benchmark, no fuzzer.
pub struct Source<'a> {
    /// Its path from the top of the tree.
    pub path: &'a str,
    /// All of it.
    pub text: &'a str,
    /// Its items without those that are compiled for tests alone.
    pub items: Vec<Item>,
}

impl Tree {
    /// Reads the tree that stands at `top`. Files that are no UTF-8 are left out: no rule reads them.
    ///
    /// # Panics
    /// If git can't list it.
    #[must_use]
    pub fn read(top: &Path) -> Tree {
        let listed = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(top)
            .output()
            .unwrap_or_else(|e| panic!("git can't list {}: {e}", top.display()));
        // Without a list every rule would hold.
        assert!(listed.status.success(), "git can't list {}; these tests need a checkout", top.display());
        let listed = String::from_utf8_lossy(&listed.stdout);
        let text = |path: &str| Some((path.to_owned(), fs::read_to_string(top.join(path)).ok()?));
        Tree { texts: listed.split('\0').filter_map(text).collect() }
    }

    /// A tree of these files, as a test plants it.
    #[must_use]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        Tree { texts: files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect() }
    }

    /// All files, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// What stands in one of them.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// The folders that hold a crate, the longest first, so that the first one which begins a path owns it.
    #[must_use]
    pub fn crate_folders(&self) -> Vec<&str> {
        let mut folders: Vec<&str> =
            self.texts.keys().filter_map(|path| path.strip_suffix("Cargo.toml")).collect();
        folders.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
        folders
    }

    /// The Rust files of programs, parsed.
    ///
    /// # Panics
    /// If one of them is no Rust.
    #[must_use]
    pub fn sources(&self) -> Vec<Source<'_>> {
        let rust = self.files().filter(|(path, _)| is_program(path));
        rust.map(|(path, text)| {
            let file = syn::parse_file(text).unwrap_or_else(|e| panic!("{path}: {e}"));
            let items = if is_for_tests(&file.attrs) {
                Vec::new()
            } else {
                file.items.into_iter().filter_map(kept).collect()
            };
            Source { path, text, items }
        })
        .collect()
    }
}

/// Whether a path is one of a program's own sources.
fn is_program(path: &str) -> bool {
    let aside = |part: &str| ["tests", "examples", "bench", "fuzz", "tests.rs", "templates"].contains(&part);
    path.ends_with(".rs") && !path.split('/').any(aside)
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let says = |attribute: &Attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        attribute.path().is_ident("cfg")
            && list.tokens.to_string().split_whitespace().any(|word| word == "test")
    };
    attributes.iter().any(says)
}

fn kept(item: Item) -> Option<Item> {
    let attributes = match &item {
        Item::Const(it) => &it.attrs,
        Item::Enum(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Struct(it) => &it.attrs,
        Item::Trait(it) => &it.attrs,
        Item::Type(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => return Some(item),
    };
    (!is_for_tests(attributes)).then_some(item)
}
