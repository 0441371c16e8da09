//! Imports records: each row is an action with all its checks. What an earlier import took is not taken
//! again, whatever file it stands in now; what has changed in it since is told.

use super::{
    IMPORT,
    prior::{self, Logged},
    row::{ImportRow, beginning, event_id, of_people},
};
use crate::{
    access::Principal,
    action::{Act, ActError, Work},
    actor::Actor,
    attachment::{self, Attachment, Upload},
    error::KernelError,
    event::{Event, OFFICE, OPENING},
    log::NewEvent,
    office::Office,
    record::FIELDS,
    register::{FieldType, Problem},
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
    /// Files that rows name: `HASH.ending`, as an export has them, or by their own names.
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
        let registers = self.registers();
        let register = registers.find(how.register)?;
        // Before anything is said of rows that are there already.
        Principal::of(&self.directory(), &how.by, self.today()).map_err(ActError::Denied)?;
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
            let state = if known { Found::Known } else { Found::Fresh { hash, again: there.len() } };
            found.insert(at, state);
        }
        let logged = prior::logged(&*self.read()?)?;
        let earlier = match self.earlier(how, &logged, &causes) {
            Some(import) => Some(import),
            None => self.much_alike(how, &logged, rows)?,
        };
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
            earlier: earlier.map(|import| import.id.clone()),
            named: BTreeMap::new(),
            done: Imported { import: earlier.map(|import| import.id.clone()), ..Imported::default() },
        };
        for (at, row) in rows.iter().enumerate() {
            progress(at + 1);
            match found.get(&at) {
                None => run.refuse(row, row.problems.join("; ")),
                Some(Found::Known) => run.known(row, "is there already"),
                Some(Found::Fresh { hash, again }) => {
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
        let places = prior::places(&*self.read()?, import)?;
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
    /// The import that it goes on with.
    earlier: Option<String>,
    /// Where in this file the keys are, and the ids of records as they stand, that it has taken.
    named: BTreeMap<String, String>,
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

    /// Refuses a row that says something else under a name that one before it in this file has; `false` if none has.
    fn is_named_twice(&mut self, row: &ImportRow, name: &str, changes: &[String]) -> bool {
        let Some(first) = self.named.get(name).filter(|_| !changes.is_empty()) else { return false };
        let why = format!(
            "has the same id \"{name}\" as {first} and says something else: {}; give it an id of its own, or leave one \
             of the two out",
            changes.join(", ")
        );
        self.refuse(row, why);
        true
    }

    /// Takes a row that no import has taken.
    fn take(&mut self, row: &ImportRow, hash: &str, again: usize) -> Result<(), ActError> {
        if let Some(opened) = row.name().filter(|_| row.opened.is_some()) {
            let registers = self.office.registers();
            let register = registers.find(self.how.register)?;
            if let Some(there) = self.office.read()?.record(&register.id, opened)? {
                let changes = row.differs(&register.present(there));
                if self.is_named_twice(row, opened, &changes) {
                    return Ok(());
                }
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
                if let Some(name) = row.name() {
                    self.named.insert(name.to_owned(), row.place.clone());
                }
                self.done.warned.extend(row.warnings.iter().map(|warning| Self::told(row, warning)));
            }
            Ok(Taken::Before) => self.known(row, "is there already"),
            Err(ActError::Conflict(key)) => {
                let event = self.office.read()?.event_by_id(&key)?;
                let changes = event.map(|event| row.changes(&event)).unwrap_or_default();
                if !self.is_named_twice(row, &key, &changes) {
                    self.changed(row, changes, &key);
                }
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
        let act = self.bring_files(&mut work, act)?;
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
        let taken = self.bring_files(&mut work, act).and_then(|act| Ok((work.perform(&act)?, act)));
        let (record, act) = match taken {
            Ok(taken) => taken,
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

    /// The action with the files that its row names: those that came with it are checked like any other and kept.
    fn bring_files(&self, work: &mut Work<'_>, act: Act) -> Result<Act, ActError> {
        let register = work.plan.registers.find(&act.register)?.clone();
        let mut act = act;
        let opened = act.action == OPENING;
        let (mut problems, mut uploads) = (Vec::new(), Vec::new());
        let fields = match act.fields.get_mut(FIELDS) {
            Some(Value::Map(fields)) if opened => fields,
            _ => &mut act.fields,
        };
        for (name, value) in fields.iter_mut() {
            let action = if opened { "" } else { act.action.as_str() };
            let Some(field) = register.field_of(action, name).filter(|field| field.ty == FieldType::File)
            else {
                continue;
            };
            let mut bring = |said: &mut Value| -> Result<(), ActError> {
                let Some(text) = said.as_str().filter(|text| !text.is_empty()).map(str::to_owned) else {
                    return Ok(());
                };
                let named = Attachment::read(said);
                let came = match &named {
                    Some(file) => {
                        self.how.files.iter().find(|(name, _)| name.split('.').next() == Some(&file.hash))
                    }
                    None => self.how.files.get_key_value(&text),
                };
                let known =
                    named.as_ref().map(|file| work.tx.has_file(&file.hash)).transpose()?.unwrap_or(false);
                let Some((_, bytes)) = came else {
                    if !known {
                        let shown = named.map_or(text, |file| file.name);
                        problems.push(Problem {
                            field: name.to_string(),
                            text: format!(
                                "the file \"{shown}\" did not come with it; put it into the folder of --files"
                            ),
                            zh: format!("附件“{shown}”没有一起带来"),
                        });
                    }
                    return Ok(());
                };
                let called = named.as_ref().map_or(text.as_str(), |file| &file.name);
                if !opened
                    && named.as_ref().is_none_or(|file| blake3::hash(bytes).to_hex().as_str() == file.hash)
                {
                    // Sent with the action, like any other: it checks them.
                    let (field, name) = (name.to_string(), called.to_owned());
                    uploads.push(Upload { field, name, bytes: bytes.clone() });
                    *said = Value::Nil;
                    return Ok(());
                }
                match attachment::keep(work, field, called, bytes)? {
                    Ok(kept) if named.as_ref().is_some_and(|file| file.hash != kept.hash) => {
                        problems.push(Problem {
                            field: name.to_string(),
                            text: format!(
                                "the file \"{called}\" that came with it is not what its name says"
                            ),
                            zh: format!("附件“{called}”的内容与其名称不符"),
                        })
                    }
                    Ok(kept) => *said = kept.to_value(),
                    Err(wrong) => {
                        problems.push(Problem { field: name.to_string(), text: wrong.en, zh: wrong.zh });
                    }
                }
                Ok(())
            };
            match value {
                Value::List(items) => {
                    items.iter_mut().try_for_each(&mut bring)?;
                    items.retain(|item| !item.is_nil());
                }
                one => bring(one)?,
            }
        }
        act.files.extend(uploads);
        if problems.is_empty() {
            return Ok(act);
        }
        Err(ActError::Schema { register: act.register.clone(), action: act.action.clone(), problems })
    }

    fn finish(mut self) -> Result<Imported, ActError> {
        if self.failed {
            self.done.taken = 0;
            self.done.warned.clear();
            self.done.import = self.earlier.clone();
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
