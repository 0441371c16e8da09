//! Imports records: each row is an action with all its checks. What an earlier import took is not taken
//! again, whatever file it stands in now; what has changed in it since is told.

use super::{
    earlier_imports::{self, Logged},
    row::{ImportRow, beginning, of_people},
    run::ImportRun,
};
use crate::{
    access::Principal,
    action::ActError,
    error::KernelError,
    import::import_report::{Imported, RecordImport},
    office::Office,
};
use registrar_domain::{Event, Register, reserved::OPENING};
use registrar_sdk::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a row is, before it is taken.
enum RowMatch {
    Fresh { hash: String, again: usize },
    Known,
}

/// Rows beside what the log says of them.
struct MatchedRows {
    /// By place in the table; rows with problems are left out.
    found: BTreeMap<usize, RowMatch>,
    /// How often each is said, by its hash and whom it is of.
    said: BTreeMap<(String, String), usize>,
    /// The imports that rows are known from.
    causes: BTreeSet<String>,
}

impl Office {
    /// Imports rows; `progress` hears how many are done.
    ///
    /// # Errors
    /// There is no such register or person, or the store failed; what is wrong with a row is in the answer.
    pub fn import_records(
        &self,
        how: &RecordImport<'_>,
        rows: &[ImportRow],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Imported, ActError> {
        if let Some(id) = how.id {
            registrar_domain::id::check(id).map_err(KernelError::refused)?;
        }
        let registers = self.registers();
        let register = registers.find(how.register)?;
        // Before anything is said of rows that are there already.
        Principal::of(&self.directory(), &how.by, self.today()).map_err(ActError::denied)?;
        let MatchedRows { found, said, causes } = self.matched(register, how, rows)?;
        let logged = earlier_imports::logged(&*self.read()?)?;
        let earlier = match self.earlier(how, &logged, &causes) {
            Some(import) => Some(import),
            None => self.much_alike(how, &logged, rows)?,
        };
        let places = match earlier {
            Some(import) => earlier_imports::places(&*self.read()?, import)?,
            None => BTreeMap::new(),
        };
        let id = match (how.id, earlier) {
            (Some(id), _) => id.to_owned(),
            (None, Some(import)) => import.id.clone(),
            (None, None) => new_id(how.file, &logged),
        };
        let mut run = ImportRun::new(self, how, id, earlier.map(|import| import.id.clone()));
        for (at, row) in rows.iter().enumerate() {
            progress(at + 1);
            match found.get(&at) {
                None => run.refuse(row, row.problems.join("; ")),
                Some(RowMatch::Known) => run.known(row, "is there already"),
                Some(RowMatch::Fresh { hash, again }) => {
                    let changed = row.key.is_none().then(|| places.get(&row.place)).flatten();
                    let is_elsewhere = |was: &str, event: &Event| {
                        let people = of_people(register, &event.action, event.record_fields());
                        said.contains_key(&(was.to_owned(), Value::Map(people).to_string()))
                    };
                    let changed = changed.filter(|(was, event)| !how.again && !is_elsewhere(was, event));
                    match changed {
                        Some((_, event)) => run.changed(row, row.changes(event), &event.id),
                        None => run.take(row, hash, *again)?,
                    }
                }
            }
        }
        run.finish()
    }

    /// What the log says of each row already.
    fn matched(
        &self,
        register: &Register,
        how: &RecordImport<'_>,
        rows: &[ImportRow],
    ) -> Result<MatchedRows, KernelError> {
        let mut found = BTreeMap::new();
        // Rows of the same hash may be of other people.
        let (mut said, mut causes) = (BTreeMap::<(String, String), usize>::new(), BTreeSet::new());
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.problems.is_empty()) {
            let action = if row.opened.is_some() { OPENING } else { how.action };
            let hash = row.hash(register, action);
            let people = Value::Map(row.says_of_people(register, action)).to_string();
            let occurrence = said.entry((hash.clone(), people)).or_default();
            *occurrence += 1;
            let there =
                if row.key.is_some() { Vec::new() } else { self.read()?.events_by_id(&beginning(&hash))? };
            let alive: Vec<&Event> = there
                .iter()
                .filter(|event| !event.dead && row.is_of_the_people_of(register, event))
                .collect();
            // A record that was opened is compared as it is now.
            let known = !how.again && row.opened.is_none() && alive.len() >= *occurrence;
            if known {
                causes.extend(alive.iter().filter_map(|event| event.cause.clone()));
            }
            let state = if known { RowMatch::Known } else { RowMatch::Fresh { hash, again: there.len() } };
            found.insert(at, state);
        }
        Ok(MatchedRows { found, said, causes })
    }

    /// The last import of a file of this name, if most rows say what those in their places said then, as far as both say
    /// something: the same table, with a column more or less, or with something mended in each row.
    fn much_alike<'l>(
        &self,
        how: &RecordImport<'_>,
        logged: &'l [Logged],
        rows: &[ImportRow],
    ) -> Result<Option<&'l Logged>, KernelError> {
        let same = |import: &&Logged| import.register == how.register && import.file == how.file;
        let (Some(import), None, false) = (logged.iter().rev().find(same), how.id, how.again) else {
            return Ok(None);
        };
        let places = earlier_imports::places(&*self.read()?, import)?;
        let there: Vec<_> = rows.iter().filter_map(|row| Some((row, places.get(&row.place)?))).collect();
        let alike = there.iter().filter(|(row, (_, event))| row.resembles(event)).count();
        Ok((alike > 0 && alike * 2 > there.len()).then_some(import))
    }

    /// The import that this one goes on with: of its id, else the last one of a file of this name that took
    /// some of its rows.
    fn earlier<'l>(
        &self,
        how: &RecordImport<'_>,
        logged: &'l [Logged],
        causes: &BTreeSet<String>,
    ) -> Option<&'l Logged> {
        let mut imports = logged.iter().rev().filter(|import| import.register == how.register);
        match how.id {
            Some(id) => imports.find(|import| import.id == id),
            None => imports.find(|import| import.file == how.file && !import.runs.is_disjoint(causes)),
        }
    }
}

/// An id for an import that no other has: of its file's name.
fn new_id(file: &str, logged: &[Logged]) -> String {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let plain: String =
        stem.chars().filter(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')).take(60).collect();
    let plain = plain.trim_matches(['-', '.']);
    let plain = if plain.is_empty() { "import" } else { plain };
    let is_free = |id: &String| !logged.iter().any(|import| import.id == *id);
    (1..)
        .map(|n: u64| if n == 1 { plain.to_owned() } else { format!("{plain}-{n}") })
        .find(is_free)
        .unwrap_or_else(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{
        super::row::{event_id, origin},
        *,
    };

    #[test]
    fn an_import_is_called_like_its_file_and_no_two_alike() {
        let logged = |id: &str| Logged {
            id: id.to_owned(),
            register: "item".to_owned(),
            action: "submit".to_owned(),
            file: "x".to_owned(),
            first: (registrar_domain::Actor::Operator, jiff::civil::date(2023, 1, 1)),
            runs: BTreeSet::new(),
        };
        assert_eq!(new_id("/tmp/一月 汇总(1).xlsx", &[]), "一月汇总1");
        assert_eq!(new_id("a.csv", &[logged("a"), logged("a-2")]), "a-3");
        assert_eq!(new_id("-", &[]), "import");
        assert_eq!(origin(&event_id("0f", "一月!7", 2)), Some(("0f", "一月!7")));
        assert_eq!(origin("e-7"), None);
    }
}
