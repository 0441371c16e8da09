//! `standings`: the ranking of a period.

use super::{
    DONE,
    formats::{self, OutputTarget},
    output::Output,
    preview, whoever,
};
use anyhow::Result;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::Period;
use registrar_kernel::table::Table;
use registrar_ledger::{Standing, StandingQuery};
use registrar_sdk::{BilingualText, Value};

/// The period that is named so.
pub fn period(text: &str) -> Result<Period> {
    text.parse().map_err(|e| WrongUse(format!("{e}")).into())
}

/// Which standing is asked for.
pub struct StandingsArgs<'a> {
    /// The register.
    pub register: &'a str,
    /// The period.
    pub period: &'a str,
    /// The measure.
    pub measure: &'a str,
    /// Only accounts of this pool.
    pub pool: &'a Option<String>,
    /// Only postings with this label.
    pub tag: &'a Option<String>,
    /// Who looks.
    pub person: &'a Option<String>,
}

/// Runs `standings`.
pub fn run(
    opened: &OpenOffice,
    wanted: &StandingsArgs<'_>,
    to: &OutputTarget,
    output: &mut Output<'_>,
) -> Result<u8> {
    let span = wanted.period;
    let query = StandingQuery {
        register: wanted.register.to_owned(),
        period: period(span)?,
        measure: Some(wanted.measure.to_owned()),
        pool: wanted.pool.clone(),
        tag: wanted.tag.clone(),
    };
    let by = whoever(opened, wanted.person.as_deref())?;
    let standing = opened.office.as_principal(&by).figures()?.standing(&query)?;
    preview::waiting(opened, output);
    if let Some(tag) = wanted.tag.as_ref().filter(|tag| !standing.tags().contains(tag.as_str())) {
        let known = standing.tags().into_iter().collect::<Vec<_>>().join(", ");
        let known = if known.is_empty() { "none has one".to_owned() } else { format!("there are {known}") };
        output.note(format!("no posting of {span} that can be seen has the tag \"{tag}\" ({known})"));
    }
    if let Some(format) = &to.format {
        for fault in &standing.faults {
            output.note(fault);
        }
        let bytes = if format == formats::LINES {
            let line = |row| Ok(format!("{}\n", serde_json::to_string(row)?));
            standing.rows.iter().map(line).collect::<Result<String>>()?.into_bytes()
        } else {
            formats::render(opened, &table(opened, &standing), format)?
        };
        return to.write(&bytes, standing.rows.len(), output);
    }
    if output.json {
        output.value(&standing.rows)?;
        return Ok(DONE);
    }
    if standing.rows.is_empty() {
        output.line(format!("No units in {span}. 本期没有单位。"));
        return Ok(DONE);
    }
    let state = match (standing.closed, standing.forecast) {
        (true, _) => " (closed 已结)",
        (false, true) => " (so far 截至目前)",
        (false, false) => "",
    };
    output.line(format!("{} · {} · {}{state}", standing.register, standing.period, standing.title.zh));
    let cells = |row: &registrar_ledger::StandingRow| {
        let note = row.excluded.as_ref().map(BilingualText::to_string).unwrap_or_default()
            + if row.unscored { " unscored 未计分" } else { "" };
        let rank = row.rank.map_or("-".to_owned(), |rank| rank.to_string());
        let mark = row.mark().map_or("—".to_owned(), |mark| mark.to_fixed(standing.places));
        vec![rank, row.title.clone(), mark, row.account.clone(), note]
    };
    let rows: Vec<_> = standing.rows.iter().map(cells).collect();
    output.table(&["名次 RANK", "单位 UNIT", "分值 AMOUNT", "ACCOUNT", ""], &rows);
    for fault in &standing.faults {
        output.note(fault);
    }
    Ok(DONE)
}

/// The ranking as people hand it round.
fn table(opened: &OpenOffice, standing: &Standing) -> Table {
    let column =
        |title: &str, align: &str| Value::map([("title", Value::text(title)), ("align", Value::text(align))]);
    let amounts = Value::map([
        ("title", Value::text(&standing.title.zh)),
        ("align", Value::text("right")),
        ("places", Value::Int(i64::from(standing.places))),
    ]);
    let row = |row: &registrar_ledger::StandingRow| {
        Value::List(vec![
            Value::from(row.rank),
            Value::text(&row.title),
            row.mark().map_or(Value::Nil, Value::Amount),
            Value::from(row.excluded.as_ref().map(BilingualText::to_string)),
            Value::from(row.unscored.then_some("是")),
        ])
    };
    let register = opened.office.registers().get(&standing.register).map(|r| r.title.zh.clone());
    Table {
        title: format!(
            "{} {} {}",
            register.as_deref().unwrap_or(&standing.register),
            standing.period,
            standing.title.zh
        ),
        columns: vec![
            column("名次", "center"),
            column("单位", "left"),
            amounts,
            column("不参加排名", "left"),
            column("未计分", "center"),
        ],
        rows: standing.rows.iter().map(row).collect(),
    }
}
