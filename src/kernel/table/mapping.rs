//! What the columns of somebody's table stand for, where it can't be guessed: `列=field`, kept by name.

use super::{ColumnPart, RegisterColumns};
use registrar_domain::normalization::key;
use std::collections::{BTreeMap, BTreeSet};

/// What a column stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnTarget<'a> {
    /// A part of a record.
    Part(ColumnPart<'a>),
    /// Nothing: it is left out.
    Nothing,
}

/// How a mapping says that a column is left out.
const NOTHING: &str = "-";

/// Columns by their heading or their letters, with the names of what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    /// By what is written in the heading, or the column's letters.
    pub columns: BTreeMap<String, String>,
    /// Those that are headings of the table at hand, so that they are no letters.
    headings: BTreeSet<String>,
}

impl Mapping {
    /// From `列=field` each; `列=-` leaves a column out.
    ///
    /// # Errors
    /// One has no `=`, or nothing before or after it.
    pub fn parse(pairs: &[String]) -> Result<Mapping, String> {
        let mut columns = BTreeMap::new();
        for pair in pairs {
            match pair.rsplit_once('=').map(|(column, name)| (column.trim(), name.trim())) {
                Some((column, name)) if !column.is_empty() && !name.is_empty() => {
                    columns.insert(column.to_owned(), name.to_owned());
                }
                _ => {
                    return Err(format!(
                        "\"{pair}\": write a column's heading or letters and a field, as in 列=field (列=- leaves \
                         it out)"
                    ));
                }
            }
        }
        Ok(Mapping::of(columns))
    }

    /// Of columns with the names of what they stand for.
    pub fn of(columns: BTreeMap<String, String>) -> Mapping {
        Mapping { columns, headings: BTreeSet::new() }
    }

    /// For a table with these headings: a heading `A` is meant rather than the column with this letter.
    pub(super) fn among<'t>(&self, headings: impl Iterator<Item = &'t str>) -> Mapping {
        let written: BTreeSet<String> = headings.map(key).collect();
        let are_headings = self.columns.keys().filter(|column| written.contains(&key(column)));
        Mapping { columns: self.columns.clone(), headings: are_headings.cloned().collect() }
    }

    /// Another's columns after these, the other's first where both say something.
    pub fn with(mut self, other: Mapping) -> Mapping {
        self.columns.extend(other.columns);
        self
    }

    /// What a column stands for, if the mapping says so.
    pub(super) fn target<'a>(
        &self,
        columns: &RegisterColumns<'a>,
        letters: &str,
        heading: &str,
    ) -> Option<Result<ColumnTarget<'a>, String>> {
        let wanted = key(heading);
        let by_heading = self.columns.iter().find(|(column, _)| key(column) == wanted && !wanted.is_empty());
        let said = by_heading.or_else(|| {
            let is_meant = |column: &String| column == letters && !self.headings.contains(column);
            self.columns.iter().find(|(column, _)| is_meant(column))
        });
        said.map(|(_, name)| match name.as_str() {
            NOTHING => Ok(ColumnTarget::Nothing),
            name => columns.named(name).map(ColumnTarget::Part),
        })
    }

    /// The columns that it names and a table does not have, by their headings and letters.
    pub(super) fn unused<'m>(&'m self, headings: &[(String, String)]) -> Vec<&'m str> {
        let used = |column: &&String| {
            headings.iter().any(|(letters, text)| *letters == **column || key(text) == key(column))
        };
        self.columns.keys().filter(|column| !used(column)).map(String::as_str).collect()
    }
}
