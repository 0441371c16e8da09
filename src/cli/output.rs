//! What commands print: text, tables, JSON, progress; to a terminal here or to a client elsewhere.

use super::{WrongUse, file};
use serde::Serialize;
use std::{
    io::{self, Write},
    path::Path,
};
use unicode_width::UnicodeWidthStr;

/// Where a command's output goes.
pub trait Sink {
    /// A piece of standard output.
    fn out(&mut self, text: &str);
    /// A line of standard error.
    fn err(&mut self, line: &str);
    /// Writes a file where the command was started, with the rights of who started it.
    ///
    /// # Errors
    /// It can't be written, or is there and not to be replaced.
    fn file(&mut self, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()>;
    /// How far long work is; `total` 0 if unknown.
    fn progress(&mut self, what: &str, done: u64, total: u64);
}

/// A command's output, in the form it was asked for.
pub struct Output<'a> {
    /// Whether JSON was asked for.
    pub json: bool,
    /// Where it goes.
    pub sink: &'a mut dyn Sink,
}

impl Output<'_> {
    /// A line of text.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.sink.out(&format!("{}\n", text.as_ref()));
    }

    /// A line beside the answer: what went wrong, or what to do next.
    pub fn note(&mut self, text: impl AsRef<str>) {
        self.sink.err(text.as_ref());
    }

    /// A value as JSON.
    ///
    /// # Errors
    /// If it cannot be serialised.
    pub fn value(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        self.sink.out(&format!("{}\n", serde_json::to_string_pretty(value)?));
        Ok(())
    }

    /// Rows under headings; columns as wide as they need, Chinese characters counted as two.
    pub fn table(&mut self, headings: &[&str], rows: &[Vec<String>]) {
        let width = |column: usize| {
            let cells = rows.iter().filter_map(|r| r.get(column)).map(|c| c.width());
            cells.chain([headings[column].width()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..headings.len()).map(width).collect();
        let mut print = |cells: Vec<&str>| {
            let mut line = String::new();
            for (cell, width) in cells.iter().zip(&widths) {
                line.push_str(cell);
                line.push_str(&" ".repeat(width + 2 - cell.width()));
            }
            self.sink.out(&format!("{}\n", line.trim_end()));
        };
        print(headings.to_vec());
        for row in rows {
            print(row.iter().map(String::as_str).collect());
        }
    }
}

/// A file that could not be written.
pub fn unwritten(path: &Path, error: &io::Error) -> anyhow::Error {
    if error.kind() == io::ErrorKind::AlreadyExists {
        return WrongUse(format!("{} is there already; say --force to replace it", path.display())).into();
    }
    anyhow::anyhow!("{} cannot be written: {error}", path.display())
}

/// This process's own standard output and error; progress only on a terminal.
#[derive(Default)]
pub struct Terminal {
    bar: Option<indicatif::ProgressBar>,
}

impl Sink for Terminal {
    fn out(&mut self, text: &str) {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        // A reader that went away (`| head`) is no failure of the command.
        let _ = std::io::stdout().write_all(text.as_bytes());
        let _ = std::io::stdout().flush();
    }

    fn err(&mut self, line: &str) {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        eprintln!("{line}");
    }

    fn file(&mut self, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        file::put(path, bytes, replace)
    }

    fn progress(&mut self, what: &str, done: u64, total: u64) {
        // Draws nothing where standard error is no terminal.
        let bar = self.bar.get_or_insert_with(|| indicatif::ProgressBar::new(total));
        bar.set_length(total.max(done));
        bar.set_message(what.to_owned());
        bar.set_position(done);
    }
}
