//! `points`: what the contract offers.

use super::{DONE, output::Output};
use anyhow::Result;
use registrar_app::command::WrongUse;
use registrar_contract::{OFFICE, derive};
use registrar_sdk::{Point, suggest::nearest};

/// Runs the command.
pub fn run(id: Option<&str>, output: &mut Output<'_>) -> Result<u8> {
    let Some(id) = id else {
        if output.json {
            let all: Vec<_> = OFFICE.points.iter().map(derive::point_schema).collect();
            output.value(&all)?;
        } else {
            let row = |p: &Point| {
                vec![
                    p.id.to_owned(),
                    p.combine.name().to_owned(),
                    p.phase.name().to_owned(),
                    p.doc.to_owned(),
                ]
            };
            let rows: Vec<_> = OFFICE.points.iter().map(row).collect();
            output.table(&["POINT", "COMBINES", "PHASE", "FOR"], &rows);
        }
        return Ok(DONE);
    };
    let Some(point) = OFFICE.point(id) else {
        let hint = nearest(id, OFFICE.points.iter().map(|p| p.id));
        return Err(WrongUse(format!("unknown point `{id}`{hint}")).into());
    };
    if output.json {
        output.value(&derive::point_schema(point))?;
    } else {
        output.line(derive::point_reference(&OFFICE, point));
    }
    Ok(DONE)
}
