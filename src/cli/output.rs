//! What commands print: text, tables, JSON, progress; to a terminal here or to a client elsewhere.

use super::{file, input::is_standard};
use registrar_app::command::{Sink, WrongUse};
use serde::Serialize;
use std::{
    io::{self, Write},
    path::Path,
};
use unicode_width::UnicodeWidthStr;

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
    /// Why standard output could not be written.
    unwritten: Option<io::Error>,
}

impl Terminal {
    fn write(&mut self, bytes: &[u8]) {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        if self.unwritten.is_some() {
            return;
        }
        let mut out = io::stdout().lock();
        self.unwritten = out.write_all(bytes).and_then(|()| out.flush()).err();
    }

    /// Why not all could be printed. A reader that went away (`| head`) has what it wanted.
    pub fn unwritten(&self) -> Option<&io::Error> {
        self.unwritten.as_ref().filter(|why| why.kind() != io::ErrorKind::BrokenPipe)
    }
}

/// Whether standard output was closed when the program was started: then what was opened in its place is open
/// for reading too. Some callers hand over as much on purpose, so it is asked where the output is all that is
/// wanted.
pub fn is_closed() -> bool {
    let null = |found: &rustix::fs::Stat| {
        rustix::fs::FileType::from_raw_mode(found.st_mode).is_char_device()
            && (rustix::fs::major(found.st_rdev), rustix::fs::minor(found.st_rdev)) == (1, 3)
    };
    let out = io::stdout();
    let both = rustix::fs::fcntl_getfl(&out).is_ok_and(|flags| flags.contains(rustix::fs::OFlags::RDWR));
    both && rustix::fs::fstat(&out).is_ok_and(|found| null(&found))
}

impl Sink for Terminal {
    fn out(&mut self, text: &str) {
        self.write(text.as_bytes());
    }

    fn err(&mut self, line: &str) {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        // Where nothing can be said, the exit code still tells.
        let _ = writeln!(io::stderr(), "{line}");
    }

    fn file(&mut self, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
        self.bar.take().inspect(|bar| bar.finish_and_clear());
        if is_standard(path) {
            self.write(bytes);
            return Ok(());
        }
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

/// So many of something: `1 value`, `3 values`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
