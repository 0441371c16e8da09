//! How long files and functions are.

use crate::{Config, Finding, Tree, generated};
use syn::{Block, Signature, spanned::Spanned, visit::Visit};

/// Files of programs and scripts that are longer than they may be. Generated ones are as long as they come.
#[must_use]
pub fn files(tree: &Tree, config: &Config) -> Vec<Finding> {
    let written =
        |path: &str| [".rs", ".lua", ".luau", ".js", ".css"].iter().any(|kind| path.ends_with(kind));
    let mut findings = Vec::new();
    for (path, text) in tree.files().filter(|(path, text)| written(path) && !generated::is_marked(text)) {
        let lines = text.lines().count();
        if lines > config.lines.file {
            let text =
                format!("has {lines} lines, {} at most: which noun in it wants a file?", config.lines.file);
            findings.push(Finding::new(path, text));
        }
    }
    findings
}

/// Functions that are longer than they may be.
#[must_use]
pub fn functions(tree: &Tree, config: &Config) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in tree.sources().iter().filter(|source| !generated::is_marked(source.text)) {
        let mut long = Long { at_most: config.lines.function, path: source.path, findings: &mut findings };
        source.items.iter().for_each(|item| long.visit_item(item));
    }
    findings
}

struct Long<'a> {
    at_most: usize,
    path: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Long<'_> {
    fn look(&mut self, signature: &Signature, block: &Block) {
        let first = signature.fn_token.span.start().line;
        let lines = block.span().end().line + 1 - first;
        if lines > self.at_most {
            let name = &signature.ident;
            let text = format!("{}:{first} has {lines} lines, {} at most", self.path, self.at_most);
            self.findings.push(Finding::new(format!("{}: {name}", self.path), text));
        }
    }
}

impl<'ast> Visit<'ast> for Long<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.look(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.look(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.look(&item.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, item);
    }
}
