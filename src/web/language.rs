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
    fn what_was_chosen_goes_before_what_the_browser_prefers() {
        check("", "", "zh");
        check("", "en-GB,en;q=0.9,zh;q=0.8", "en");
        check("", "fr, zh-CN;q=0.5", "zh");
        check("a=b; lang=zh", "en", "zh");
        check("lang=en", "zh", "en");
        check("lang=xx; lang", "de", "zh");
    }
}
