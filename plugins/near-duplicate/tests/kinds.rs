//! Each way in which an item is copied, in small; near misses; odd texts.

#![forbid(unsafe_code)]

mod common;

use common::*;
use near_duplicate::{Finder, NearDuplicate, Options, RecordTexts};

/// Ids and scores of what resembles a text.
fn resembles(title: &str, body: &str) -> Vec<(String, f32)> {
    let found = ask(&finder(), "new", &texts(title, body), &items());
    found.into_iter().map(|s: NearDuplicate| (s.key.1.to_string(), s.score)).collect()
}

#[track_caller]
fn is_a_copy_of(id: &str, title: &str, body: &str) -> f32 {
    let found = resembles(title, body);
    assert_eq!(found.iter().map(|(id, _)| &**id).collect::<Vec<_>>(), [id], "{found:?}");
    found[0].1
}

#[test]
fn a_verbatim_copy_scores_one_under_another_title_too() {
    assert_eq!(is_a_copy_of("water", "县人大常委会视察城东镇饮用水水源保护工作", WATER), 1.0);
    assert!(is_a_copy_of("water", "多措并举守护一库清水", WATER) > 0.95);
}

#[test]
fn a_copy_that_was_set_anew_is_a_copy() {
    let wide: String =
        WATER.replace('。', ".").replace('，', ", ").replace("1860", "１８６０").replace("　　", "");
    let found = {
        let here = texts("守护一库清水", &wide);
        let all = items();
        let texts_of = |id: &str| all.iter().find(|(known, _)| *known == id).map(|(_, t)| t.clone());
        let mut fetch = |_: &str, ids: &[&str]| {
            Ok(ids.iter().map(|id| ((*id).to_owned(), texts_of(id).unwrap())).collect())
        };
        finder().similar(&key("new"), &here, &mut fetch).unwrap()
    };
    assert_eq!((&*found[0].key.1, found.len()), ("water", 1));
    assert!(found[0].score > 0.95, "{}", found[0].score);
}

#[test]
fn sentences_in_another_order_are_a_copy() {
    let mut sentences: Vec<&str> = WATER.split_inclusive('。').map(str::trim).collect();
    sentences.reverse();
    assert!(is_a_copy_of("water", "一个新的标题在这里", &sentences.concat()) > 0.9);
}

#[test]
fn one_paragraph_in_another_text_is_found_with_its_place() {
    let paragraph = WATER.lines().nth(1).unwrap();
    let body = format!(
        "{}\n{paragraph}\n　　以上情况供参阅，后续进展另行报送，不再一一列举各村名单。",
        ELDERS.lines().next().unwrap()
    );
    let found = ask(&finder(), "new", &texts("综合情况三则", &body), &items());
    let water = found.iter().find(|s| &*s.key.1 == "water").unwrap();
    assert_eq!(water.passages.len(), 1);
    assert_eq!(water.passages[0].text, paragraph.trim_start_matches('　').trim_end_matches('。'));
    assert_eq!(water.passages[0].here.field, "body");
    assert!(found.iter().any(|s| &*s.key.1 == "elders"), "{found:#?}");
}

#[test]
fn one_character_in_ten_changed_is_a_copy() {
    let change =
        |(at, c): (usize, char)| if at % 10 == 9 && c > '\u{4E00}' && c < '\u{9FFF}' { '囧' } else { c };
    let body: String = WATER.chars().enumerate().map(change).collect();
    assert!(is_a_copy_of("water", "改头换面的一条信息", &body) > 0.6);
}

#[test]
fn one_character_changed_is_left_out_of_the_passages() {
    let found = ask(&finder(), "new", &texts("另外一个标题而已", &ELDERS.replace("六个", "七个")), &items());
    let told: Vec<&str> = found[0].passages.iter().map(|p| &*p.text).collect();
    assert!(told[0].ends_with("代表走访了") && told[1].starts_with("个长者食堂"), "{told:?}");
    assert_eq!((told.len(), &*found[0].key.1), (2, "elders"));
}

#[test]
fn names_replaced_are_a_copy() {
    let body = [
        ("城东镇", "三里湾街道"),
        ("王建国", "欧阳文华"),
        ("青石岭", "白龙"),
        ("县人大常委会", "市人大城建环资委"),
        ("水务局", "农业农村局"),
    ]
    .iter()
    .fold(WATER.to_owned(), |body, (from, to)| body.replace(from, to));
    assert!(is_a_copy_of("water", "市人大城建环资委视察三里湾街道饮用水水源保护工作", &body) > 0.7);
}

#[test]
fn another_item_on_the_same_matter_is_no_copy() {
    let (all, finder) = (items(), finder());
    for (id, texts) in &all {
        assert_eq!(ask(&finder, id, texts, &all), [], "{id}");
    }
}

#[test]
fn a_record_is_never_like_itself_and_a_changed_one_is_looked_for_as_it_is() {
    let (mut all, mut finder) = (items(), finder());
    finder.put(key("elders"), &all[0].1);
    all[2].1 = all[0].1.clone();
    let found = ask(&finder, "elders", &all[2].1, &all);
    assert_eq!(found.iter().map(|s| (&*s.key.1, s.score)).collect::<Vec<_>>(), [("water", 1.0)]);
    finder.remove(&key("water"));
    assert_eq!(ask(&finder, "elders", &all[2].1, &all), []);
}

#[test]
fn what_the_host_does_not_show_is_not_shown() {
    let found = ask(&finder(), "new", &items()[0].1, &items()[1..]);
    assert_eq!(found, []);
}

#[test]
fn empty_and_very_short_texts_resemble_nothing() {
    let mut finder = finder();
    for (id, body) in [("empty", ""), ("marks", "。。。，，，"), ("short", "简报"), ("five", "会议纪要一")]
    {
        let texts = RecordTexts::of([("body", body)]);
        finder.put(key(id), &texts);
        assert_eq!(ask(&finder, "new", &texts, &[]), [], "{id}");
    }
    assert_eq!(ask(&finder, "new", &RecordTexts::default(), &items()), []);
    // What has no character to compare is not kept.
    assert_eq!(finder.index().len(), 3 + 2);
}

#[test]
fn characters_of_four_bytes_count_as_one() {
    let body = format!("😀𠀀𠀁{}🎉", ELDERS.replace("长者", "𠮷者😀"));
    let all = [("odd", texts("四字节字符也要数对", &body))];
    let mut finder = Finder::new(Options::default());
    finder.put(key("odd"), &all[0].1);
    let here = texts("四字节字符也要数对", &format!("前言几个字。{body}"));
    let found = ask(&finder, "new", &here, &all);
    assert_eq!(found[0].score, 1.0);
    let passage = found[0].passages.iter().find(|p| p.here.field == "body").unwrap();
    assert_eq!((passage.here.from, passage.there.from), (7, 1));
    assert_eq!(passage.there.to, body.chars().count());
}

#[test]
fn a_restart_gives_the_same_answers() {
    let all = items();
    let (mut finder, mut shelf) = (finder(), near_duplicate::MemoryShelf::default());
    finder.save(&mut shelf).unwrap();
    let (again, damaged) = Finder::open(Options::default(), &mut shelf).unwrap();
    assert!(damaged.is_empty());
    let here = texts("多措并举守护一库清水", &WATER.replace("王建国", "赵敏"));
    let before = ask(&finder, "new", &here, &all);
    assert_eq!(before.len(), 1);
    assert_eq!(ask(&again, "new", &here, &all), before);
}

#[test]
fn a_huge_text_is_answered() {
    let huge = format!("{}{}", "哈".repeat(60_000), WATER.repeat(40));
    assert!(resembles("哈哈哈哈哈哈哈哈", &huge).is_empty());
    let long = WATER.repeat(20);
    assert_eq!(resembles("二十遍也还是同一条信息", &long)[0].0, "water");
}
