//! Figures that no file of their plugin names: whoever changes one would wonder why nothing moves.

use crate::rules::{Warning, WarningKind};
use registrar_host::plugin::source::PluginSource;
use std::collections::BTreeMap;

/// Looks for the names of figures in the files of their plugins; clauses only show them.
pub(crate) fn check(sources: &BTreeMap<String, PluginSource>) -> Vec<Warning> {
    sources.values().flat_map(of_plugin).collect()
}

fn of_plugin(source: &PluginSource) -> Vec<Warning> {
    let is_code = |path: &&String| !path.ends_with(".toml") && !path.ends_with(".jsonl");
    let code = || source.files.iter().filter(|(path, _)| is_code(path)).map(|(_, bytes)| &**bytes);
    // What a library's code names can't be told.
    if source.library.is_some() {
        return Vec::new();
    }
    let unused = source.manifest.figures.iter().filter(|(name, _)| !code().any(|text| names(text, name)));
    let warning = |name: &str, line: u32| Warning {
        file: format!("{}/plugin.toml", source.id),
        line,
        plugin: source.id.clone(),
        kind: WarningKind::UnusedFigure,
        message: format!(
            "no script names the figure `{name}`, so another amount would change nothing; read it as host.figures.{name}, \
             or take it out"
        ),
    };
    unused.map(|(name, figure)| warning(name, figure.line)).collect()
}

/// Whether a text reads a figure, or has its name as a text by which it may read it.
fn names(text: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], text[at + name.len()..].chars().next());
        let quoted = before.ends_with(['"', '\'', '`']);
        (before.ends_with("figures.") || quoted) && !after.is_some_and(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_a_figure_or_written_as_a_text() {
        assert!(names(b"return host.figures.toll", "toll"));
        assert!(!names(b"if record.toll then", "toll"));
        assert!(names(b"{ figure = \"toll\" }", "toll"));
        assert!(!names(b"host.figures.toll_night", "toll"));
        assert!(!names(b"atoll", "toll"));
    }
}
