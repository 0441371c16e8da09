//! The name of a type means one thing in the whole tree, whoever can see it.

use crate::{Finding, Tree};
use std::collections::{BTreeMap, BTreeSet};
use syn::Item;

/// Every name under which more than one type of a module is defined. Those within functions are nobody else's, and a
/// generated file defines what its source says.
#[must_use]
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut defined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in tree.sources().iter().filter(|source| !crate::generated::is_marked(source.text)) {
        for name in types(&source.items) {
            defined.entry(name).or_default().push(source.path.to_owned());
        }
    }
    let twice = defined.into_iter().filter(|(_, places)| places.len() > 1);
    twice
        .map(|(name, places)| {
            let text = format!("means {} things: {}; rename all but one", places.len(), places.join(", "));
            Finding::new(name, text)
        })
        .collect()
}

/// The names of all types in the tree.
pub(crate) fn all(tree: &Tree) -> BTreeSet<String> {
    tree.sources().iter().flat_map(|source| types(&source.items)).collect()
}

fn types(items: &[Item]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        match item {
            Item::Enum(it) => names.push(it.ident.to_string()),
            Item::Struct(it) => names.push(it.ident.to_string()),
            Item::Trait(it) => names.push(it.ident.to_string()),
            Item::Type(it) => names.push(it.ident.to_string()),
            Item::Union(it) => names.push(it.ident.to_string()),
            Item::Mod(it) => {
                let inner = it.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
                names.extend(types(inner));
            }
            _ => {}
        }
    }
    names
}
