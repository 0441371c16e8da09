//! What a plugin may keep and say, beyond its memory and its time: files, state, handlers, answers, writes and
//! versions. Each limit is the operator's, and each message names it.

use crate::plugin::{
    fault::{Fault, FaultKind},
    handler::{Handler, fault},
};
use registrar_sdk::{Combine, Phase, Point, Value};
use std::cell::Cell;

/// What each plugin of an office may keep and say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Bytes in its own folder.
    pub files_bytes: u64,
    /// Files in its own folder.
    pub files: usize,
    /// Bytes of its state, keys included, of one layout.
    pub state_bytes: u64,
    /// Keys of its state.
    pub state_keys: u64,
    /// Handlers that it registers.
    pub handlers: usize,
    /// What one handler says in one answer, where all that is said is shown: findings, refusals, panels, reminders.
    pub answers: usize,
    /// Bytes of such an answer.
    pub answer_bytes: usize,
    /// What one call of a handler writes: state, files, actions, requests and mails.
    pub writes: usize,
    /// Bytes of that.
    pub written_bytes: usize,
    /// Its versions that are kept for a way back.
    pub versions: usize,
}

impl Default for Quota {
    fn default() -> Quota {
        Quota {
            files_bytes: 64 << 20,
            files: 1_000,
            state_bytes: 16 << 20,
            state_keys: 10_000,
            handlers: 1_000,
            answers: 1_000,
            answer_bytes: 4 << 20,
            writes: 1_000,
            written_bytes: 32 << 20,
            versions: 100,
        }
    }
}

/// Bytes as the settings say them.
fn mib(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

impl Quota {
    /// Whether so many handlers may be registered.
    ///
    /// # Errors
    /// That they are more, and what to do.
    pub(crate) fn check_handlers(&self, count: usize) -> Result<(), String> {
        match count > self.handlers {
            true => Err(format!(
                "the plugin registers more than {} handlers; register one that looks its case up in a table, or \
                 split the plugin (limits.plugin_handlers)",
                self.handlers
            )),
            false => Ok(()),
        }
    }

    /// Whether a plugin's folder may hold so much.
    ///
    /// # Errors
    /// That it is more, and what to do.
    pub(crate) fn check_files(&self, bytes: u64, count: usize) -> Result<(), String> {
        if bytes > self.files_bytes {
            let most = mib(self.files_bytes);
            return Err(format!("the plugin's folder would hold more than {most} (limits.plugin_files_mib)"));
        }
        match count > self.files {
            true => Err(format!(
                "the plugin's folder would hold more than {} files (limits.plugin_files)",
                self.files
            )),
            false => Ok(()),
        }
    }

    /// Whether a plugin's state may hold so much.
    ///
    /// # Errors
    /// That it is more, and what to do.
    pub(crate) fn check_state(&self, bytes: u64, keys: u64) -> Result<(), String> {
        if bytes > self.state_bytes {
            let most = mib(self.state_bytes);
            return Err(format!(
                "the plugin's state would hold more than {most} (limits.plugin_state_mib); drop what is old"
            ));
        }
        match keys > self.state_keys {
            true => Err(format!(
                "the plugin's state would have more than {} keys (limits.plugin_state_keys); drop what is old",
                self.state_keys
            )),
            false => Ok(()),
        }
    }

    /// Whether a handler may say so much at a point where all that is said is shown.
    pub(crate) fn check_answer(&self, handler: &Handler, point: &Point, answer: &Value) -> Result<(), Fault> {
        if !matches!(point.combine, Combine::Collect | Combine::Veto) {
            return Ok(());
        }
        let told = |what: String| Err(fault(handler, FaultKind::BadAnswer, what));
        if let Some(items) = answer.as_list().filter(|items| items.len() > self.answers) {
            return told(format!(
                "returned {} answers; at most {} at once (limits.call_answers)",
                items.len(),
                self.answers
            ));
        }
        match weight(answer) > self.answer_bytes {
            true => {
                told(format!("returned more than {} (limits.call_answer_mib)", mib(self.answer_bytes as u64)))
            }
            false => Ok(()),
        }
    }
}

/// What one call of a handler has written.
#[derive(Debug, Default)]
pub(crate) struct CallWrites {
    writes: Cell<usize>,
    bytes: Cell<usize>,
}

impl CallWrites {
    /// A handler's call begins.
    pub fn begin(&self) {
        self.writes.set(0);
        self.bytes.set(0);
    }

    /// Counts a host call that writes.
    ///
    /// # Errors
    /// That the call has written too much, and what to do.
    pub fn add(&self, quota: &Quota, args: &[Value]) -> Result<(), String> {
        self.writes.set(self.writes.get() + 1);
        self.bytes.set(self.bytes.get().saturating_add(args.iter().map(weight).sum()));
        if self.writes.get() > quota.writes {
            return Err(format!(
                "one call of a handler writes at most {} times (limits.call_writes); do the rest in a later one",
                quota.writes
            ));
        }
        match self.bytes.get() > quota.written_bytes {
            true => Err(format!(
                "one call of a handler writes at most {} (limits.call_written_mib); do the rest in a later one",
                mib(quota.written_bytes as u64)
            )),
            false => Ok(()),
        }
    }
}

/// Whether a host call changes something, or tells somebody outside: of those that only Effect may make, all but the
/// clock.
pub(crate) fn is_write(name: &str, phases: &[Phase]) -> bool {
    name == "state.swap" || (phases == [Phase::Effect] && name != "now")
}

/// About the bytes that a value takes.
pub(crate) fn weight(value: &Value) -> usize {
    let own = std::mem::size_of::<Value>();
    match value {
        Value::Text(text) => own + text.len(),
        Value::Bytes(bytes) => own + bytes.len(),
        Value::List(items) => own + items.iter().map(weight).sum::<usize>(),
        Value::Map(map) => own + map.iter().map(|(k, v)| own + k.len() + weight(v)).sum::<usize>(),
        _ => own,
    }
}

#[cfg(test)]
mod tests {
    use crate::plugin::quota::*;

    #[test]
    fn what_a_call_writes_is_counted_anew_for_each() {
        let quota = Quota { writes: 2, written_bytes: 1 << 20, ..Quota::default() };
        let written = CallWrites::default();
        for _ in 0..2 {
            written.begin();
            assert_eq!(written.add(&quota, &[]), Ok(()));
            assert_eq!(written.add(&quota, &[]), Ok(()));
            assert!(written.add(&quota, &[]).unwrap_err().contains("at most 2 times (limits.call_writes)"));
        }
        written.begin();
        let large = Value::text("x".repeat(600 << 10));
        assert_eq!(written.add(&quota, std::slice::from_ref(&large)), Ok(()));
        assert!(written.add(&quota, &[large]).unwrap_err().contains("at most 1 MiB"));
    }

    #[test]
    fn the_first_that_is_too_much_is_named() {
        let quota = Quota { files: 2, files_bytes: 1 << 20, state_keys: 2, handlers: 2, ..Quota::default() };
        assert_eq!(quota.check_files(1 << 20, 2), Ok(()));
        assert!(quota.check_files((1 << 20) + 1, 2).unwrap_err().contains("plugin_files_mib"));
        assert!(quota.check_files(0, 3).unwrap_err().contains("plugin_files)"));
        assert_eq!(quota.check_state(0, 2), Ok(()));
        assert!(quota.check_state(17 << 20, 2).unwrap_err().contains("16 MiB"));
        assert!(quota.check_state(0, 3).unwrap_err().contains("plugin_state_keys"));
        assert!(quota.check_handlers(3).unwrap_err().contains("plugin_handlers"));
    }
}
