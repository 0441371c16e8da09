//! Tells `clock.tick` handlers of each day once; days on which nothing ran are made up.

use crate::{
    automation::{background::Background, notify::Delivered},
    error::KernelError,
    office::{
        Office, OfficeGeneration,
        delivery_cursors::{CLOCK_TICK, cursor_name},
    },
};
use jiff::{ToSpan, civil::Date};
use registrar_host::Handler;
use registrar_sdk::Value;
use std::sync::Arc;

/// Days are counted from here, so that a cursor can hold one.
const FIRST: Date = jiff::civil::date(1970, 1, 1);
/// Of a longer pause only so many of the last days are made up.
const MADE_UP: u64 = 366;

fn number(day: Date) -> u64 {
    FIRST.until(day).map_or(0, |span| u64::try_from(span.get_days()).unwrap_or(0))
}

fn day(number: u64) -> Date {
    i64::try_from(number).ok().and_then(|n| FIRST.checked_add(n.days()).ok()).unwrap_or(Date::MAX)
}

impl Office {
    /// Tells every `clock.tick` handler of the days it has not been told of, up to `today`; `at` is
    /// the moment, as `2023-02-14T09:30:00+08:00`, `now` the same in seconds since 1970. A handler
    /// seen for the first time begins with today.
    ///
    /// # Errors
    /// The store. A handler's failure is no error: it is tried again, then parked.
    pub fn tick(&self, today: Date, at: &str, now: i64) -> Result<Delivered, KernelError> {
        let plan = self.plan()?;
        let mut round = Delivered::default();
        let last = number(today);
        for handler in plan.generation.handlers(CLOCK_TICK) {
            let name = cursor_name(&handler);
            let read = self.read()?;
            let told = read.cursor(&name)?.unwrap_or(last.saturating_sub(1));
            let tried: Vec<_> = read.deliveries(false)?.into_iter().filter(|d| d.handler == name).collect();
            drop(read);
            for day in told.max(last.saturating_sub(MADE_UP)) + 1..=last {
                let before = tried.iter().find(|d| d.seq == day);
                if let Some(at) = before.and_then(|d| d.next_at).filter(|at| *at > now) {
                    round.wait(Some(at));
                    break;
                }
                let told = self.tell_day(&plan, &handler, day, (day == last).then_some(at))?;
                if !self.settle(&name, day, before, told, now, &mut round)? {
                    break;
                }
            }
        }
        Ok(round)
    }

    /// Tells one handler of one day; `false` if it does not concern the handler.
    pub(crate) fn tell_day(
        &self,
        plan: &OfficeGeneration,
        handler: &Arc<Handler>,
        number: u64,
        at: Option<&str>,
    ) -> Result<Result<bool, String>, KernelError> {
        let on = day(number).to_string();
        // A day that is made up is told as of its end.
        let at = at.map_or_else(|| format!("{on}T23:59:59+08:00"), str::to_owned);
        let time = Value::map([("on", Value::text(&on)), ("at", Value::text(at))]);
        let args = vec![time];
        if !plan.generation.concerned(CLOCK_TICK, &args).iter().any(|other| Arc::ptr_eq(other, handler)) {
            return Ok(Ok(false));
        }
        let mut scope = self.scope();
        scope.generation = plan.generation.clone();
        let mut services = Background { office: self, plan, cause: None, tried: false };
        let answer = self.host().invoke(handler, args, &scope, &mut services);
        Ok(answer.map(|_| true).map_err(|fault| fault.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use crate::automation::clock_tick::*;

    #[test]
    fn a_day_is_a_number_and_back() {
        for text in ["1970-01-01", "2023-02-14", "2024-02-29"] {
            assert_eq!(day(number(text.parse().unwrap())).to_string(), text);
        }
        assert_eq!(number("1970-01-02".parse().unwrap()), 1);
    }
}
