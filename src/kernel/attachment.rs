//! Files that go with records: kept once by their content, named where a record has them.

use registrar_domain::{BilingualText, register::FieldDef};
use registrar_sdk::Value;

/// Most bytes of a file.
pub const LARGEST: usize = 20 << 20;
/// Most characters of its name.
const NAME: usize = 120;

/// A kind of file that is taken: its ending, what it is called on the net, and as what its first bytes
/// show it. No kind that a browser would run.
struct FileKind {
    ending: &'static str,
    mime: &'static str,
    /// What `infer` may say of its content; nothing for plain text.
    shown: &'static [&'static str],
}

const OLE: &[&str] = &["application/msword", "application/vnd.ms-excel", "application/x-ole-storage"];

const KINDS: [FileKind; 10] = [
    FileKind { ending: "pdf", mime: "application/pdf", shown: &["application/pdf"] },
    FileKind {
        ending: "docx",
        mime: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        shown: &["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    },
    FileKind {
        ending: "xlsx",
        mime: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        shown: &["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    },
    FileKind { ending: "doc", mime: "application/msword", shown: OLE },
    FileKind { ending: "xls", mime: "application/vnd.ms-excel", shown: OLE },
    FileKind { ending: "wps", mime: "application/vnd.ms-works", shown: OLE },
    FileKind { ending: "jpg", mime: "image/jpeg", shown: &["image/jpeg"] },
    FileKind { ending: "png", mime: "image/png", shown: &["image/png"] },
    FileKind { ending: "txt", mime: "text/plain; charset=utf-8", shown: &[] },
    FileKind { ending: "csv", mime: "text/csv; charset=utf-8", shown: &[] },
];

/// A file that comes with an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The field that is to have it.
    pub field: String,
    /// What it is called; folders before it are cut off.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl Upload {
    /// By what its content is kept.
    pub(crate) fn hash(&self) -> String {
        blake3::hash(&self.bytes).to_hex().to_string()
    }
}

/// A file as a record's field has it: `hash/name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Hash of its content.
    pub hash: String,
    /// What it is called.
    pub name: String,
}

impl Attachment {
    /// Reads what a field has; `None` for what is only a name, or no text.
    pub fn read(value: &Value) -> Option<Attachment> {
        let (hash, name) = value.as_str()?.split_once('/')?;
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        is_hash.then(|| Attachment { hash: hash.to_owned(), name: name.to_owned() })
    }

    /// What it is called in a folder of files that go with records: by its content, with its ending.
    pub fn kept_as(&self) -> String {
        match kind(&self.name) {
            Some(kind) => format!("{}.{}", self.hash, kind.ending),
            None => self.hash.clone(),
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        Value::text(format!("{}/{}", self.hash, self.name))
    }

    /// What it is called on the net, by its name's ending.
    pub fn mime(&self) -> &'static str {
        kind(&self.name).map_or("application/octet-stream", |kind| kind.mime)
    }
}

fn kind(name: &str) -> Option<&'static FileKind> {
    let ending = name.rsplit_once('.')?.1.to_lowercase();
    let ending = if ending == "jpeg" { "jpg" } else { &ending };
    KINDS.iter().find(|kind| kind.ending == ending)
}

/// The endings that a field takes: those that its definition names, else all that are known.
pub fn endings(field: &FieldDef) -> Vec<&'static str> {
    let known = KINDS.iter().map(|kind| kind.ending);
    known.filter(|ending| field.of.is_empty() || field.of.iter().any(|of| of == ending)).collect()
}

/// Whether a text is one to be read.
fn is_plain(text: &str) -> bool {
    text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n'))
}

/// Whether a file may be kept in a field, and what it is then called.
pub(crate) fn check(field: &FieldDef, upload: &Upload) -> Result<String, BilingualText> {
    let said = |zh: String, en: String| Err(BilingualText { zh, en });
    // What a browser or a program sends may have folders in it, of either kind.
    let name = upload.name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    let size = upload.bytes.len();
    if name.is_empty() || name.starts_with('.') || name.chars().count() > NAME {
        return said(
            format!("文件名应为 1 至 {NAME} 个字"),
            format!("a file's name has 1 to {NAME} characters"),
        );
    }
    if size == 0 {
        return said(format!("“{name}”是空文件"), format!("\"{name}\" is empty"));
    }
    if size > LARGEST {
        let most = LARGEST >> 20;
        return said(format!("“{name}”超过 {most} MiB"), format!("\"{name}\" is larger than {most} MiB"));
    }
    let taken = endings(field);
    let Some(kind) = kind(&name).filter(|kind| taken.contains(&kind.ending)) else {
        let list = taken.join(", ");
        return said(
            format!("不接受“{name}”这种文件，可以是 {list}"),
            format!("\"{name}\" is of no kind that is taken ({list})"),
        );
    };
    let shown = infer::get(&upload.bytes).map(|found| found.mime_type());
    let as_named = match (kind.shown, shown) {
        ([], None) => std::str::from_utf8(&upload.bytes).is_ok_and(is_plain),
        ([], Some(_)) => false,
        (known, Some(shown)) => known.contains(&shown),
        (_, None) => false,
    };
    if !as_named {
        let ending = kind.ending;
        return said(
            format!("“{name}”的内容不是 {ending} 文件"),
            format!("what is in \"{name}\" is no {ending}"),
        );
    }
    Ok(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use registrar_domain::register::FieldType;

    fn said(name: &str, bytes: &[u8], of: &[&str]) -> String {
        let mut field = FieldDef::new("files", FieldType::File, true);
        field.of = of.iter().map(|&ending| ending.to_owned()).collect();
        let upload = Upload { field: "files".into(), name: name.into(), bytes: bytes.into() };
        check(&field, &upload).unwrap_or_else(|wrong| wrong.en)
    }

    #[test]
    fn a_file_is_what_its_name_says_or_is_refused() {
        assert_eq!(said("名单.txt", "一".as_bytes(), &[]), "名单.txt");
        assert_eq!(said("../../etc/passwd.txt", b"x", &[]), "passwd.txt");
        assert_eq!(said("C:\\secret\\a.PDF", b"%PDF-1.7", &[]), "a.PDF");
        for (name, bytes, of, why) in [
            ("a.pdf", &b"<script>"[..], &[][..], "is no pdf"),
            ("a.txt", b"%PDF-1.7", &[], "is no txt"),
            ("a.txt", b"\x7fELF\x02\x01", &[], "is no txt"),
            ("a.txt", b"a\0b", &[], "is no txt"),
            ("a.html", b"<p>", &[], "of no kind"),
            ("a.svg", b"<svg/>", &[], "of no kind"),
            ("a", b"x", &[], "of no kind"),
            ("a.txt", b"x", &["pdf"], "of no kind"),
            ("a.txt", b"", &[], "is empty"),
            ("..", b"x", &[], "1 to 120"),
            (".txt", b"x", &[], "1 to 120"),
        ] {
            let got = said(name, bytes, of);
            assert!(got.contains(why), "{name}: {got}");
        }
    }
}
