//! `verify`: the files, the chain, the records, and the ledger against a fresh replay; `head`: the
//! end of the chain, to be kept elsewhere.

use super::{DONE, NO, output::Output};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::verify::{head_text, verify_head};
use serde_json::json;

/// Runs `head`.
pub fn head(desk: &Desk, output: &mut Output<'_>) -> Result<u8> {
    let head = desk.office.read()?.head()?;
    let text = head_text(&head);
    match output.json {
        true => output.value(&json!({ "head": text, "events": head.seq }))?,
        false => output.line(text),
    }
    Ok(DONE)
}

/// Runs `verify`.
pub fn run(desk: &Desk, known: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let total = desk.office.read()?.head()?.seq;
    let sink = &mut *output.sink;
    let log = desk.office.verify(&mut |done| sink.progress("events", done, total))?;
    let ledger = desk.books.verify()?;
    let mut problems = log.problems.clone();
    if let Some(known) = known {
        problems.extend(verify_head(&*desk.office.read()?, known).err());
    }
    let told = problems.len();
    problems.extend(ledger.unscored.iter().chain(&ledger.differences).cloned());
    if !ledger.passes() && problems.len() == told {
        problems.push("the ledger's digest is not that of a fresh replay".to_owned());
    }
    if output.json {
        output.value(&json!({
            "passed": problems.is_empty(), "events": log.events, "records": log.records, "head": log.head,
            "ledger": ledger.serving, "replayed": ledger.replayed, "postings": ledger.postings, "problems": problems,
        }))?;
    } else {
        problems.iter().for_each(|problem| output.note(problem));
        output.line(format!("{} events, {} records, {} postings.", log.events, log.records, ledger.postings));
        output.line(format!("chain  {}\nledger {}\nreplay {}", log.head, ledger.serving, ledger.replayed));
        output.line(if problems.is_empty() {
            "All is as it should be. 核对无误。"
        } else {
            "NOT as it should be. 核对有误。"
        });
    }
    Ok(if problems.is_empty() { DONE } else { NO })
}
