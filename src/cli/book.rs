//! `book`: what there is to read.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::command::WrongUse;
use registrar_book::{CHAPTERS, Chapter, chapter};
use registrar_sdk::suggest::nearest;
use serde_json::json;

/// Runs the command.
pub fn run(name: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let Some(name) = name else {
        let row = |one: &Chapter| vec![one.name.to_owned(), one.reader.to_owned(), one.title().to_owned()];
        if output.json {
            let all: Vec<_> = CHAPTERS
                .iter()
                .map(|one| json!({ "name": one.name, "for": one.reader, "title": one.title(), "file": one.file }))
                .collect();
            output.value(&all)?;
        } else {
            output.table(&["CHAPTER", "FOR", "TITLE"], &CHAPTERS.iter().map(row).collect::<Vec<_>>());
        }
        return Ok(DONE);
    };
    // A link in one chapter leads to the next: its file is a name of it, too.
    let file = name.trim_start_matches("./").trim_start_matches("../");
    let linked =
        || CHAPTERS.iter().find(|one| one.file == file || one.file.strip_prefix("src/book/") == Some(file));
    let Some(found) = chapter(name).or_else(linked) else {
        let hint = nearest(name, CHAPTERS.iter().map(|one| one.name));
        return Err(WrongUse(format!("there is no chapter `{name}`{hint}; registrar book lists them")).into());
    };
    if output.json {
        output.value(&json!({
            "name": found.name, "for": found.reader, "title": found.title(), "file": found.file, "text": found.text,
        }))?;
    } else {
        output.line(found.text.trim_end());
    }
    Ok(DONE)
}
