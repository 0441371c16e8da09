//! Days as people write them in tables.

use jiff::{
    ToSpan,
    civil::{Date, Weekday, date},
};
use registrar_domain::normalization::folded;

/// The days of a week, by their last character in Chinese, and the first three letters in English.
const WEEKDAYS: [(&str, &str, Weekday); 8] = [
    ("一", "mon", Weekday::Monday),
    ("二", "tue", Weekday::Tuesday),
    ("三", "wed", Weekday::Wednesday),
    ("四", "thu", Weekday::Thursday),
    ("五", "fri", Weekday::Friday),
    ("六", "sat", Weekday::Saturday),
    ("日", "sun", Weekday::Sunday),
    ("天", "sun", Weekday::Sunday),
];
/// Numbers that a spreadsheet may mean as days: from 1982 to 2119.
const SERIALS: std::ops::Range<i64> = 30_000..80_000;

/// A day: 2023-02-14, 2023/2/14, 2023.2.14, 2023年2月14日 (or 号), 20230214, in full-width digits too, with a
/// time or the day of the week after it.
///
/// # Errors
/// What it is instead, and how a day is written.
pub fn read(text: &str) -> Result<Date, String> {
    let plain = in_digits(&folded(text).replace(['–', '—', '−'], "-"));
    let refused = |why: &str| Err(format!("\"{}\" is no date{why}; write it like 2023-02-14", text.trim()));
    if let Ok(number) = plain.parse::<i64>()
        && SERIALS.contains(&number)
    {
        let day = date(1899, 12, 30).checked_add(number.days());
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        return Err(format!(
            "the number {number} is what a spreadsheet keeps for {day}; format the cell as a date"
        ));
    }
    if plain.len() == 8 && plain.bytes().all(|b| b.is_ascii_digit()) {
        let parts = (plain[..4].parse(), plain[4..6].parse(), plain[6..].parse());
        let (Ok(year), Ok(month), Ok(day)) = parts else { return refused("") };
        return Date::new(year, month, day).or_else(|_| refused(": there is no such day"));
    }
    let mut rest = plain.as_str();
    let Some(year) = number(&mut rest, 4, &["-", "/", ".", "年"]) else {
        return refused(without_year(&plain));
    };
    if year < 1000 {
        let why = without_year(&plain);
        return refused(if why.is_empty() { ": its year is not written in full" } else { why });
    }
    let Some(month) = number(&mut rest, 2, &["-", "/", ".", "月"]) else { return refused("") };
    let Some(day) = number(&mut rest, 2, &["日", "号", ""]) else { return refused(": it names no day") };
    let (Ok(year), Ok(month), Ok(day)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day)) else {
        return refused("");
    };
    let Ok(read) = Date::new(year, month, day) else { return refused(": there is no such day") };
    match after(rest.trim()) {
        After::Nothing => Ok(read),
        After::Weekday(said) if said == read.weekday() => Ok(read),
        After::Weekday(_) => Err(format!(
            "\"{}\" names a day of the week that {read} is not; mend one of the two",
            text.trim()
        )),
        After::Time => refused(": there is no such time"),
        After::Other => refused(""),
    }
}

/// A day in Chinese numerals as one in digits: 二〇二三年十一月五日. What is none stays as it is.
fn in_digits(text: &str) -> String {
    const NUMERALS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    let digit = |c: char| {
        let c = if matches!(c, '零' | '○' | 'Ｏ') { '〇' } else { c };
        NUMERALS.iter().position(|n| *n == c)
    };
    let number = |text: &str| -> Option<usize> {
        match text.split_once('十') {
            None => text.chars().try_fold(0_usize, |sum, c| Some(sum.checked_mul(10)? + digit(c)?)),
            Some((tens, ones)) => {
                let one = |text: &str, none: usize| match text.chars().collect::<Vec<_>>()[..] {
                    [] => Some(none),
                    [c] => digit(c),
                    _ => None,
                };
                Some(one(tens, 1)? * 10 + one(ones, 0)?)
            }
        }
    };
    let parts = || {
        let (year, rest) = text.split_once('年')?;
        let (month, rest) = rest.split_once('月')?;
        let (day, rest) = rest.split_once(['日', '号'])?;
        let filled = !year.is_empty() && !month.is_empty() && !day.is_empty();
        let read = (number(year.trim())?, number(month.trim())?, number(day.trim())?);
        filled.then(|| format!("{}年{}月{}日{rest}", read.0, read.1, read.2))
    };
    parts().unwrap_or_else(|| text.to_owned())
}

/// A number at the beginning, and one of the words after it, both taken away.
fn number(rest: &mut &str, most: usize, ends: &[&str]) -> Option<u32> {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > most {
        return None;
    }
    let (number, after) = rest.split_at(digits);
    let after = after.trim_start();
    let end = ends.iter().find(|end| after.starts_with(**end))?;
    *rest = after[end.len()..].trim_start();
    number.parse().ok()
}

/// What a day that does not begin with its year has instead.
fn without_year(text: &str) -> &'static str {
    let parts: Vec<&str> = text.split(['/', '-', '.']).collect();
    let are_digits = |text: &&str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match &parts[..] {
        [day, month, year] if [day, month, year].into_iter().all(are_digits) && year.len() == 4 => {
            ": its year comes first, since day and month can't be told apart"
        }
        _ if text.contains('月') && text.starts_with(|c: char| c.is_ascii_digit()) => {
            ": its year is missing"
        }
        [one, two] if are_digits(one) && are_digits(two) => ": its year is missing",
        _ => "",
    }
}

enum After {
    Nothing,
    Weekday(Weekday),
    /// A time that no day has.
    Time,
    Other,
}

/// What may stand after a day: a time, the day of the week, both, in brackets or not.
fn after(text: &str) -> After {
    let (mut said, mut rest) = (None, text);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "(),、,".contains(c));
        if rest.is_empty() {
            return said.map_or(After::Nothing, After::Weekday);
        }
        if said.is_none()
            && let Some((day, length)) = weekday(rest)
        {
            (said, rest) = (Some(day), &rest[length..]);
        } else if let Some(length) = time(rest) {
            if !is_time(&rest[..length]) {
                return After::Time;
            }
            rest = &rest[length..];
        } else {
            return After::Other;
        }
    }
}

fn weekday(text: &str) -> Option<(Weekday, usize)> {
    for lead in ["星期", "礼拜", "周"] {
        if let Some(rest) = text.strip_prefix(lead) {
            let (name, _, day) = WEEKDAYS.iter().find(|(zh, ..)| rest.starts_with(zh))?;
            return Some((*day, lead.len() + name.len()));
        }
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = text[..letters].to_lowercase();
    let known = letters >= 3 && ["day", "."].iter().any(|end| word.ends_with(end)) || letters == 3;
    let (_, _, day) = WEEKDAYS.iter().find(|(_, en, _)| known && word.starts_with(en))?;
    Some((*day, letters))
}

/// How long a time at the beginning is: `9:30`, `T09:30:00.000Z`, `+08:00`, `上午9时30分`.
fn time(text: &str) -> Option<usize> {
    const WORDS: [&str; 7] = ["上午", "下午", "中午", "晚上", "早上", "AM", "PM"];
    if let Some(word) = WORDS.iter().find(|word| text.to_uppercase().starts_with(**word)) {
        return Some(word.len());
    }
    let is_part = |c: char| c.is_ascii_digit() || ":.TZt+-时分秒点".contains(c);
    let length = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let part = &text[..length];
    let marked = part.contains([':', '时', '点']);
    (marked && part.contains(|c: char| c.is_ascii_digit())).then_some(length)
}

/// Whether what looks like a time is one: hours, minutes and seconds as a day has them. A word of the day is.
fn is_time(text: &str) -> bool {
    // Behind the seconds are parts of one, and the zone.
    let clock =
        text.trim_start_matches(['T', 't', ' ']).split(['.', 'Z', 'z', '+', '-']).next().unwrap_or_default();
    let parts: Vec<u32> =
        clock.split([':', '时', '点', '分', '秒']).filter_map(|part| part.parse().ok()).collect();
    match parts[..] {
        [24, ref rest @ ..] => rest.iter().all(|part| *part == 0),
        [hour, ref rest @ ..] => hour < 24 && rest.iter().all(|part| *part < 60),
        [] => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it() {
        for written in [
            "2023-1-5",
            "2023/1/5",
            "2023.01.05",
            "2023年1月5日",
            "2023年1月5号",
            "２０２３年１月５日",
            "2023-01-05 09:30",
            "2023/1/5 9:30:00",
            "2023-01-05T09:30:00",
            "2023-01-05T09:30:00.000+08:00",
            "2023年1月5日 星期四",
            "2023年1月5日（周四）",
            "2023-1-5 Thu",
            "2023/1/5 Thursday 9:30",
            "2023．1．5",
            "2023－1－5",
            "20230105",
            " 2023 年 1 月 5 日 ",
            "\u{feff}2023-1-5\u{200b}",
            "2023年1月5日上午9时30分",
            "2023–1–5",
            "2023-01-05 24:00",
            "2023-01-05 23:59:59.999",
            "2023-01-05 下午3点",
            "二〇二三年一月五日",
            "二○二三年一月五日 星期四",
        ] {
            assert_eq!(read(written), Ok(date(2023, 1, 5)), "{written}");
        }
    }

    #[test]
    fn chinese_numerals_are_digits() {
        assert_eq!(read("二〇二三年十二月三十一日"), Ok(date(2023, 12, 31)));
        assert_eq!(read("二零二三年十月二十日"), Ok(date(2023, 10, 20)));
        assert!(read("二〇二三年十三月一日").is_err() && read("二〇二三年月日").is_err());
    }

    #[test]
    fn what_is_no_day_is_told() {
        for (written, why) in [
            ("昨天", "is no date; write it"),
            ("2023年1月", "names no day"),
            ("23-1-5", "not written in full"),
            ("1月5日", "its year is missing"),
            ("1-5", "its year is missing"),
            ("2023-01-05 99:99", "no such time"),
            ("2023-01-05T09:60:00", "no such time"),
            ("2023年1月5日25时", "no such time"),
            ("2023年1月5日上午9点61分", "no such time"),
            ("2023-02-30", "no such day"),
            ("20230230", "no such day"),
            ("44931", "keeps for 2023-01-05; format the cell"),
            ("2023-1-5 周五", "that 2023-01-05 is not"),
            ("2023-1-5至2023-1-8", "is no date"),
            ("5/1/2023", "its year comes first"),
            ("", "is no date"),
        ] {
            let told = read(written).unwrap_err();
            assert!(told.contains(why), "{written}: {told}");
        }
    }
}
