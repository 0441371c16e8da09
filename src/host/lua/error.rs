//! What mlua reports, as a fault with file and line.

use crate::fault::{Fault, FaultKind};
use mlua::Error;

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
    text.strip_prefix("runtime error: ").unwrap_or(text).trim_end().to_owned()
}

/// Whether the cap on memory stopped it.
pub fn is_memory(error: &Error) -> bool {
    match error {
        Error::MemoryError(_) => true,
        Error::CallbackError { cause, .. } | Error::WithContext { cause, .. } => is_memory(cause),
        Error::RuntimeError(text) => text.starts_with("not enough memory"),
        _ => false,
    }
}

/// Splits `information/scoring.lua:14: what` into its parts.
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
    let (found, text) = place(&message(error));
    let (file, line) = match found {
        Some((file, line)) => (file, Some(line)),
        None => (fallback.0.to_owned(), fallback.1),
    };
    let text = match kind {
        FaultKind::Memory => format!("used more than its {} MiB of memory", cap >> 20),
        _ if point.is_some() => format!("failed: {text}"),
        _ => text,
    };
    Fault { plugin: plugin.to_owned(), file, line, point: point.map(str::to_owned), kind, message: text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_only_from_a_chunk_name() {
        assert_eq!(place("a/b.lua:14: no: way"), (Some(("a/b.lua".into(), 14)), "no: way".into()));
        assert_eq!(place("time 12:30: late"), (None, "time 12:30: late".into()));
    }
}
