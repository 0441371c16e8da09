//! What is written comes back: every cell of xlsx, every text of csv.

use proptest::prelude::*;
use registrar_sdk::{Amount, Value};
use std::collections::BTreeMap;
use workbook::{parse::parse, render::render};

/// The cells of a row, by column.
type Cells = BTreeMap<u32, Value>;

/// A cell as it is given, and as it is to come back from xlsx and from csv.
#[derive(Clone, Debug)]
struct Cell {
    given: Value,
    xlsx: Value,
    csv: Value,
}

impl Cell {
    fn of(given: Value, csv: impl AsRef<str>) -> Cell {
        Cell { xlsx: given.clone(), given, csv: Value::text(csv) }
    }
}

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 ]{1,8}",
        "[\u{4e00}-\u{9fff}]{1,8}",
        prop::sample::select(vec![
            "=",
            "+",
            "-",
            "@",
            "'",
            "\"",
            ",",
            ";",
            "\t",
            "\n",
            "\r\n",
            "😀",
            "👨‍👩‍👧",
            "0",
            "007",
            "珺昇堃翀",
            "_x0041_",
            "&amp;",
            "<b>",
            "]]>",
            "é",
            "\u{3000}",
            "TRUE",
            "1e5",
            "3-1",
            "2023-12",
            "330102199001011234",
            "3.10",
            "\u{200b}",
            "#REF!",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        2 => Just(Cell { given: Value::Nil, xlsx: Value::Nil, csv: Value::Nil }),
        6 => text().prop_map(|text| Cell::of(Value::text(&text), text)),
        2 => (-999_999_999_999_999i64..=999_999_999_999_999)
            .prop_map(|n| Cell::of(Value::Int(n), n.to_string())),
        2 => (-99_999_999_999i64..99_999_999_999, 1u32..7).prop_map(|(n, places)| {
            let exact = Amount::from_micros(n * 10i64.pow(6 - places) % 1_000_000_000_000_000);
            let whole = exact.micros() % 1_000_000 == 0;
            let xlsx = if whole { Value::Int(exact.micros() / 1_000_000) } else { Value::Num(exact.to_f64()) };
            Cell { given: Value::Amount(exact), xlsx, csv: Value::text(exact.to_string()) }
        }),
        1 => any::<bool>()
            .prop_map(|is| Cell::of(Value::Bool(is), if is { "TRUE" } else { "FALSE" })),
        2 => (1900i16..=9999, 1i8..=12, 1i8..=31)
            .prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
            .prop_map(|date| Cell::of(Value::text(&date), date)),
    ]
}

fn document(columns: usize, rows: &[Vec<Cell>]) -> Value {
    let column = |n: usize| Value::map([("title", Value::text(format!("列 {n}")))]);
    let row = |row: &Vec<Cell>| Value::List(row.iter().map(|cell| cell.given.clone()).collect());
    let table = Value::map([
        ("kind", Value::text("table")),
        ("columns", Value::List((0..columns).map(column).collect())),
        ("rows", Value::List(rows.iter().map(row).collect())),
    ]);
    let section = Value::map([("blocks", Value::List(vec![table]))]);
    Value::map([("title", Value::text("往返")), ("sections", Value::List(vec![section]))])
}

fn check(columns: usize, rows: &[Vec<Cell>], format: &str, expected: impl Fn(&Cell) -> &Value) {
    let bytes = render(&document(columns, rows), format).unwrap();
    // Below the title, where there is one, and the headings.
    let above = if format == "xlsx" { 2 } else { 1 };
    let read = parse(&bytes, format, None).unwrap().into_iter().skip(above);
    let got: Vec<Cells> =
        read.map(|row| row.cells.into_iter().map(|(at, cell)| (at, cell.unwrap())).collect()).collect();
    let fields = |row: &Vec<Cell>| -> Cells {
        let cells = (0..).zip(row).map(|(at, cell)| (at, expected(cell).clone()));
        cells.filter(|(_, value)| !value.is_nil()).collect()
    };
    // A row of nothing is no row.
    let expected: Vec<Cells> = rows.iter().map(fields).filter(|row| !row.is_empty()).collect();
    assert_eq!(got, expected, "{format}");
}

fn table() -> impl Strategy<Value = (usize, Vec<Vec<Cell>>)> {
    (1usize..6).prop_flat_map(|columns| {
        let rows = prop::collection::vec(prop::collection::vec(cell(), columns), 0..12);
        (Just(columns), rows)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_of_a_workbook_comes_back((columns, rows) in table()) {
        check(columns, &rows, "xlsx", |cell| &cell.xlsx);
    }

    #[test]
    fn every_text_of_a_csv_comes_back((columns, rows) in table()) {
        check(columns, &rows, "csv", |cell| &cell.csv);
    }

    #[test]
    fn no_bytes_bring_the_reader_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for format in workbook::parse::FORMATS {
            let _ = parse(&bytes, format, None);
        }
    }

    #[test]
    fn a_damaged_workbook_is_refused_or_read(at in 0usize..6_000, byte in any::<u8>()) {
        let rows = vec![vec![Cell::of(Value::text("一"), "一"); 3]; 5];
        let mut bytes = render(&document(3, &rows), "xlsx").unwrap();
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = parse(&bytes, "xlsx", None);
        let _ = parse(&bytes[..at], "xlsx", None);
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let rows = vec![vec![Cell::of(Value::text("一"), "一"); 3]; 5];
    assert_eq!(render(&document(3, &rows), "xlsx"), render(&document(3, &rows), "xlsx"));
}

#[test]
fn the_longest_text_fits_and_a_longer_one_is_cut_with_a_note() {
    let rows = |length: usize| {
        let text = "长".repeat(length);
        vec![vec![Cell::of(Value::Nil, ""), Cell::of(Value::text(&text), text)]]
    };
    check(2, &rows(32_767), "xlsx", |cell| &cell.xlsx);
    let cut = |text: String| {
        let row = vec![Cell::of(Value::Nil, ""), Cell::of(Value::text(&text), "")];
        let bytes = render(&document(2, &[row]), "xlsx").unwrap();
        let read = parse(&bytes, "xlsx", None).unwrap().pop().unwrap().cells.remove(&1).unwrap().unwrap();
        let read = read.as_str().unwrap().to_owned();
        assert!(read.encode_utf16().count() <= 32_767 && read.contains("已截断"), "{}", read.len());
        assert!(text.starts_with(read.split('…').next().unwrap()));
        // And a note on the cell says so.
        let mut book = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut note = String::new();
        std::io::Read::read_to_string(&mut book.by_name("xl/comments1.xml").unwrap(), &mut note).unwrap();
        assert!(note.contains("ref=\"B3\"") && note.contains("a cell holds at most 32767"), "{note}");
    };
    cut("长".repeat(32_768));
    // Two units each: half as many fit.
    cut("😀".repeat(16_384));
}
