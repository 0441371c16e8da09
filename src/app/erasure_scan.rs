//! Where the files of a data folder still have a text that was erased.

use anyhow::{Context, Result};
use memchr::memmem::Finder;
use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

/// So much of a file is looked at at once.
const PIECE: usize = 4 << 20;

/// The files below a folder that have one of some texts in them, as UTF-8.
///
/// # Errors
/// A file can't be read.
pub fn of(folder: &Path, texts: &[String]) -> Result<Vec<PathBuf>> {
    let finders: Vec<Finder<'_>> = texts.iter().map(|text| Finder::new(text.as_bytes())).collect();
    let longest = texts.iter().map(String::len).max().unwrap_or(0);
    let mut found = Vec::new();
    if longest == 0 {
        return Ok(found);
    }
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                // What other processes take away meanwhile has nothing any more.
                let Ok(file) = File::open(entry.path()) else { continue };
                if has(file, &finders, longest).with_context(|| entry.path().display().to_string())? {
                    found.push(entry.path());
                }
            }
        }
    }
    found.sort();
    Ok(found)
}

fn has(mut file: File, finders: &[Finder<'_>], longest: usize) -> Result<bool> {
    // The end of a piece is looked at again before the next: a text may lie across.
    let mut piece = Vec::with_capacity(PIECE + longest);
    loop {
        let read = file.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if finders.iter().any(|finder| finder.find(&piece).is_some()) {
            return Ok(true);
        }
        if read == 0 {
            return Ok(false);
        }
        piece.drain(..piece.len().saturating_sub(longest - 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_across_two_pieces_is_found_and_one_that_is_not_there_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let text = "13800001111";
        let mut bytes = vec![b'x'; PIECE - 4];
        bytes.extend_from_slice(text.as_bytes());
        bytes.extend(vec![b'y'; PIECE]);
        std::fs::create_dir(folder.path().join("below")).unwrap();
        std::fs::write(folder.path().join("below/a"), &bytes).unwrap();
        std::fs::write(folder.path().join("b"), "1380000111").unwrap();
        let found = of(folder.path(), &[text.to_owned(), "不在".to_owned()]).unwrap();
        assert_eq!(found, [folder.path().join("below/a")]);
        assert!(of(folder.path(), &[]).unwrap().is_empty());
    }
}
