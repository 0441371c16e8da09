//! What the layout engine may see: one layout, one document, the faces of the roles. No file, no network, no clock.

use crate::{fonts::Fonts, roles::Role};
use std::sync::LazyLock;
use typst::{
    Library, LibraryExt, World,
    diag::{FileError, FileResult},
    foundations::{Bytes, Datetime},
    syntax::{FileId, Source, VirtualPath},
    text::{Coverage, Font, FontBook, FontFlags, FontInfo, FontVariant},
    utils::LazyHash,
};

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static LAYOUT: LazyLock<Source> =
    LazyLock::new(|| Source::new(file("document.typ"), include_str!("document.typ").to_owned()));
static DATA: LazyLock<FileId> = LazyLock::new(|| file("document.json"));

fn file(name: &str) -> FileId {
    FileId::new(None, VirtualPath::new(name))
}

/// The faces as the engine knows them: each under a name of its own, so that it takes the one that is meant.
pub struct Faces {
    fonts: Fonts,
    book: LazyHash<FontBook>,
    at: Vec<(Role, usize)>,
}

impl Faces {
    /// Names the faces.
    pub fn new(fonts: Fonts) -> Faces {
        let at: Vec<_> =
            Role::ALL.iter().flat_map(|role| (0..fonts.count(*role)).map(|rank| (*role, rank))).collect();
        // Coverage serves only the engine's own search for a fallback, which is off.
        let book = FontBook::from_infos(at.iter().map(|(role, rank)| FontInfo {
            family: name(*role, *rank),
            variant: FontVariant::default(),
            flags: FontFlags::empty(),
            coverage: Coverage::from_vec(Vec::new()),
        }));
        Faces { fonts, book: LazyHash::new(book), at }
    }

    /// The faces themselves.
    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// A role's faces by name, best first.
    pub fn names(&self, role: Role) -> Vec<String> {
        (0..self.fonts.count(role)).map(|rank| name(role, rank)).collect()
    }
}

fn name(role: Role, rank: usize) -> String {
    format!("{}-{rank}", role.name())
}

/// What the engine sees while it lays out one document.
pub struct Desk<'a> {
    faces: &'a Faces,
    document: Bytes,
}

impl<'a> Desk<'a> {
    /// A desk with this document, as JSON.
    pub fn new(faces: &'a Faces, document: Vec<u8>) -> Desk<'a> {
        Desk { faces, document: Bytes::new(document) }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.faces.book
    }

    fn main(&self) -> FileId {
        LAYOUT.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == LAYOUT.id() { Ok(LAYOUT.clone()) } else { Err(absent(id)) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.document.clone()) } else { Err(absent(id)) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        let (role, rank) = self.faces.at.get(index)?;
        self.faces.fonts.face(*role, *rank).cloned()
    }

    fn today(&self, _offset: Option<i64>) -> Option<Datetime> {
        None
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().as_rootless_path().to_owned())
}
