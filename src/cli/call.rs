//! `call`: one dispatch at a point, with arguments from standard input.

use super::{DONE, NO, output::Output};
use anyhow::Result;
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_contract::OFFICE;
use registrar_host::{Failed, HandlerOutcome, dispatch::combine::conform_args};
use registrar_sdk::{Phase, Value, suggest::nearest};
use serde_json::json;

/// Runs the command: `input` is an object by argument name, or a list in order. What handlers would change is only
/// listed, unless they are to `act`.
pub fn run(opened: &OpenOffice, point: &str, input: &str, act: bool, output: &mut Output<'_>) -> Result<u8> {
    let Some(declared) = OFFICE.point(point) else {
        let hint = nearest(point, OFFICE.points.iter().map(|p| p.id));
        return Err(WrongUse(format!("unknown point `{point}`{hint}")).into());
    };
    let given: Value = match input.trim() {
        "" => Value::map::<&str>([]),
        text => serde_json::from_str(text).map_err(|e| {
            WrongUse(format!("standard input is not JSON: {e}; write an object by argument name"))
        })?,
    };
    let args = match &given {
        Value::List(args) => args.clone(),
        named => {
            let names: Vec<_> = declared.params.iter().map(|p| p.name).collect();
            if let Some(stray) =
                named.as_map().into_iter().flat_map(|m| m.keys()).find(|k| !names.contains(&&***k))
            {
                return Err(
                    WrongUse(format!("{point} takes no `{stray}`; it takes {}", names.join(", "))).into()
                );
            }
            declared.params.iter().map(|p| p.ty.complete(named.get(p.name))).collect()
        }
    };
    let args = conform_args(declared, args).map_err(|e| WrongUse(e.to_string()))?;
    // Only handlers that are told of something change anything.
    let (outcome, withheld) = match act && declared.phase == Phase::Effect {
        true => (opened.office.as_operator().call_in_earnest(point, args), Vec::new()),
        false => opened.office.as_operator().try_out(point, args),
    };
    let outcome = match outcome {
        Err(Failed::Call(text)) => return Err(WrongUse(text).into()),
        outcome => outcome,
    };
    let mut told = json!({ "withheld": withheld });
    match &outcome {
        Ok(outcome) => {
            let step = |s: &HandlerOutcome| json!({ "handler": s.handler.key(), "source": s.handler.source, "answer": s.answer });
            told["value"] = json!(outcome.value);
            told["steps"] = outcome.steps.iter().map(step).collect();
            told["skipped"] = json!(outcome.skipped);
        }
        Err(failed) => told["failed"] = json!(failed.to_string()),
    }
    output.value(&told)?;
    if !withheld.is_empty() {
        output.note("Nothing was changed; --act does what stands under `withheld`.");
    }
    if let Err(failed) = outcome {
        output.note(failed.to_string());
        return Ok(NO);
    }
    Ok(DONE)
}
