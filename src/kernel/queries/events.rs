//! The log as someone sees it.

use super::OfficeView;
use crate::{error::KernelError, office::PAGE};
use jiff::civil::Date;
use registrar_domain::{Event, ReadTx, reserved::DIRECTORY};

/// How many events are looked at for one page of the log.
const LOOK: usize = 20_000;

/// How far back the log is looked through for the last day of a register.
const NEAR: u64 = 2_000;

/// Of so many new events it is looked at whose they are; after more, everyone is told.
const NEW: usize = 500;

impl OfficeView<'_> {
    /// The day of the last event of a register that is for them, as far as it lies near the end of the log.
    ///
    /// # Errors
    /// The register is not for them, or the store failed.
    pub fn last_day(&self, register: &str) -> Result<Option<Date>, KernelError> {
        self.opened(register)?;
        let read = self.office.read()?;
        let head = read.head()?.seq;
        let events = read.events_after(head.saturating_sub(NEAR), NEAR as usize)?;
        let days = events.iter().filter(|event| event.register == register && !event.dead);
        Ok(days.map(|event| event.on).max())
    }

    /// An event that they see, by its id.
    ///
    /// # Errors
    /// The store failed.
    pub fn event(&self, id: &str) -> Result<Option<Event>, KernelError> {
        let read = self.office.read()?;
        let Some(event) = read.event_by_id(id)? else { return Ok(None) };
        Ok(self.sees_event(&*read, &event)?.then_some(event))
    }

    /// All that happened to a record within their reach, in the order of the log.
    ///
    /// # Errors
    /// As [`OfficeView::record`].
    pub fn events_of(&self, register: &str, record: &str) -> Result<Vec<Event>, KernelError> {
        self.record(register, record)?;
        Ok(self.office.read()?.events_of(register, record)?)
    }

    /// Whether something was added to the log after an event that concerns them: it is of the directory, which
    /// everyone looks at, or they see it; or so much was added that nobody is asked.
    ///
    /// # Errors
    /// The store failed.
    pub fn has_news(&self, after: u64) -> Result<bool, KernelError> {
        let read = self.office.read()?;
        let events = read.events_after(after, NEW)?;
        if events.len() == NEW {
            return Ok(true);
        }
        for event in &events {
            if event.register == DIRECTORY || self.sees_event(&*read, event)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether they see an event: by whether they see its record, or, of the office's own registers,
    /// look after the office.
    ///
    /// # Errors
    /// The store failed.
    fn sees_event(&self, read: &dyn ReadTx, event: &Event) -> Result<bool, KernelError> {
        let registers = self.office.registers();
        let Some(register) = registers.by_id.get(&event.register) else { return Ok(self.by.administers()) };
        if self.by.may_open(register).is_none() {
            return Ok(false);
        }
        let record = read.record(&register.id, &event.record)?.map(|record| register.present(record));
        Ok(record.is_some_and(|record| self.by.may_see(register, &record)))
    }

    /// The last events before a place in the log that they may see, the newest first: those of
    /// records that they see, and for who looks after the office those of the office itself. With
    /// the place before which the next are looked for, if there are more.
    ///
    /// # Errors
    /// The store failed.
    pub fn log(
        &self,
        before: Option<u64>,
        most: usize,
        wanted: impl Fn(&Event) -> bool,
    ) -> Result<(Vec<Event>, Option<u64>), KernelError> {
        let read = self.office.read()?;
        let mut end = before.unwrap_or(u64::MAX).min(read.head()?.seq + 1);
        let mut seen = Vec::new();
        let mut looked = 0;
        while end > 1 && looked < LOOK {
            let start = end.saturating_sub(PAGE as u64).max(1);
            let mut page = read.events_after(start - 1, (end - start) as usize)?;
            page.reverse();
            looked += page.len();
            for event in page {
                end = event.seq;
                if wanted(&event) && self.sees_event(&*read, &event)? {
                    seen.push(event);
                    if seen.len() == most {
                        return Ok((seen, (end > 1).then_some(end)));
                    }
                }
            }
            end = start;
        }
        Ok((seen, (end > 1).then_some(end)))
    }
}
