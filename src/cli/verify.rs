//! `verify`: the files, the chain, the records, and the ledger against a fresh replay; `head`: the
//! end of the chain, to be kept elsewhere.

use super::{
    DONE, NO,
    output::{Output, counted},
};
use anyhow::{Result, bail};
use registrar_app::{App, OpenOffice};
use registrar_domain::Store;
use registrar_kernel::verify::{verify_head, verify_log};
use registrar_ledger::rebuild::verify::LedgerCheck;
use serde_json::json;

/// Runs `head`.
pub fn head(opened: &OpenOffice, output: &mut Output<'_>) -> Result<u8> {
    let head = opened.office.log_head()?;
    let text = head.to_text();
    match output.json {
        true => output.value(&json!({ "head": text, "events": head.seq }))?,
        false => output.line(text),
    }
    Ok(DONE)
}

/// Runs `verify`; of an office that can't be opened, as much of it as can be told without.
pub fn run(app: &App, office: Option<&str>, known: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let opened = match app.office(office) {
        Ok(opened) => opened,
        Err(why) => return closed(app, office, known, &why, output),
    };
    let total = opened.office.head()?;
    let sink = &mut *output.sink;
    let log = opened.office.verify(&mut |done| sink.progress("events", done, total))?;
    let mut problems = log.problems.clone();
    if let Some(known) = known {
        problems.extend(opened.office.verify_head(known).err());
    }
    let ledger = opened.ledger.verify().unwrap_or_else(|why| {
        problems.push(format!("the ledger can't be compared with a fresh replay: {why}"));
        LedgerCheck::default()
    });
    let told = problems.len();
    problems.extend(ledger.unscored.iter().chain(&ledger.differences).cloned());
    if !ledger.passes() && problems.len() == told {
        problems.push("the ledger's digest is not that of a fresh replay".to_owned());
    }
    if output.json {
        output.value(&json!({
            "passed": problems.is_empty(), "events": log.events, "records": log.records, "head": log.head, "erased": log.erased,
            "ledger": ledger.serving, "replayed": ledger.replayed, "postings": ledger.postings, "problems": problems,
        }))?;
    } else {
        problems.iter().for_each(|problem| output.note(problem));
        output.line(format!("{} events, {} records, {} postings.", log.events, log.records, ledger.postings));
        if log.erased > 0 {
            let values = counted(log.erased, "personal value was", "personal values were");
            output.line(format!("已清除 · {values} erased, as the log tells."));
        }
        output.line(format!("chain  {}\nledger {}\nreplay {}", log.head, ledger.serving, ledger.replayed));
        output.line(if problems.is_empty() {
            "All is as it should be. 核对无误。"
        } else {
            "NOT as it should be. 核对有误。"
        });
    }
    Ok(if problems.is_empty() { DONE } else { NO })
}

/// What the store says by itself, where the office can't be opened.
fn closed(
    app: &App,
    office: Option<&str>,
    known: Option<&str>,
    why: &anyhow::Error,
    output: &mut Output<'_>,
) -> Result<u8> {
    let config = app.config();
    let name = office.unwrap_or(config.default_office());
    let offices = app.store().offices()?;
    let Some((_, key)) = offices.into_iter().find(|(known, _)| known == name) else {
        bail!("{why:#}");
    };
    let mut problems = vec![format!("it can't be opened: {why:#}")];
    problems.extend(app.store().damages()?);
    let read = app.store().begin_read(key)?;
    let log = verify_log(&*read, &mut |_| {})?;
    problems.extend(log.problems);
    problems.extend(known.and_then(|known| verify_head(&*read, known).err()));
    if output.json {
        let (events, head) = (log.events, log.head);
        let passed = false;
        output.value(&json!({ "passed": passed, "events": events, "head": head, "problems": problems }))?;
    } else {
        problems.iter().for_each(|problem| output.note(problem));
        output.line(format!("{} events; records and ledger were not compared.", log.events));
        output.line("NOT as it should be. 核对有误。");
    }
    Ok(NO)
}
