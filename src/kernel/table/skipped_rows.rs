//! Which rows below the headings are none to be taken, and why: totals, notes, the headings again.

use super::{
    ColumnPart, ColumnTarget, RegisterColumns,
    headings::{At, Headings, SheetRow, text_of},
    number,
};
use registrar_domain::normalization::{folded, key};
use registrar_sdk::Value;

/// What becomes of rows that are not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hidden {
    /// They are taken like the others, and that is told.
    #[default]
    Take,
    /// They are left out.
    Skip,
}

/// What the first cell of a row says that sums up others.
const TOTALS: [&str; 13] = [
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "合计数",
    "总和",
    "平均",
    "平均值",
    "total",
    "subtotal",
    "sum",
    "average",
];
/// So long is a text at most that says whose total it is.
const MOST_OF_TOTAL: usize = 6;
/// What notes below a table begin with.
const NOTES: [&str; 15] = [
    "注:",
    "备注:",
    "说明:",
    "填表人",
    "填报人",
    "制表人",
    "制表:",
    "制表单位",
    "审核人",
    "审核:",
    "负责人:",
    "填表日期",
    "填报日期",
    "制表日期",
    "note:",
];

/// Why a row below the headings is none to be taken.
pub fn why_left_out(
    columns: &RegisterColumns<'_>,
    headings: &Headings<'_>,
    line: &SheetRow,
    hidden: Hidden,
) -> Option<String> {
    if line.hidden && hidden == Hidden::Skip {
        return Some("it is not shown".to_owned());
    }
    if headings.are_again(line) {
        return Some("the headings again".to_owned());
    }
    // A number that counts the rows tells nothing of what the row is.
    let counts_rows = |at: &At, cell: &Value| {
        is_number(cell) && headings.columns.get(at).is_some_and(|heading| heading.counts_rows)
    };
    let mut cells =
        line.cells.iter().filter(|(at, cell)| !counts_rows(at, cell)).map(|(_, cell)| cell).peekable();
    let first = cells.peek().map(|cell| text_of(cell)).or_else(|| line.cells.values().next().map(text_of));
    let Some(first) = first else { return Some("only its number is filled in".to_owned()) };
    let said = key(&first);
    let said = said.trim_end_matches(':');
    if let Some((at, word)) =
        line.cells.iter().map(|(at, cell)| (at, text_of(cell))).find(|(_, text)| is_total(text))
    {
        // Besides numbers a sum may say whose it is; a record says more.
        let says_no_more = |(other, cell): (&At, &Value)| {
            let part = headings.columns.get(other).and_then(|heading| heading.target.as_ref().ok());
            let named =
                matches!(part, Some(ColumnTarget::Part(ColumnPart::Field(name))) if columns.is_named(name));
            other == at || is_number(cell) || named
        };
        if line.cells.iter().all(says_no_more) {
            return Some(format!("a row of totals (\"{}\")", word.trim()));
        }
    }
    if cells.peek().is_none() {
        return Some("only its number is filled in".to_owned());
    }
    if line.banner && line.cells.len() == 1 {
        return Some(format!("a title or note (\"{}\")", shortened(&first)));
    }
    let is_note = |text: &str| NOTES.iter().any(|note| key(text).starts_with(note));
    if (said.starts_with("注") || is_note(&first))
        && line.cells.values().all(|cell| is_note(&text_of(cell)) || line.cells.len() == 1)
    {
        return Some(format!("a note (\"{}\")", shortened(&first)));
    }
    None
}

/// Whether a text says that a row sums up others: `合计`, `小 计：`, `本页小计`, `合计（2 条）`.
fn is_total(text: &str) -> bool {
    let said = key(text);
    let said = said.split(['(', '[', '（']).next().unwrap_or(&said).trim_end_matches(':');
    let with_whose = ["合计", "小计", "总计", "共计"].iter().any(|end| said.ends_with(end));
    TOTALS.contains(&said) || with_whose && said.chars().count() <= MOST_OF_TOTAL
}

fn is_number(cell: &Value) -> bool {
    match cell {
        Value::Text(text) => number::plain(text).is_some(),
        Value::Map(_) | Value::Bool(_) => false,
        _ => true,
    }
}

/// The beginning of a text, for a message.
pub fn shortened(text: &str) -> String {
    let plain = folded(text);
    let cut: String = plain.chars().take(20).collect();
    if cut.len() < plain.len() { format!("{cut}…") } else { cut }
}
