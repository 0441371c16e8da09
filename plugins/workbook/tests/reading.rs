//! What people's files look like: sheets, merged cells, hidden rows, dates, errors, encodings, separators.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use std::io::{Cursor, Read, Write};
use workbook::{cell_place::letters, parse::parse};

/// The rows as one text, a line each, or what was refused.
fn told(bytes: &[u8], format: &str) -> String {
    told_of(bytes, format, None)
}

fn told_of(bytes: &[u8], format: &str, sheet: Option<&str>) -> String {
    let rows = match parse(bytes, format, sheet) {
        Ok(rows) => rows,
        Err(why) => return why.to_string(),
    };
    let told = rows.iter().map(|row| {
        let cells = row.cells.iter().map(|(at, cell)| match cell {
            Ok(value) => format!("{}={value}", letters(*at)),
            Err(why) => format!("{}! {why}", letters(*at)),
        });
        let cells: Vec<String> = cells.collect();
        let sheet = if row.sheet == "Sheet1" || row.sheet.is_empty() {
            String::new()
        } else {
            format!("{}!", row.sheet)
        };
        let marks =
            format!("{}{}", if row.hidden { " hidden" } else { "" }, if row.banner { " banner" } else { "" });
        format!("{sheet}{}{marks} {}", row.line, cells.join(" "))
    });
    told.collect::<Vec<_>>().join("\n")
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
fn rows_are_read_as_they_lie_and_titles_are_marked() {
    check(
        |sheet| {
            sheet.merge_range(1, 0, 1, 2, "信息采用情况", &Format::new()).unwrap();
            write(sheet, 3, &[&["单位", " 标题 "], &["西湖", "简报"], &[], &["", "无单位"]]);
        },
        "2 banner A=\"信息采用情况\"\n4 A=\"单位\" B=\" 标题 \"\n5 A=\"西湖\" B=\"简报\"\n7 B=\"无单位\"",
    );
}

#[test]
fn a_value_is_what_its_cell_says() {
    check(
        |sheet| {
            write(sheet, 0, &[&["007"]]);
            sheet.write_number(0, 1, -12).unwrap();
            sheet.write_number(0, 2, 0.1).unwrap();
            sheet.write_boolean(0, 3, true).unwrap();
            let date = |format: &str| Format::new().set_num_format(format);
            let moment = ExcelDateTime::parse_from_str("2023-02-14T09:30:00").unwrap();
            let day = ExcelDateTime::from_ymd(2023, 2, 14).unwrap();
            sheet.write_with_format(0, 4, &day, &date("yyyy\"年\"m\"月\"d\"日\"")).unwrap();
            sheet.write_with_format(0, 5, &moment, &date("yyyy/m/d h:mm")).unwrap();
            sheet.write_number_with_format(0, 6, 1.5, &date("[h]:mm:ss")).unwrap();
        },
        r#"1 A="007" B=-12 C=0.1 D=true E="2023-02-14" F="2023-02-14T09:30:00" G="36:00:00""#,
    );
}

#[test]
fn a_merged_cell_counts_for_each_row_it_spans() {
    check(
        |sheet| {
            sheet.merge_range(0, 0, 1, 0, "单位", &Format::new()).unwrap();
            sheet.merge_range(2, 0, 4, 0, "西湖", &Format::new()).unwrap();
            write(sheet, 1, &[&["", "标题"], &["", "甲"], &[], &["", "丙"]]);
            sheet.write_string(2, 0, "西湖").unwrap();
        },
        "1 A=\"单位\"\n2 A=\"单位\" B=\"标题\"\n3 A=\"西湖\" B=\"甲\"\n5 A=\"西湖\" B=\"丙\"",
    );
}

#[test]
fn rows_that_are_not_shown_are_marked() {
    let hidden = |sheet: &mut Worksheet| {
        write(sheet, 0, &[&["标题"], &["甲"], &["乙"], &["丙"]]);
        sheet.set_row_hidden(2).unwrap();
    };
    check(hidden, "1 A=\"标题\"\n2 A=\"甲\"\n3 hidden A=\"乙\"\n4 A=\"丙\"");
    let filtered = |sheet: &mut Worksheet| {
        write(sheet, 0, &[&["标题"], &["甲"], &["乙"]]);
        sheet.autofilter(0, 0, 2, 0).unwrap();
        sheet.filter_column(0, &rust_xlsxwriter::FilterCondition::new().add_list_filter("甲")).unwrap();
    };
    check(filtered, "1 A=\"标题\"\n2 A=\"甲\"\n3 hidden A=\"乙\"");
}

#[test]
fn what_a_cell_cannot_say_is_named() {
    check(
        |sheet| {
            sheet.write_formula(0, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
            sheet.write_number(1, 0, 6_222_020_200_012_345_f64).unwrap();
            sheet.write_number_with_format(1, 2, -1, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
        },
        "1 B! the cell shows the error #DIV/0!; mend its formula\n\
         2 A! a number of more than 15 digits, of which a spreadsheet keeps only the first 15; format the cell as \
         text and type it again C! the number -1 is formatted as a date, but is none; mend it",
    );
}

#[test]
fn a_number_that_is_shown_with_zeros_or_as_percent_is_read_so() {
    let fill = |sheet: &mut Worksheet| {
        let format = |code: &str| Format::new().set_num_format(code);
        for (column, (number, code)) in
            (0..).zip([(7.0, "00000"), (0.155, "0.0%"), (0.5, "0%"), (1234.5, "#,##0.00"), (7.0, "0")])
        {
            sheet.write_number_with_format(0, column, number, &format(code)).unwrap();
        }
    };
    check(fill, "1 A=\"00007\" B=\"15.5%\" C=\"50%\" D=1234.5 E=7");
}

#[test]
fn a_formula_counts_as_its_result_and_without_one_is_named() {
    let fill = |sheet: &mut Worksheet| {
        sheet.write_formula(0, 0, Formula::new("=1+1").set_result("2")).unwrap();
    };
    check(fill, "1 A=2");
    // As programs that do not compute write it.
    let bytes = with_part(&book(fill), "xl/worksheets/sheet1.xml", |xml| xml.replace("<v>2</v>", ""));
    assert_eq!(
        told(&bytes, "xlsx"),
        "1 A! a formula whose result is not in the file; open it in a spreadsheet program and save it",
    );
}

#[test]
fn all_sheets_that_are_shown_are_read_or_the_one_that_is_named() {
    let mut book = Workbook::new();
    write(book.add_worksheet().set_name("一月").unwrap(), 0, &[&["甲"]]);
    write(book.add_worksheet().set_name("二月").unwrap(), 0, &[&["乙"]]);
    write(book.add_worksheet().set_name("底稿").unwrap().set_hidden(true), 0, &[&["丙"]]);
    let bytes = book.save_to_buffer().unwrap();
    assert_eq!(told(&bytes, "xlsx"), "一月!1 A=\"甲\"\n二月!1 A=\"乙\"\n底稿!1 hidden A=\"丙\"");
    assert_eq!(told_of(&bytes, "xlsx", Some(" 二月")), "二月!1 A=\"乙\"");
    assert_eq!(told_of(&bytes, "xlsx", Some("底稿")), "底稿!1 A=\"丙\"");
    let refused = told_of(&bytes, "xlsx", Some("三月"));
    assert!(refused.contains("no sheet \"三月\"") && refused.contains("\"一月\", \"二月\""), "{refused}");
}

#[test]
fn a_cell_far_out_costs_nothing() {
    let far = |sheet: &mut Worksheet| {
        sheet.write_string(1_048_575, 16_383, "远").unwrap();
    };
    check(far, "1048576 XFD=\"远\"");
}

#[test]
fn what_is_no_workbook_says_what_it_is() {
    for (bytes, what) in [
        ("标题,单位\n".as_bytes(), "it may be csv"),
        (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "is a web page"),
        ("\u{feff}\n<!DOCTYPE html>".as_bytes(), "is a web page"),
        (b"<?xml version=\"1.0\"?><Workbook/>", "is XML"),
        (b"", "it is empty"),
        (&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "take its password away"),
    ] {
        let refused = told(bytes, "xlsx");
        assert!(refused.contains(what) && refused.contains("save it as .xlsx"), "{refused}");
    }
    assert_eq!(told(&book(|_| {}), "xlsx"), "");
    assert!(told(b"", "docx").contains("xlsx, xls, csv"));
    // Whatever its name says.
    assert_eq!(told(&book(|sheet| write(sheet, 0, &[&["甲"]])), "xls"), "1 A=\"甲\"");
}

#[test]
fn csv_is_read_in_the_encodings_and_separators_people_have() {
    let expected = "1 A=\"单位\" B=\"标题\"\n2 A=\"西湖\" B=\"简报\"";
    check_csv("单位,标题\n西湖,简报\n", expected);
    check_csv("\u{feff}单位;标题\r\n西湖;简报\r\n", expected);
    check_csv("单位\t标题\n西湖\t简报", expected);
    check_csv(encoding_rs::GB18030.encode("单位,标题\n西湖,简报\n").0, expected);
    let utf16: Vec<u8> =
        "\u{feff}单位\t标题\n西湖\t简报\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_csv(utf16, expected);
    check_csv("sep=;\n单位;标题\n", "2 A=\"单位\" B=\"标题\"");
    // A title above the headings has no separator of its own.
    check_csv(
        "一季度\n单位;标题\n西湖;简报\n",
        "1 A=\"一季度\"\n2 A=\"单位\" B=\"标题\"\n3 A=\"西湖\" B=\"简报\"",
    );
    check_csv("标题\n一;二\n三\n", "1 A=\"标题\"\n2 A=\"一;二\"\n3 A=\"三\"");
}

#[test]
fn quoted_line_breaks_stay_and_lines_are_counted() {
    check_csv(
        "id,text\r\n007,\"一\r\n二, \"\"三\"\"\"\r\n\r\n008,=\r\n",
        "1 A=\"id\" B=\"text\"\n2 A=\"007\" B=\"一\\r\\n二, \\\"三\\\"\"\n5 A=\"008\" B=\"=\"",
    );
}

#[test]
fn a_quote_that_is_not_doubled_loses_nothing_in_silence() {
    let why =
        "! a quote inside a cell in quotes is not doubled, so some of the cell would be lost; write it twice";
    check_csv("a,b\n\"关于\"三农\"问题\",甲\n", &format!("1 A=\"a\" B=\"b\"\n2 A{why} B=\"甲\""));
    check_csv("a,b\n甲,\"\"乙\"\"\n", &format!("1 A=\"a\" B=\"b\"\n2 A=\"甲\" B{why}"));
    check_csv("a,b\n\"\"\"甲\"\"\",乙\"丙\n", "1 A=\"a\" B=\"b\"\n2 A=\"\\\"甲\\\"\" B=\"乙\\\"丙\"");
    check_csv("\"a\",\"b\"\r\n\"1,\n2\",\"\"\r\n", "1 A=\"a\" B=\"b\"\n2 A=\"1,\\n2\"");
}

#[test]
fn short_and_long_rows_are_rows() {
    check_csv(
        "a,b\n1,2\n3\n4,5,6\n,,\n",
        "1 A=\"a\" B=\"b\"\n2 A=\"1\" B=\"2\"\n3 A=\"3\"\n4 A=\"4\" B=\"5\" C=\"6\"",
    );
    check_csv("", "");
}

#[test]
fn what_is_no_csv_names_the_line() {
    check_csv(
        "a,b\n1,\"2\n3,4\n5,6\n",
        "line 2: a quote is opened here and not closed; close it, or double it inside a cell",
    );
    assert!(told(b"PK\x03\x04\0\0", "csv").contains("--format xlsx"));
}

#[test]
fn a_file_with_too_many_cells_says_to_split_it() {
    let text = "1,2\n".repeat(50_001);
    assert!(told(text.as_bytes(), "csv").contains("split it into several files"));
}
