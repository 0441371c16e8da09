//! Records as a table: which columns there are, what a cell says, and the file that a plugin makes of it.

pub mod cell;
mod columns;

pub use columns::{Columns, Part};

use crate::{
    access::Principal, error::KernelError, office::Office, record::Record, register::Register,
    storage::RecordQuery,
};
use registrar_host::{Failed, combine::conform_args};
use registrar_sdk::{Value, abi::MOST_VALUES};

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
    /// All records that someone may see, in the columns of an export; `taken` is told after each.
    ///
    /// # Errors
    /// The store failed.
    pub fn of_records(
        office: &Office,
        by: &Principal,
        register: &Register,
        taken: &mut dyn FnMut(usize),
    ) -> Result<Table, KernelError> {
        let columns = Columns::new(register, None, &office.directory(), office.today());
        let shown = columns.shown();
        let mut rows = Vec::new();
        office.each_seen(by, &register.id, &mut |record| {
            rows.push(Value::List(shown.iter().map(|(part, _)| columns.show(*part, &record)).collect()));
            taken(rows.len());
        })?;
        let column = |(part, heading): &(Part<'_>, String)| {
            let align = if columns.is_number(*part) { "right" } else { "left" };
            Value::map([("title", Value::text(heading)), ("align", Value::text(align))])
        };
        Ok(Table { title: register.title.zh.clone(), columns: shown.iter().map(column).collect(), rows })
    }

    /// Makes a file of it through the plugin that writes its format.
    ///
    /// # Errors
    /// There is none, or what it says.
    pub fn render(self, office: &Office, format: &str) -> Result<Vec<u8>, KernelError> {
        let refused = |why: String| KernelError::Refused(why);
        let values: usize = self.rows.iter().map(|row| 1 + row.as_list().map_or(0, <[Value]>::len)).sum();
        if values > MOST_VALUES {
            return Err(refused(format!(
                "a table of {} rows is more than can be written as {format} at once ({MOST_VALUES} values); \
                 export it as JSON lines",
                self.rows.len()
            )));
        }
        render(office, self.document(), format)?.ok_or_else(|| KernelError::Unknown {
            what: "format",
            name: format.to_owned(),
            hint: " that tables can be written in; `registrar formats` lists them".to_owned(),
        })
    }

    fn document(self) -> Value {
        // A list in Lua has no holes: an empty cell must be something.
        let cell = |cell: Value| if cell.is_nil() { Value::Null } else { cell };
        let full = |row: Value| match row {
            Value::List(cells) => Value::List(cells.into_iter().map(cell).collect()),
            other => other,
        };
        let block = Value::map([
            ("kind", Value::text("table")),
            ("columns", Value::List(self.columns)),
            ("rows", Value::List(self.rows.into_iter().map(full).collect())),
        ]);
        Value::map([
            ("kind", Value::text("table")),
            ("title", Value::text(&self.title)),
            ("sections", Value::List(vec![Value::map([("blocks", Value::List(vec![block]))])])),
        ])
    }
}

/// Makes a file of a document through the plugin that writes its format; `None` if none does.
///
/// # Errors
/// What that plugin says, or it is no document.
pub fn render(office: &Office, document: Value, format: &str) -> Result<Option<Vec<u8>>, KernelError> {
    let point = office.host().contract().point("report.render");
    let point = point.ok_or_else(|| KernelError::Refused("the contract has no report.render".to_owned()))?;
    let args = conform_args(point, vec![document, Value::text(format)])
        .map_err(|why| KernelError::Refused(format!("this is no document: {why}")))?;
    if office.plan()?.generation.concerned("report.render", &args).is_empty() {
        return Ok(None);
    }
    match office.ask("report.render", args) {
        Ok(outcome) => match outcome.value {
            Value::Bytes(bytes) => Ok(Some(bytes.to_vec())),
            _ => Ok(None),
        },
        Err(Failed::Handler(fault)) => Err(KernelError::Refused(fault.to_string())),
        Err(failed) => Err(failed.into()),
    }
}

/// All records that someone may see as JSON, one a line; `taken` is told after each.
///
/// # Errors
/// The register is not there, or the store failed.
pub fn lines_of(
    office: &Office,
    by: &Principal,
    register: &str,
    taken: &mut dyn FnMut(usize),
) -> Result<String, KernelError> {
    let (mut lines, mut count) = (String::new(), 0);
    office.each_seen(by, register, &mut |record| {
        lines.push_str(&format!("{}\n", record.to_value().to_json()));
        count += 1;
        taken(count);
    })?;
    Ok(lines)
}

/// Records read at once.
const PAGE: usize = 1000;

impl Office {
    /// Goes through the records of a register that someone may see, by their ids.
    ///
    /// # Errors
    /// The register is not there, or the store failed.
    pub fn each_seen(
        &self,
        by: &Principal,
        register: &str,
        take: &mut dyn FnMut(Record),
    ) -> Result<(), KernelError> {
        let registers = self.registers();
        let definition = registers.find(register)?;
        let mut query =
            RecordQuery { register: register.to_owned(), limit: Some(PAGE), ..RecordQuery::default() };
        loop {
            let page = self.records(&query)?;
            let Some(last) = page.last() else { return Ok(()) };
            query.after = Some(last.id.clone());
            page.into_iter().filter(|record| by.may_see(definition, record)).for_each(&mut *take);
        }
    }
}
