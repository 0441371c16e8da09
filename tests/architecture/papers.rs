//! What papers say of the tree: the files that they name are there.

use crate::{Finding, Tree};
use std::collections::BTreeSet;

/// Names, in the README and the book, of Rust files and of paths below the top that nothing has; and links that lead
/// nowhere.
#[must_use]
pub fn check(tree: &Tree) -> Vec<Finding> {
    let paths: BTreeSet<&str> = tree.files().map(|(path, _)| path).collect();
    let is_there = |name: &str| {
        let ends =
            |path: &&str| path.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        let folder = format!("{}/", name.trim_end_matches('/'));
        paths.iter().any(|path| ends(path) || path.starts_with(&folder))
    };
    let papers = tree.files().filter(|(path, _)| *path == "README.md" || path.starts_with("src/book/"));
    let mut findings = Vec::new();
    for (path, text) in papers.filter(|(path, _)| path.ends_with(".md")) {
        // What stands in backticks; blocks of code are tried elsewhere.
        let prose: String = text.split("\n```").step_by(2).collect();
        for link in prose.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link) {
            let place = link.split('#').next().unwrap_or_default();
            let is_ours = !place.is_empty() && !place.contains(':');
            if is_ours && !is_there(&resolved(path, place)) {
                findings.push(Finding::new(path, format!("links to `{link}`, which is not there")));
            }
        }
        for name in prose.split('`').skip(1).step_by(2) {
            let top = ["src/", "plugins/", "tests/"].iter().any(|top| name.starts_with(top));
            let is_name =
                !name.contains(|c: char| c.is_whitespace() || "<>*…{}".contains(c) || c.is_uppercase());
            if is_name && (top || name.ends_with(".rs")) && !is_there(name) {
                findings.push(Finding::new(path, format!("names `{name}`, which is not there")));
            }
        }
    }
    findings
}

/// Where a link in a paper leads, from the top of the tree.
fn resolved(paper: &str, link: &str) -> String {
    let mut place: Vec<&str> = paper.split('/').collect();
    place.pop();
    for part in link.split('/') {
        match part {
            ".." => drop(place.pop()),
            "." => {}
            part => place.push(part),
        }
    }
    place.join("/")
}
