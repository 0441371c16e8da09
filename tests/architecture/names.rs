//! A name of a type that others can see means one thing in the whole tree.

use crate::{Finding, Tree};
use std::collections::BTreeMap;
use syn::{Item, Visibility};

/// Every name under which more than one public type is defined. A generated file defines what its source says, and
/// is not looked at.
#[must_use]
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut defined: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in tree.sources().iter().filter(|source| !crate::generated::is_marked(source.text)) {
        for name in public_types(&source.items) {
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

fn public_types(items: &[Item]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        let (visibility, name) = match item {
            Item::Enum(it) => (&it.vis, &it.ident),
            Item::Struct(it) => (&it.vis, &it.ident),
            Item::Trait(it) => (&it.vis, &it.ident),
            Item::Type(it) => (&it.vis, &it.ident),
            Item::Union(it) => (&it.vis, &it.ident),
            Item::Mod(it) => {
                let inner = it.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
                names.extend(public_types(inner));
                continue;
            }
            _ => continue,
        };
        if !matches!(visibility, Visibility::Inherited) {
            names.push(name.to_string());
        }
    }
    names
}
