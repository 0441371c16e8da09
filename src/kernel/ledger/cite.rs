//! Puts the text of its clause and the document behind it beside every figure.

use super::Explained;
use registrar_host::Generation;

/// Looks the clauses of a figure and of all that it is made of up in their plugins' documents.
pub(super) fn cite(figure: &mut Explained, generation: &Generation) {
    if let Some(plugin) = figure.plugin.as_ref().and_then(|id| generation.plugin(id)) {
        figure.document.clone_from(&plugin.document);
        let text = figure.clause.as_deref().and_then(|clause| plugin.clause_text(clause));
        // A word that stands for a clause tells people less than the clause.
        if let Some(text) = text.filter(|_| figure.clause.as_ref() == Some(&figure.label)) {
            text.clone_into(&mut figure.label);
        }
        figure.clause_text = text.map(str::to_owned);
    }
    figure.children.iter_mut().chain(&mut figure.because).for_each(|child| cite(child, generation));
}
