//! Which file of a crate imports which: every path that begins with `crate` or `super`, in a `use`, in an expression
//! or inside a macro, followed through re-exports to the file that defines the name.

use crate::{Source, Tree};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};
use syn::{Item, UseTree, Visibility};

/// The place of a module in its crate: `["ledger", "page"]`; the root is empty.
pub type ModulePath = Vec<String>;

/// One crate's modules and what they import.
pub struct Crate {
    /// Its folder, from the top of the tree, with a slash at the end.
    pub folder: String,
    /// The file of each module.
    pub files: BTreeMap<ModulePath, String>,
    /// Importing module, imported module and the names taken.
    pub arrows: BTreeMap<(ModulePath, ModulePath), BTreeSet<String>>,
}

/// Names that a module hands on: the name, and the path (from the crate's root) that it comes from. A glob has the
/// name `*`.
type Handed = BTreeMap<ModulePath, Vec<(String, ModulePath)>>;

/// All crates whose sources are in the tree.
#[must_use]
pub fn crates(tree: &Tree) -> Vec<Crate> {
    let folders = tree.crate_folders();
    let mut sources: BTreeMap<&str, Vec<Source<'_>>> = BTreeMap::new();
    for source in tree.sources() {
        if let Some(folder) = folders.iter().find(|folder| source.path.starts_with(**folder)) {
            sources.entry(folder).or_default().push(source);
        }
    }
    sources.into_iter().map(|(folder, sources)| of_crate(folder, &sources)).collect()
}

fn of_crate(folder: &str, sources: &[Source<'_>]) -> Crate {
    let files: BTreeMap<ModulePath, String> =
        sources.iter().map(|source| (module_of(folder, source.path), source.path.to_owned())).collect();
    let handed: Handed = sources
        .iter()
        .map(|source| {
            let module = module_of(folder, source.path);
            let names = handed_on(&source.items, &module);
            (module, names)
        })
        .collect();
    let mut arrows: BTreeMap<(ModulePath, ModulePath), BTreeSet<String>> = BTreeMap::new();
    for source in sources {
        let module = module_of(folder, source.path);
        for path in paths_of(&source.items, &module) {
            let to = definer(&path, &files, &handed, 0);
            if to != module {
                arrows.entry((module.clone(), to)).or_default().insert(path.join("::"));
            }
        }
    }
    Crate { folder: folder.to_owned(), files, arrows }
}

fn module_of(folder: &str, path: &str) -> ModulePath {
    let inside = path.strip_prefix(folder).unwrap_or(path);
    // The root package keeps its sources in `src`.
    let inside = if folder.is_empty() { inside.strip_prefix("src/").unwrap_or(inside) } else { inside };
    let inside = inside.trim_end_matches(".rs");
    let mut parts: ModulePath = inside.split('/').map(str::to_owned).collect();
    if parts.last().is_some_and(|last| ["mod", "lib", "main"].contains(&last.as_str())) {
        parts.pop();
    }
    parts
}

/// The names that a module's public `use` hands on.
fn handed_on(items: &[Item], module: &ModulePath) -> Vec<(String, ModulePath)> {
    let mut names = Vec::new();
    for item in items {
        if let Item::Use(item) = item
            && !matches!(item.vis, Visibility::Inherited)
        {
            leaves(&item.tree, &mut Vec::new(), &mut |path, name| {
                names.push((name.to_owned(), absolute(path, module)));
            });
        }
    }
    names
}

fn leaves(tree: &UseTree, path: &mut Vec<String>, found: &mut impl FnMut(&[String], &str)) {
    match tree {
        UseTree::Path(it) => {
            path.push(it.ident.to_string());
            leaves(&it.tree, path, found);
            path.pop();
        }
        UseTree::Group(it) => it.items.iter().for_each(|tree| leaves(tree, path, found)),
        UseTree::Glob(_) => found(path, "*"),
        UseTree::Name(it) => {
            path.push(it.ident.to_string());
            found(path, &it.ident.to_string());
            path.pop();
        }
        UseTree::Rename(it) => {
            path.push(it.ident.to_string());
            found(path, &it.rename.to_string());
            path.pop();
        }
    }
}

/// A path as it is written in a module, from the crate's root.
fn absolute(path: &[String], module: &ModulePath) -> ModulePath {
    let mut base = module.clone();
    let mut rest = path;
    while let Some((first, others)) = rest.split_first() {
        match first.as_str() {
            "crate" => base.clear(),
            "super" => {
                base.pop();
            }
            "self" => {}
            _ => break,
        }
        rest = others;
    }
    base.extend(rest.iter().cloned());
    base
}

/// Every path from `crate` or `super` in these items, from the crate's root.
fn paths_of(items: &[Item], module: &ModulePath) -> BTreeSet<ModulePath> {
    let mut paths = BTreeSet::new();
    for item in items {
        match item {
            Item::Mod(it) if it.content.is_some() => {
                let mut inner = module.clone();
                inner.push(it.ident.to_string());
                let items = it.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default();
                paths.extend(paths_of(items, &inner));
            }
            _ => in_tokens(item.to_token_stream(), &mut |path| {
                paths.insert(absolute(path, module));
            }),
        }
    }
    paths
}

fn in_tokens(tokens: TokenStream, found: &mut impl FnMut(&[String])) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Ident(word) if (word == "crate" || word == "super") && is_colons(&tokens, at + 1) => {
                at = path_from(&tokens, at, &mut Vec::new(), found);
            }
            TokenTree::Group(group) => {
                in_tokens(group.stream(), found);
                at += 1;
            }
            _ => at += 1,
        }
    }
}

fn is_colons(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(p)) if p.as_char() == ':');
    colon(at) && colon(at + 1)
}

/// Reads a path, which may branch into a group, and returns where the tokens after it begin.
fn path_from(
    tokens: &[TokenTree],
    at: usize,
    path: &mut Vec<String>,
    found: &mut impl FnMut(&[String]),
) -> usize {
    let before = path.len();
    let mut at = at;
    loop {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => path.push(word.to_string()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace && !path.is_empty() => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                let mut from = 0;
                while from < inner.len() {
                    from = match &inner[from] {
                        TokenTree::Punct(_) => from + 1,
                        _ => path_from(&inner, from, path, found).max(from + 1),
                    };
                }
                path.truncate(before);
                return at + 1;
            }
            _ => break,
        }
        at += 1;
        if !is_colons(tokens, at) {
            break;
        }
        at += 2;
    }
    if path.len() > before {
        found(path);
    }
    path.truncate(before);
    at
}

/// The module that defines what a path names.
fn definer(
    path: &ModulePath,
    files: &BTreeMap<ModulePath, String>,
    handed: &Handed,
    depth: usize,
) -> ModulePath {
    let known = (0..=path.len()).rev().find(|length| files.contains_key(&path[..*length])).unwrap_or(0);
    let module: ModulePath = path[..known].to_vec();
    // A re-export of a re-export ends somewhere; a circle of them does not compile.
    let Some(name) = path.get(known).filter(|_| depth < 8) else { return module };
    let names = handed.get(&module).map(Vec::as_slice).unwrap_or_default();
    let local = |target: &ModulePath| files.keys().any(|file| !file.is_empty() && target.starts_with(file));
    if let Some((_, target)) = names.iter().find(|(handed, target)| handed == name && local(target)) {
        return definer(target, files, handed, depth + 1);
    }
    module
}

/// A module's place as people write it.
#[must_use]
pub fn written(module: &[String]) -> String {
    if module.is_empty() { "(root)".to_owned() } else { module.join("::") }
}
