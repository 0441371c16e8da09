//! Finds the faces that the settings name and reads the few that a document needs. Lays nothing out.

use crate::roles::{FaceRole, FontSettings};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Mutex, OnceLock, PoisonError},
};
use typst::{foundations::Bytes, text::Font};

/// A face that was found; its file is read when a character first needs it.
struct LoadedFace {
    path: PathBuf,
    index: u32,
    label: String,
    families: Vec<String>,
    weight: u16,
    font: OnceLock<Option<Font>>,
}

/// The faces of every role.
pub struct Fonts {
    faces: Vec<LoadedFace>,
    /// For each role, in the order of [`FaceRole::ALL`], its faces, best first.
    chains: Vec<Vec<usize>>,
    // A collection holds several faces: its bytes are read once. A std Mutex: nothing is awaited.
    files: Mutex<BTreeMap<PathBuf, Bytes>>,
}

impl Fonts {
    /// Looks for the faces that the settings name.
    ///
    /// # Errors
    /// A role for which none of its families is installed, with the remedy.
    pub fn find(settings: &FontSettings) -> Result<Fonts, String> {
        let mut database = fontdb::Database::new();
        for folder in &settings.folders {
            database.load_fonts_dir(folder);
        }
        let mut fonts = Fonts { faces: Vec::new(), chains: Vec::new(), files: Mutex::default() };
        for (role, wanted) in FaceRole::ALL.iter().zip(&settings.wanted) {
            let mut chain = Vec::new();
            for want in wanted {
                // Path and index settle a tie, so that the order in which folders are read does not.
                let best = database
                    .faces()
                    .filter(|face| is_called(face, &want.family) && face.style == fontdb::Style::Normal)
                    .filter_map(|face| Some((face, path_of(&face.source)?)))
                    .min_by_key(|(face, path)| (face.weight.0.abs_diff(want.weight), *path, face.index));
                if let Some((face, path)) = best {
                    let at = fonts.add(face, path);
                    if !chain.contains(&at) {
                        chain.push(at);
                    }
                }
            }
            if chain.is_empty() {
                let names: Vec<_> = wanted.iter().map(|want| want.family.as_str()).collect();
                let folders: Vec<_> = settings.folders.iter().map(|f| f.display().to_string()).collect();
                return Err(format!(
                    "no font for the role {} was found: none of {} is in {}; install one (Debian: fonts-noto-cjk) \
                     or name another in the setting `{0}`",
                    role.name(),
                    names.join(", "),
                    folders.join(", "),
                ));
            }
            fonts.chains.push(chain);
        }
        Ok(fonts)
    }

    fn add(&mut self, face: &fontdb::FaceInfo, path: &Path) -> usize {
        if let Some(at) = self.faces.iter().position(|f| f.path == path && f.index == face.index) {
            return at;
        }
        let families: Vec<_> = face.families.iter().map(|(name, _)| name.clone()).collect();
        let family = families.first().cloned().unwrap_or_else(|| face.post_script_name.clone());
        let label = if face.weight.0 == 400 { family } else { format!("{family} {}", face.weight.0) };
        let (path, weight) = (path.to_owned(), face.weight.0);
        self.faces.push(LoadedFace {
            path,
            index: face.index,
            label,
            families,
            weight,
            font: OnceLock::new(),
        });
        self.faces.len() - 1
    }

    /// How many faces a role has.
    pub fn count(&self, role: FaceRole) -> usize {
        self.chains[role as usize].len()
    }

    /// A role's face of this rank (0 is the best), read now if it was not yet; `None` if it cannot be read.
    pub fn face(&self, role: FaceRole, rank: usize) -> Option<&Font> {
        let face = &self.faces[*self.chains[role as usize].get(rank)?];
        face.font.get_or_init(|| Font::new(self.bytes(&face.path)?, face.index)).as_ref()
    }

    fn bytes(&self, path: &Path) -> Option<Bytes> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = files.get(path) {
            return Some(bytes.clone());
        }
        let bytes = Bytes::new(std::fs::read(path).ok()?);
        files.insert(path.to_owned(), bytes.clone());
        Some(bytes)
    }

    /// The best rank of a role's faces that has this character.
    pub fn rank(&self, role: FaceRole, c: char) -> Option<usize> {
        (0..self.count(role)).find(|rank| {
            self.face(role, *rank)
                .and_then(|font| font.ttf().glyph_index(c))
                .is_some_and(|glyph| glyph.0 != 0)
        })
    }

    /// A face's name as reports say it, and whether it is what the role asks for.
    pub fn label(&self, role: FaceRole, rank: usize) -> (&str, bool) {
        let face = &self.faces[self.chains[role as usize][rank]];
        (&face.label, role.is_met_by(&face.families, face.weight))
    }
}

fn is_called(face: &fontdb::FaceInfo, name: &str) -> bool {
    let same = |other: &str| other.to_lowercase() == name.to_lowercase();
    same(&face.post_script_name) || face.families.iter().any(|(family, _)| same(family))
}

fn path_of(source: &fontdb::Source) -> Option<&Path> {
    match source {
        fontdb::Source::File(path) | fontdb::Source::SharedFile(path, _) => Some(path),
        fontdb::Source::Binary(_) => None,
    }
}
