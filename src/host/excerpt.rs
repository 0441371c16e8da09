//! The lines of a plugin's source around a place, for whoever is to mend it.

use crate::{fault::Fault, host::Host};
use std::path::Component;

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
        let path = std::path::Path::new(&fault.file);
        // A plugin may name any file in its messages; only what lies in a folder of plugins is shown.
        if !path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Vec::new();
        }
        let config = self.config();
        let read = config.folders.iter().rev().find_map(|folder| {
            let file = folder.join(path).canonicalize().ok()?;
            let inside = file.starts_with(folder.canonicalize().ok()?);
            let small = file.metadata().ok()?.len() <= LARGEST;
            (inside && small).then(|| std::fs::read_to_string(file).ok())?
        });
        let Some(text) = read else { return Vec::new() };
        let numbered = text.lines().zip(1_u32..);
        let near = numbered.filter(|(_, n)| n.abs_diff(line) <= around);
        near.map(|(text, number)| SourceLine { number, text: text.to_owned(), meant: number == line })
            .collect()
    }
}
