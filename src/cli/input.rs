//! What a command reads: a file or standard input, whole or line by line, once; and files that come with it.

use anyhow::{Context, Result, bail};
use registrar_app::{command::WrongUse, paths::expanded};
use std::{
    cell::RefCell,
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

/// Stands for standard input and standard output.
pub const STANDARD: &str = "-";
/// The most bytes of files that come with a command.
const MOST_FILES: u64 = 1 << 30;

/// Whether a path stands for standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == STANDARD
}

/// A stream that is read once.
pub type Stream = Box<dyn BufRead + Send>;
/// Files by their names.
pub type InputFiles = BTreeMap<String, Vec<u8>>;

/// What a command reads.
pub struct Input {
    stream: RefCell<Stream>,
    /// Files that came with it, by their names.
    pub files: InputFiles,
}

impl Input {
    /// Of a stream and files.
    pub fn new(stream: Stream, files: InputFiles) -> Input {
        Input { stream: RefCell::new(stream), files }
    }

    /// Nothing.
    pub fn empty() -> Input {
        Input::new(Box::new(io::empty()), BTreeMap::new())
    }

    /// The stream itself.
    pub fn stream(&self) -> std::cell::RefMut<'_, Stream> {
        self.stream.borrow_mut()
    }

    /// All of it, of at most so many bytes; `name` is what a message calls it.
    ///
    /// # Errors
    /// It can't be read, or is larger.
    pub fn bytes(&self, name: &Path, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut stream = self.stream();
        (&mut *stream).take(most + 1).read_to_end(&mut bytes).with_context(|| unreadable(name))?;
        if bytes.len() as u64 > most {
            bail!("{} is larger than {} MiB; split it, or import JSON lines", shown(name), most >> 20);
        }
        Ok(bytes)
    }

    /// All of it as text, without a mark at its beginning.
    ///
    /// # Errors
    /// It can't be read, or is not UTF-8.
    pub fn text(&self) -> Result<String> {
        let mut bytes = Vec::new();
        self.stream().read_to_end(&mut bytes).with_context(|| unreadable(Path::new(STANDARD)))?;
        let text = String::from_utf8(bytes).map_err(|_| WrongUse("standard input is not UTF-8".into()))?;
        Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }
}

/// What a message calls a file.
pub fn shown(name: &Path) -> String {
    if is_standard(name) { "standard input".to_owned() } else { name.display().to_string() }
}

fn unreadable(name: &Path) -> String {
    format!("{} cannot be read", shown(name))
}

/// Opens a file, or standard input.
///
/// # Errors
/// It can't be opened, or is a folder.
pub fn open(folder: &Path, name: &Path) -> Result<Stream> {
    if is_standard(name) {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(folder.join(expanded(name))).with_context(|| unreadable(name))?;
    if file.metadata().with_context(|| unreadable(name))?.is_dir() {
        bail!("{} is a folder; name a file in it", name.display());
    }
    Ok(Box::new(BufReader::new(file)))
}

/// The files of a folder that goes with a command, by their names.
///
/// # Errors
/// One of them can't be read, or they are too large together.
pub fn files_of(folder: &Path) -> Result<InputFiles> {
    let mut files = BTreeMap::new();
    let mut left = MOST_FILES;
    let entries = fs::read_dir(folder).with_context(|| unreadable(folder))?;
    for entry in entries {
        let path = entry.with_context(|| unreadable(folder))?.path();
        // A pipe that lies there would be waited for.
        let is_file = fs::metadata(&path).is_ok_and(|found| found.is_file());
        let (true, Some(name)) = (is_file, path.file_name().and_then(|name| name.to_str())) else { continue };
        let bytes = fs::read(&path).with_context(|| unreadable(&path))?;
        left = left.checked_sub(bytes.len() as u64).with_context(|| {
            format!("the files in {} are more than {} MiB together", folder.display(), MOST_FILES >> 20)
        })?;
        files.insert(name.to_owned(), bytes);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_part_of_what_is_read() {
        let input = |bytes: &'static [u8]| Input::new(Box::new(bytes), BTreeMap::new());
        assert_eq!(input(b"\xef\xbb\xbf{}").text().unwrap(), "{}");
        assert!(input(b"\xff").text().unwrap_err().to_string().contains("not UTF-8"));
        let large = input(b"12345").bytes(Path::new("x"), 4).unwrap_err();
        assert!(large.to_string().contains("is larger than"), "{large}");
    }
}
