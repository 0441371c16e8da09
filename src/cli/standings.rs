//! `standings` and `explain`: figures, and what they are made of.

use super::{DONE, WrongUse, output::Output};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::{
    Period,
    ledger::{Explained, StandingQuery},
};
use registrar_sdk::Amount;

fn period(text: &str) -> Result<Period> {
    text.parse().map_err(|e| WrongUse(format!("{e}")).into())
}

/// Runs `standings`.
pub fn run(
    desk: &Desk,
    register: &str,
    span: &str,
    measure: &str,
    pool: Option<&str>,
    tag: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let query = StandingQuery {
        register: register.to_owned(),
        period: period(span)?,
        measure: Some(measure.to_owned()),
        pool: pool.map(str::to_owned),
        tag: tag.map(str::to_owned),
    };
    let standing = desk.books.standing(&query)?;
    if output.json {
        output.value(&standing.rows)?;
        return Ok(DONE);
    }
    if standing.rows.is_empty() {
        output.line(format!("No units in {span}. 本期没有报送单位。"));
        return Ok(DONE);
    }
    let state = match (standing.closed, standing.forecast) {
        (true, _) => " (closed 已结)",
        (false, true) => " (so far 截至目前)",
        (false, false) => "",
    };
    output.line(format!("{} · {} · {}{state}", standing.register, standing.period, standing.title.zh));
    let cells = |row: &registrar_kernel::ledger::Row| {
        let note =
            row.excluded.clone().unwrap_or_default() + if row.unscored { " unscored 未计分" } else { "" };
        let rank = row.rank.map_or("-".to_owned(), |rank| rank.to_string());
        vec![rank, row.title.clone(), row.amount.to_fixed(standing.places), row.account.clone(), note]
    };
    let rows: Vec<_> = standing.rows.iter().map(cells).collect();
    output.table(&["名次 RANK", "单位 UNIT", "分值 AMOUNT", "ACCOUNT", ""], &rows);
    for fault in &standing.faults {
        output.note(fault);
    }
    Ok(DONE)
}

/// Runs `explain`.
pub fn explain(
    desk: &Desk,
    register: &str,
    account: &str,
    span: &str,
    measure: &str,
    output: &mut Output<'_>,
) -> Result<u8> {
    let span = period(span)?;
    let tree = desk.books.explain(register, account, span, Some(measure))?;
    if output.json {
        output.value(&tree)?;
    } else {
        print(&tree, 0, output);
    }
    Ok(DONE)
}

fn print(node: &Explained, depth: usize, output: &mut Output<'_>) {
    let amount: Amount = node.amount;
    let mut line = format!("{}{amount}  {}", "  ".repeat(depth), node.label);
    for part in [&node.clause, &node.source].into_iter().flatten() {
        line.push_str(&format!("  [{part}]"));
    }
    if let Some(event) = &node.event {
        line.push_str(&format!("  {event}"));
    }
    if let Some(why) = &node.struck {
        line.push_str(&format!("  struck 不计: {why}"));
    }
    output.line(line);
    node.children.iter().for_each(|child| print(child, depth + 1, output));
}
