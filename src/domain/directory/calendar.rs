//! Working days: weekends and holidays are none, make-up days are.

use crate::{
    directory::{Directory, day},
    event::Event,
};
use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};
use registrar_sdk::Value;
use std::collections::BTreeMap;

/// Days that differ from their weekday.
#[derive(Clone, Debug, Default)]
pub(super) struct Calendar {
    /// The day, whether it is worked, and the event that said so last.
    days: BTreeMap<Date, (bool, u64)>,
}

/// The longest span, in days, that a holiday event or a working-day computation covers.
const LONGEST: i64 = 36_600;

impl Calendar {
    /// Takes in a `holiday` event: one day (`day`, else its `on`) or `from` to `to`; `working =
    /// true` says make-up day.
    pub fn apply(&mut self, event: &Event) {
        let working = event.fields.get("working").and_then(Value::as_bool).unwrap_or(false);
        let first = day(&event.fields, "from").or(day(&event.fields, "day")).unwrap_or(event.on);
        let last = day(&event.fields, "to").unwrap_or(first);
        let mut date = first;
        for _ in 0..LONGEST {
            if date > last {
                break;
            }
            let said = self.days.entry(date).or_insert((working, event.seq));
            if said.1 <= event.seq {
                *said = (working, event.seq);
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
    }

    /// The last day of the last year of which any day is known; `None` if none is.
    fn end(&self) -> Option<Date> {
        let (last, _) = self.days.last_key_value()?;
        Date::new(last.year(), 12, 31).ok()
    }

    fn is_working(&self, date: Date) -> bool {
        match self.days.get(&date) {
            Some((working, _)) => *working,
            None => !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }
}

impl Directory {
    /// Whether a day is worked.
    pub fn is_working(&self, date: Date) -> bool {
        self.calendar.is_working(date)
    }

    /// Stands for all that is known of holidays and make-up days: another where a day differs.
    pub fn calendar_hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        for (day, (working, _)) in &self.calendar.days {
            hasher.update(day.to_string().as_bytes()).update(&[u8::from(*working)]);
        }
        *hasher.finalize().as_bytes()
    }

    /// The last day up to which holidays and make-up days are known: beyond it only weekends are. `None` where
    /// none was ever entered.
    pub fn calendar_end(&self) -> Option<Date> {
        self.calendar.end()
    }

    /// The day `n` working days after `start` (before it, if negative); the start day is not
    /// counted, and 0 gives the start day itself.
    ///
    /// # Errors
    /// `n` is too large for the calendar.
    pub fn add_working_days(&self, start: Date, n: i64) -> Result<Date, String> {
        let beyond = || format!("{n} working days from {start} lie outside the calendar");
        if n.abs() > LONGEST {
            return Err(beyond());
        }
        let (step, mut left, mut date) = (n.signum().days(), n.abs(), start);
        while left > 0 {
            date = date.checked_add(step).map_err(|_| beyond())?;
            left -= i64::from(self.is_working(date));
        }
        Ok(date)
    }

    /// How many working days lie after `start` up to and including `end`; negative the other way.
    ///
    /// # Errors
    /// The span is longer than a century.
    pub fn working_days_between(&self, start: Date, end: Date) -> Result<i64, String> {
        if end < start {
            return Ok(-self.working_days_between(end, start)?);
        }
        let (mut count, mut date) = (0, start);
        for _ in 0..LONGEST {
            if date >= end {
                return Ok(count);
            }
            date = date.tomorrow().map_err(|e| e.to_string())?;
            count += i64::from(self.is_working(date));
        }
        Err(format!("{start} to {end} is longer than a century"))
    }

    /// The day itself if it is worked, else the next that is.
    ///
    /// # Errors
    /// The calendar ends first.
    pub fn next_working(&self, date: Date) -> Result<Date, String> {
        let mut next = date;
        while !self.is_working(next) {
            next = next.tomorrow().map_err(|_| format!("no working day follows {date}"))?;
        }
        Ok(next)
    }
}
