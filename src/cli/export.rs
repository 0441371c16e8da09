//! `export`: a register's records, as JSON lines or as a table of whatever format is there.

use super::{
    DONE,
    formats::{self, LINES, Target},
    output::Output,
    whoever,
};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::table::{Table, lines_of};

/// Runs `export`: what `person` may see, or all of it.
pub fn run(
    desk: &Desk,
    register: &str,
    person: Option<&str>,
    to: &Target,
    output: &mut Output<'_>,
) -> Result<u8> {
    let known = desk.office.registers();
    let register = known.find(register)?;
    let by = whoever(desk, person)?;
    let format = to.format.as_deref().unwrap_or(LINES);
    let sink = &mut *output.sink;
    let mut count = 0;
    let mut taken = |n: usize| {
        count = n;
        sink.progress("records", n as u64, 0);
    };
    if format == LINES {
        let lines = lines_of(&desk.office, &by, &register.id, &mut taken)?;
        let nothing = count == 0 && to.is_standard();
        return if nothing { Ok(DONE) } else { to.write(lines.as_bytes(), count, output) };
    }
    let table = Table::of_records(&desk.office, &by, register, &mut taken)?;
    let bytes = formats::render(desk, table, format)?;
    to.write(&bytes, count, output)
}

/// Runs `export-events`: the whole log, as `import-events` reads it.
pub fn events(desk: &Desk, to: &Target, output: &mut Output<'_>) -> Result<u8> {
    let sink = &mut *output.sink;
    let (mut text, mut count, standard) = (String::new(), 0, to.is_standard());
    desk.office.export_events(&mut |lines, done| {
        count = done;
        if standard {
            sink.out(lines)
        } else {
            text.push_str(lines)
        }
        sink.progress("events", done, 0);
    })?;
    if standard { Ok(DONE) } else { to.write(text.as_bytes(), usize::try_from(count)?, output) }
}
