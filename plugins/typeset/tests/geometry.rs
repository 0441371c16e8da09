//! The measures of GB/T 9704-2012, on the pages as they were set.

mod common;

use common::{
    PLAIN, bulletin, document,
    glyphs::{Glyph, glyphs, lines, rules, text},
    paragraphs,
};
use registrar_sdk::Value;
use typst::layout::{Page, PagedDocument};

/// The red of the masthead, as the engine writes a colour.
const RED: &str = "Rgb(0.84313726, 0, 0.05882353";
const PITCH: f64 = 156.0 / 28.0;
const LINE_PITCH: f64 = 225.0 / 22.0;
/// From the top of a character's box to its baseline, at 16 pt.
const ASCENT: f64 = 0.88 * 16.0 * 25.4 / 72.0;

fn set(document: &Value) -> PagedDocument {
    let set = PLAIN.set(document).unwrap();
    assert_eq!(set.warnings, [String::new(); 0]);
    set.pages
}

fn near(measured: f64, wanted: f64, what: &str) {
    assert!((measured - wanted).abs() < 0.1, "{what}: {measured:.3} mm, expected {wanted:.3} mm");
}

/// The lines of body text, without the page number.
fn body(page: &Page) -> Vec<Vec<Glyph>> {
    lines(page).into_iter().filter(|line| line[0].baseline < 262.0).collect()
}

fn line_with<'a>(lines: &'a [Vec<Glyph>], words: &str) -> &'a [Glyph] {
    lines.iter().find(|line| text(line).contains(words)).unwrap_or_else(|| panic!("no line has {words}"))
}

#[test]
fn a_full_page_has_22_lines_of_28_characters_in_the_type_area() {
    let pages = set(&paragraphs(&["永".repeat(28 * 70).as_str()]));
    let page = &pages.pages[1];
    near(page.frame.width().to_mm(), 210.0, "width of the paper");
    near(page.frame.height().to_mm(), 297.0, "height of the paper");
    let lines = body(page);
    assert_eq!(lines.len(), 22);
    for (i, line) in lines.iter().enumerate() {
        assert_eq!(line.len(), 28, "line {}", i + 1);
        near(line[0].x, 28.0, "left edge");
        near(line[0].baseline - ASCENT, 37.0 + i as f64 * LINE_PITCH, "top of the line");
        for (j, glyph) in line.iter().enumerate() {
            near(glyph.x, 28.0 + j as f64 * PITCH, "left edge of the character");
        }
        assert_eq!(line[0].size, 16.0);
    }
    let last = &lines[21][27];
    assert!(last.x + last.width <= 184.1 && last.baseline < 262.0, "{last:?}");
}

#[test]
fn the_character_pitch_is_15_79_points() {
    let pages = set(&paragraphs(&["永".repeat(280).as_str()]));
    let line = &body(&pages.pages[0])[3];
    let pitch = (line[27].x - line[0].x) / 27.0 / 25.4 * 72.0;
    assert!((pitch - 15.79).abs() < 0.02, "{pitch}");
}

#[test]
fn a_paragraph_is_set_in_by_two_characters_and_26_fill_its_line() {
    let pages = set(&paragraphs(&["永".repeat(26).as_str(), "永".repeat(27).as_str()]));
    let lines = body(&pages.pages[0]);
    let lengths: Vec<_> = lines.iter().skip(1).map(Vec::len).collect();
    assert_eq!(lengths, [26, 26, 1]);
    near(lines[1][0].x, 28.0 + 2.0 * PITCH, "first character");
    near(lines[3][0].x, 28.0, "second line");
}

#[test]
fn punctuation_at_a_lines_end_keeps_its_cell() {
    let sentence = "永".repeat(27) + "，";
    let pages = set(&paragraphs(&[("永".repeat(26) + &sentence + &sentence).as_str()]));
    let line = &body(&pages.pages[0])[2];
    assert_eq!(text(line), sentence);
    near(line[26].x, 28.0 + 26.0 * PITCH, "the character before the comma");
}

#[test]
fn the_title_is_size_22_and_centred_under_no_masthead() {
    let pages = set(&paragraphs(&["正文"]));
    let title = &body(&pages.pages[0])[0];
    assert_eq!((text(title).as_str(), title[0].size), ("标题", 22.0));
    near((title[0].x + title[1].x + title[1].width) / 2.0, 28.0 + 78.0, "middle of the title");
}

#[test]
fn headings_have_their_faces() {
    let pages = set(&bulletin());
    let lines: Vec<_> = pages.pages.iter().flat_map(body).collect();
    let family = |words| line_with(&lines, words)[0].family.as_str();
    assert_eq!(family("一、总体情况"), "Noto Sans CJK SC");
    assert_eq!(family("（一）报送"), "Noto Serif CJK SC");
    assert_eq!(family("机密"), "Noto Sans CJK SC");
    assert_eq!(family("附件1"), "Noto Sans CJK SC");
}

#[test]
fn the_masthead_is_red_and_35_mm_down_and_its_rule_is_as_wide_as_the_type_area() {
    let pages = set(&bulletin());
    let lines = body(&pages.pages[0]);
    let masthead = line_with(&lines, "人民政府办公室文件");
    assert!(masthead[0].colour.contains(RED), "{}", masthead[0].colour);
    near(masthead[0].baseline - 0.88 * masthead[0].size * 25.4 / 72.0, 37.0 + 35.0, "top of the masthead");
    let rules = rules(&pages.pages[0]);
    let red: Vec<_> = rules.iter().filter(|rule| rule.colour.contains(RED)).collect();
    assert_eq!(red.len(), 1);
    near(red[0].x, 28.0, "left end of the rule");
    near(red[0].length, 156.0, "length of the rule");
    let number = line_with(&lines, "西政办发");
    near(red[0].y - (number[0].baseline - ASCENT + 16.0 * 25.4 / 72.0), 4.0, "from the number to the rule");
}

#[test]
fn page_numbers_stand_outside_odd_right_even_left() {
    let pages = set(&bulletin());
    let number = |at: usize| {
        let lines = lines(&pages.pages[at]);
        let line = lines.iter().find(|line| text(line).starts_with('—')).unwrap().clone();
        assert_eq!((text(&line), line[0].size), (format!("— {} —", at + 1), 14.0));
        line
    };
    let (odd, even) = (number(0), number(1));
    let last = odd.last().unwrap();
    let character = 14.0 * 25.4 / 72.0;
    near(last.x + last.width, 184.0 - character, "right end of an odd number");
    near(even[0].x, 28.0 + character, "left end of an even number");
    // The dash's upper edge is where the standard measures: its stroke is 0.35 to 0.42 of its size up.
    near(even[0].baseline - 0.42 * character, 262.0 + 7.0, "top of the dash");
}

#[test]
fn on_a_page_that_lies_across_the_number_stands_where_it_would_upright() {
    let pages = set(&bulletin());
    let page = &pages.pages[4];
    near(page.frame.width().to_mm(), 297.0, "width of the paper");
    let dashes: Vec<_> = glyphs(page).into_iter().filter(|glyph| glyph.c == '—').collect();
    assert_eq!(dashes.len(), 2);
    assert!(dashes.iter().all(|dash| dash.x < 35.0 - 7.0), "{dashes:?}");
    assert!(dashes[0].x - dashes[1].x < 0.1 && dashes[1].baseline > 150.0, "{dashes:?}");
    let title = lines(page).into_iter().find(|line| text(line).contains("先进单位")).unwrap();
    near(
        (title[0].x + title.last().unwrap().x + title.last().unwrap().width) / 2.0,
        35.0 + 112.5,
        "its middle",
    );
}

#[test]
fn the_date_begins_two_characters_right_of_the_issuer() {
    let pages = set(&bulletin());
    let lines: Vec<_> = pages.pages[..3].iter().flat_map(body).collect();
    let issuer = lines.iter().rfind(|line| text(line) == "西湖市人民政府办公室").unwrap();
    let date = line_with(&lines, "2023年4月6日");
    near(date[0].x - issuer[0].x, 2.0 * PITCH, "the date");
    let last = issuer.last().unwrap();
    near(last.x + last.width, 184.0 - 2.0 * PITCH, "the issuer's right end");
}

#[test]
fn a_sealed_issuer_stands_over_the_middle_of_the_date() {
    let pages = set(&document(
        r#"{ "title": "通知", "sections": [], "signature": { "issuers": ["市政府"], "date": "2023-11-26", "seal": true } }"#,
    ));
    let lines = body(&pages.pages[0]);
    let middle = |line: &[Glyph]| (line[0].x + line.last().unwrap().x + line.last().unwrap().width) / 2.0;
    let (issuer, date) = (line_with(&lines, "市政府"), line_with(&lines, "年11月26日"));
    near(middle(issuer), middle(date), "the issuer's middle");
    let last = date.last().unwrap();
    near(last.x + last.width, 184.0 - 4.0 * PITCH, "the date's right end");
}

#[test]
fn the_imprint_ends_where_the_type_area_ends_on_the_last_page() {
    let pages = set(&bulletin());
    let rules = rules(pages.pages.last().unwrap());
    let thick: Vec<_> = rules.iter().filter(|rule| (rule.thickness - 0.35).abs() < 0.01).collect();
    assert_eq!((rules.len(), thick.len()), (4, 2), "first and last rule are the thick ones");
    near(thick[1].y, 262.0, "the last rule");
    assert!(rules.iter().all(|rule| (rule.length - 156.0).abs() < 0.1));
}

#[test]
fn the_last_paragraph_goes_with_the_signature() {
    for filler in 10..40 {
        let long = "永".repeat(28 * filler);
        let mut model = paragraphs(&[&long, "末段文字在此。"]);
        if let Value::Map(map) = &mut model {
            map.insert("signature".into(), document(r#"{ "issuers": ["市政府"], "date": "2023-11-26" }"#));
        }
        let pages = set(&model);
        let last = body(pages.pages.last().unwrap());
        line_with(&last, "末段文字在此。");
        line_with(&last, "2023年11月26日");
    }
}
