//! What people's files look like: titles, merged cells, dates, errors, encodings, separators.

use registrar_sdk::Value;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::io::{Cursor, Read, Write};
use workbook::parse::parse;

/// The rows as one text, or what was refused.
fn told(bytes: &[u8], format: &str) -> String {
    match parse(bytes, format) {
        Ok(rows) => rows
            .iter()
            .map(|row| format!("{} {}", row.line, Value::Map(row.fields.clone())))
            .collect::<Vec<_>>()
            .join("\n"),
        Err(why) => why.to_string(),
    }
}

fn book(fill: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

/// The workbook with one of its parts changed.
fn with_part(bytes: &[u8], part: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut from = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..from.len() {
        let mut file = from.by_index(at).unwrap();
        let name = file.name().to_owned();
        to.start_file(&name, zip::write::SimpleFileOptions::default()).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let text = if name == part { change(text) } else { text };
        to.write_all(text.as_bytes()).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn write(sheet: &mut Worksheet, from_row: u32, rows: &[&[&str]]) {
    for (row, cells) in (from_row..).zip(rows) {
        for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
}

fn check(fill: impl Fn(&mut Worksheet), expected: &str) {
    assert_eq!(told(&book(fill), "xlsx"), expected);
}

fn check_csv(text: impl AsRef<[u8]>, expected: &str) {
    assert_eq!(told(text.as_ref(), "csv"), expected);
}

#[test]
fn titles_and_empty_rows_above_the_headings_are_skipped() {
    check(
        |sheet| {
            sheet.merge_range(1, 0, 1, 2, "信息采用情况", &Format::new()).unwrap();
            write(sheet, 3, &[&["单位", " 标题 "], &["西湖", "简报"], &[], &["", "无单位"]]);
        },
        "5 {\"单位\":\"西湖\",\"标题\":\"简报\"}\n7 {\"标题\":\"无单位\"}",
    );
}

#[test]
fn a_value_is_what_its_cell_says() {
    check(
        |sheet| {
            write(sheet, 0, &[&["id", "n", "d", "x", "day", "at", "hours"], &["007"]]);
            sheet.write_number(1, 1, -12).unwrap();
            sheet.write_number(1, 2, 0.1).unwrap();
            sheet.write_boolean(1, 3, true).unwrap();
            let date = |format: &str| Format::new().set_num_format(format);
            let moment = ExcelDateTime::parse_from_str("2023-02-14T09:30:00").unwrap();
            let day = ExcelDateTime::from_ymd(2023, 2, 14).unwrap();
            sheet.write_with_format(1, 4, &day, &date("yyyy\"年\"m\"月\"d\"日\"")).unwrap();
            sheet.write_with_format(1, 5, &moment, &date("yyyy/m/d h:mm")).unwrap();
            sheet.write_number_with_format(1, 6, 1.5, &date("[h]:mm:ss")).unwrap();
        },
        r#"2 {"at":"2023-02-14T09:30:00","d":0.1,"day":"2023-02-14","hours":"36:00:00","id":"007","n":-12,"x":true}"#,
    );
}

#[test]
fn a_merged_cell_counts_for_each_row_it_spans() {
    check(
        |sheet| {
            sheet.merge_range(0, 0, 1, 0, "单位", &Format::new()).unwrap();
            sheet.merge_range(0, 1, 1, 1, "标题", &Format::new()).unwrap();
            sheet.merge_range(2, 0, 4, 0, "西湖", &Format::new()).unwrap();
            write(sheet, 2, &[&["", "甲"], &[], &["", "丙"]]);
            sheet.write_string(2, 0, "西湖").unwrap();
        },
        "3 {\"单位\":\"西湖\",\"标题\":\"甲\"}\n5 {\"单位\":\"西湖\",\"标题\":\"丙\"}",
    );
}

#[test]
fn what_is_wrong_with_the_headings_names_the_cell() {
    check(
        |sheet| write(sheet, 0, &[&["标题", "单位", "标题"], &["a", "b", "c"]]),
        "Sheet1!C1: the heading \"标题\" is there already in Sheet1!A1; rename one",
    );
    check(
        |sheet| write(sheet, 0, &[&["标题", "", "单位"], &["a", "b", "c"]]),
        "Sheet1!B1: the heading is empty; give the column one, or empty the column (Sheet1!B2 holds something)",
    );
    check(
        |sheet| {
            sheet.merge_range(0, 0, 0, 1, "得分", &Format::new()).unwrap();
            write(sheet, 0, &[&["得分", "", "单位"], &["a", "b", "c"]]);
        },
        "Sheet1!A1: a heading is merged over several columns; give each column a heading of its own\n\
         Sheet1!B1: the heading is empty; give the column one, or empty the column (Sheet1!B2 holds something)",
    );
}

#[test]
fn what_a_cell_cannot_say_is_named() {
    check(
        |sheet| {
            write(sheet, 0, &[&["a", "b", "c"], &["x"]]);
            sheet.write_formula(1, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
            sheet.write_number(2, 0, 6_222_020_200_012_345_f64).unwrap();
            sheet.write_number_with_format(2, 2, -1, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        },
        "Sheet1!B2: the cell shows the error #DIV/0!; mend its formula\n\
         Sheet1!A3: a number of more than 15 digits, of which a spreadsheet keeps only the first 15; format the \
         cell as text and type it again\n\
         Sheet1!C3: the number -1 is formatted as a date, but is none; mend it",
    );
}

#[test]
fn a_formula_counts_as_its_result_and_without_one_is_named() {
    check(
        |sheet| {
            write(sheet, 0, &[&["n"]]);
            sheet.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
        },
        r#"2 {"n":2}"#,
    );
    // As programs that do not compute write it.
    let bytes = book(|sheet| {
        write(sheet, 0, &[&["n"]]);
        sheet.write_formula(1, 0, Formula::new("=1+1").set_result("2")).unwrap();
    });
    let bytes = with_part(&bytes, "xl/worksheets/sheet1.xml", |xml| xml.replace("<v>2</v>", ""));
    assert_eq!(
        told(&bytes, "xlsx"),
        "Sheet1!A2: a formula whose result is not in the file; open it in a spreadsheet program and save it",
    );
}

#[test]
fn notes_on_other_sheets_are_left_but_more_rows_are_not() {
    let two = |second: [&[&str]; 2]| {
        let mut book = Workbook::new();
        write(book.add_worksheet().set_name("一月").unwrap(), 0, &[&["标题"], &["甲"]]);
        write(book.add_worksheet().set_name("二月").unwrap(), 0, &second);
        told(&book.save_to_buffer().unwrap(), "xlsx")
    };
    assert_eq!(two([&["填表说明"], &["每行一条"]]), "2 {\"标题\":\"甲\"}");
    let refused = two([&["标题"], &["乙"]]);
    assert!(refused.contains("\"一月\" and \"二月\" have the same headings"), "{refused}");
}

#[test]
fn a_cell_far_out_costs_nothing() {
    check(
        |sheet| {
            write(sheet, 0, &[&["标题"], &["甲"]]);
            sheet.write_string(1_048_575, 16_383, "远").unwrap();
        },
        "Sheet1!XFD1: the heading is empty; give the column one, or empty the column (Sheet1!XFD1048576 holds \
         something); if this row is a title, merge it across the table's columns",
    );
}

#[test]
fn what_is_no_workbook_says_so() {
    let csv = told("标题,单位\n".as_bytes(), "xlsx");
    assert!(csv.contains("can't be read as xlsx"), "{csv}");
    let old = told(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "xlsx");
    assert!(old.contains("--format xls"), "{old}");
    assert!(told(&book(|_| {}), "xlsx").contains("no visible sheet"));
    assert!(told(b"", "docx").contains("xlsx, xls, csv"));
}

#[test]
fn csv_is_read_in_the_encodings_and_separators_people_have() {
    let expected = "2 {\"单位\":\"西湖\",\"标题\":\"简报\"}";
    check_csv("单位,标题\n西湖,简报\n", expected);
    check_csv("\u{feff}单位;标题\r\n西湖;简报\r\n", expected);
    check_csv("单位\t标题\n西湖\t简报", expected);
    check_csv(encoding_rs::GB18030.encode("单位,标题\n西湖,简报\n").0, expected);
    let utf16: Vec<u8> =
        "\u{feff}单位\t标题\n西湖\t简报\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_csv(utf16, expected);
    check_csv("sep=;\n单位;标题\n西湖;简报\n", &expected.replace("2 {", "3 {"));
}

#[test]
fn quoted_line_breaks_stay_and_lines_are_counted() {
    check_csv(
        "id,text\r\n007,\"一\r\n二, \"\"三\"\"\"\r\n\r\n008,=\r\n",
        "2 {\"id\":\"007\",\"text\":\"一\\r\\n二, \\\"三\\\"\"}\n5 {\"id\":\"008\",\"text\":\"=\"}",
    );
}

#[test]
fn what_is_wrong_with_a_csv_names_the_line() {
    check_csv(
        "a,b\n1,2\n3\n4,5,6\n",
        "line 3: 1 cells under 2 headings; a cell that holds the separator must stand in quotes\n\
         line 4: 3 cells under 2 headings; a cell that holds the separator must stand in quotes",
    );
    check_csv(
        "a,a\n",
        "line 1, column B: the heading \"a\" is there already in line 1, column A; rename one",
    );
    check_csv(
        "a,\n1,2\n",
        "line 1, column B: the heading is empty; give the column one, or empty the column (line 2 holds \
         something in it)",
    );
    check_csv("a,b,,\n1,2,,\n", "2 {\"a\":\"1\",\"b\":\"2\"}");
    check_csv(
        "a,b\n1,\"2\n3,4\n5,6\n",
        "line 2: a quote is opened here and not closed; close it, or double it inside a cell",
    );
    check_csv("", "the file is empty; its first line must be the headings");
    assert!(told(b"PK\x03\x04\0\0", "csv").contains("--format xlsx"));
}

#[test]
fn a_file_with_too_many_cells_says_to_split_it() {
    let text = format!("a,b\n{}", "1,2\n".repeat(50_001));
    assert!(told(text.as_bytes(), "csv").contains("split it into several files"));
}
