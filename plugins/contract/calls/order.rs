//! The orders in which names are listed: official, by pinyin, people's by pinyin, by strokes.
//!
//! The official order is the directory's, so whoever has one passes it in; the others are the
//! collations of the Unicode data that is compiled in, alike on every machine. That data knows one
//! reading of a character; those that are read otherwise as a surname are listed here.

use icu_collator::{Collator, CollatorBorrowed, options::CollatorOptions};
use icu_locale_core::{Locale, locale};
use registrar_sdk::Value;
use std::cmp::Ordering;

/// The orders `host.sort` knows.
pub const ORDERS: &[&str] = &["official", "pinyin", "names", "strokes"];

/// Surnames that are read otherwise than the collation may sort them, each with characters that it sorts as
/// the surname is read: 单 is Shàn, and sorts with 善. Longer ones first. Readings as in CLDR's transform
/// Han-Latin/Names, and beside it 朴 Piáo, 缪 Miào, 黑 Hè, 句 Gōu, 应 Yīng, 祭 Zhài, 谌 Chén, 洗 Xiǎn; whoever bears a
/// name may read it otherwise.
const SURNAMES: [(&str, &str); 44] = [
    ("万俟", "莫奇"),
    ("尉迟", "玉迟"),
    ("长孙", "掌孙"),
    ("澹台", "谈台"),
    ("令狐", "灵狐"),
    ("秘", "必"),
    ("卜", "补"),
    ("长", "常"),
    ("种", "虫"),
    ("重", "虫"),
    ("刀", "刁"),
    ("干", "甘"),
    ("葛", "舸"),
    ("盖", "舸"),
    ("过", "郭"),
    ("华", "画"),
    ("纪", "挤"),
    ("牟", "木"),
    ("区", "欧"),
    ("繁", "婆"),
    ("仇", "求"),
    ("任", "人"),
    ("单", "善"),
    ("召", "绍"),
    ("折", "舌"),
    ("舍", "社"),
    ("沈", "审"),
    ("隗", "委"),
    ("解", "谢"),
    ("莘", "新"),
    ("燕", "烟"),
    ("乐", "月"),
    ("员", "运"),
    ("查", "渣"),
    ("翟", "宅"),
    ("曾", "增"),
    ("朴", "瓢"),
    ("缪", "妙"),
    ("黑", "贺"),
    ("句", "勾"),
    ("应", "英"),
    ("祭", "债"),
    ("谌", "陈"),
    ("洗", "显"),
];

/// Where the directory lists a unit, and its title; neither if it does not know the unit.
pub type UnitPlace = (Option<i64>, Option<String>);

/// `list` in one of [`ORDERS`]; equal entries keep their order.
///
/// Entries are texts, or tables with a text in the field `by` (`title` if left out; `name` for `names`). For `official`, `place` gives the
/// rank and the title of a unit id; what has no rank comes last, by pinyin of its title.
///
/// # Errors
/// If an entry has no text to sort by.
pub fn sort(
    list: &[Value],
    order: &str,
    by: Option<&str>,
    place: &dyn Fn(&str) -> UnitPlace,
) -> Result<Vec<Value>, String> {
    let official = order == "official";
    let by = by.unwrap_or(match order {
        "official" => "id",
        "names" => "name",
        _ => "title",
    });
    let collator =
        collator(if order == "strokes" { locale!("zh-u-co-stroke") } else { locale!("zh-u-co-pinyin") })?;
    let mut keyed = Vec::with_capacity(list.len());
    for (i, entry) in list.iter().enumerate() {
        let text = entry.as_str().or_else(|| entry.get(by).as_str()).ok_or_else(|| {
            format!(
                "sort: entry {} has no text in `{by}`; name the field to sort by as third argument",
                i + 1
            )
        })?;
        let (rank, title) = if official { place(text) } else { (None, None) };
        let text = if order == "names" { as_read(text) } else { text.to_owned() };
        keyed.push((rank, title.unwrap_or(text), entry));
    }
    keyed.sort_by(|(rank_a, a, _), (rank_b, b, _)| {
        let ranked = match (rank_a, rank_b) {
            (Some(a), Some(b)) => a.cmp(b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        ranked.then_with(|| collator.compare(a, b))
    });
    Ok(keyed.into_iter().map(|(_, _, entry)| entry.clone()).collect())
}

/// A person's name with its surname as the collation sorts what it is read as.
fn as_read(name: &str) -> String {
    let known = SURNAMES.iter().find_map(|(surname, read)| Some((read, name.strip_prefix(surname)?)));
    known.map_or_else(|| name.to_owned(), |(read, rest)| format!("{read}{rest}"))
}

fn collator(locale: Locale) -> Result<CollatorBorrowed<'static>, String> {
    Collator::try_new((&locale).into(), CollatorOptions::default())
        .map_err(|why| format!("sort: no collation for {locale}: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(order: &str, names: &str, expected: &str) {
        let list: Vec<Value> = names.split(' ').map(Value::text).collect();
        let place = |id: &str| match id {
            "乙" => (Some(1), None),
            "甲" => (Some(2), None),
            _ => (None, None),
        };
        let sorted = sort(&list, order, None, &place).unwrap();
        let got: Vec<_> = sorted.iter().filter_map(Value::as_str).collect();
        assert_eq!(got.join(" "), expected, "{order}");
    }

    #[test]
    fn names_are_listed_in_each_order() {
        check("pinyin", "张三 李四 王五 阿明", "阿明 李四 王五 张三");
        check("strokes", "魏大 丁一 王五 李四", "丁一 王五 李四 魏大");
        // Dan, Ceng, Jie, Qiu as other words; Shan, Zeng, Xie, Qiu as surnames.
        check("pinyin", "曾一 单二 解三 仇四 王五", "曾一 仇四 单二 解三 王五");
        check("names", "曾一 单二 解三 仇四 王五", "仇四 单二 王五 解三 曾一");
        check("names", "万俟一 马二 尉迟三 于四", "马二 万俟一 于四 尉迟三");
        check("names", "葛一 戈二 盖三 古四", "戈二 盖三 葛一 古四");
        check("official", "张三 甲 李四 乙", "乙 甲 李四 张三");
    }

    #[test]
    fn tables_are_sorted_by_a_field() {
        let row = |name: &str| Value::map([("name", Value::text(name))]);
        let sorted = sort(&[row("王五"), row("丁一")], "strokes", Some("name"), &|_| (None, None)).unwrap();
        assert_eq!(sorted, [row("丁一"), row("王五")]);
        assert!(sort(&[row("王五")], "pinyin", None, &|_| (None, None)).unwrap_err().contains("entry 1"));
    }
}
