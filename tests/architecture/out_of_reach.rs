//! What a folder may not so much as name.

use crate::{Config, Finding, Tree};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;

/// Files that name what is out of their reach.
#[must_use]
pub fn check(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources() {
        let rooms = config.out_of_reach.iter().filter(|(room, _)| source.path.starts_with(room.as_str()));
        for (_, names) in rooms {
            let mut words = Vec::new();
            source.items.iter().for_each(|item| idents(item.to_token_stream(), &mut words));
            for name in names {
                let path: Vec<&str> = name.split("::").collect();
                if words.windows(path.len()).any(|words| words == path) {
                    let text = format!(
                        "names `{name}`, which is out of its reach: what it needs is a view's to give"
                    );
                    findings.push(Finding::new(format!("{}: {name}", source.path), text));
                }
            }
        }
    }
    findings
}

fn idents(tokens: TokenStream, words: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => words.push(word.to_string()),
            TokenTree::Group(group) => idents(group.stream(), words),
            _ => {}
        }
    }
}
