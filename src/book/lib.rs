//! The book: what users, operators and developers read, as the program carries it.

/// A chapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// What it is asked for by: `operators`.
    pub name: &'static str,
    /// Whom it is for.
    pub reader: &'static str,
    /// Its file, from the top of the sources: what its links begin at.
    pub file: &'static str,
    /// Its text, as Markdown.
    pub text: &'static str,
}

impl Chapter {
    /// Its heading.
    pub fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches("# ")
    }
}

macro_rules! chapters {
    ($($reader:literal: $($name:literal $file:literal),+;)+) => {
        &[$($(Chapter {
            name: $name,
            reader: $reader,
            file: $file,
            text: include_str!(concat!("../../", $file)),
        }),+),+]
    };
}

/// All chapters, in the order in which the contents name them.
pub const CHAPTERS: &[Chapter] = chapters! {
    "everyone":
        "contents" "src/book/contents.md",
        "demo" "src/book/demo.md",
        "glossary" "src/book/glossary.md",
        "changelog" "src/book/changelog.md",
        "license-mit" "src/book/license-mit.md",
        "license-apache-2.0" "src/book/license-apache-2.0.md";
    "script authors":
        "scripts" "src/book/scripts.md",
        "rules" "scripts/README.md",
        "figures-and-versions" "src/book/figures-and-versions.md",
        "limits" "src/book/limits.md",
        "reference" "plugins/contract/REFERENCE.md";
    "plugin authors":
        "plugins" "src/book/plugins.md";
    "operators":
        "operators" "src/book/operators.md",
        "decisions" "src/book/decisions.md",
        "outside" "src/book/outside.md",
        "proxy" "src/book/proxy.md",
        "backups" "src/book/backups.md",
        "erasing" "src/book/erasing.md",
        "tables" "src/book/tables.md";
    "office staff":
        "pages" "src/book/pages.md",
        "figures.zh" "scripts/FIGURES.zh.md";
    "embedders":
        "embedders" "src/book/embedders.md";
    "developers":
        "architecture" "src/book/architecture.md",
        "contributing" "src/book/contributing.md";
};

/// The chapter of a name.
pub fn chapter(name: &str) -> Option<&'static Chapter> {
    CHAPTERS.iter().find(|chapter| chapter.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn the_program_carries_every_chapter_and_the_contents_name_each() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let is_chapter = |name: &String| name.ends_with(".md");
        let names =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let written: BTreeSet<String> =
            names.filter(is_chapter).map(|name| format!("src/book/{name}")).collect();
        let carried: BTreeSet<String> = CHAPTERS.iter().map(|chapter| chapter.file.to_owned()).collect();
        assert!(written.is_subset(&carried), "not carried: {:?}", written.difference(&carried));
        let contents = chapter("contents").unwrap().text;
        let mut last = 0;
        for chapter in CHAPTERS.iter().skip(1) {
            let at = chapter
                .file
                .strip_prefix("src/book/")
                .map_or(format!("../../{}", chapter.file), str::to_owned);
            let place = contents.find(&format!("({at})"));
            let place = place.unwrap_or_else(|| panic!("the contents do not name {at}"));
            assert!(place > last, "{at} stands elsewhere in the contents");
            last = place;
            assert!(!chapter.title().is_empty() && chapter.text.starts_with("# "), "{at} has no heading");
        }
    }
}
