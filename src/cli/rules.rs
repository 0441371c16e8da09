//! `rules`: which rules there are, or were in force on a date.

use super::{DONE, output::Output};
use crate::app::{Desk, date};
use anyhow::Result;
use registrar_kernel::rules;

/// Runs the command.
pub fn run(desk: &Desk, on: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let on = on.map(date).transpose()?.map(|day| day.to_string());
    let lines = rules::list(&desk.office.host().generation(), on.as_deref());
    if output.json {
        output.value(&lines)?;
        return Ok(DONE);
    }
    if lines.is_empty() {
        output.line("No rule is in force. `registrar office NAME --rules PLUGIN` chooses a rule set.");
        return Ok(DONE);
    }
    let dates = |from: &str, to: &str| match (from, to) {
        ("", "") => "always".to_owned(),
        (from, to) => format!("{from}..{to}"),
    };
    let cells = |l: &rules::RuleLine| {
        let what = [&l.register, &l.action, &l.measure].map(String::as_str).join(" ");
        vec![l.rule.clone(), l.point.clone(), what, dates(&l.from, &l.to), l.clause.clone(), l.source.clone()]
    };
    let rows: Vec<_> = lines.iter().map(cells).collect();
    output.table(&["RULE", "POINT", "FOR", "IN FORCE", "CLAUSE", "SOURCE"], &rows);
    for warning in rules::counted_twice(&desk.office.host().generation()) {
        output.note(format!("warning: {warning}"));
    }
    Ok(DONE)
}
