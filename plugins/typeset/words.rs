//! The words that the layout itself says, by language. A document's own words are in `model.rs`.

/// The layout's words in one language.
pub struct LayoutWords {
    /// Before the signer's name.
    pub signer: &'static str,
    /// Before the list of attachments.
    pub attachment: &'static str,
    /// Before who gets copies.
    pub copies: &'static str,
    /// Before an item of a list.
    pub bullet: &'static str,
    /// Between names that stand in a row.
    pub comma: &'static str,
    /// Behind the addressees.
    pub colon: &'static str,
    /// A cell's yes and no.
    pub answers: [&'static str; 2],
    chinese: bool,
}

const CHINESE: LayoutWords = LayoutWords {
    signer: "签发人：",
    attachment: "附件：",
    copies: "抄送：",
    bullet: "·",
    comma: "，",
    colon: "：",
    answers: ["是", "否"],
    chinese: true,
};

const ENGLISH: LayoutWords = LayoutWords {
    signer: "Approved by: ",
    attachment: "Attachments: ",
    copies: "Copies to: ",
    bullet: "· ",
    comma: ", ",
    colon: ":",
    answers: ["yes", "no"],
    chinese: false,
};

/// A day: year, month, day.
pub type Day = (u16, u8, u8);

impl LayoutWords {
    /// The words of a document in this language; another one than Chinese is served in English.
    pub fn of(language: &str) -> &'static LayoutWords {
        if language == "zh" { &CHINESE } else { &ENGLISH }
    }

    /// Whether the document is in Chinese.
    pub fn is_chinese(&self) -> bool {
        self.chinese
    }

    /// A date in words: `2023年3月5日`, without leading zeros as the standard has it.
    pub fn date(&self, (year, month, day): Day) -> String {
        if self.chinese {
            format!("{year}年{month}月{day}日")
        } else {
            format!("{year}-{month:02}-{day:02}")
        }
    }

    /// The mark at an appendix's head; numbered if there are several.
    pub fn appendix(&self, at: usize, of: usize) -> String {
        match (self.chinese, of) {
            (true, 1) => "附件".into(),
            (true, _) => format!("附件{}", at + 1),
            (false, 1) => "Appendix".into(),
            (false, _) => format!("Appendix {}", at + 1),
        }
    }

    /// When it was printed.
    pub fn printed_on(&self, day: Day) -> String {
        if self.chinese {
            format!("{}印发", self.date(day))
        } else {
            format!("Printed on {}", self.date(day))
        }
    }

    /// How many copies there are.
    pub fn print_run(&self, copies: i64) -> String {
        if self.chinese { format!("共印{copies}份") } else { format!("{copies} copies") }
    }

    /// A note in brackets, unless it brought them.
    pub fn note(&self, text: &str) -> String {
        let bracketed = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
        match (bracketed, self.chinese) {
            (true, _) => text.to_owned(),
            (false, true) => format!("（{text}）"),
            (false, false) => format!("({text})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_no_leading_zeros() {
        assert_eq!(LayoutWords::of("zh").date((2023, 3, 5)), "2023年3月5日");
    }

    #[test]
    fn one_appendix_has_no_number() {
        assert_eq!(LayoutWords::of("zh").appendix(0, 1), "附件");
        assert_eq!(LayoutWords::of("zh").appendix(1, 2), "附件2");
    }

    #[test]
    fn a_note_gets_brackets_once() {
        assert_eq!(LayoutWords::of("zh").note("此件公开"), "（此件公开）");
        assert_eq!(LayoutWords::of("zh").note("（此件公开）"), "（此件公开）");
    }
}
