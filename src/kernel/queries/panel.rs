//! What plugins show someone in a place of the page.

use crate::{access::Principal, error::KernelError, queries::OfficeView};
use registrar_contract::payload::point;
use registrar_domain::{BilingualText, Record};
use registrar_host::Fault;
use registrar_sdk::Value;
use registrar_sdk::native::Typed;

/// How loud a panel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelEmphasis {
    /// Not at all.
    Plain,
    /// It is to be noticed.
    Notice,
    /// Something is to be done.
    Warning,
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq)]
pub enum PanelContent {
    /// A number, or a text.
    Text(BilingualText),
    /// Lines.
    List(Vec<BilingualText>),
    /// Headings, and rows of cells.
    Table(Vec<BilingualText>, Vec<Vec<BilingualText>>),
}

/// Something that a plugin shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The plugin.
    pub plugin: String,
    /// Its heading.
    pub title: BilingualText,
    /// How loud it is.
    pub level: PanelEmphasis,
    /// Whether the text is a number, shown large.
    pub number: bool,
    /// What it shows.
    pub shown: PanelContent,
    /// The register and the record that it leads to, or the register alone.
    pub link: Option<(String, Option<String>)>,
    order: i64,
}

/// The panels of a place, and the plugins whose panels are missing because they failed.
#[derive(Clone, Debug, Default)]
pub struct Panels {
    /// In the order in which they are shown.
    pub panels: Vec<Panel>,
    /// What failed.
    pub skipped: Vec<Fault>,
}

impl OfficeView<'_> {
    /// What plugins show them in a place of the page. They look with the rights of whoever looks.
    ///
    /// # Errors
    /// The registers don't fit together.
    pub fn panels(&self, place: &str) -> Result<Panels, KernelError> {
        self.panels_of(place, None)
    }

    /// The same beside a record that they may see.
    ///
    /// # Errors
    /// As [`OfficeView::panels`].
    pub fn panels_of(&self, place: &str, record: Option<&Record>) -> Result<Panels, KernelError> {
        // Whoever runs the program is nobody of the directory, and looks at no page.
        let Principal::Person(person) = self.by else { return Ok(Panels::default()) };
        let record = record.map_or(Value::Nil, Record::to_value);
        let args = vec![Value::text(place), person.to_value(), record];
        let outcome = self.ask(point::PanelShow::ID, args)?;
        let mut panels: Vec<Panel> = Vec::new();
        for step in &outcome.steps {
            panels.extend(step.answer.items().iter().map(|said| read(&step.handler.plugin.id, said)));
        }
        panels.sort_by_key(|panel| panel.order);
        Ok(Panels { panels, skipped: outcome.skipped })
    }
}

fn read(plugin: &str, said: &Value) -> Panel {
    let kind = said.get("kind").as_str().unwrap_or_default();
    let rows = said.get("rows").as_list().unwrap_or_default();
    let shown = match kind {
        "list" => PanelContent::List(rows.iter().map(text).collect()),
        "table" => PanelContent::Table(
            said.get("columns").as_list().unwrap_or_default().iter().map(text).collect(),
            rows.iter().map(|row| row.items().iter().map(text).collect()).collect(),
        ),
        _ => PanelContent::Text(text(said.get("value"))),
    };
    let link = said.get("link").as_str().map(|link| match link.split_once('/') {
        Some((register, record)) => (register.to_owned(), Some(record.to_owned())),
        None => (link.to_owned(), None),
    });
    Panel {
        plugin: plugin.to_owned(),
        title: BilingualText::read(said.get("title")),
        level: match said.get("level").as_str() {
            Some("warning") => PanelEmphasis::Warning,
            Some("notice") => PanelEmphasis::Notice,
            _ => PanelEmphasis::Plain,
        },
        number: kind == "number",
        shown,
        link,
        order: said.get("order").as_int().unwrap_or(i64::MAX),
    }
}

/// A cell as people read it: a text, a number, or a label in both languages.
fn text(value: &Value) -> BilingualText {
    match value {
        Value::Text(_) | Value::Map(_) => BilingualText::read(value),
        Value::Nil | Value::Null => BilingualText::default(),
        Value::Num(n) => BilingualText::default().or(&n.to_string()),
        Value::Amount(amount) => BilingualText::default().or(&amount.to_string()),
        other => BilingualText::default().or(&other.to_json().to_string()),
    }
}
