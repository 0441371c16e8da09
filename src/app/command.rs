//! The protocol of commands: who runs one that another process asked for, where its output goes, and how it says that
//! it was used wrongly.

use crate::{App, socket::ReceivedRequest};
use std::{io, path::Path};

/// Where a command's output goes.
pub trait Sink {
    /// A piece of standard output.
    fn out(&mut self, text: &str);
    /// A line of standard error.
    fn err(&mut self, line: &str);
    /// Writes a file where the command was started, with the rights of who started it; `-`: to its standard
    /// output.
    ///
    /// # Errors
    /// It can't be written, or is there and not to be replaced.
    fn file(&mut self, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()>;
    /// How far long work is; `total` 0 if unknown.
    fn progress(&mut self, what: &str, done: u64, total: u64);
}

/// Runs commands in this process for others.
pub trait CommandRunner: Send + Sync {
    /// Runs one; its output goes to `sink`. The exit code.
    fn run(&self, app: &App, request: ReceivedRequest, sink: &mut dyn Sink) -> u8;
}

/// Wrong use of a command, found after its arguments were parsed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUse(pub String);
