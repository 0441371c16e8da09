//! The tables of a document, in its order: those of its body, then those of its appendices.

use registrar_sdk::Value;

/// One table.
#[derive(Debug)]
pub struct SheetTable<'a> {
    /// What stands above it: its caption, else what it is in.
    pub title: &'a str,
    /// Its columns.
    pub columns: &'a [Value],
    /// Its rows.
    pub rows: &'a [Value],
    /// Whether its page lies across.
    pub landscape: bool,
}

/// All tables of a document.
pub fn of(document: &Value) -> Vec<SheetTable<'_>> {
    let mut tables = Vec::new();
    let title = document.get("title").as_str().unwrap_or_default();
    for section in list(document.get("sections")) {
        let heading = section.get("heading").as_str().filter(|h| !h.is_empty()).unwrap_or(title);
        collect(list(section.get("blocks")), heading, false, &mut tables);
    }
    for appendix in list(document.get("appendices")) {
        let title = appendix.get("title").as_str().unwrap_or(title);
        let landscape = appendix.get("landscape").as_bool().unwrap_or(false);
        collect(list(appendix.get("blocks")), title, landscape, &mut tables);
    }
    tables
}

fn collect<'a>(blocks: &'a [Value], above: &'a str, landscape: bool, tables: &mut Vec<SheetTable<'a>>) {
    for block in blocks.iter().filter(|b| b.get("kind").as_str() == Some("table")) {
        let caption = block.get("caption").as_str().filter(|c| !c.is_empty());
        let (columns, rows) = (list(block.get("columns")), list(block.get("rows")));
        tables.push(SheetTable { title: caption.unwrap_or(above), columns, rows, landscape });
    }
}

/// The items of a list; an author's empty table is one.
pub fn list(value: &Value) -> &[Value] {
    value.as_list().unwrap_or_default()
}

/// How many columns a table has: those that are declared, or more where a row is longer.
pub fn width(table: &SheetTable<'_>) -> usize {
    table.rows.iter().map(|row| list(row).len()).chain([table.columns.len()]).max().unwrap_or(0)
}
