//! `approve`: has the changed rules count that wait; and says, wherever figures are shown, that some
//! do.

use super::{DONE, output::Output, preview};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_domain::Actor;

/// Runs the command.
pub fn run(
    opened: &OpenOffice,
    only: Option<&str>,
    person: Option<&str>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let effect = opened.ledger.approve(&Actor::of_command(person), only, &|_, _| {})?;
    if output.json {
        output.value(&effect)?;
    } else {
        preview::table(&effect, output);
        output.line(format!("The rules {} count. 已批准。", preview::short(&effect.after)));
    }
    Ok(DONE)
}
