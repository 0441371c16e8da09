//! Who has guessed wrong passwords, from where; and which links to choose one are no longer meant. Kept in
//! memory: whoever can restart the program needs no guess.
//!
//! A name that nobody has is counted like a person's, so that nobody learns from it who there is; and each
//! client by itself, so that nobody who guesses keeps the person out.

use registrar_domain::OfficeKey;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// So many wrong passwords in a row close a name to a client for a while.
const PATIENCE: u32 = 5;
/// For so many seconds at first, twice as long with each further one,
const FIRST_LOCK: i64 = 60;
/// up to an hour.
const LONGEST_LOCK: i64 = 3600;
/// Who has not guessed for so many seconds begins anew.
const FORGOTTEN: i64 = 24 * 3600;
/// So many clients and names are remembered: then those that guessed longest ago are not.
const MOST: usize = 20_000;

/// An office, a name, and from where it was tried.
type GuessKey = (OfficeKey, String, String);

#[derive(Clone, Copy, Debug, Default)]
struct Failures {
    count: u32,
    locked_until: i64,
    last: i64,
}

/// Wrong guesses and outlived links, of all offices of a program.
#[derive(Debug, Default)]
pub struct Guesses {
    failures: Mutex<HashMap<GuessKey, Failures>>,
    versions: Mutex<HashMap<(OfficeKey, String), u64>>,
}

impl Guesses {
    /// Until when no password of this name is looked at from this client, in seconds since 1970.
    pub fn locked(&self, office: OfficeKey, person: &str, client: &str, now: i64) -> Option<i64> {
        let failures = held(&self.failures).get(&tried(office, person, client)).copied()?;
        (failures.locked_until > now).then_some(failures.locked_until)
    }

    /// From how many clients no password of this name is looked at now.
    pub fn clients_locked(&self, office: OfficeKey, person: &str, now: i64) -> usize {
        let failures = held(&self.failures);
        let own = failures.iter().filter(|((of, name, _), _)| *of == office && name == person);
        own.filter(|(_, known)| known.locked_until > now).count()
    }

    /// Notes a wrong password.
    pub fn wrong(&self, office: OfficeKey, person: &str, client: &str, now: i64) {
        let mut failures = held(&self.failures);
        if failures.len() >= MOST {
            failures.retain(|_, known| known.last + FORGOTTEN > now);
        }
        if failures.len() >= MOST
            && let Some(oldest) =
                failures.iter().min_by_key(|(_, known)| known.last).map(|(key, _)| key.clone())
        {
            failures.remove(&oldest);
        }
        let known = failures.entry(tried(office, person, client)).or_default();
        if known.last + FORGOTTEN <= now {
            *known = Failures::default();
        }
        known.count += 1;
        known.last = now;
        if let Some(over) = known.count.checked_sub(PATIENCE) {
            known.locked_until = now + FIRST_LOCK.saturating_mul(1 << over.min(20)).min(LONGEST_LOCK);
        }
    }

    /// Forgives what was before a right one.
    pub fn right(&self, office: OfficeKey, person: &str, client: &str) {
        held(&self.failures).remove(&tried(office, person, client));
    }

    /// Rises whenever a person's password is set or taken away: a link that was made before is no longer meant.
    pub fn version(&self, office: OfficeKey, person: &str) -> u64 {
        held(&self.versions).get(&(office, person.to_owned())).copied().unwrap_or_default()
    }

    /// Notes that a person's password was set or taken away.
    pub fn changed(&self, office: OfficeKey, person: &str) {
        *held(&self.versions).entry((office, person.to_owned())).or_default() += 1;
    }
}

fn tried(office: OfficeKey, person: &str, client: &str) -> GuessKey {
    // A name that is no name is not worth its room.
    (office, person.chars().take(60).collect(), client.to_owned())
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Whole after each call.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use crate::accounts::sign_in_limits::*;

    const OFFICE: OfficeKey = OfficeKey(1);

    #[test]
    fn a_client_that_guesses_is_locked_out_alone_and_for_longer_and_longer() {
        let guesses = Guesses::default();
        let wrong = |client: &str, now: i64| guesses.wrong(OFFICE, "li", client, now);
        (0..4).for_each(|n| wrong("here", 1000 + n));
        assert_eq!(guesses.locked(OFFICE, "li", "here", 1004), None);
        wrong("here", 1004);
        assert_eq!(guesses.locked(OFFICE, "li", "here", 1005), Some(1064));
        assert_eq!(guesses.locked(OFFICE, "li", "there", 1005), None);
        assert_eq!(guesses.locked(OFFICE, "wang", "here", 1005), None);
        assert_eq!(guesses.locked(OfficeKey(2), "li", "here", 1005), None);
        wrong("here", 1064);
        assert_eq!(guesses.locked(OFFICE, "li", "here", 1065), Some(1184));
        guesses.right(OFFICE, "li", "here");
        assert_eq!(guesses.locked(OFFICE, "li", "here", 1066), None);
    }

    #[test]
    fn what_is_remembered_has_an_end_and_what_was_long_ago_is_forgotten() {
        let guesses = Guesses::default();
        (0..5).for_each(|_| guesses.wrong(OFFICE, "li", "here", 0));
        guesses.wrong(OFFICE, "li", "here", FORGOTTEN + 1);
        assert_eq!(guesses.locked(OFFICE, "li", "here", FORGOTTEN + 2), None);
        (0..MOST + 10).for_each(|n| guesses.wrong(OFFICE, &n.to_string(), "here", 5 + n as i64));
        assert!(held(&guesses.failures).len() <= MOST);
    }
}
