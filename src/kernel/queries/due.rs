//! What is owed and how pressing it is: by its day, and by the reminders that plugins plan for it.

use crate::{access::Principal, error::KernelError, office::Office, queries::OfficeView};
use jiff::civil::Date;
use registrar_contract::payload::{answer, point};
use registrar_domain::{
    Record,
    storage::{Deadline, DeadlineQuery, DeadlineState},
};
use registrar_host::{Failed, Outcome};
use registrar_sdk::native::Typed;
use registrar_sdk::{BilingualText, FromValue};

/// How pressing a deadline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// There is time.
    Calm,
    /// It was reminded of.
    Soon,
    /// Its day has ended.
    Over,
}

/// A reminder whose day has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Its day.
    pub on: Date,
    /// What it is: `reminder`, `urging` …
    pub kind: String,
    /// The units or people whom it is for.
    pub to: Vec<String>,
    /// What it says; empty if nothing.
    pub text: BilingualText,
}

/// A deadline that is owed, with its record.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// The deadline.
    pub deadline: Deadline,
    /// Its record.
    pub record: Record,
    /// The latest reminder whose day has come.
    pub reminder: Option<Reminder>,
}

impl Due {
    /// How pressing it is on a day.
    pub fn urgency(&self, today: Date) -> Urgency {
        if self.deadline.state == DeadlineState::Missed || self.deadline.due < today {
            Urgency::Over
        } else if self.reminder.is_some() || self.deadline.due == today {
            Urgency::Soon
        } else {
            Urgency::Calm
        }
    }
}

impl Office {
    /// The same deadlines, each with the latest reminder that has come by today, as planned with the rights
    /// of who looks. Plans that fail are left out: the deadline stays.
    ///
    /// # Errors
    /// The registers don't fit together.
    pub(crate) fn with_reminders(
        &self,
        by: &Principal,
        due: Vec<(Deadline, Record)>,
    ) -> Result<Vec<Due>, KernelError> {
        let args = due.iter().map(|(deadline, record)| vec![deadline.to_value(), record.to_value()]);
        let planned = self.ask_all_as(by, point::ReminderPlan::ID, args.collect());
        let today = self.today();
        let with = |((deadline, record), planned): ((Deadline, Record), Result<Outcome, Failed>)| {
            let planned = planned?;
            for fault in &planned.skipped {
                tracing::warn!(office = %self.name, %fault, "Reminders can't be planned.");
            }
            let said = planned.steps.iter().flat_map(|step| Vec::from_value(&step.answer));
            let come = said.filter_map(of_answer).filter(|reminder| reminder.on <= today);
            let reminder = come.max_by_key(|reminder| reminder.on);
            Ok(Due { deadline, record, reminder })
        };
        due.into_iter().zip(planned).map(with).collect()
    }
}

impl OfficeView<'_> {
    /// The first few deadlines that are owed on records that they may see, by their day: those of one
    /// record (register, id) or of all, as far as they are `wanted`.
    ///
    /// # Errors
    /// The store failed.
    pub fn due(
        &self,
        of: Option<(String, String)>,
        wanted: impl Fn(&Deadline) -> bool,
        most: usize,
    ) -> Result<Vec<Due>, KernelError> {
        let registers = self.office.registers();
        let read = self.office.read()?;
        let mut seen = Vec::new();
        let owed = DeadlineQuery { record: of, states: DeadlineState::OWED.to_vec(), due_before: None };
        for deadline in read.deadlines(&owed)?.into_iter().filter(wanted) {
            let Some(register) = registers.by_id.get(&deadline.register) else { continue };
            // Without opening its record where nothing of the register is theirs.
            if self.by.may_open(register).is_none() {
                continue;
            }
            let record = read.record(&deadline.register, &deadline.record)?.map(|r| register.present(r));
            seen.extend(record.filter(|r| self.by.may_see(register, r)).map(|record| (deadline, record)));
            if seen.len() == most {
                break;
            }
        }
        drop(read);
        self.office.with_reminders(self.by, seen)
    }
}

fn of_answer(said: answer::Reminder) -> Option<Reminder> {
    let text = said.text.unwrap_or_default();
    Some(Reminder { on: said.on.parse().ok()?, kind: said.kind, to: said.to, text })
}

impl OfficeView<'_> {
    /// Deadlines that fit, of records within their reach.
    ///
    /// # Errors
    /// The store.
    pub fn deadlines(&self, query: &DeadlineQuery) -> Result<Vec<Deadline>, KernelError> {
        let registers = self.office.registers();
        let read = self.office.read()?;
        let mut seen = read.deadlines(query)?;
        let mut sees = |deadline: &Deadline| -> Result<bool, KernelError> {
            let Some(register) = registers.by_id.get(&deadline.register) else { return Ok(false) };
            let record = read.record(&register.id, &deadline.record)?.map(|record| register.present(record));
            Ok(record.is_some_and(|record| self.by.may_see(register, &record)))
        };
        let theirs = seen.iter().map(&mut sees).collect::<Result<Vec<bool>, _>>()?;
        let mut theirs = theirs.into_iter();
        seen.retain(|_| theirs.next().unwrap_or(false));
        Ok(seen)
    }
}
