//! Records as a table: which columns there are, what a cell says, and the file that a plugin makes of it.

use registrar_contract::payload::point;
use registrar_sdk::native::Typed;
pub mod cell;
mod columns;
mod day;
mod headings;
mod mapping;
mod number;
mod skipped_rows;
mod table_reading;

pub use columns::{ColumnPart, RegisterColumns};
pub use day::read as day;
pub use mapping::{ColumnTarget, Mapping};
pub(crate) use number::is_spoilt;
pub use skipped_rows::Hidden;
pub use table_reading::{ReadOptions, RowRead, Skipped, TableReading};

use crate::{attachment::Attachment, error::KernelError, office::Office, queries::OfficeView};
use registrar_domain::{
    Record, Register, Unknown, event::cleaned_fields, register::FieldType, storage::RecordQuery,
};
use registrar_host::{Failed, dispatch::combine::conform_args};
use registrar_sdk::{Value, abi::MOST_VALUES};
use std::collections::BTreeMap;

/// A table, before it is a file.
pub struct Table {
    /// What stands above it.
    pub title: String,
    /// Its columns, as the document model has them.
    pub columns: Vec<Value>,
    /// Its rows.
    pub rows: Vec<Value>,
}

impl Table {
    /// The records that fit and that someone may see, in the columns of an export; `taken` is told after each.
    ///
    /// # Errors
    /// The store failed.
    pub fn of_records(
        view: OfficeView<'_>,
        register: &Register,
        wanted: &RecordQuery,
        taken: &mut dyn FnMut(usize),
    ) -> Result<(Table, Exported), KernelError> {
        let columns = RegisterColumns::new(register, None, &view.office.directory(), view.office.today());
        let shown = columns.shown();
        let (mut rows, mut exported) = (Vec::new(), Exported::default());
        let log = view.office.read()?;
        view.each_record(wanted, &mut |record| {
            let began = log.event(record.created).ok().flatten().map(|event| event.on);
            let cells: Vec<Value> =
                shown.iter().map(|(part, _)| columns.show(*part, &record, began)).collect();
            for ((part, heading), cell) in shown.iter().zip(&cells) {
                if let ColumnPart::Field(name) = part
                    && !columns.comes_back(name, cell, record.fields.get(*name))
                {
                    exported
                        .lost
                        .push(format!("{} {}, {heading}: {}", register.id, record.id, NOT_IN_A_CELL));
                }
            }
            exported.note(register, &record);
            rows.push(Value::List(cells));
            taken(rows.len());
        })?;
        let column = |(part, heading): &(ColumnPart<'_>, String)| {
            let align = if columns.is_number(*part) { "right" } else { "left" };
            Value::map([("title", Value::text(heading)), ("align", Value::text(align))])
        };
        let table =
            Table { title: register.title.zh.clone(), columns: shown.iter().map(column).collect(), rows };
        Ok((table, exported))
    }

    /// What a file that was made of it does not hold, by the rows that were read from it again: each with its
    /// record and field.
    pub fn not_held(&self, office: &Office, register: &Register, read: &[Value]) -> Vec<String> {
        let columns = RegisterColumns::new(register, None, &office.directory(), office.today());
        let shown = columns.shown();
        let above = read.len().saturating_sub(self.rows.len());
        let mut lost = Vec::new();
        for (row, read) in self.rows.iter().zip(read.iter().skip(above)) {
            let cells = row.items();
            let id = cells.first().and_then(Value::as_str).unwrap_or_default();
            for ((at, (part, heading)), cell) in (0..).zip(&shown).zip(cells) {
                // By its heading, where the reader knows the headings.
                let there = match read.get("cells").as_map() {
                    Some(_) => read.get("cells").get(&letters(at)),
                    None => read.get("fields").get(heading),
                };
                let same = match part {
                    _ if cell::is_empty(cell) && cell::is_empty(there) => true,
                    ColumnPart::Field(name) => match (columns.read(name, cell), columns.read(name, there)) {
                        (Ok(was), Ok(is)) => was.same(&is),
                        _ => false,
                    },
                    _ => headings::text_of(cell) == headings::text_of(there),
                };
                if !same {
                    lost.push(format!("{} {id}, {heading}: what the file has is not all of it", register.id));
                }
            }
        }
        lost
    }

    /// Makes a file of it through the plugin that writes its format.
    ///
    /// # Errors
    /// There is none, or what it says.
    pub fn render(&self, office: &Office, format: &str) -> Result<Vec<u8>, KernelError> {
        let refused = |why: String| KernelError::refused(why);
        let values: usize = self.rows.iter().map(|row| 1 + row.as_list().map_or(0, <[Value]>::len)).sum();
        if values > MOST_VALUES {
            return Err(refused(format!(
                "a table of {} rows is more than can be written as {format} at once ({MOST_VALUES} values); \
                 export it as JSON lines",
                self.rows.len()
            )));
        }
        render(office, self.document(), format)?.ok_or_else(|| {
            KernelError::from(Unknown {
                what: "format",
                name: format.to_owned(),
                hint: " that tables can be written in; `registrar formats` lists them".to_owned(),
            })
        })
    }

    fn document(&self) -> Value {
        // A list in Lua has no holes: an empty cell must be something.
        let cell = |cell: &Value| if cell.is_nil() { Value::Null } else { cell.clone() };
        let full = |row: &Value| Value::List(row.items().iter().map(cell).collect());
        let block = Value::map([
            ("kind", Value::text("table")),
            ("columns", Value::List(self.columns.clone())),
            ("rows", Value::List(self.rows.iter().map(full).collect())),
        ]);
        Value::map([
            ("kind", Value::text("table")),
            ("title", Value::text(&self.title)),
            ("sections", Value::List(vec![Value::map([("blocks", Value::List(vec![block]))])])),
        ])
    }
}

/// A document without what no file can hold: what was stored before texts were cleaned is no reason not to print the
/// rest.
pub fn printable(document: Value) -> Value {
    match document {
        Value::Map(model) => Value::Map(cleaned_fields(&model).unwrap_or(model)),
        other => other,
    }
}

/// Makes a file of a document through the plugin that writes its format; `None` if none does.
///
/// # Errors
/// What that plugin says, or it is no document.
pub fn render(office: &Office, document: Value, format: &str) -> Result<Option<Vec<u8>>, KernelError> {
    let point = office.host().contract().point(point::ReportRender::ID);
    let point = point.ok_or_else(|| KernelError::refused("the contract has no report.render".to_owned()))?;
    let args = conform_args(point, vec![printable(document), Value::text(format)])
        .map_err(|why| KernelError::refused(format!("this is no document: {why}")))?;
    if office.plan()?.generation.concerned(point::ReportRender::ID, &args).is_empty() {
        return Ok(None);
    }
    match office.as_operator().ask(point::ReportRender::ID, args) {
        Ok(outcome) => match outcome.value {
            Value::Bytes(bytes) => Ok(Some(bytes.to_vec())),
            _ => Ok(None),
        },
        Err(Failed::Handler(fault)) => Err(KernelError::refused(fault.to_string())),
        Err(failed) => Err(failed.into()),
    }
}

/// A column's letters: 0 is `A`, 26 is `AA`.
fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
        rest /= 26;
    }
    letters.into_iter().collect()
}

/// What goes with exported records, and what does not.
#[derive(Debug, Default)]
pub struct Exported {
    /// What the form of the export can't hold, each with its record and field.
    pub lost: Vec<String>,
    /// The files that the records have, by the hash of their content: a record that has it, and its name there.
    pub files: BTreeMap<String, (String, Attachment)>,
    /// Fields that the register no longer declares, which stay behind: how many records have them.
    pub undeclared: BTreeMap<String, u64>,
}

/// Why a cell can't hold a value.
const NOT_IN_A_CELL: &str = "what it holds can't be told from another value in a table; JSON lines hold it";

impl Exported {
    fn note(&mut self, register: &Register, record: &Record) {
        for (name, value) in &record.fields {
            match register.fields.get(&**name) {
                None => *self.undeclared.entry(name.to_string()).or_default() += 1,
                Some(field) if field.ty == FieldType::File => {
                    let files = value.items().iter().filter_map(Attachment::read);
                    self.files.extend(files.map(|file| (file.hash.clone(), (record.id.clone(), file))));
                }
                Some(_) => {}
            }
        }
    }
}

/// The records that fit and that someone may see as JSON, one a line; `taken` is told after each.
///
/// # Errors
/// The register is not there, or the store failed.
pub fn lines_of(
    view: OfficeView<'_>,
    register: &Register,
    wanted: &RecordQuery,
    taken: &mut dyn FnMut(usize),
) -> Result<(String, Exported), KernelError> {
    let (mut lines, mut count, mut exported) = (String::new(), 0, Exported::default());
    view.each_record(wanted, &mut |mut record| {
        exported.note(register, &record);
        record.fields.retain(|name, _| register.fields.contains_key(&**name));
        lines.push_str(&format!("{}\n", record.to_value().to_json()));
        count += 1;
        taken(count);
    })?;
    Ok((lines, exported))
}
