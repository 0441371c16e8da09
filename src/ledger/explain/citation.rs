//! Puts the text of its clause and the document behind it beside every figure.

use crate::explain::explained::Explained;
use registrar_domain::Lang;
use registrar_host::{Generation, GoverningDocument};
use registrar_sdk::BilingualText;

/// A day after all that are named.
const ALWAYS: &str = "9999-12-31";

fn latest(figure: &Explained) -> Option<&str> {
    figure.on.as_deref().or_else(|| figure.children.iter().filter_map(latest).max())
}

/// Looks the clauses of a figure and of all that it is made of up in their plugins' documents.
pub(crate) fn cite(figure: &mut Explained, generation: &Generation, lang: Lang) {
    let said = |words: &BilingualText| lang.of(&words.zh, &words.en).to_owned();
    // What is made of several is said as of the last of them.
    let day = latest(figure).unwrap_or(ALWAYS).to_owned();
    if let Some(plugin) = figure.plugin.as_ref().and_then(|id| generation.plugin(id)) {
        figure.document = plugin.document.as_ref().map(|document| GoverningDocument {
            title: BilingualText::same(said(&document.title)),
            issued_by: BilingualText::same(said(&document.issued_by)),
            ..document.clone()
        });
        let text = figure.clause.as_deref().and_then(|clause| plugin.clause_text(clause, &day));
        let text = text.as_ref().map(said);
        // A word that stands for a clause tells people less than the clause.
        if let Some(text) = text.as_ref().filter(|_| figure.clause.as_ref() == Some(&figure.label)) {
            text.clone_into(&mut figure.label);
        }
        figure.clause_text = text;
    }
    figure.children.iter_mut().chain(&mut figure.because).for_each(|child| cite(child, generation, lang));
}
