//! A value of the model, asked by people who need to know where in it something is wrong.

use jiff::civil::Date;
use registrar_sdk::Value;

/// A value with the place where it stands.
pub(super) struct DocumentNode<'a> {
    pub(super) value: &'a Value,
    pub(super) place: String,
}

impl<'a> DocumentNode<'a> {
    pub(super) fn get(&self, key: &str) -> DocumentNode<'a> {
        let place = if self.place.is_empty() { key.to_owned() } else { format!("{}.{key}", self.place) };
        DocumentNode { value: self.value.get(key), place }
    }

    pub(super) fn absent(&self) -> bool {
        self.value.is_absent()
    }

    pub(super) fn wrong(&self, what: &str) -> String {
        format!("{}: {what}", self.place)
    }

    pub(super) fn expected(&self, what: &str) -> String {
        self.wrong(&format!("expected {what}, got {}", self.value.kind()))
    }

    pub(super) fn optional<T>(
        &self,
        read: impl Fn(&DocumentNode<'a>) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        if self.absent() { Ok(None) } else { read(self).map(Some) }
    }

    pub(super) fn items(&self) -> Result<Vec<DocumentNode<'a>>, String> {
        if self.absent() {
            return Ok(Vec::new());
        }
        let items = self.value.as_list().ok_or_else(|| self.expected("a list"))?;
        let node = |(i, value)| DocumentNode { value, place: format!("{}[{}]", self.place, i + 1) };
        Ok(items.iter().enumerate().map(node).collect())
    }

    pub(super) fn text(&self) -> Result<Option<String>, String> {
        self.optional(|node| {
            let text = node.value.as_str().ok_or_else(|| node.expected("text"))?;
            node.writable(text)
        })
    }

    pub(super) fn needed_text(&self) -> Result<String, String> {
        self.text()?.ok_or_else(|| self.expected("text"))
    }

    pub(super) fn texts(&self) -> Result<Vec<String>, String> {
        self.items()?.iter().map(DocumentNode::needed_text).collect()
    }

    pub(super) fn flag(&self, or: bool) -> Result<bool, String> {
        Ok(self.optional(|n| n.value.as_bool().ok_or_else(|| n.expected("true or false")))?.unwrap_or(or))
    }

    pub(super) fn int(&self) -> Result<Option<i64>, String> {
        self.optional(|node| node.value.as_int().ok_or_else(|| node.expected("an integer")))
    }

    pub(super) fn number(&self) -> Result<Option<f64>, String> {
        self.optional(|node| node.value.as_f64().ok_or_else(|| node.expected("a number")))
    }

    pub(super) fn level(&self) -> Result<Option<u8>, String> {
        self.int()?
            .map(|n| match n {
                1..=4 => Ok(n as u8),
                _ => Err(self.wrong(&format!("there is no heading of level {n}; levels are 1 to 4"))),
            })
            .transpose()
    }

    pub(super) fn date(&self) -> Result<Option<Date>, String> {
        self.text()?
            .map(|text| {
                text.parse()
                    .map_err(|_| self.wrong(&format!("\"{text}\" is no date; write it like 2023-02-14")))
            })
            .transpose()
    }

    // A cell as it is printed.
    pub(super) fn cell(&self, places: Option<u32>) -> Result<String, String> {
        match (self.value, places) {
            (Value::Nil | Value::Null, _) => Ok(String::new()),
            (Value::Text(text), _) => self.writable(text),
            (Value::Bool(yes), _) => Ok(if *yes { "是" } else { "否" }.to_owned()),
            (Value::Amount(amount), None) => Ok(amount.to_string()),
            (Value::Int(n), None) => Ok(n.to_string()),
            (value, places) => match (value.as_amount(), value.as_f64()) {
                (Some(amount), _) => Ok(places.map_or(amount.to_string(), |p| amount.to_fixed(p))),
                (None, Some(n)) => {
                    Ok(places.map_or_else(|| n.to_string(), |places| format!("{n:.*}", places as usize)))
                }
                (None, None) => Err(self.expected("text or a number")),
            },
        }
    }

    // XML has no way to write most control characters: what they were meant for cannot be guessed.
    pub(super) fn writable(&self, text: &str) -> Result<String, String> {
        let text = text.replace("\r\n", "\n");
        let illegal = |c: &char| !matches!(c, '\t' | '\n' | ' '..='\u{7e}' | '\u{80}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
        match text.chars().enumerate().find(|(_, c)| illegal(c)) {
            None => Ok(text),
            Some((at, c)) => Err(self.wrong(&format!(
                "character {} is the control character U+{:04X}, which no document can hold; remove it",
                at + 1,
                u32::from(c)
            ))),
        }
    }
}
