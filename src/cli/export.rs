//! `export`: a register's records, as JSON lines or as a table of whatever format is there.

use super::{
    DONE,
    formats::{self, LINES, OutputTarget},
    output::{self, Output},
    whoever,
};
use anyhow::Result;
use registrar_app::OpenOffice;
use registrar_domain::storage::RecordQuery;
use registrar_kernel::table::{Exported, Table, lines_of};
use std::path::Path;

/// So many of what an export can't hold are listed.
const LISTED: usize = 20;

/// Runs `export`: what `person` may see, or all of it; with `files`, also what records have for files.
pub fn run(
    opened: &OpenOffice,
    register: &str,
    person: Option<&str>,
    to: &OutputTarget,
    files: Option<&Path>,
    output: &mut Output<'_>,
) -> Result<u8> {
    let known = opened.office.registers();
    let register = known.find(register)?;
    let by = whoever(opened, person)?;
    let view = opened.office.as_principal(&by);
    let format = to.format.as_deref().unwrap_or(LINES);
    let wanted = RecordQuery { register: register.id.clone(), ..RecordQuery::default() };
    let sink = &mut *output.sink;
    let mut count = 0;
    let mut taken = |n: usize| {
        count = n;
        sink.progress("records", n as u64, 0);
    };
    let (bytes, exported) = if format == LINES {
        let (lines, exported) = lines_of(view, register, &wanted, &mut taken)?;
        (lines.into_bytes(), exported)
    } else {
        let (table, mut exported) = Table::of_records(view, register, &wanted, &mut taken)?;
        let bytes = formats::render(opened, &table, format)?;
        // What the format itself can't hold is seen by reading it again, where something reads it.
        if let Ok(read) = formats::parse(opened, Path::new("-"), &bytes, format, None) {
            exported.lost.extend(table.not_held(&opened.office, register, &read));
        }
        (bytes, exported)
    };
    if let Some(folder) = files {
        for (hash, (record, file)) in &exported.files {
            let Ok((_, bytes)) = view.file(&register.id, record, hash) else {
                output.note(format!(
                    "the file \"{}\" ({hash}) is not in the store; run `registrar verify`",
                    file.name
                ));
                continue;
            };
            let path = folder.join(file.kept_as());
            output.sink.file(&path, &bytes, true).map_err(|error| output::unwritten(&path, &error))?;
        }
    }
    let nothing = count == 0 && to.is_standard();
    let code = if nothing { DONE } else { to.write(&bytes, count, output)? };
    tell(&exported, files.is_some(), output);
    Ok(code)
}

/// Says what does not go with the records.
fn tell(exported: &Exported, with_files: bool, output: &mut Output<'_>) {
    for lost in exported.lost.iter().take(LISTED) {
        output.note(format!("not held: {lost}"));
    }
    if exported.lost.len() > LISTED {
        output.note(format!("not held: {} more", exported.lost.len() - LISTED));
    }
    for (field, records) in &exported.undeclared {
        output.note(format!(
            "not held: `{field}`, which the register no longer declares, of {records} records (export-events has it)"
        ));
    }
    if !with_files && !exported.files.is_empty() {
        output.note(format!(
            "not held: what is in {} files of the records; --files FOLDER writes them too",
            exported.files.len()
        ));
    }
}

/// Runs `export-events`: the whole log, as `import-events` reads it.
pub fn events(opened: &OpenOffice, to: &OutputTarget, output: &mut Output<'_>) -> Result<u8> {
    let sink = &mut *output.sink;
    let (mut text, mut count, standard) = (String::new(), 0, to.is_standard());
    opened.office.as_operator().export_events(&mut |lines, done| {
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
