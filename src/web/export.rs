//! A register's records as a file: those that whoever asks may see.

use crate::{page_error::PageError, reports::file, state::Web, visitor::Member};
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use registrar_domain::storage::RecordQuery;
use registrar_kernel::{
    queries::search::phrases,
    table::{Table, lines_of},
};
use std::collections::HashMap;

/// The format that needs no plugin, and has no end: one JSON object a line.
pub const LINES: &str = "jsonl";

/// Takes them.
pub async fn get(
    State(web): State<Web>,
    member: Member,
    Path(names): Path<HashMap<String, String>>,
    Query(question): Query<HashMap<String, String>>,
) -> Result<Response, PageError> {
    let visitor = &member.visitor;
    let register = member.register(names.get("register").ok_or(PageError::Absent)?)?;
    let format = question.get("format").map_or("xlsx", String::as_str).to_owned();
    let (of, to) = (register.clone(), format.clone());
    // What the list shows, and no more.
    let asked = |name: &str| question.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (stage, words) = (asked("stage"), asked("q"));
    let phrases = phrases(&words);
    if phrases.is_empty() && !words.is_empty() {
        return Err(PageError::Strange(
            "查找的词语中没有可查的字",
            "there is nothing to be looked for in these words",
        ));
    }
    let wanted = RecordQuery {
        register: register.id.clone(),
        stages: Some(stage).filter(|stage| !stage.is_empty()).into_iter().collect(),
        words: phrases,
        ..RecordQuery::default()
    };
    let bytes = member
        .look(&web, move |view| {
            if !wanted.words.is_empty() {
                view.office().follow_words()?;
            }
            if to == LINES {
                return Ok(lines_of(view, &of, &wanted, &mut |_| {})?.0.into_bytes());
            }
            Ok(Table::of_records(view, &of, &wanted, &mut |_| {})?.0.render(view.office(), &to)?)
        })
        .await?;
    tracing::info!(office = %visitor.served.office.name, person = %member.who.person.id, register = %register.id, format, "Records were exported.");
    Ok(file(&format!("{}.{format}", visitor.title(&register.title)), &format, bytes))
}
