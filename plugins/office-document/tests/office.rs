//! What another program makes of the file: LibreOffice turns it into pages, poppler measures them.

mod common;

use common::bulletin;
use office_document::render;
use registrar_sdk::Value;
use serde_json::json;
use std::{path::Path, process::Command};

// A line of a page: its place in points, and its text.
#[derive(Debug)]
struct Line {
    page: usize,
    left: f64,
    top: f64,
    right: f64,
    text: String,
}

const MM: f64 = 72.0 / 25.4;

fn run(program: &str, arguments: &[&str], folder: &Path) -> String {
    let done = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|e| panic!("{program} cannot be run ({e}); tests/install.sh installs it"));
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn pages(model: &Value) -> (Vec<Line>, Vec<(f64, f64)>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.docx"), render(model).unwrap()).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    run("soffice", &[&profile, "--headless", "--convert-to", "pdf", "a.docx"], folder.path());
    let boxes = run("pdftotext", &["-bbox-layout", "a.pdf", "-"], folder.path());
    let text = run("pdftotext", &["-layout", "a.pdf", "-"], folder.path());
    let (mut lines, mut sizes) = (Vec::new(), Vec::new());
    let number = |line: &str, name: &str| -> f64 {
        let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    for line in boxes.lines().map(str::trim) {
        if line.starts_with("<page ") {
            sizes.push((number(line, "width"), number(line, "height")));
        } else if line.starts_with("<line ") {
            lines.push(Line {
                page: sizes.len(),
                left: number(line, "xMin"),
                top: number(line, "yMin"),
                right: number(line, "xMax"),
                text: String::new(),
            });
        } else if line.starts_with("<word ") {
            let word = line.split_once('>').unwrap().1.trim_end_matches("</word>");
            lines.last_mut().unwrap().text.push_str(word);
        }
    }
    (lines, sizes, text)
}

fn near(got: f64, wanted: f64, within: f64, what: &str) {
    assert!((got - wanted).abs() <= within, "{what}: {got:.3} instead of {wanted:.3}");
}

// The character pitch of a full line, whose last character reaches the edge.
fn pitch(line: &Line) -> f64 {
    (line.right - line.left) / line.text.chars().count() as f64
}

#[test]
fn a_page_has_22_lines_of_28_characters() {
    let text = "珺昇堃翀一二三四五六七八九十".repeat(100);
    let blocks = json!([{ "kind": "paragraph", "text": text, "indent": false }]);
    let model = Value::from_json(json!({ "title": "通报", "sections": [{ "blocks": blocks }] }));
    let (lines, sizes, _) = pages(&model);
    near(sizes[0].0, 210.0 * MM, 0.2, "width");
    near(sizes[0].1, 297.0 * MM, 0.2, "height");
    let body: Vec<_> = lines.iter().filter(|l| l.page == 2 && l.text.chars().count() > 5).collect();
    assert_eq!(body.len(), 22, "{body:#?}");
    for (i, line) in body.iter().enumerate() {
        assert_eq!(line.text.chars().count(), 28, "{line:?}");
        near(line.left, 28.0 * MM, 0.3, "left edge");
        // This program spreads a line by whole twentieths of a point only.
        near(pitch(line), 15.79, 0.05, "character pitch");
        near(line.top, body[0].top + i as f64 * 10.23 * MM, 0.3, "line pitch");
    }
    // Letters of 16 pt stand in the middle of a line that begins 37 mm from the page's edge.
    let above = body[0].top - 37.0 * MM;
    assert!(
        (0.0..29.0 - 16.0).contains(&above),
        "the first line stands {above} pt below the type area's edge"
    );
    let number = lines.iter().find(|l| l.page == 2 && l.text == "—2—").expect("a page number");
    near(number.left, 28.0 * MM + 15.79, 1.0, "an even page's number");
    let number = lines.iter().find(|l| l.page == 1 && l.text == "—1—").expect("a page number");
    near(number.right, (210.0 - 26.0) * MM - 15.79, 1.0, "an odd page's number");
}

#[test]
fn a_bulletin_has_all_its_parts_in_their_places() {
    let (lines, sizes, text) = pages(&bulletin());
    let page = |n: usize| lines.iter().filter(move |l| l.page == n);
    let find = |wanted: &str| {
        lines.iter().find(|l| l.text.contains(wanted)).unwrap_or_else(|| panic!("{wanted} in {lines:#?}"))
    };
    assert!(text.contains("珺昇堃翀"), "{text}");
    assert_eq!(sizes.len(), 7);
    let masthead = find("某某市人大常委会办公室文件");
    near(masthead.top, (37.0 + 35.0) * MM, 6.0, "masthead");
    let body = find("今年第一季度");
    near(body.left, 28.0 * MM + 2.0 * 15.79, 0.5, "a paragraph's first line");
    let (issuer, date) = (
        lines.iter().find(|l| l.page == 2 && l.text == "某某市人大常委会办公室").expect("an issuer"),
        find("2023年4月4日"),
    );
    near(
        (issuer.left + issuer.right) / 2.0,
        (date.left + date.right) / 2.0,
        9.0,
        "the issuer above its date",
    );
    // Digits of a face that stands in are wider than half a character.
    near(date.right, (210.0 - 26.0) * MM - 4.0 * 15.79, 16.0, "the date four characters from the edge");
    // The header row repeats on each of the first appendix's pages.
    for n in 3..=5 {
        assert!(page(n).any(|l| l.text.contains("名次")), "page {n}");
    }
    assert!(sizes[5].0 > sizes[5].1, "the second appendix lies across");
    let last = page(7).filter(|l| l.text.contains("共印40份")).map(|l| l.top).next().expect("an imprint");
    assert!(last > (37.0 + 225.0 - 15.0) * MM && last < (37.0 + 225.0) * MM, "the imprint ends at {last}");
}

#[test]
fn an_imprint_shares_the_last_page_with_the_text() {
    let model = Value::from_json(json!({
        "title": "通报", "sections": [{ "blocks": [{ "kind": "paragraph", "text": "正文。" }] }],
        "imprint": { "printed_by": "办公室", "printed_on": "2023-04-05" }
    }));
    let (lines, sizes, _) = pages(&model);
    assert_eq!(sizes.len(), 1);
    let imprint = lines.iter().find(|l| l.text.contains("2023年4月5日印发") || l.text == "办公室").unwrap();
    assert!(imprint.top > 240.0 * MM, "{imprint:?}");
}

#[test]
fn a_signature_is_never_alone_on_a_page() {
    // The text fills the page but for two lines, or wholly; the signature needs three.
    for lines in [18, 20] {
        let blocks: Vec<_> = (0..lines).map(|_| json!({ "kind": "paragraph", "text": "正文。" })).collect();
        let model = Value::from_json(json!({
            "title": "通报", "sections": [{ "blocks": blocks }],
            "signature": { "issuers": ["办公室"], "date": "2023-04-05" }
        }));
        let (found, _, _) = pages(&model);
        let page = found.iter().find(|l| l.text.contains("2023年4月5日")).expect("a date").page;
        assert!(found.iter().any(|l| l.page == page && l.text == "正文。"), "{lines} lines: {found:#?}");
    }
}

#[test]
fn the_longest_date_stays_on_its_line_whatever_face_stands_in() {
    for seal in [false, true] {
        let model = Value::from_json(json!({
            "title": "通报", "sections": [{ "blocks": [{ "kind": "paragraph", "text": "正文。" }] }],
            "signature": { "issuers": ["市人大常委会办公室"], "date": "2026-11-24", "seal": seal }
        }));
        let (found, _, _) = pages(&model);
        assert!(found.iter().any(|l| l.text.contains("2026年11月24日")), "{seal}: {found:#?}");
    }
}
