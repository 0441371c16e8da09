//! From a document model to the bytes of a pdf: read, check the characters, lay out, check the glyphs, write.

use crate::{
    fonts::Fonts,
    letters::character,
    model,
    roles::{FaceRole, FontSettings},
    world::{self, Faces},
};
use registrar_sdk::Value;
use serde_json::{Value as Json, json};
use typst::{
    foundations::Smart,
    layout::{Frame, FrameItem, PagedDocument, Point},
};
use typst_pdf::PdfOptions;

/// Sets documents with the faces that were found when it was made.
pub struct Typesetter {
    faces: Faces,
    mirror: bool,
    // One thread: the engine would otherwise start one for each processor, each with an arena of its own,
    // and documents laid out side by side would share one cap on memory.
    pool: rayon::ThreadPool,
}

/// A document that was set.
pub struct Typeset {
    /// Its pages, where every character stands.
    pub pages: PagedDocument,
    /// Which face serves which role; `(stands in)` where it is not of the role's style.
    pub faces: Vec<String>,
    /// What the engine remarked.
    pub warnings: Vec<String>,
    identity: String,
}

impl Typesetter {
    /// Finds the fonts.
    ///
    /// # Errors
    /// A setting that cannot be used, or a role without a font.
    pub fn new(settings: &Value) -> Result<Typesetter, String> {
        let settings = FontSettings::read(settings)?;
        let faces = Faces::new(Fonts::find(&settings)?);
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .stack_size(8 << 20)
            .thread_name(|_| "typeset".into())
            .build()
            .map_err(|e| format!("the layout's thread could not be started: {e}"))?;
        Ok(Typesetter { faces, mirror: settings.mirror, pool })
    }

    /// Renders a document as pdf, with the faces that served it.
    ///
    /// # Errors
    /// As [`Typesetter::set`].
    pub fn pdf(&self, document: &Value) -> Result<(Vec<u8>, Vec<String>), String> {
        self.pool.install(|| {
            let set = self.lay_out(document)?;
            let bytes = write(&set)?;
            // What the engine remembers helps the next document little and grows with each.
            typst::comemo::evict(0);
            Ok((bytes, set.faces))
        })
    }

    /// Lays a document out.
    ///
    /// # Errors
    /// What the layout cannot set, and where; a character that no font of its role has.
    pub fn set(&self, document: &Value) -> Result<Typeset, String> {
        self.pool.install(|| self.lay_out(document))
    }

    fn lay_out(&self, document: &Value) -> Result<Typeset, String> {
        let model::TypesetInput { mut json, letters } = model::read(document)?;
        let faces = letters.served(self.faces.fonts())?;
        let names = FaceRole::ALL
            .iter()
            .map(|role| (role.name().to_owned(), json!(self.faces.names(*role))))
            .collect();
        json["fonts"] = Json::Object(names);
        json["numbers"] = Json::Null;
        json["mirror"] = json!(self.mirror);
        json["meta"]["keywords"] = json!(faces);
        let identity = json.to_string();
        let (mut pages, mut warnings) =
            world::lay_out(&self.faces, identity.clone().into_bytes()).map_err(failed)?;
        let across = pages.pages.iter().map(|page| page.frame.width() > page.frame.height());
        json["numbers"] = across.collect::<Vec<_>>().into();
        json["blocks"] = json!([]);
        json["appendices"] = json!([]);
        let (numbers, more) = world::lay_out(&self.faces, json.to_string().into_bytes()).map_err(failed)?;
        warnings.extend(more);
        for (page, number) in pages.pages.iter_mut().zip(numbers.pages) {
            page.frame.push_frame(Point::zero(), number.frame);
        }
        for (i, page) in pages.pages.iter().enumerate() {
            if let Some(text) = blank(&page.frame) {
                return Err(format!("no configured font has a glyph for {text} on page {}", i + 1));
            }
        }
        Ok(Typeset { pages, faces, warnings, identity })
    }
}

/// Writes the pages of a document as pdf.
///
/// # Errors
/// What could not be written.
pub fn write(set: &Typeset) -> Result<Vec<u8>, String> {
    // The identity is the content: the same document has the same, without clock or chance. Without tags: they
    // would say that the text is in the language whose punctuation it borrows (see document.typ).
    let options = PdfOptions {
        ident: Smart::Custom(&set.identity),
        timestamp: None,
        tagged: false,
        ..PdfOptions::default()
    };
    typst_pdf::pdf(&set.pages, &options).map_err(|errors| {
        let errors: Vec<_> = errors.iter().map(|e| e.message.as_str()).collect();
        format!("the pdf could not be written: {}", errors.join("; "))
    })
}

fn failed(text: String) -> String {
    format!("the document could not be laid out: {text}")
}

/// The first text in a frame that was set with glyph 0, the empty box.
fn blank(frame: &Frame) -> Option<String> {
    frame.items().find_map(|(_, item)| match item {
        FrameItem::Group(group) => blank(&group.frame),
        FrameItem::Text(text) => {
            let glyph = text.glyphs.iter().find(|glyph| glyph.id == 0)?;
            let chars: Vec<_> = text.text[glyph.range()].chars().map(character).collect();
            Some(chars.join(" "))
        }
        _ => None,
    })
}
