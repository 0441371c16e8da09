//! In which language a page speaks.

pub use registrar_domain::Lang;

use axum::http::{HeaderMap, header};
use jiff::civil::Date;
use registrar_domain::Period;

/// The cookie that remembers what was chosen.
pub const COOKIE: &str = "lang";

/// The name of a language in addresses and cookies.
pub fn tag(lang: Lang) -> &'static str {
    lang.of("zh", "en")
}

/// Of a text that says the same twice, as scripts write it - `中文 · English` - the half in this language;
/// any other text as it is.
pub fn own(lang: Lang, text: &str) -> String {
    let chinese = |part: &str| part.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let halves =
        text.split_once(" · ").filter(|(zh, en)| chinese(zh) && !en.contains(" · ") && en.is_ascii());
    // What is quoted from the office may be Chinese in the English half as well.
    let loose = || {
        let (zh, en) = text.split_once(" · ")?;
        let letters = en.chars().filter(char::is_ascii_alphabetic).count();
        let others = en.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
        let words = en.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 1).count();
        (chinese(zh) && words > 1 && letters > others && !en.contains(" · ")).then_some((zh, en))
    };
    halves.or_else(loose).map_or(text, |(zh, en)| lang.of(zh, en)).to_owned()
}

/// A day as people of this language write it, and as documents have it.
pub fn day(lang: Lang, day: Date) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => day.to_string(),
    }
}

/// The language of this name.
pub fn named(name: &str) -> Option<Lang> {
    [Lang::Zh, Lang::En].into_iter().find(|lang| tag(*lang) == name)
}

/// What was chosen; else what the browser prefers; else Chinese.
pub fn of(headers: &HeaderMap) -> Lang {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let cookies = said(header::COOKIE).split(';').filter_map(|pair| pair.trim().split_once('='));
    let chosen = cookies.filter(|(name, _)| *name == COOKIE).find_map(|(_, value)| named(value));
    let preferred = || {
        // In the order in which they are written: browsers write them in the order of preference.
        said(header::ACCEPT_LANGUAGE).split(',').find_map(|one| named(one.trim().get(..2)?))
    };
    chosen.or_else(preferred).unwrap_or_default()
}

/// What a period is called.
pub fn period_name(period: Period, lang: Lang) -> String {
    match lang {
        Lang::Zh => period.title_zh(),
        Lang::En => period.title_en(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cookie: &str, accepted: &str, expected: &str) {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
        assert_eq!(tag(of(&headers)), expected, "{cookie} {accepted}");
    }

    #[test]
    fn of_a_text_in_both_languages_each_reads_their_own() {
        let said = "标题不能为空 · An item needs a title.";
        assert_eq!(
            (own(Lang::Zh, said), own(Lang::En, said)),
            ("标题不能为空".into(), "An item needs a title.".into())
        );
        let quoted = "“照明”已超期 · “照明” was due.";
        assert_eq!(own(Lang::En, quoted), "“照明” was due.");
        let no_period = "“第一季度”不是时段 · 第一季度 is no period; write it like 2023-Q1.";
        assert_eq!(own(Lang::Zh, no_period), "“第一季度”不是时段");
        assert!(own(Lang::En, no_period).starts_with("第一季度 is no period"));
        for other in ["2023 · 得分", "甲县 · 乙县 A", "a · b", "甲 · 乙", "只有中文"] {
            assert_eq!(own(Lang::En, other), other);
        }
    }

    #[test]
    fn what_was_chosen_goes_before_what_the_browser_prefers() {
        check("", "", "zh");
        check("", "en-GB,en;q=0.9,zh;q=0.8", "en");
        check("", "fr, zh-CN;q=0.5", "zh");
        check("a=b; lang=zh", "en", "zh");
        check("lang=en", "zh", "en");
        check("lang=xx; lang", "de", "zh");
    }
}
