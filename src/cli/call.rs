//! `call`: one dispatch at a point, with arguments from standard input.

use super::{DONE, NO, WrongUse, output::Output};
use crate::app::Desk;
use anyhow::Result;
use registrar_contract::OFFICE;
use registrar_host::{Failed, combine::conform_args, suggest::nearest};
use registrar_sdk::Value;
use serde_json::json;

/// Runs the command: `input` is an object by argument name, or a list in order.
pub fn run(desk: &Desk, point: &str, input: &str, output: &mut Output<'_>) -> Result<u8> {
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
    let outcome = desk.office.ask(point, args);
    match outcome {
        Ok(outcome) => {
            let steps: Vec<_> = outcome
                .steps
                .iter()
                .map(
                    |s| json!({ "handler": s.handler.key(), "source": s.handler.source, "answer": s.answer }),
                )
                .collect();
            output.value(&json!({ "value": outcome.value, "steps": steps, "skipped": outcome.skipped }))?;
            Ok(DONE)
        }
        Err(Failed::Handler(fault)) => {
            output.note(fault.to_string());
            Ok(NO)
        }
        Err(Failed::Call(text)) => Err(WrongUse(text).into()),
    }
}
