//! The pdf as other programs see it: its text, its fonts, its pages.

mod common;

use common::{PLAIN, Pdf, bulletin, document, paragraphs, settings};
use registrar_sdk::Value;
use typeset::Typesetter;

fn refused(document: &Value) -> String {
    PLAIN.pdf(document).err().expect("a refusal")
}

#[test]
fn what_looks_like_markup_comes_out_as_it_was_written() {
    let signs = r##"#let(x)=1；#panic("no")；*粗*；_斜_；$a^2$；\n；\u{41}；<lbl>；@ref；`raw`；//c；~；"q"；'q'；--；...；[a](b)；{x}"##;
    let model = Value::map([
        ("title", Value::text("#title *t*")),
        ("masthead", Value::text("#m $x$")),
        (
            "sections",
            Value::List(vec![document(&format!(
                r##"{{ "heading": "= {0}", "blocks": [
                {{ "kind": "paragraph", "text": {1} }},
                {{ "kind": "list", "items": [{1}] }},
                {{ "kind": "table", "columns": [{{ "title": "*c*" }}], "rows": [["#cell"], ["$y$"]] }}] }}"##,
                "#h",
                serde_json::to_string(signs).unwrap(),
            ))]),
        ),
        ("note", Value::text("#note")),
    ]);
    // Justified lines are read with spaces where they were spread, and our signs have none.
    let text = Pdf::of(&model).poppler("pdftotext", &["-raw"]).replace(['\n', '\u{c}', ' '], "");
    assert_eq!(text.matches(signs).count(), 2, "{text}");
    for words in ["#title*t*", "#m$x$", "=#h", "*c*", "#cell", "$y$", "（#note）"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[test]
fn rare_characters_in_names_are_in_the_text() {
    let text = Pdf::of(&bulletin()).text();
    for name in ["陈珺", "李昇", "王堃", "赵翀"] {
        assert!(text.contains(name), "{name} is not in {text}");
    }
}

#[test]
fn a_character_that_no_font_has_is_named_with_its_place() {
    let model = document(
        r#"{ "title": "题", "sections": [{ "blocks": [] }, { "heading": "二、名单", "blocks": [
            { "kind": "paragraph", "text": "好" }, { "kind": "paragraph", "text": "坏𰀀" },
            { "kind": "table", "columns": [{ "title": "甲" }], "rows": [["a"], ["\u0007"]] }] }] }"#,
    );
    let error = refused(&model);
    let paragraph = "“𰀀” (U+30000) in section 2 “二、名单”, block 2 (paragraph) (role fangsong)";
    assert!(error.contains(paragraph), "{error}");
    assert!(error.contains("U+0007 in section 2 “二、名单”, block 3 (table), row 2, column 1"), "{error}");
    assert!(error.contains("install a font that has it"), "{error}");
}

#[test]
fn the_face_that_stood_in_is_in_the_pdf_and_in_the_answer() {
    let (_, faces) = PLAIN.pdf(&paragraphs(&["正文"])).unwrap();
    let fangsong = "fangsong: Noto Serif CJK SC (stands in)";
    assert!(faces.iter().any(|face| face == fangsong), "{faces:?}");
    let info = Pdf::of(&paragraphs(&["正文"])).poppler("pdfinfo", &[]);
    assert!(info.contains(fangsong), "{info}");
}

#[test]
fn a_character_that_the_first_face_lacks_comes_from_the_next() {
    let families = Value::List(vec!["DejaVu Sans".into(), "Noto Serif CJK SC".into()]);
    let setter = Typesetter::new(&settings(&[("fangsong", families)])).unwrap();
    let (_, faces) = setter.pdf(&paragraphs(&["abc永"])).unwrap();
    assert!(faces.contains(&"fangsong: DejaVu Sans (stands in)".to_owned()), "{faces:?}");
    assert!(faces.contains(&"fangsong: Noto Serif CJK SC (stands in) for 永".to_owned()), "{faces:?}");
}

#[test]
fn a_role_without_a_font_is_refused_with_the_remedy() {
    let folders = Value::List(vec!["/usr/share/no-such-folder".into()]);
    let error = Typesetter::new(&settings(&[("folders", folders)])).err().unwrap();
    assert!(error.contains("the role fangsong") && error.contains("fonts-noto-cjk"), "{error}");
}

#[test]
fn the_same_document_is_the_same_bytes() {
    let other = Typesetter::new(&settings(&[])).unwrap();
    let (first, _) = PLAIN.pdf(&bulletin()).unwrap();
    let (second, _) = PLAIN.pdf(&bulletin()).unwrap();
    let (third, _) = other.pdf(&bulletin()).unwrap();
    assert!(first == second && first == third);
    let info = Pdf::of(&bulletin()).poppler("pdfinfo", &[]);
    assert!(info.contains("Apr  6 00:00:00 2023"), "the date is the signature's: {info}");
}

#[test]
fn every_page_of_a_long_table_repeats_the_headings() {
    let rows: Vec<_> =
        (0..400).map(|i| Value::List(vec![Value::Int(i), Value::text(format!("单位{i:04}"))])).collect();
    let mut table =
        document(r#"{ "kind": "table", "columns": [{ "title": "序号栏" }, { "title": "单位" }] }"#);
    if let Value::Map(map) = &mut table {
        map.insert("rows".into(), Value::List(rows));
    }
    let appendix = Value::map([("title", "表".into()), ("blocks", Value::List(vec![table]))]);
    let mut model = paragraphs(&["正文"]);
    if let Value::Map(map) = &mut model {
        map.insert("appendices".into(), Value::List(vec![appendix]));
    }
    let text = Pdf::of(&model).text();
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert!(pages.len() > 10, "{}", pages.len());
    assert!(pages[1].contains("附件") && pages[1..].iter().all(|page| page.contains("序号栏")));
    assert!((0..400).all(|i| text.contains(&format!("单位{i:04}"))));
}

#[test]
fn an_appendix_lies_across_where_it_asks_to() {
    let sizes = Pdf::of(&bulletin()).poppler("pdfinfo", &["-f", "1", "-l", "9"]);
    let across: Vec<_> = sizes.lines().filter(|line| line.contains("841.89 x 595.276")).collect();
    assert_eq!(across.len(), 1, "{sizes}");
    assert!(across[0].contains("   5 size"), "{sizes}");
}

#[test]
fn poppler_measures_the_same_margins_and_pitches() {
    let html =
        Pdf::of(&paragraphs(&["永".repeat(28 * 60).as_str()])).poppler("pdftotext", &["-bbox", "-f", "2"]);
    let boxes: Vec<Vec<f64>> =
        html.lines().filter(|line| line.contains(&"永".repeat(28))).map(numbers).collect();
    assert!(boxes.len() >= 22, "{html}");
    for pair in boxes[..22].windows(2) {
        assert!((pair[1][1] - pair[0][1] - 225.0 / 22.0 / 25.4 * 72.0).abs() < 0.02, "{pair:?}");
    }
    let (left, right) = (boxes[0][0] / 72.0 * 25.4, boxes[0][2] / 72.0 * 25.4);
    assert!((left - 28.0).abs() < 0.1 && (right - 184.0).abs() < 0.2, "{left} to {right}");
}

/// The numbers in quotes: `xMin`, `yMin`, `xMax`, `yMax`.
fn numbers(line: &str) -> Vec<f64> {
    line.split('"').filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn fonts_are_embedded_as_subsets() {
    let fonts = Pdf::of(&bulletin()).poppler("pdffonts", &[]);
    let rows: Vec<_> = fonts.lines().skip(2).collect();
    assert!(rows.len() >= 3 && rows.iter().all(|row| row.contains("yes yes yes")), "{fonts}");
}
