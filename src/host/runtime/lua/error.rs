//! What mlua reports, as a fault with file and line.

use crate::plugin::fault::{Fault, FaultKind, readable};
use mlua::Error;
use registrar_sdk::BilingualText;
use std::fmt;

const READONLY: &str = "attempt to modify a readonly table";

/// A text that a script raised in both languages: `error({ zh = …, en = … })`.
#[derive(Debug)]
pub struct Raised(BilingualText);

impl Raised {
    /// The error that carries it; a half that is missing is the other one.
    pub fn error(zh: Option<String>, en: Option<String>) -> Error {
        Error::external(Raised(BilingualText::of_halves(zh.as_deref(), en.as_deref())))
    }

    fn within(error: &Error) -> Option<&Raised> {
        match error {
            Error::CallbackError { cause, .. } | Error::WithContext { cause, .. } => Raised::within(cause),
            other => other.downcast_ref(),
        }
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Raised {}

/// The message a script error carries, without traceback.
pub fn message(error: &Error) -> String {
    let text = match error {
        Error::CallbackError { cause, .. } => return message(cause),
        Error::WithContext { context, cause } => format!("{context}: {}", message(cause)),
        Error::BadArgument { pos, cause, .. } => format!("argument {pos}: {}", message(cause)),
        Error::RuntimeError(text) => text.clone(),
        Error::SyntaxError { message, .. } => message.clone(),
        other => other.to_string(),
    };
    let text = text.split("\nstack traceback").next().unwrap_or(&text);
    let text = text.strip_prefix("runtime error: ").unwrap_or(text).trim_end();
    match raised_value(text) {
        Some(kind) => {
            format!("raised a {kind}; raise text, error(\"what is wrong\"), or error({{ zh = …, en = … }})")
        }
        // Luau says what, and not what to do.
        None if text.ends_with(READONLY) => {
            format!("{text}: what a handler is given is frozen; change a copy of it, table.clone(…)")
        }
        None => text.to_owned(),
    }
}

// An error that is no text comes as `table: 0x…` or `<table 0x…>`: an address is nothing to show,
// or to let a script see.
fn raised_value(text: &str) -> Option<&'static str> {
    let bare = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).unwrap_or(text);
    let (kind, address) = bare.split_once(" 0x")?;
    let kind = kind.trim_end_matches(':');
    let kinds = ["table", "function", "buffer", "thread", "userdata"];
    let known = kinds.into_iter().find(|k| *k == kind)?;
    address.bytes().all(|b| b.is_ascii_hexdigit()).then_some(known)
}

/// The message with the place it was raised at before it, as Luau writes it; a text in both languages as it is.
pub fn located(error: &Error) -> String {
    if let Some(raised) = Raised::within(error) {
        return raised.to_string();
    }
    match found(error) {
        (Some((file, line)), text) => format!("{file}:{line}: {text}"),
        (None, text) => text,
    }
}

// An error of a host call, or of a library function that the host replaced, names no line of the
// script; the line that made the call stands in the traceback.
fn found(error: &Error) -> (Option<(String, u32)>, String) {
    let text = message(error);
    let own = text.strip_prefix("host:").and_then(|rest| rest.split_once(": "));
    let text = match own {
        Some((line, rest)) if line.bytes().all(|b| b.is_ascii_digit()) => rest.to_owned(),
        _ => text,
    };
    match place(&text) {
        (None, text) => (called_from(error), text),
        found => found,
    }
}

fn called_from(error: &Error) -> Option<(String, u32)> {
    let (traceback, cause) = match error {
        Error::CallbackError { traceback, cause } => (traceback, cause),
        Error::WithContext { cause, .. } => return called_from(cause),
        Error::RuntimeError(text) => {
            return text.split_once("\nstack traceback").and_then(|(_, traceback)| first_place(traceback));
        }
        _ => return None,
    };
    // The innermost call is the one that went wrong.
    called_from(cause).or_else(|| first_place(traceback))
}

fn first_place(traceback: &str) -> Option<(String, u32)> {
    traceback.lines().find_map(|line| place(line.trim()).0)
}

/// Whether the cap on memory stopped it.
pub fn is_memory(error: &Error) -> bool {
    match error {
        Error::MemoryError(_) => true,
        Error::CallbackError { cause, .. } | Error::WithContext { cause, .. } => is_memory(cause),
        // A coroutine passes it on as text, with the place of the `wrap`.
        Error::RuntimeError(text) => place(text).1.starts_with("not enough memory"),
        _ => false,
    }
}

/// Splits `letters/scoring.lua:14: what` into its parts.
pub fn place(text: &str) -> (Option<(String, u32)>, String) {
    // Only a name that looks like one of our chunks is a place: messages may hold colons too.
    let found = text.split_once(": ").and_then(|(place, rest)| {
        let (file, line) = place.rsplit_once(':')?;
        let line = line.parse().ok()?;
        (file.ends_with(".lua") || file.ends_with(".luau"))
            .then(|| ((file.to_owned(), line), rest.to_owned()))
    });
    match found {
        Some((place, rest)) => (Some(place), rest),
        None => (None, text.to_owned()),
    }
}

/// The fault for a script error; `fallback` is where the failing code was registered.
pub fn fault(
    plugin: &str,
    point: Option<&str>,
    fallback: (&str, Option<u32>),
    error: &Error,
    cap: usize,
) -> Fault {
    let kind = if is_memory(error) { FaultKind::Memory } else { FaultKind::Error };
    let (found, text) = found(error);
    let (file, line) = match found {
        Some((file, line)) => (file, Some(line)),
        None => (fallback.0.to_owned(), fallback.1),
    };
    let text = match kind {
        FaultKind::Memory => format!("used more than its {} MiB of memory", cap >> 20),
        _ if point.is_some() => format!("failed: {text}"),
        _ => text,
    };
    let said = Raised::within(error).map(|Raised(text)| Box::new(text.map(|half| readable(half.to_owned()))));
    let message = readable(text);
    Fault { plugin: plugin.to_owned(), file, line, point: point.map(str::to_owned), kind, message, said }
}

#[cfg(test)]
mod tests {
    use crate::runtime::lua::error::*;

    #[test]
    fn a_place_is_taken_only_from_a_chunk_name() {
        assert_eq!(place("a/b.lua:14: no: way"), (Some(("a/b.lua".into(), 14)), "no: way".into()));
        assert_eq!(place("time 12:30: late"), (None, "time 12:30: late".into()));
    }
}
