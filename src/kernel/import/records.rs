//! Imports records: each row is an action with all its checks. What an earlier import took is not taken
//! again, whatever file it stands in now; what has changed in it since is told.

use super::{
    IMPORT,
    prior::{self, Logged},
    row::{ImportRow, beginning, event_id},
};
use crate::{
    action::{Act, ActError, Work},
    actor::Actor,
    attachment::Attachment,
    error::KernelError,
    event::{Event, OFFICE, OPENING},
    log::NewEvent,
    office::Office,
};
use registrar_sdk::{Value, value::Map};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How the rows of an import go together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Together {
    /// Each by itself: what is refused keeps no other back.
    #[default]
    Each,
    /// All of them, in one transaction, or none.
    AllOrNothing,
    /// None is stored: each is only checked, by itself.
    Rehearsed,
}

/// An import of records.
#[derive(Clone, Debug, Default)]
pub struct RecordImport<'a> {
    /// The register.
    pub register: &'a str,
    /// The action that each row takes; those that say how their record stands begin it so instead.
    pub action: &'a str,
    /// Who acts.
    pub by: Actor,
    /// The file's name, by which the mended table is known as the same.
    pub file: &'a str,
    /// The import's id; without one it has that of the import that it goes on with, or a new one.
    pub id: Option<&'a str>,
    /// How its rows go together.
    pub together: Together,
    /// Whether rows are taken that an earlier import has taken.
    pub again: bool,
    /// Files that rows name, by the hash of their content.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// What is said of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// Where it is.
    pub place: String,
    /// What is said.
    pub text: String,
}

/// What came of an import. Each row is counted once among `taken`, `known`, `changed` and `refused`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Its id, once it has taken something, now or before.
    pub import: Option<String>,
    /// How many rows were taken, or would be.
    pub taken: u64,
    /// Rows that were there already.
    pub known: Vec<Told>,
    /// Rows that were taken before and say something else now; they are left as they were taken.
    pub changed: Vec<Told>,
    /// Rows that can't be taken, and why.
    pub refused: Vec<Told>,
    /// What is to be looked at in rows that were taken.
    pub warned: Vec<Told>,
}

/// What a row is, before it is taken.
enum Found {
    Fresh { hash: String, again: usize },
    Known,
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
            crate::id::check(id).map_err(KernelError::Refused)?;
        }
        let mut found = BTreeMap::new();
        let (mut hashes, mut causes) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.problems.is_empty()) {
            let action = if row.opened.is_some() { OPENING } else { how.action };
            let hash = row.hash(how.register, action);
            let occurrence = hashes.entry(hash.clone()).or_default();
            *occurrence += 1;
            let there =
                if row.key.is_some() { Vec::new() } else { self.read()?.events_by_id(&beginning(&hash))? };
            let alive: Vec<&Event> = there.iter().filter(|event| !event.dead).collect();
            // A record that was opened is compared as it is now.
            let known = !how.again && row.opened.is_none() && alive.len() >= *occurrence;
            if known {
                causes.extend(alive.iter().filter_map(|event| event.cause.clone()));
            }
            let state = if known { Found::Known } else { Found::Fresh { hash, again: there.len() } };
            found.insert(at, state);
        }
        let logged = prior::logged(&*self.read()?)?;
        let earlier = self.earlier(how, &logged, &causes);
        let places = match earlier {
            Some(import) => prior::places(&*self.read()?, import)?,
            None => BTreeMap::new(),
        };
        let id = match (how.id, earlier) {
            (Some(id), _) => id.to_owned(),
            (None, Some(import)) => import.id.clone(),
            (None, None) => new_id(how.file, &logged),
        };
        let mut run = Run {
            office: self,
            how,
            id,
            run: String::new(),
            work: None,
            failed: false,
            done: Imported { import: earlier.map(|import| import.id.clone()), ..Imported::default() },
        };
        for (at, row) in rows.iter().enumerate() {
            progress(at + 1);
            match found.get(&at) {
                None => run.refuse(row, row.problems.join("; ")),
                Some(Found::Known) => run.known(row, "is there already"),
                Some(Found::Fresh { hash, again }) => {
                    let changed = row.key.is_none().then(|| places.get(&row.place)).flatten();
                    let changed = changed.filter(|(was, _)| !how.again && !hashes.contains_key(was));
                    match changed {
                        Some((_, event)) => run.changed(row, row.changes(event), &event.id),
                        None => run.take(row, hash, *again)?,
                    }
                }
            }
        }
        run.finish()
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

/// An import under way.
struct Run<'a> {
    office: &'a Office,
    how: &'a RecordImport<'a>,
    id: String,
    /// The id of the event under which it is logged, once it is.
    run: String,
    /// The one transaction of rows that go together.
    work: Option<Work<'a>>,
    /// Whether one of them was refused, so that none is taken.
    failed: bool,
    done: Imported,
}

impl<'a> Run<'a> {
    fn told(row: &ImportRow, text: impl Into<String>) -> Told {
        Told { place: row.place.clone(), text: text.into() }
    }

    fn refuse(&mut self, row: &ImportRow, why: String) {
        self.done.refused.push(Self::told(row, why));
        if self.how.together == Together::AllOrNothing {
            self.failed = true;
            self.work = None;
        }
    }

    fn known(&mut self, row: &ImportRow, text: &str) {
        self.done.known.push(Self::told(row, text));
    }

    fn changed(&mut self, row: &ImportRow, changes: Vec<String>, event: &str) {
        let changes =
            if changes.is_empty() { "it says something else".to_owned() } else { changes.join(", ") };
        let text = format!(
            "was taken before and has changed since: {changes}; it stays as it was taken (event {event}): change it \
             by an action, or make that event void and import again"
        );
        self.done.changed.push(Self::told(row, text));
    }

    /// Takes a row that no import has taken.
    fn take(&mut self, row: &ImportRow, hash: &str, again: usize) -> Result<(), ActError> {
        if let Some(opened) = row.opened.as_ref().and(row.record.as_ref()) {
            let registers = self.office.registers();
            let register = registers.find(self.how.register)?;
            if let Some(there) = self.office.read()?.record(&register.id, opened)? {
                let changes = row.differs(&register.present(there));
                match changes.is_empty() {
                    true => self.known(row, "is there already"),
                    false => self
                        .refuse(row, format!("the record {opened} is there already: {}", changes.join(", "))),
                }
                return Ok(());
            }
        }
        let rehearsed = self.how.together == Together::Rehearsed || self.failed;
        let id = event_id(hash, &row.place, again);
        let result = if rehearsed { self.rehearse(row, id) } else { self.perform(row, id) };
        match result {
            Ok(Taken::Done) => {
                self.done.taken += 1;
                self.done.warned.extend(row.warnings.iter().map(|warning| Self::told(row, warning)));
            }
            Ok(Taken::Before) => self.known(row, "is there already"),
            Err(ActError::Conflict(key)) => {
                let event = self.office.read()?.event_by_id(&key)?;
                let changes = event.map(|event| row.changes(&event)).unwrap_or_default();
                self.changed(row, changes, &key);
            }
            Err(why @ ActError::Kernel(KernelError::Store(_))) => return Err(why),
            Err(why) => self.refuse(row, row.told(&why)),
        }
        Ok(())
    }

    fn rehearse(&mut self, row: &ImportRow, id: String) -> Result<Taken, ActError> {
        let mut work = Work::begin(self.office, &self.how.by, 0)?;
        let act = row.act(self.how.register, self.how.action, &self.how.by, id, "");
        let act = Act { cause: None, ..act };
        if work.done_before(&act)?.is_some() {
            return Ok(Taken::Before);
        }
        self.bring_files(&mut work, row)?;
        work.perform(&act)?;
        Ok(Taken::Done)
    }

    fn perform(&mut self, row: &ImportRow, id: String) -> Result<Taken, ActError> {
        let together = self.how.together == Together::AllOrNothing;
        let mut work = match self.work.take() {
            Some(work) => work,
            None => Work::begin(self.office, &self.how.by, 0)?,
        };
        let probe = row.act(self.how.register, self.how.action, &self.how.by, id.clone(), &self.run);
        if work.done_before(&probe)?.is_some() {
            self.work = together.then_some(work);
            return Ok(Taken::Before);
        }
        let logged = self.run.clone();
        if logged.is_empty() {
            self.run = self.log(&mut work)?;
        }
        let act = Act { cause: Some(self.run.clone()), ..probe };
        let first = work.events.len();
        let taken = self.bring_files(&mut work, row).and_then(|()| work.perform(&act));
        let record = match taken {
            Ok(record) => record,
            Err(why) => {
                // What was written of it goes with its transaction.
                self.run = logged;
                return Err(why);
            }
        };
        work.keep_receipt(&act, first)?;
        if together {
            self.work = Some(work);
        } else {
            drop(record);
            work.finish_unasked()?;
        }
        self.done.import = Some(self.id.clone());
        Ok(Taken::Done)
    }

    /// Logs the import itself, in the transaction of its first row; the event's id.
    fn log(&self, work: &mut Work<'_>) -> Result<String, ActError> {
        let fields = [
            ("register", Value::text(self.how.register)),
            ("action", Value::text(self.how.action)),
            ("file", Value::text(self.how.file)),
        ];
        let new = NewEvent {
            id: None,
            register: OFFICE.to_owned(),
            record: self.id.clone(),
            action: IMPORT.to_owned(),
            on: work.today,
            by: self.how.by.clone(),
            fields: fields.into_iter().map(|(name, value)| (name.into(), value)).collect::<Map>(),
            cause: None,
        };
        let register = work.plan.registers.find(OFFICE)?.clone();
        let (event, _) = work.enter(&register, new)?;
        Ok(event.id)
    }

    /// Keeps the files that a row names and that came with it.
    fn bring_files(&self, work: &mut Work<'_>, row: &ImportRow) -> Result<(), ActError> {
        if self.how.files.is_empty() {
            return Ok(());
        }
        for file in row.fields.values().flat_map(Value::items).filter_map(Attachment::read) {
            let Some(bytes) = self.how.files.get(&file.hash) else { continue };
            if blake3::hash(bytes).to_hex().as_str() != file.hash {
                let why = format!("the file \"{}\" that came with it is not what its name says", file.name);
                return Err(KernelError::Refused(why).into());
            }
            work.tx.put_file(&file.hash, bytes)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Imported, ActError> {
        if self.failed {
            self.done.taken = 0;
            self.done.warned.clear();
            return Ok(self.done);
        }
        if let Some(work) = self.work.take() {
            work.finish_unasked()?;
        }
        Ok(self.done)
    }
}

enum Taken {
    Done,
    Before,
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
    use super::{super::row::origin, *};

    #[test]
    fn an_import_is_called_like_its_file_and_no_two_alike() {
        let logged = |id: &str| Logged {
            id: id.to_owned(),
            register: "item".to_owned(),
            action: "submit".to_owned(),
            file: "x".to_owned(),
            first: (Actor::Operator, jiff::civil::date(2023, 1, 1)),
            runs: BTreeSet::new(),
        };
        assert_eq!(new_id("/tmp/一月 汇总(1).xlsx", &[]), "一月汇总1");
        assert_eq!(new_id("a.csv", &[logged("a"), logged("a-2")]), "a-3");
        assert_eq!(new_id("-", &[]), "import");
        assert_eq!(origin(&event_id("0f", "一月!7", 2)), Some(("0f", "一月!7")));
        assert_eq!(origin("e-7"), None);
    }
}
