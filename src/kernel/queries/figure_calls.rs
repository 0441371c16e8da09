//! Host calls that ask for figures: `host.standing`, `host.awards`, `host.quotas`, `host.total`. They answer
//! as the ledger stands, with the rights of whoever asks.

use crate::{
    error::KernelError,
    office::OfficeGeneration,
    queries::{OfficeView, figures::FigureView},
};
use registrar_domain::Period;
use registrar_ledger::{Award, StandingQuery};
use registrar_sdk::Value;

/// What a script is answered.
pub(crate) fn answer(
    view: &OfficeView<'_>,
    plan: &OfficeGeneration,
    call: &str,
    of: &Value,
) -> Result<Value, KernelError> {
    let figures = view.figures_so_far()?;
    match call {
        "standing" => standing(&figures, of),
        "awards" => awards(&figures, of),
        "quotas" => quotas(&figures, of),
        _ => {
            let register = plan.registers.find(of.get("register").as_str().unwrap_or_default())?;
            let measure = of.get("measure").as_str().unwrap_or("points");
            figures.sum(register, period(of)?, measure, of).map(Value::Amount)
        }
    }
}

fn standing(figures: &FigureView<'_>, of: &Value) -> Result<Value, KernelError> {
    let text = |key: &str| of.get(key).as_str().map(str::to_owned);
    let query = StandingQuery {
        register: text("register").unwrap_or_default(),
        period: period(of)?,
        measure: text("measure"),
        pool: text("pool"),
        tag: text("tag"),
    };
    let standing = figures.standing(&query)?;
    Ok(Value::List(standing.rows.iter().map(|row| row.to_value(&standing.measure)).collect()))
}

fn awards(figures: &FigureView<'_>, of: &Value) -> Result<Value, KernelError> {
    let awards = figures.awards(of.get("register").as_str().unwrap_or_default(), period(of)?)?;
    Ok(Value::List(awards.iter().map(Award::to_value).collect()))
}

fn quotas(figures: &FigureView<'_>, of: &Value) -> Result<Value, KernelError> {
    let register = of.get("register").as_str().unwrap_or_default();
    let (period, account) = (period(of)?, of.get("account").as_str());
    let measure = of.get("measure").as_str().unwrap_or("points");
    let sheet = figures.quota_sheet(register, measure, period)?;
    let is_wanted = |of: &str| account.is_none_or(|one| one == of);
    if let Some((account, why)) = sheet.faults.iter().find(|(account, _)| is_wanted(account)) {
        return Err(KernelError::refused(format!("{account}: {why}")));
    }
    let mut told = Vec::new();
    for row in sheet.rows.iter().filter(|row| is_wanted(&row.account)) {
        for (period, cell) in sheet.periods.iter().zip(&row.cells) {
            let Some(cell) = cell else { continue };
            told.push(Value::map([
                ("account", Value::text(&row.account)),
                ("name", Value::text(&row.name)),
                ("title", row.title.to_value()),
                ("period", Value::text(period.to_string())),
                ("owed", Value::Amount(cell.owed)),
                ("have", Value::Amount(cell.have)),
                ("short", Value::Amount(cell.short)),
                ("met", Value::Bool(cell.met)),
                ("over", Value::Bool(cell.over)),
                ("clause", cell.clause.as_deref().map_or(Value::Nil, Value::text)),
            ]));
        }
    }
    Ok(Value::List(told))
}

fn period(of: &Value) -> Result<Period, KernelError> {
    let id = of.get("period").as_str().ok_or_else(|| KernelError::refused("name a period".to_owned()))?;
    id.parse().map_err(|why: registrar_domain::period::NotAPeriod| KernelError::refused(why.to_string()))
}
