//! What a written workbook looks like: its sheets, its pages, its headings.

use registrar_sdk::Value;
use std::io::{Cursor, Read};
use workbook::{parse::parse, render::render};

fn document() -> Value {
    serde_json::from_str(
        r#"{"kind":"bulletin","title":"一季度通报","sections":[
              {"heading":"一、采用","blocks":[
                {"kind":"paragraph","text":"概述"},
                {"kind":"table","columns":[{"title":"单位"},{"title":"得分","places":2,"align":"right"}],
                 "rows":[["西湖区人大常委会办公室",12.5],["=1+1",3]]}]},
              {"blocks":[{"kind":"table","caption":"一、采用","columns":[{"title":"a"}],"rows":[]}]}],
            "signature":{"issuers":["市人大办"],"date":"2023-04-03"},
            "appendices":[{"title":"附表：明细/2023","landscape":true,"blocks":[
              {"kind":"table","columns":[{"title":"日期"},{"title":"编号"}],
               "rows":[["2023-02-14","007"],[null,1234567890123456]]}]}]}"#,
    )
    .unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn holds(text: &str, expected: &str) {
    assert!(text.contains(expected), "`{expected}` is not in {text}");
}

#[test]
fn every_table_is_a_sheet_named_after_it() {
    let book = part(&render(&document(), "xlsx").unwrap(), "xl/workbook.xml");
    for name in ["\"一、采用\"", "\"一、采用 (2)\"", "\"附表：明细 2023\""] {
        holds(&book, &format!("name={name}"));
    }
}

#[test]
fn a_page_is_a4_and_lies_across_where_its_appendix_does() {
    let bytes = render(&document(), "xlsx").unwrap();
    let (body, appendix) =
        (part(&bytes, "xl/worksheets/sheet1.xml"), part(&bytes, "xl/worksheets/sheet3.xml"));
    holds(&body, "paperSize=\"9\"");
    holds(&appendix, "paperSize=\"9\"");
    assert!(!body.contains("orientation=\"landscape\""));
    holds(&appendix, "orientation=\"landscape\"");
}

#[test]
fn headings_stay_in_view_and_columns_are_as_wide_as_their_text() {
    let body = part(&render(&document(), "xlsx").unwrap(), "xl/worksheets/sheet1.xml");
    holds(&body, "ySplit=\"2\"");
    holds(&body, "<mergeCell ref=\"A1:B1\"");
    // Eleven characters of two columns each, and a margin.
    holds(&body, "<col min=\"1\" max=\"1\" width=\"24.");
}

#[test]
fn a_row_is_as_high_as_its_lines() {
    let document: Value = serde_json::from_str(
        r#"{"title":"表","sections":[{"blocks":[{"kind":"table","columns":[{"title":"a"},{"title":"b"}],
            "rows":[["一\n二\n三","x"],["一","y"]]}]}]}"#,
    )
    .unwrap();
    let sheet = part(&render(&document, "xlsx").unwrap(), "xl/worksheets/sheet1.xml");
    holds(&sheet, "<row r=\"3\" spans=\"1:2\" ht=\"45\" customHeight=\"1\">");
    holds(&sheet, "<row r=\"4\" spans=\"1:2\">");
}

#[test]
fn a_text_is_no_formula_and_a_long_number_no_number() {
    let bytes = render(&document(), "xlsx").unwrap();
    assert!(!part(&bytes, "xl/worksheets/sheet1.xml").contains("<f>"));
    holds(&part(&bytes, "xl/sharedStrings.xml"), "1234567890123456");
    holds(&part(&bytes, "xl/styles.xml"), "0.00");
}

#[test]
fn a_workbook_bears_the_date_of_its_document() {
    let core = part(&render(&document(), "xlsx").unwrap(), "docProps/core.xml");
    holds(&core, "2023-04-03T00:00:00Z");
    holds(&core, "市人大办");
}

#[test]
fn csv_holds_the_first_table_for_spreadsheet_programs() {
    let bytes = render(&document(), "csv").unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        "\u{feff}\"单位\",\"得分\"\r\n西湖区人大常委会办公室,12.50\r\n'=1+1,3.00\r\n"
    );
}

#[test]
fn a_single_column_and_its_title_come_back() {
    let document: Value = serde_json::from_str(
        r#"{"title":"名单","sections":[{"blocks":[{"kind":"table","columns":[{"title":"姓名"}],
            "rows":[["甲"],["乙"]]}]}]}"#,
    )
    .unwrap();
    let rows = parse(&render(&document, "xlsx").unwrap(), "xlsx", None).unwrap();
    assert_eq!(
        rows.iter().map(|row| (row.line, row.banner)).collect::<Vec<_>>(),
        [(1, true), (2, false), (3, false), (4, false)]
    );
    assert_eq!(rows[2].cells[&0], Ok(Value::text("甲")));
}

#[test]
fn what_cannot_be_written_is_said() {
    let told = |text: &str, format: &str| {
        let document: Value = serde_json::from_str(text).unwrap();
        render(&document, format).unwrap_err().to_string()
    };
    let empty = r#"{"title":"空","sections":[]}"#;
    assert!(told(empty, "xlsx").contains("has no table"));
    assert!(told(empty, "csv").contains("has no table"));
    assert!(told(empty, "pdf").contains("xlsx, csv"));
    let nested = r#"{"title":"表","sections":[{"blocks":[{"kind":"table","columns":[{"title":"a"}],"rows":[[["x"]]]}]}]}"#;
    assert!(told(nested, "xlsx").contains("表!A3: the cell holds a list"));
    assert!(told(nested, "csv").contains("A2: the cell holds a list"));
}
