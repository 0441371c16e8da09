//! Reads a document model into what the layout wants: texts in order, with nothing left to decide. Every text is
//! noted with its role and place, so that a missing character can be named. Sets nothing and opens no font.
//! What opens behind a run (`explain`) is left out: paper has nothing behind it.

use crate::{
    letters::Letters,
    roles::FaceRole,
    table,
    words::{Day, LayoutWords},
};
use registrar_sdk::Value;
use serde_json::{Value as Json, json};

/// A last paragraph longer than this may break across pages before the signature.
const HELD: usize = 280;

/// A document as `document.typ` reads it, and what it takes to set it.
pub struct TypesetInput {
    /// The data of the layout, still without fonts.
    pub json: Json,
    /// Its characters.
    pub letters: Letters,
}

/// Reads a document.
///
/// # Errors
/// What the layout cannot set, and where it is.
pub fn read(document: &Value) -> Result<TypesetInput, String> {
    let language = document.get("language").as_str().unwrap_or("zh").to_ascii_lowercase();
    let language = language.split(['-', '_']).next().unwrap_or("zh").to_owned();
    if !(2..=3).contains(&language.len()) || !language.bytes().all(|b| b.is_ascii_lowercase()) {
        return Err(format!(
            "the document's language is {}; expected a code such as `zh`",
            document.get("language")
        ));
    }
    let mut reader = ModelReader { letters: Letters::default(), words: LayoutWords::of(&language) };
    let json = reader.document(document, &language)?;
    Ok(TypesetInput { json, letters: reader.letters })
}

pub(crate) struct ModelReader {
    letters: Letters,
    pub(crate) words: &'static LayoutWords,
}

impl ModelReader {
    fn document(&mut self, document: &Value, language: &str) -> Result<Json, String> {
        let words = self.words;
        let title = self.lines(FaceRole::Xiaobiaosong, document.get("title"), || "the title".into());
        if title.is_empty() {
            return Err("the document has no title; give it one".into());
        }
        let masthead = self.lines(FaceRole::Xiaobiaosong, document.get("masthead"), || "the masthead".into());
        let number = self.one(FaceRole::Fangsong, document, "number", "the number");
        let signer = self.one(FaceRole::Kaiti, document, "signer", "the signer");
        let copy_number = self.one(FaceRole::Fangsong, document, "copy_number", "the copy number");
        let secrecy = self.one(FaceRole::Heiti, document, "secrecy", "the secrecy");
        let urgency = self.one(FaceRole::Heiti, document, "urgency", "the urgency");
        let addressees = self.joined(document.get("addressees"), "the addressees", words.colon);
        let mut blocks = Vec::new();
        for (i, section) in list(document.get("sections")).iter().enumerate() {
            self.section(i, section, &mut blocks)?;
        }
        let signature = self.signature(document.get("signature"))?;
        if let (Some(last), false) = (blocks.last_mut(), signature.is_null()) {
            last["hold"] = json!(last["kind"] == "paragraph" && last["length"].as_u64() <= Some(HELD as u64));
        }
        let attachments: Vec<Json> = list(document.get("attachments"))
            .iter()
            .enumerate()
            .map(|(i, text)| json!(self.lines(FaceRole::Fangsong, text, || format!("attachment {}", i + 1))))
            .collect();
        let note = document.get("note").as_str().map(|text| {
            let text = Value::text(words.note(&clean(text)));
            self.lines(FaceRole::Fangsong, &text, || "the note".into())
        });
        let appendices = list(document.get("appendices"));
        let appendices = appendices
            .iter()
            .enumerate()
            .map(|(i, appendix)| self.appendix(i, appendices.len(), appendix))
            .collect::<Result<Vec<_>, _>>()?;
        let imprint = self.imprint(document.get("imprint"))?;
        self.own(!attachments.is_empty(), !signer.is_null());
        let issuers =
            list(document.at("signature.issuers")).iter().filter_map(Value::as_str).collect::<Vec<_>>();
        Ok(json!({
            "language": language, "chinese": words.is_chinese(),
            "meta": { "title": title.join(" "), "author": issuers, "date": day(document.at("signature.date")).ok() },
            "words": { "signer": words.signer, "attachment": words.attachment, "bullet": words.bullet },
            "masthead": masthead, "number": number, "signer": signer,
            "copy_number": copy_number, "secrecy": secrecy, "urgency": urgency,
            "title": title, "addressees": addressees, "blocks": blocks, "attachments": attachments,
            "signature": signature, "note": note, "appendices": appendices, "imprint": imprint,
        }))
    }

    /// The characters that the layout adds of itself.
    fn own(&mut self, attachments: bool, signer: bool) {
        let place = || "the layout's own words".to_owned();
        self.letters.add(FaceRole::Song, "— 0123456789", place);
        if attachments {
            self.letters.add(FaceRole::Fangsong, self.words.attachment, place);
            self.letters.add(FaceRole::Fangsong, "0123456789.", place);
        }
        if signer {
            self.letters.add(FaceRole::Fangsong, self.words.signer, place);
        }
    }

    fn section(&mut self, i: usize, section: &Value, blocks: &mut Vec<Json>) -> Result<(), String> {
        let heading = section.get("heading");
        let place = match heading.as_str() {
            Some(text) => format!("section {} “{}”", i + 1, short(text)),
            None => format!("section {}", i + 1),
        };
        if !heading.is_absent() {
            blocks.push(self.heading(heading, section.get("level"), &format!("the heading of {place}"))?);
        }
        self.blocks(section.get("blocks"), &place, blocks)
    }

    fn blocks(&mut self, from: &Value, place: &str, into: &mut Vec<Json>) -> Result<(), String> {
        for (i, block) in list(from).iter().enumerate() {
            let kind = block.get("kind").as_str().unwrap_or_default();
            let place = format!("{place}, block {} ({kind})", i + 1);
            into.push(match kind {
                "heading" => self.heading(block.get("text"), block.get("level"), &place)?,
                "paragraph" => self.paragraph(block, &place),
                "list" => self.items(block, &place),
                "table" => table::read(self, block, &place)?,
                "page_break" => json!({ "kind": kind }),
                _ => {
                    let expected = "expected heading, paragraph, list, table or page_break";
                    return Err(format!("{place}: the kind is {}; {expected}", block.get("kind")));
                }
            });
        }
        Ok(())
    }

    fn heading(&mut self, text: &Value, level: &Value, place: &str) -> Result<Json, String> {
        let level = if level.is_absent() { Some(1) } else { level.as_int() };
        let role = match level {
            Some(1) => FaceRole::Heiti,
            Some(2) => FaceRole::Kaiti,
            Some(3 | 4) => FaceRole::Fangsong,
            _ => return Err(format!("{place}: the level is {}; expected 1 to 4", Value::from(level))),
        };
        Ok(json!({ "kind": "heading", "level": level, "lines": self.lines(role, text, || place.to_owned()) }))
    }

    fn paragraph(&mut self, block: &Value, place: &str) -> Json {
        let whole = [block.clone()];
        let runs = block.get("runs").as_list().unwrap_or(&whole);
        let mut length = 0;
        let runs: Vec<Json> = runs
            .iter()
            .map(|run| {
                let role = match run.get("style").as_str() {
                    Some("bold") => FaceRole::Bold,
                    Some("kaiti") => FaceRole::Kaiti,
                    Some("heiti") => FaceRole::Heiti,
                    _ => FaceRole::Fangsong,
                };
                let lines = self.lines(role, run.get("text"), || place.to_owned());
                length += lines.iter().map(|line| line.chars().count()).sum::<usize>();
                json!({ "role": role.name(), "lines": lines })
            })
            .collect();
        let indent = block.get("indent").as_bool().unwrap_or(true);
        json!({ "kind": "paragraph", "runs": runs, "indent": indent, "length": length, "hold": false })
    }

    fn items(&mut self, block: &Value, place: &str) -> Json {
        self.letters.add(FaceRole::Fangsong, self.words.bullet, || place.to_owned());
        let items: Vec<_> = list(block.get("items"))
            .iter()
            .enumerate()
            .map(|(i, item)| self.lines(FaceRole::Fangsong, item, || format!("{place}, item {}", i + 1)))
            .collect();
        json!({ "kind": "list", "items": items })
    }

    fn appendix(&mut self, i: usize, of: usize, appendix: &Value) -> Result<Json, String> {
        let title = appendix.get("title").as_str().unwrap_or_default();
        let place = format!("appendix {} “{}”", i + 1, short(title));
        let lines =
            self.lines(FaceRole::Xiaobiaosong, appendix.get("title"), || format!("the title of {place}"));
        let label = self.words.appendix(i, of);
        self.letters.add(FaceRole::Heiti, &label, || "the layout's own words".into());
        let mut blocks = Vec::new();
        self.blocks(appendix.get("blocks"), &place, &mut blocks)?;
        let landscape = appendix.get("landscape").as_bool().unwrap_or(false);
        Ok(json!({ "label": label, "title": lines, "blocks": blocks, "landscape": landscape }))
    }

    fn signature(&mut self, signature: &Value) -> Result<Json, String> {
        if signature.is_absent() {
            return Ok(Json::Null);
        }
        let date = day(signature.get("date")).map_err(|text| format!("the signature's date {text}"))?;
        let date = self.words.date(date);
        self.letters.add(FaceRole::Fangsong, &date, || "the signature's date".into());
        let issuers: Vec<_> = list(signature.get("issuers"))
            .iter()
            .map(|issuer| self.lines(FaceRole::Fangsong, issuer, || "the signature".into()).join(" "))
            .collect();
        if issuers.is_empty() {
            return Err("the signature names no issuer; name at least one".into());
        }
        let seal = signature.get("seal").as_bool().unwrap_or(false);
        Ok(json!({ "issuers": issuers, "date": date, "seal": seal }))
    }

    fn imprint(&mut self, imprint: &Value) -> Result<Json, String> {
        if imprint.is_absent() {
            return Ok(Json::Null);
        }
        let place = || "the imprint".to_owned();
        let end = if self.words.is_chinese() { "。" } else { "." };
        let copies = self.joined(imprint.get("copies_to"), "the imprint", end);
        let by = self.lines(FaceRole::Fangsong, imprint.get("printed_by"), place).join(" ");
        let on = match imprint.get("printed_on") {
            absent if absent.is_absent() => String::new(),
            date => {
                let date = day(date).map_err(|text| format!("the imprint's date of printing {text}"))?;
                self.words.printed_on(date)
            }
        };
        let run = imprint.get("print_run").as_int().map(|copies| self.words.print_run(copies));
        for own in [self.words.copies, &on, run.as_deref().unwrap_or_default()] {
            self.letters.add(FaceRole::Fangsong, own, place);
        }
        Ok(json!({
            "copies_label": self.words.copies, "copies_to": copies, "printed": !by.is_empty() || !on.is_empty(),
            "printed_by": by, "printed_on": on, "print_run": run,
        }))
    }

    /// Names in a row with what ends it; null if there are none.
    fn joined(&mut self, names: &Value, place: &str, end: &str) -> Json {
        let names: Vec<_> = list(names).iter().filter_map(Value::as_str).map(clean).collect();
        if names.is_empty() {
            return Json::Null;
        }
        let text = names.join(self.words.comma);
        // Whoever wrote the colon or full stop already does not get another one.
        let text = if text.ends_with(end) { text } else { text + end };
        self.letters.add(FaceRole::Fangsong, &text, || place.to_owned());
        json!(text.replace('\n', " "))
    }

    fn one(&mut self, role: FaceRole, document: &Value, key: &str, place: &str) -> Json {
        match self.lines(role, document.get(key), || place.to_owned()) {
            none if none.is_empty() => Json::Null,
            lines => json!(lines.join(" ")),
        }
    }

    /// The lines of a text; none if it is absent.
    pub(crate) fn lines(&mut self, role: FaceRole, text: &Value, place: impl Fn() -> String) -> Vec<String> {
        let Some(text) = text.as_str() else { return Vec::new() };
        let text = clean(text);
        if text.trim().is_empty() {
            return Vec::new();
        }
        let lines: Vec<_> = text.split('\n').map(str::to_owned).collect();
        for line in &lines {
            self.letters.add(role, line, &place);
        }
        lines
    }
}

/// Line ends of one kind, and no tabs: no font has a glyph for them.
pub(crate) fn clean(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n").replace('\t', " ")
}

fn short(text: &str) -> String {
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(20).filter(|c| !c.is_control()).collect();
    if chars.next().is_some() { start + "…" } else { start }
}

pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_list().unwrap_or(&[])
}

fn day(value: &Value) -> Result<Day, String> {
    let parts = || -> Option<Day> {
        let mut parts = value.as_str()?.split('-');
        let day = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        let whole = parts.next().is_none() && (1..=12).contains(&day.1) && (1..=31).contains(&day.2);
        whole.then_some(day)
    };
    parts().ok_or_else(|| format!("is {value}; expected a date such as 2023-03-05"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(more: &str) -> Value {
        let text = format!(r#"{{ "title": "题", "sections": [], {more} "kind": "letter" }}"#);
        Value::from_json(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn what_cannot_be_set_is_named_with_its_place() {
        let refused = |more: &str| read(&document(more)).err().unwrap();
        let section = r#""appendices": [{ "title": "表", "blocks": [{ "kind": "picture" }] }],"#;
        assert!(refused(section).contains("appendix 1 “表”, block 1 (picture): the kind is"));
        let date = r#""signature": { "issuers": ["甲"], "date": "5 March" },"#;
        assert!(refused(date).contains("the signature's date is \"5 March\"; expected a date"));
        assert!(refused(r#""language": "Chinese!","#).contains("expected a code such as `zh`"));
    }

    #[test]
    fn addressees_end_with_one_colon() {
        let json = |names: &str| read(&document(&format!("\"addressees\": {names},"))).unwrap().json;
        assert_eq!(json(r#"["甲局", "乙局"]"#)["addressees"], "甲局，乙局：");
        assert_eq!(json(r#"["各单位："]"#)["addressees"], "各单位：");
    }
}
