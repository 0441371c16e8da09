//! What the host may still do for a plugin that asked it: processor time of the thread that answers, added up
//! over a handler's call and over a dispatch, and a time by the wall far above it. Whoever answers looks now and
//! then whether it is used up.

use crate::runtime::processor;
use std::{
    cell::Cell,
    time::{Duration, Instant},
};

/// How much longer than its budget what the host does for a plugin may take by the wall, for it may be waiting.
const WALL: u32 = 4;

/// How many handlers' budgets one dispatch has.
const HANDLERS: u32 = 5;

/// What was spent of a budget, by one call and in all.
#[derive(Debug, Default)]
pub(crate) struct Spending {
    call: Cell<Duration>,
    dispatch: Cell<Duration>,
}

impl Spending {
    /// A handler's call begins.
    pub fn begin(&self) {
        self.call.set(Duration::ZERO);
    }

    /// What is left of a budget; `None`: nothing.
    pub fn left(&self, budget: Duration) -> Option<Duration> {
        let of_call = budget.checked_sub(self.call.get())?;
        let of_all = (budget * HANDLERS).checked_sub(self.dispatch.get())?;
        Some(of_call.min(of_all)).filter(|left| !left.is_zero())
    }

    /// Adds what one answer took.
    pub fn add(&self, spent: Duration) {
        self.call.set(self.call.get() + spent);
        self.dispatch.set(self.dispatch.get() + spent);
    }
}

thread_local! {
    // Until when this thread may work for a plugin: by its own processor time, and by the wall.
    static UNTIL: Cell<Option<(Duration, Instant)>> = const { Cell::new(None) };
}

/// Whether what this thread does for a plugin has taken longer than it may; never, while it does nothing for one.
pub fn is_used_up() -> bool {
    UNTIL
        .get()
        .is_some_and(|(by_processor, by_wall)| processor::own() > by_processor || Instant::now() > by_wall)
}

/// Answers a plugin within what is left of its budget; gives back what it took: processor time, or a share of the
/// time it waited.
pub(crate) fn within<T>(left: Duration, answer: impl FnOnce() -> T) -> (T, Duration) {
    struct Replenished(Option<(Duration, Instant)>);
    impl Drop for Replenished {
        fn drop(&mut self) {
            UNTIL.set(self.0);
        }
    }
    let (before, began) = (processor::own(), Instant::now());
    // One that answers within another answer has no longer than that one.
    let until = (before + left, began + left * WALL);
    let outer = UNTIL.get();
    let until = outer.map_or(until, |outer| (until.0.min(outer.0), until.1.min(outer.1)));
    let back = Replenished(outer);
    UNTIL.set(Some(until));
    let answered = answer();
    drop(back);
    (answered, (processor::own() - before).max(began.elapsed() / WALL))
}

#[cfg(test)]
mod tests {
    use crate::runtime::allowance::*;

    #[test]
    fn what_is_spent_adds_up_over_a_call_and_over_a_dispatch() {
        let (budget, part) = (Duration::from_millis(10), Duration::from_millis(6));
        let spending = Spending::default();
        let mut calls = 0;
        loop {
            spending.begin();
            if spending.left(budget).is_none() {
                break;
            }
            spending.add(part);
            // The fifth handler finds less than its own budget.
            assert_eq!(spending.left(budget).is_some(), calls < 4);
            spending.add(part);
            assert_eq!(spending.left(budget), None);
            calls += 1;
        }
        assert_eq!(calls, 5);
    }

    #[test]
    fn an_answer_within_an_answer_has_no_longer_than_that_one() {
        assert!(!is_used_up());
        let ((), _) = within(Duration::ZERO, || {
            within(Duration::from_secs(100), || {
                std::thread::sleep(Duration::from_millis(1));
                assert!(is_used_up());
            });
        });
        assert!(!is_used_up());
    }
}
