//! What went wrong in a plugin: data, never a panic.

use registrar_sdk::BilingualText;
use serde::Serialize;
use std::fmt;

/// Why a handler did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The code raised an error, or could not be compiled.
    Error,
    /// It used up its time.
    Budget,
    /// It used up its memory.
    Memory,
    /// It answered something its point does not take.
    BadAnswer,
    /// Its process ended without an answer.
    Crashed,
    /// It would not stop; its thread was given up.
    Abandoned,
    /// The manifest, a registration or a dependency is wrong.
    Declaration,
    /// One of its own examples did not come out.
    Example,
    /// A file could not be read.
    Unreadable,
    /// It looked at what its arguments came without: it is to be called again, with all of them.
    Withheld,
}

/// One failure of one plugin, with the place it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The plugin's id.
    pub plugin: String,
    /// The file, relative to the folder that holds the plugins.
    pub file: String,
    /// The line in it, where one is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The point that was called, if one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub point: Option<String>,
    /// What sort of failure it is.
    pub kind: FaultKind,
    /// What happened, and what to do about it.
    pub message: String,
    /// What a script raised in both languages, `error({ zh = …, en = … })`, for whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<Box<BilingualText>>,
}

// A script can raise megabytes; a message is for people.
const LONGEST: usize = 2000;

/// A message that a plugin had a hand in, cut to what a person reads.
pub(crate) fn readable(mut text: String) -> String {
    if let Some((cut, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(cut);
        text.push('…');
        text.shrink_to_fit();
    }
    text
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "plugin \"{}\" ({}", self.plugin, self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str("): ")?;
        if let Some(point) = &self.point {
            write!(f, "{point} ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
