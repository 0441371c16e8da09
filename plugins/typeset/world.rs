//! What the layout engine may see: one layout, one document, the faces of the roles. No file, no network, no clock.
//! What the engine remembers of its work is swept while it works.

use crate::{fonts::Fonts, roles::FaceRole};
use std::{
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
        mpsc::{SyncSender, sync_channel},
    },
    thread,
};
use typst::{
    Library, LibraryExt, World, WorldExt,
    diag::{FileError, FileResult, SourceDiagnostic},
    foundations::{Bytes, Datetime},
    layout::PagedDocument,
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
    at: Vec<(FaceRole, usize)>,
}

impl Faces {
    /// Names the faces.
    pub fn new(fonts: Fonts) -> Faces {
        let at: Vec<_> =
            FaceRole::ALL.iter().flat_map(|role| (0..fonts.count(*role)).map(|rank| (*role, rank))).collect();
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
    pub fn names(&self, role: FaceRole) -> Vec<String> {
        (0..self.fonts.count(role)).map(|rank| name(role, rank)).collect()
    }
}

fn name(role: FaceRole, rank: usize) -> String {
    format!("{}-{rank}", role.name())
}

/// After so many looks at a face the engine's memory is swept: a few rows of a table.
const SWEEP: u32 = 1024;

/// What the engine sees while it lays out one document.
struct TypesetWorld<'a> {
    faces: &'a Faces,
    document: Bytes,
    looks: AtomicU32,
    broom: SyncSender<()>,
}

/// Lays out a document given as JSON.
///
/// # Errors
/// What the engine says, and where in the layout.
pub fn lay_out(faces: &Faces, document: Vec<u8>) -> Result<(PagedDocument, Vec<String>), String> {
    thread::scope(|scope| {
        // The engine keeps what it laid out, to be quick when a document is edited. Ours is laid out once, and a
        // long table would be kept three times over. Sweeping in `font` would wait for itself: the engine may
        // hold the lock that the broom needs. So another thread does it; results do not depend on when.
        let (broom, sweeps) = sync_channel(1);
        let sweep = move || sweeps.iter().for_each(|()| typst::comemo::evict(0));
        // Without that thread (the host may cap threads) more is remembered, and nothing else changes.
        thread::Builder::new().stack_size(256 << 10).spawn_scoped(scope, sweep).ok();
        let desk = TypesetWorld { faces, document: Bytes::new(document), looks: AtomicU32::new(0), broom };
        let result = typst::compile::<PagedDocument>(&desk);
        let warnings = result.warnings.iter().map(|w| desk.remark(w)).collect();
        match result.output {
            Ok(pages) => Ok((pages, warnings)),
            Err(errors) => Err(errors.iter().map(|e| desk.remark(e)).collect::<Vec<_>>().join("; ")),
        }
    })
}

impl TypesetWorld<'_> {
    fn remark(&self, remark: &SourceDiagnostic) -> String {
        let mut text = remark.message.to_string();
        for hint in &remark.hints {
            text = format!("{text} ({hint})");
        }
        match self.range(remark.span).zip(remark.span.id()) {
            Some((range, id)) => {
                format!("{text}, at byte {} of {}", range.start, id.vpath().as_rootless_path().display())
            }
            None => text,
        }
    }
}

impl World for TypesetWorld<'_> {
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
        if self.looks.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            // A full channel means that a sweep is due already.
            self.broom.try_send(()).ok();
        }
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
