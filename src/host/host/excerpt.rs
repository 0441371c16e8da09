//! The lines of a plugin's source around a place, for whoever is to mend it.

use crate::{
    host::Host,
    plugin::{fault::Fault, source::RULE_SETS},
};
use std::path::{Component, Path, PathBuf};

/// A larger source is not shown.
const LARGEST: u64 = 1 << 20;

/// A line of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceLine {
    /// From 1.
    pub number: u32,
    /// What it says.
    pub text: String,
    /// Whether it is the one that is meant.
    pub meant: bool,
}

impl Host {
    /// The lines around the place of a fault, as its file lies on disk now; none where there is no such
    /// line, or no text.
    pub fn excerpt(&self, fault: &Fault, around: u32) -> Vec<SourceLine> {
        let Some(line) = fault.line else { return Vec::new() };
        let read = self.file_of(fault).and_then(|file| {
            let small = file.metadata().ok()?.len() <= LARGEST;
            small.then(|| std::fs::read_to_string(file).ok())?
        });
        let Some(text) = read else { return Vec::new() };
        let numbered = text.lines().zip(1_u32..);
        let near = numbered.filter(|(_, n)| n.abs_diff(line) <= around);
        near.map(|(text, number)| SourceLine { number, text: text.to_owned(), meant: number == line })
            .collect()
    }
    /// A fault with its file as it can be opened from a folder; `plugin "x" (file:line): …` where there is none.
    pub fn told_from(&self, folder: &Path, fault: &Fault) -> String {
        let Some(file) = self.file_of(fault) else { return fault.to_string() };
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let file = file.strip_prefix(folder).unwrap_or(&file).display();
        let line = fault.line.map_or(String::new(), |line| format!(":{line}"));
        let point = fault.point.as_ref().map_or(String::new(), |point| format!("{point} "));
        format!("{file}{line}: plugin \"{}\": {point}{}", fault.plugin, fault.message)
    }

    /// The file that a fault names, if it lies in a folder of plugins.
    fn file_of(&self, fault: &Fault) -> Option<PathBuf> {
        let path = Path::new(&fault.file);
        // A plugin may name any file in its messages; only what lies in a folder of plugins is shown.
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return None;
        }
        let config = self.config();
        let folders = config.folders.iter().chain(&config.native.folders);
        folders.rev().find_map(|folder| {
            let found = |file: PathBuf| file.canonicalize().ok();
            let file = found(folder.join(path)).or_else(|| found(folder.join(RULE_SETS).join(path)))?;
            file.starts_with(folder.canonicalize().ok()?).then_some(file)
        })
    }
}
