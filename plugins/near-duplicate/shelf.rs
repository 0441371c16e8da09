//! Where the index's files lie. The plugin has them from the host; tests keep them in memory.

use std::collections::BTreeMap;

/// A folder of files, each written whole or not at all.
pub trait Shelf {
    /// The names of the files.
    ///
    /// # Errors
    /// Why they can't be listed.
    fn list(&mut self) -> Result<Vec<String>, String>;

    /// A file's content.
    ///
    /// # Errors
    /// Why it can't be read.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, String>;

    /// Writes a file.
    ///
    /// # Errors
    /// Why it can't be written.
    fn write(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), String>;
}

/// A shelf in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryShelf {
    /// Its files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Bytes written so far.
    pub written: usize,
}

impl Shelf for MemoryShelf {
    fn list(&mut self) -> Result<Vec<String>, String> {
        Ok(self.files.keys().cloned().collect())
    }

    fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        self.files.get(name).cloned().ok_or_else(|| format!("{name}: there is no such file"))
    }

    fn write(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
        self.written += bytes.len();
        self.files.insert(name.to_owned(), bytes);
        Ok(())
    }
}
