//! Files that go with records: kept once by their content, named where a record has them.

use crate::{
    access::Principal,
    action::{Act, ActError, ActionTx},
    error::KernelError,
    queries::OfficeView,
};
use registrar_domain::{
    Record, Register, Title, Unknown,
    register::{FieldDef, FieldType, schema::FieldProblem},
    storage::RecordQuery,
};
use registrar_sdk::{Value, value::Map};
use std::collections::BTreeSet;

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
fn check(field: &FieldDef, upload: &Upload) -> Result<String, Title> {
    let said = |zh: String, en: String| Err(Title { zh, en });
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

/// Keeps a file that came for a field, if it may be there.
///
/// # Errors
/// The store; in the answer, why the field does not take it.
pub(crate) fn keep(
    work: &mut ActionTx<'_>,
    field: &FieldDef,
    name: &str,
    bytes: &[u8],
) -> Result<Result<Attachment, Title>, ActError> {
    let upload = Upload { field: String::new(), name: name.to_owned(), bytes: bytes.to_vec() };
    let name = match check(field, &upload) {
        Ok(name) => name,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let hash = upload.hash();
    work.tx.put_file(&hash, &upload.bytes)?;
    Ok(Ok(Attachment { hash, name }))
}

impl ActionTx<'_> {
    /// Keeps the files that come with an action, and gives its fields with them. A field that holds one
    /// has the new one in its place; one that holds several has the new ones after those that are sent.
    pub(crate) fn attach(&mut self, register: &Register, act: &Act) -> Result<Map, ActError> {
        let mut fields = act.fields.clone();
        let mut problems = Vec::new();
        for upload in &act.files {
            let field = register.field_of(&act.action, &upload.field).filter(|f| f.ty == FieldType::File);
            let Some(field) = field else {
                let why = format!("`{}` is no field for files", upload.field);
                return Err(KernelError::Refused(why).into());
            };
            match check(field, upload) {
                Err(wrong) => {
                    problems.push(FieldProblem { field: upload.field.clone(), text: wrong.en, zh: wrong.zh })
                }
                Ok(name) => {
                    let hash = upload.hash();
                    self.tx.put_file(&hash, &upload.bytes)?;
                    let value = Attachment { hash, name }.to_value();
                    let key = upload.field.as_str().into();
                    match fields.get_mut(upload.field.as_str()) {
                        Some(Value::List(items)) if field.many => items.push(value),
                        _ if field.many => drop(fields.insert(key, Value::List(vec![value]))),
                        _ => drop(fields.insert(key, value)),
                    }
                }
            }
        }
        if problems.is_empty() {
            return Ok(fields);
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }
}

impl ActionTx<'_> {
    /// A file that is named by its content must be one that came with the action, that the record has or had, or
    /// that who acts may see elsewhere: the hash of another unit's file is no way to it.
    pub(crate) fn only_own_files(
        &self,
        register: &Register,
        act: &Act,
        before: &Record,
        sent: &BTreeSet<String>,
    ) -> Result<(), ActError> {
        let mut problems = Vec::new();
        for (name, value) in &act.fields {
            if register.field_of(&act.action, name).is_none_or(|field| field.ty != FieldType::File) {
                continue;
            }
            for file in value.items().iter().filter_map(Attachment::read) {
                if !sent.contains(&file.hash) && !self.may_name(register, before, &file.hash)? {
                    problems.push(FieldProblem {
                        field: name.to_string(),
                        text: format!("\"{}\" is no file of this record; send the file itself", file.name),
                        zh: format!("“{}”不是这条记录的附件，请上传文件本身", file.name),
                    });
                }
            }
        }
        if problems.is_empty() {
            return Ok(());
        }
        Err(ActError::Schema { register: register.id.clone(), action: act.action.clone(), problems })
    }

    fn may_name(&self, register: &Register, record: &Record, hash: &str) -> Result<bool, ActError> {
        // What someone writes into a text names no file, whatever it looks like.
        let has = |of: &Register, action: &str, fields: &Map| {
            let holds =
                |name: &str| of.field_of(action, name).is_some_and(|field| field.ty == FieldType::File);
            let held = fields.iter().filter(|(name, _)| holds(name));
            let mut files = held.flat_map(|(_, value)| value.items()).filter_map(Attachment::read);
            files.any(|file| file.hash == hash)
        };
        if has(register, "", &record.fields) {
            return Ok(true);
        }
        match &self.principal {
            Principal::Operator => return Ok(self.tx.has_file(hash)?),
            // A plugin may pass on what it may read; it can't be asked to by a person, whose words it only has.
            Principal::Person(person) if person.id.starts_with("plugin:") => {
                for other in self.plan.registers.by_id.values() {
                    let query = RecordQuery { register: other.id.clone(), ..RecordQuery::default() };
                    let seen = self.tx.records(&query)?;
                    if seen
                        .iter()
                        .any(|one| has(other, "", &one.fields) && self.principal.may_see(other, one))
                    {
                        return Ok(true);
                    }
                }
            }
            Principal::Person(_) => {}
        }
        // One that it had before may come back.
        let events = match record.id.as_str() {
            "" => Vec::new(),
            id => self.tx.events_of(&register.id, id)?,
        };
        Ok(events.iter().any(|event| has(register, &event.action, event.record_fields())))
    }
}

impl OfficeView<'_> {
    /// A file of a record that they may look at: in its fields now, or in one of its events.
    ///
    /// # Errors
    /// The store failed; or there is nothing of the kind that they may see.
    pub fn file(
        &self,
        register: &str,
        record: &str,
        hash: &str,
    ) -> Result<(Attachment, Vec<u8>), KernelError> {
        let unknown =
            || KernelError::from(Unknown { what: "file", name: hash.to_owned(), hint: String::new() });
        let registers = self.office.registers();
        let definition = registers.find(register)?;
        let (known, _) = self.find_record(register, record)?.ok_or_else(unknown)?;
        let read = self.office.read()?;
        let events = read.events_of(register, record)?;
        // What someone writes into a text names no file, whatever it looks like.
        let named = |action: &str, fields: &Map| {
            let holds =
                |name: &str| definition.field_of(action, name).is_some_and(|f| f.ty == FieldType::File);
            let held = fields.iter().filter(|(name, _)| holds(name));
            let values = held.flat_map(|(_, value)| value.items());
            values.filter_map(Attachment::read).find(|one| one.hash == hash)
        };
        let said = events.iter().find_map(|event| named(&event.action, event.record_fields()));
        let attachment = named("", &known.fields).or(said).ok_or_else(unknown)?;
        let bytes = read.file(hash)?.ok_or_else(unknown)?;
        Ok((attachment, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
