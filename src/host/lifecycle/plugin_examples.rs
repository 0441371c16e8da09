//! The examples that lie beside a plugin, in `examples.jsonl`.

use crate::{
    lifecycle::load::declaration,
    plugin::{
        body::Example,
        fault::Fault,
        source::{EXAMPLES, PluginSource},
    },
};
use registrar_sdk::{Contract, Value};

// `examples.jsonl`: one example a line, its name under `name`.
pub(crate) fn listed_examples(
    source: &PluginSource,
    contract: &'static Contract,
) -> Result<Vec<Example>, Fault> {
    let mut examples = Vec::new();
    for path in [format!("{}/{EXAMPLES}", source.id), format!("{}.{EXAMPLES}", source.id)] {
        if let Some(bytes) = source.files.get(&path) {
            examples.extend(examples_of(source, contract, &path, &String::from_utf8_lossy(bytes))?);
        }
    }
    Ok(examples)
}

fn examples_of(
    source: &PluginSource,
    contract: &'static Contract,
    path: &str,
    text: &str,
) -> Result<Vec<Example>, Fault> {
    let mut examples = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let at = crate::plugin::handler::SourceLocation { file: path.to_owned(), line: number as u32 + 1 };
        let wrong = |message: String| Fault {
            file: path.to_owned(),
            line: Some(at.line),
            ..declaration(source, message)
        };
        let mut spec = match serde_json::from_str(line).map_err(|e| wrong(no_json(&e)))? {
            Value::Map(map) => map,
            other => return Err(wrong(format!("is {}; expected an object", other.kind()))),
        };
        let name = spec
            .remove("name")
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_else(|| format!("line {}", at.line));
        let spec = Value::Map(spec);
        crate::plugin::registration::check_example(contract, &spec).map_err(wrong)?;
        examples.push(Example { name, spec, source: at });
    }
    Ok(examples)
}

/// Why a line is no JSON, without the reader's own count of lines.
fn no_json(why: &serde_json::Error) -> String {
    let (text, column) = (why.to_string(), why.column());
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("column {column}: {text}; an example is one JSON object on one line")
}
