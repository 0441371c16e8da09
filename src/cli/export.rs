//! `export`: a register's records, as JSON lines or as a table of whatever format is there.

use super::{
    DONE,
    formats::{self, LINES, Target},
    output::Output,
    whoever,
};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::table::Table;

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
    if format == LINES {
        let (mut lines, mut count) = (String::new(), 0);
        desk.office.each_seen(&by, &register.id, &mut |record| {
            lines.push_str(&format!("{}\n", record.to_value().to_json()));
            count += 1;
        })?;
        return if count == 0 && to.is_standard() {
            Ok(DONE)
        } else {
            to.write(lines.as_bytes(), count, output)
        };
    }
    let sink = &mut *output.sink;
    let table =
        Table::of_records(&desk.office, &by, register, &mut |n| sink.progress("records", n as u64, 0))?;
    let count = table.rows.len();
    let bytes = formats::render(desk, table, format)?;
    to.write(&bytes, count, output)
}
