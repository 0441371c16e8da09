//! `awards` and `quotas`: who has which place in a period, and who owed what.

use super::{DONE, output::Output, standings::period, whoever};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_contract::payload::point;
use registrar_domain::Period;
use registrar_ledger::{Award, QuotaCell, QuotaRow};
use registrar_sdk::native::Typed;
use serde_json::json;

/// Runs `awards`.
pub fn run(
    opened: &OpenOffice,
    register: &str,
    span: &str,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let by = whoever(opened, person)?;
    let awards = opened.office.as_principal(&by).figures()?.awards(register, period(span)?)?;
    if output.json {
        output.value(&awards)?;
        return Ok(DONE);
    }
    if awards.is_empty() {
        let point = opened.office.plan()?.generation.handlers(point::AwardSelect::ID);
        let rules = point.iter().any(|handler| {
            handler.option("register").is_nil() || handler.words("register").any(|id| id == register)
        });
        output.line(match rules {
            true => format!("The rules award nobody in {span}. 按规则，{span} 没有人受表彰。"),
            false => format!("No rule of {register} awards anything. {register} 没有表彰规则。"),
        });
        return Ok(DONE);
    }
    let directory = opened.office.directory();
    let days = period(span).map(|period| (period.first(), period.last()))?;
    let called = |account: &String| {
        let title = directory.title_of(account, days);
        title.map_or_else(|| account.clone(), |title| format!("{} ({account})", title.zh))
    };
    let cells = |award: &Award| {
        let who = match (&award.account, award.waits) {
            (Some(account), _) => called(account),
            (None, true) => "waits 待前项决定".to_owned(),
            (None, false) => {
                let candidates: Vec<String> = award.candidates.iter().map(called).collect();
                format!("{} of {} 待决定", award.places, candidates.join(" "))
            }
        };
        vec![
            award.award.clone().unwrap_or_default(),
            award.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            who,
            award.amount.map(|amount| amount.to_string()).unwrap_or_default(),
            award.clause.clone().unwrap_or_default(),
            award.source.clone(),
        ]
    };
    let rows: Vec<_> = awards.iter().map(cells).collect();
    output.table(&["表彰 AWARD", "RANK", "WHO", "AMOUNT", "CLAUSE", "RULE"], &rows);
    if awards.iter().any(Award::is_pending) {
        output.note(format!(
            "a tie waits: registrar act '$period' {span} award.decide register={register} candidates='[…]' chosen='[…]'"
        ));
    }
    Ok(DONE)
}

/// Whose quotas are asked for.
pub struct QuotasArgs<'a> {
    /// The register.
    pub register: &'a str,
    /// The period.
    pub period: &'a str,
    /// The measure.
    pub measure: &'a str,
    /// Who looks.
    pub person: Option<&'a str>,
}

/// Runs `quotas`.
pub fn quotas(opened: &OpenOffice, wanted: &QuotasArgs<'_>, output: &mut Output<'_>) -> Result<u8> {
    let (by, within) = (whoever(opened, wanted.person)?, period(wanted.period)?);
    let figures = opened.office.as_principal(&by).figures()?;
    let sheet = figures.quota_sheet(wanted.register, wanted.measure, within)?;
    if output.json {
        let cells = sheet.rows.iter().flat_map(|row| {
            let periods = sheet.periods.iter().zip(&row.cells);
            periods.filter_map(move |(period, cell)| Some((row, period, cell.as_ref()?)))
        });
        let told = cells.map(|(row, period, cell)| {
            json!({
                "account": row.account, "quota": row.name, "title": row.title, "period": period.to_string(),
                "owed": cell.owed, "have": cell.have, "short": cell.short, "met": cell.met, "over": cell.over,
                "clause": cell.clause,
            })
        });
        let faults = sheet.faults.iter().map(|(account, why)| json!({ "account": account, "fault": why }));
        output.value(&told.chain(faults).collect::<Vec<_>>())?;
        return Ok(DONE);
    }
    for (account, why) in &sheet.faults {
        output.note(format!("{account}: {why}"));
    }
    match (&sheet.periods[..], sheet.rows.is_empty()) {
        (_, true) => output.line(format!("No rule owes anything in {within}. 本期没有定额。")),
        ([_], false) => of_one(&sheet.rows, output),
        (periods, false) => of_several(periods, &sheet.rows, output),
    }
    Ok(DONE)
}

// One period: a line for each quota.
fn of_one(rows: &[QuotaRow], output: &mut Output<'_>) {
    let cells = |row: &QuotaRow| {
        let cell = row.cells.first()?.as_ref()?;
        Some(vec![
            row.account.clone(),
            called(row),
            cell.owed.to_string(),
            cell.have.to_string(),
            cell.short.to_string(),
            if cell.met { "met 达标" } else { "SHORT 未达标" }.to_owned(),
        ])
    };
    let rows: Vec<Vec<String>> = rows.iter().filter_map(cells).collect();
    output.table(&["单位 ACCOUNT", "定额 QUOTA", "应 OWED", "有 HAD", "缺 SHORT", ""], &rows);
}

// Several: a line for each quota, a column for each period with what was had of what was owed.
fn of_several(periods: &[Period], rows: &[QuotaRow], output: &mut Output<'_>) {
    let names: Vec<String> = periods.iter().map(ToString::to_string).collect();
    let heads: Vec<&str> = ["单位 ACCOUNT", "定额 QUOTA"]
        .into_iter()
        .chain(names.iter().map(String::as_str))
        .chain(["达标 MET"])
        .collect();
    let cell = |cell: &Option<QuotaCell>| match cell {
        Some(cell) => {
            format!("{}/{}{}", cell.have, cell.owed, if cell.met || !cell.over { "" } else { " !" })
        }
        None => "–".to_owned(),
    };
    let line = |row: &QuotaRow| {
        let (met, ended) = row.met();
        let mut line = vec![row.account.clone(), called(row)];
        line.extend(row.cells.iter().map(cell));
        line.push(format!("{met}/{ended}"));
        line
    };
    output.table(&heads, &rows.iter().map(line).collect::<Vec<_>>());
    output.note("had / owed of each period; ! was not met 每格：完成 / 任务，! 为未完成");
}

fn called(row: &QuotaRow) -> String {
    if row.title.zh == row.name { row.name.clone() } else { format!("{} {}", row.title.zh, row.name) }
}
