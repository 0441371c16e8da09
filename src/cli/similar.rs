//! `similar`: the records that resemble one, with what they share side by side.

use super::{DONE, NO, output::Output, whoever};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_sdk::Value;

/// Whose likes are looked for.
#[derive(clap::Args, Debug)]
pub struct SimilarArgs {
    /// The register
    pub register: String,
    /// The record
    pub record: String,
    /// Who looks: only what they may see is shown (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &SimilarArgs, output: &mut Output<'_>) -> Result<u8> {
    let SimilarArgs { register, record, person } = asked;
    let found = whoever(opened, person.as_deref())
        .and_then(|by| Ok(opened.office.as_principal(&by).similar(register, record)?));
    let found = match found {
        Ok(found) => found,
        Err(refused) => {
            output.note(refused.to_string());
            return Ok(NO);
        }
    };
    found.skipped.iter().for_each(|fault| output.note(format!("left out: {fault}")));
    if output.json {
        output.value(&found)?;
        return Ok(DONE);
    }
    if found.similar.is_empty() {
        output.line(format!("Nothing resembles {register} {record}."));
    }
    for similar in &found.similar {
        let percent = (similar.score * 100.0).round();
        output.line(format!("{} {}: {percent} % ({})", similar.register, similar.record, similar.plugin));
        for passage in similar.passages.as_list().unwrap_or_default() {
            let place = |side: &str| {
                let span = passage.get(side);
                let field = span.get("field").as_str().unwrap_or("");
                format!("{field} {}–{}", number(span.get("from")), number(span.get("to")))
            };
            let text = passage.get("text").as_str().unwrap_or("");
            output.line(format!("  {} = {}: {text}", place("here"), place("there")));
        }
    }
    Ok(DONE)
}

fn number(value: &Value) -> i64 {
    value.as_int().unwrap_or(0)
}
