//! Where `unsafe` stands.

use crate::{Config, Finding, Tree};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// Files with `unsafe` code that `architecture.toml` does not name, and files that it names in vain.
#[must_use]
pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut needed = Vec::new();
    for source in tree.sources() {
        if !source.items.iter().any(|item| says_unsafe(item.to_token_stream())) {
            continue;
        }
        match config.unsafety.keys().find(|room| source.path.starts_with(room.as_str())) {
            Some(room) => needed.push(room),
            None => {
                findings.push(Finding::new(source.path, "holds `unsafe`, and is none of the rooms for it"))
            }
        }
    }
    let idle = config.unsafety.keys().filter(|room| !needed.contains(room));
    findings.extend(idle.map(|room| Finding::new(room, "may hold `unsafe` and holds none: strike it")));
    findings
}

fn says_unsafe(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "unsafe",
        TokenTree::Group(group) => says_unsafe(group.stream()),
        _ => false,
    })
}
