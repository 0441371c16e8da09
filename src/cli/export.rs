//! `export`: a register's records, as JSON lines or as a table of whatever format is there.

use super::{
    DONE,
    columns::Columns,
    formats::{self, LINES, Table, Target},
    output::Output,
};
use crate::app::Desk;
use anyhow::Result;
use registrar_kernel::{Record, storage::RecordQuery};
use registrar_sdk::Value;

/// Records read at once.
const PAGE: usize = 1000;

/// Runs `export`.
pub fn run(desk: &Desk, register: &str, to: &Target, output: &mut Output<'_>) -> Result<u8> {
    let known = desk.office.registers();
    let register = known.find(register)?;
    let format = to.format.as_deref().unwrap_or(LINES);
    if format == LINES {
        let (mut lines, mut count) = (String::new(), 0);
        each(desk, &register.id, &mut |record| {
            lines.push_str(&format!("{}\n", record.to_value().to_json()));
            count += 1;
        })?;
        return if count == 0 && to.is_standard() {
            Ok(DONE)
        } else {
            to.write(lines.as_bytes(), count, output)
        };
    }
    let columns = Columns::new(register, None, &desk.office.directory(), desk.office.today());
    let shown = columns.shown();
    let mut rows = Vec::new();
    each(desk, &register.id, &mut |record| {
        rows.push(Value::List(shown.iter().map(|(part, _)| columns.show(*part, &record)).collect()));
        output.sink.progress("records", rows.len() as u64, 0);
    })?;
    let column = |(part, heading): &(_, String)| {
        let align = if columns.is_number(*part) { "right" } else { "left" };
        Value::map([("title", Value::text(heading)), ("align", Value::text(align))])
    };
    let count = rows.len();
    let table = Table { title: register.title.zh.clone(), columns: shown.iter().map(column).collect(), rows };
    let bytes = formats::render(desk, table, format)?;
    to.write(&bytes, count, output)
}

fn each(desk: &Desk, register: &str, take: &mut dyn FnMut(Record)) -> Result<()> {
    let mut query =
        RecordQuery { register: register.to_owned(), limit: Some(PAGE), ..RecordQuery::default() };
    loop {
        let page = desk.office.records(&query)?;
        let Some(last) = page.last() else { return Ok(()) };
        query.after = Some(last.id.clone());
        page.into_iter().for_each(&mut *take);
    }
}
