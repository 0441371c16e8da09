//! `awards` and `quotas`: who has which place in a period, and who owed what.

use super::{DONE, output::Output, standings::period, whoever};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::ledger::Award;
use serde_json::json;

/// Runs `awards`.
pub fn run(
    desk: &Desk,
    register: &str,
    span: &str,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let awards = desk.books.awards_seen(&whoever(desk, person)?, register, period(span)?)?;
    if output.json {
        output.value(&awards)?;
        return Ok(DONE);
    }
    if awards.is_empty() {
        let point = desk.office.plan()?.generation.handlers("award.select");
        let rules = point.iter().any(|handler| {
            handler.option("register").is_nil() || handler.words("register").any(|id| id == register)
        });
        output.line(match rules {
            true => format!("The rules award nobody in {span}. 按规则，{span} 没有人受表彰。"),
            false => format!("No rule of {register} awards anything. {register} 没有表彰规则。"),
        });
        return Ok(DONE);
    }
    let cells = |award: &Award| {
        let who = match (&award.account, award.waits) {
            (Some(account), _) => account.clone(),
            (None, true) => "waits 待前项决定".to_owned(),
            (None, false) => {
                format!("{} of {} 待决定", award.places, award.candidates.join(" "))
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
pub struct Wanted<'a> {
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
pub fn quotas(desk: &Desk, wanted: &Wanted<'_>, output: &mut Output<'_>) -> Result<u8> {
    let (by, span) = (whoever(desk, wanted.person)?, wanted.period);
    let owed = desk.books.quotas_seen(&by, wanted.register, wanted.measure, period(span)?)?;
    let (mut rows, mut told) = (Vec::new(), Vec::new());
    for (account, quotas) in owed {
        let quotas = match quotas {
            Ok(quotas) => quotas,
            Err(why) => {
                told.push(json!({ "account": account, "fault": why }));
                output.note(format!("{account}: {why}"));
                continue;
            }
        };
        for quota in quotas {
            let amount = |key: &str| quota.get(key).as_amount();
            let text = |key: &str| quota.get(key).as_str().map(str::to_owned);
            let owed = amount("count").or_else(|| amount("points"));
            let (have, short, met) = (amount("have"), amount("short"), quota.get("met").as_bool());
            told.push(json!({
                "account": account, "quota": text("name"), "owed": owed, "have": have, "short": short,
                "met": met, "clause": text("clause"),
            }));
            let said = |amount: Option<registrar_sdk::Amount>| amount.unwrap_or_default().to_string();
            let met = if met == Some(true) { "met 达标" } else { "SHORT 未达标" };
            rows.push(vec![
                account.clone(),
                text("name").unwrap_or_default(),
                said(owed),
                said(have),
                said(short),
                met.to_owned(),
            ]);
        }
    }
    if output.json {
        output.value(&told)?;
    } else if rows.is_empty() {
        output.line(format!("No rule owes anything in {span}. 本期没有定额。"));
    } else {
        output.table(&["单位 ACCOUNT", "定额 QUOTA", "应 OWED", "有 HAD", "缺 SHORT", ""], &rows);
    }
    Ok(DONE)
}
