//! Clauses that handlers name and their plugin's document does not have.

use crate::rules::{Warning, WarningKind};
use registrar_host::Handler;
use registrar_sdk::suggest::nearest;
use std::sync::Arc;

/// A plugin without a table of clauses may name them as it likes.
pub(crate) fn check(handlers: &[Arc<Handler>]) -> Vec<Warning> {
    let unknown = |handler: &&Arc<Handler>| {
        let clauses = &handler.plugin.clauses;
        !clauses.is_empty() && handler.option("clause").as_str().is_some_and(|c| !clauses.contains_key(c))
    };
    handlers.iter().filter(unknown).map(warning).collect()
}

fn warning(handler: &Arc<Handler>) -> Warning {
    let plugin = &handler.plugin;
    let clause = handler.option("clause").as_str().unwrap_or_default();
    let hint = nearest(clause, plugin.clauses.keys().map(String::as_str));
    Warning {
        file: handler.source.file.clone(),
        line: handler.source.line,
        plugin: plugin.id.clone(),
        kind: WarningKind::UnknownClause,
        message: format!(
            "the clause \"{clause}\" is not among those of \"{}\"{hint}; add it under [clauses] in plugin.toml, or name one that is there",
            plugin.id
        ),
    }
}
