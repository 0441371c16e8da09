//! What is in the file: its parts are parsed, and the standard's measures looked up in them.

mod common;

use common::{BODY, bulletin};
use office_document::{measure, render};
use quick_xml::{Reader, XmlVersion, events::Event};
use registrar_sdk::Value;
use serde_json::json;
use std::{
    collections::BTreeMap,
    io::{Cursor, Read},
};

// An element: its name, its attributes, and the names of those around it.
struct Element {
    name: String,
    has: BTreeMap<String, String>,
    path: String,
}

struct Part {
    elements: Vec<Element>,
    text: String,
}

impl Part {
    fn of(file: &[u8], name: &str) -> Part {
        let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
        let mut xml = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
        let mut reader = Reader::from_str(&xml);
        let (mut path, mut elements, mut text) = (Vec::<String>::new(), Vec::new(), String::new());
        loop {
            let event = reader.read_event().unwrap();
            if let Event::Start(start) | Event::Empty(start) = &event {
                let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
                let has = start.attributes().map(|a| {
                    let a = a.unwrap();
                    let value = a.normalized_value(XmlVersion::Implicit1_0).unwrap().into_owned();
                    (String::from_utf8(a.key.as_ref().to_vec()).unwrap(), value)
                });
                elements.push(Element { name: name.clone(), has: has.collect(), path: path.join("/") });
                if matches!(event, Event::Start(_)) {
                    path.push(name);
                }
            }
            match event {
                Event::End(end) => {
                    if end.name().as_ref() == b"w:p" {
                        text.push('\n');
                    }
                    path.pop();
                }
                Event::Text(piece) => text.push_str(&piece.decode().unwrap()),
                Event::GeneralRef(name) => {
                    let name = name.decode().unwrap();
                    text.push_str(quick_xml::escape::resolve_xml_entity(&name).expect("a known entity"));
                }
                Event::Eof => return Part { elements, text },
                _ => {}
            }
        }
    }

    fn all(&self, name: &str) -> Vec<&Element> {
        self.elements.iter().filter(|e| e.name == name).collect()
    }

    fn numbers(&self, name: &str, attribute: &str) -> Vec<i64> {
        self.all(name).iter().filter_map(|e| e.has.get(attribute)?.parse().ok()).collect()
    }
}

fn document(model: &Value) -> Part {
    Part::of(&render(model).unwrap(), "word/document.xml")
}

fn small(blocks: serde_json::Value) -> Value {
    Value::from_json(json!({ "title": "通报", "sections": [{ "blocks": blocks }] }))
}

#[test]
fn pages_have_the_standards_measures() {
    let part = document(&bulletin());
    let (upright, across) = (&part.all("w:pgSz")[0].has, &part.all("w:pgSz")[1].has);
    assert_eq!((&*upright["w:w"], &*upright["w:h"]), ("11906", "16838"));
    assert_eq!((&*across["w:w"], &*across["w:h"], &*across["w:orient"]), ("16838", "11906", "landscape"));
    let mm = |twips: &i64| (*twips as f64) * 25.4 / 1440.0;
    let near = |got: f64, wanted: f64| assert!((got - wanted).abs() < 0.11, "{got} instead of {wanted}");
    near(mm(&part.numbers("w:pgMar", "w:top")[0]), 37.0);
    near(mm(&part.numbers("w:pgMar", "w:left")[0]), 28.0);
    near(
        210.0 - mm(&part.numbers("w:pgMar", "w:left")[0]) - mm(&part.numbers("w:pgMar", "w:right")[0]),
        156.0,
    );
    near(
        297.0 - mm(&part.numbers("w:pgMar", "w:top")[0]) - mm(&part.numbers("w:pgMar", "w:bottom")[0]),
        225.0,
    );
    let grid = &part.all("w:docGrid")[0].has;
    assert_eq!(grid["w:type"], "linesAndChars");
    near(mm(&grid["w:linePitch"].parse().unwrap()), 10.23);
    let pitch = 16.0 + grid["w:charSpace"].parse::<f64>().unwrap() / 4096.0;
    assert!((pitch - 15.79).abs() < 0.02, "{pitch}");
    // The binding margin is on top of a page that lies across.
    near(mm(&part.numbers("w:pgMar", "w:top")[1]), 28.0);
}

#[test]
fn a_section_is_in_the_schemas_order_and_has_its_footers() {
    let part = document(&bulletin());
    let sections = part.all("w:sectPr").len();
    let inside: Vec<_> =
        part.elements.iter().filter(|e| e.path.ends_with("w:sectPr")).map(|e| e.name.as_str()).collect();
    let one = ["w:footerReference", "w:footerReference", "w:pgSz", "w:pgMar", "w:cols", "w:docGrid"];
    assert_eq!(inside, one.repeat(sections));
    let file = render(&bulletin()).unwrap();
    for (part, align) in [("word/footer1.xml", "right"), ("word/footer2.xml", "left")] {
        let footer = Part::of(&file, part);
        assert_eq!(footer.all("w:jc")[0].has["w:val"], align);
        assert!(footer.text.contains("— PAGE1 —"), "{}", footer.text);
        assert!(footer.numbers("w:sz", "w:val").iter().all(|size| *size == 28));
    }
    assert_eq!(Part::of(&file, "word/settings.xml").all("w:evenAndOddHeaders").len(), 1);
}

#[test]
fn every_part_of_the_model_is_in_the_text_in_its_order() {
    let text = document(&bulletin()).text;
    let mut from = 0;
    for wanted in [
        "000001\n",
        "内部★1年\n",
        "加急\n",
        "某某市人大常委会办公室文件\n",
        "某人办〔2023〕14号签发人：李某某\n",
        "关于2023年第一季度信息工作情况的通报\n",
        "各县（市、区）人大常委会办公室、各信息直报点、市人大各委员会办公室：\n",
        BODY,
        "珺昇堃翀",
        "一、总体情况\n",
        "总数。共收到信息 154 条，楷体与黑体并用，采用 5 条。\n",
        "（一）报送情况\n",
        "1. 报送较多的单位\n",
        "第2县人大常委会办公室\n",
        "（1）零报送的单位\n",
        "各类信息数量\n",
        "甲县\n",
        "20.5\n",
        "附件：1.各县（市、区）信息报送采用情况表\n",
        "2.各信息直报点",
        "某某市人大常委会办公室\n",
        "2023年4月4日\n",
        "（此件公开发布）\n",
        "附件1\n",
        "各县（市、区）信息报送采用情况表\n",
        "第60县人大常委会办公室\n",
        "附件2\n",
        "直报点\n",
        "抄送：省人大常委会办公厅，市委办公室，市政府办公室。\n",
        "2023年4月5日印发\n",
        "（共印40份）\n",
    ] {
        let at =
            text[from..].find(wanted).unwrap_or_else(|| panic!("{wanted:?} is not after {}", &text[..from]));
        from += at + if wanted == BODY { 0 } else { wanted.len() };
    }
}

#[test]
fn faces_and_sizes_are_the_standards() {
    let part = document(&bulletin());
    let faces: Vec<_> = part.all("w:rFonts").iter().map(|e| e.has["w:eastAsia"].clone()).collect();
    for face in ["仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体"] {
        assert!(faces.iter().any(|f| f == face), "{face}");
    }
    assert_eq!(part.all("w:color")[0].has["w:val"], "FF0000");
    let sizes = part.numbers("w:sz", "w:val");
    assert!(sizes.contains(&44) && sizes.contains(&32), "{sizes:?}");
    // What stands in where a face is missing.
    let fonts = Part::of(&render(&bulletin()).unwrap(), "word/fontTable.xml");
    assert_eq!(fonts.all("w:font").len(), fonts.all("w:altName").len());
    assert!(fonts.all("w:altName").iter().all(|e| e.has["w:val"].contains("Noto")));
}

#[test]
fn paragraphs_are_set_in_by_two_characters_unless_they_say_otherwise() {
    let of = |indent| document(&small(json!([{ "kind": "paragraph", "text": "正文", "indent": indent }])));
    assert_eq!(of(true).numbers("w:ind", "w:firstLine"), [i64::from(measure::characters(2.0))]);
    assert!(of(false).all("w:ind").is_empty());
}

#[test]
fn a_tables_header_repeats_and_its_rows_stay_whole() {
    let part = document(&bulletin());
    assert_eq!(part.all("w:tblHeader").len(), part.all("w:tbl").len());
    assert_eq!(part.all("w:cantSplit").len(), part.all("w:tr").len());
    assert!(part.all("w:trHeight").iter().all(|e| e.has["w:hRule"] == "atLeast"));
    let aligned = |align: &str| {
        part.all("w:jc").iter().filter(|e| e.path.contains("w:tc/") && e.has["w:val"] == align).count()
    };
    assert!(aligned("right") >= 3 * 61 && aligned("center") > 61);
}

#[test]
fn appendices_begin_pages_and_breaks_are_kept() {
    // The second appendix lies across, so its section begins a page; the first one breaks.
    assert_eq!(document(&bulletin()).all("w:pageBreakBefore").len(), 1);
    let broken = small(json!([
        { "kind": "paragraph", "text": "一" }, { "kind": "page_break" },
        { "kind": "table", "columns": [{ "title": "a" }], "rows": [[1]] }
    ]));
    assert_eq!(document(&broken).all("w:pageBreakBefore").len(), 1);
}

#[test]
fn text_that_looks_like_markup_stays_text() {
    let part = document(&small(json!([{ "kind": "paragraph", "text": "<w:sectPr>&\"甲\"</w:trPr>" }])));
    assert!(part.text.contains("<w:sectPr>&\"甲\"</w:trPr>"), "{}", part.text);
}

#[test]
fn the_same_model_is_the_same_file() {
    assert_eq!(render(&bulletin()).unwrap(), render(&bulletin()).unwrap());
}
