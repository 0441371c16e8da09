//! `vote`: checks a vote and counts it, by the rules of its kind.

use super::{DONE, NO, input::Input, output::Output, whoever};
use anyhow::{Context, Result};
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_sdk::{BilingualText, Value};

/// Which vote.
#[derive(clap::Args, Debug)]
pub struct VoteArgs {
    /// Who asks: checks see only what they may see (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs the command: the vote comes as JSON on standard input.
pub fn run(opened: &OpenOffice, asked: &VoteArgs, input: &Input, output: &mut Output<'_>) -> Result<u8> {
    let said = input.text()?;
    let vote: serde_json::Value = serde_json::from_str(&said).map_err(|why| {
        WrongUse(format!("the vote is no JSON: {why}; `registrar points vote.tally` shows its fields"))
    })?;
    let by = whoever(opened, asked.person.as_deref())?;
    let voted = opened.office.as_principal(&by).vote(Value::from_json(vote.clone())).context("the vote")?;
    let refused = voted.get("tally").is_nil();
    if output.json {
        output.value(&voted.to_json())?;
        return Ok(if refused { NO } else { DONE });
    }
    for refusal in voted.get("refusals").items().iter() {
        output.note(BilingualText::read(refusal.get("text")).to_string());
    }
    if refused {
        return Ok(NO);
    }
    let tally = voted.get("tally");
    let ends =
        [("elected", "当选 elected"), ("revote", "再次投票 voted again"), ("failed", "未当选 not elected")];
    let end = |name: &Value| {
        let of = ends.iter().find(|(key, _)| tally.get(key).items().contains(name));
        of.map_or("", |(_, said)| *said).to_owned()
    };
    let candidates = Value::from_json(vote.get("candidates").cloned().unwrap_or_default());
    let row = |name: &Value| {
        let counts = tally.get("counts").get(name.as_str().unwrap_or_default());
        vec![name.as_str().unwrap_or_default().to_owned(), counted(counts), end(name)]
    };
    let rows: Vec<_> = candidates.items().iter().map(row).collect();
    output.table(&["候选 CANDIDATE", "得票 VOTES", "结果 RESULT"], &rows);
    let number = |key: &str| tally.get(key).as_int().unwrap_or(0);
    output.line(format!("废票 void {}, 空白 blank {}", number("void"), number("blank")));
    for (key, said) in [("again", "再次投票的名额 places to be voted again"), ("vacant", "空缺 vacant")]
    {
        if number(key) > 0 {
            output.line(format!("{said}: {}", number(key)));
        }
    }
    let why = BilingualText::read(tally.get("why"));
    if !why.is_empty() {
        output.line(why.to_string());
    }
    Ok(DONE)
}

fn counted(counts: &Value) -> String {
    match counts {
        Value::Map(marks) => {
            let marks = marks.iter().map(|(mark, n)| format!("{mark} {}", n.as_int().unwrap_or(0)));
            marks.collect::<Vec<_>>().join(", ")
        }
        other => other.as_int().unwrap_or(0).to_string(),
    }
}
