//! The export for an outside appraisal: figures with their evidence, in a file that opens in a spreadsheet.

use super::city::City;
use crate::cli::headed;
use serde_json::{Value as Json, json};

/// An office in which East had an item adopted into this issue of the journal.
fn office(issue: u32) -> City {
    let city = City::new(&["zhalantun"]);
    let item = json!({ "title": "夜间照明不足", "unit": "east" });
    let item = city.attempt("wang", "information", None, "submit", item).unwrap().record;
    city.day("2023-02-14");
    city.act("li", "information", &item, "adopt", json!({ "carrier": "journal", "issue": issue }));
    // A report reads the ledger as it is; this brings it up to the log.
    assert_eq!(city.amount("information", "2023-Q1", "points", "east"), "15");
    city
}

/// The rows of a file as another program would read them.
fn read(model: &Json, format: &str) -> Vec<Json> {
    let bytes = workbook::render::render(&serde_json::from_value(model.clone()).unwrap(), format).unwrap();
    headed(&bytes, format)
}

#[test]
fn an_appraisal_is_a_file_that_opens_in_a_spreadsheet() {
    let model = office(3).report("appraisal", json!({ "period": "2023-Q1" })).unwrap();
    let evidence = "2023-0001（2023-01-03报送）；2023-0001（2023-02-14采用，人大信息第3期）";
    for format in ["xlsx", "csv"] {
        let rows = read(&model, format);
        assert_eq!(rows.len(), 4, "{format}: {rows:?}");
        let row = &rows[0];
        assert_eq!((&row["单位"], &row["佐证材料"]), (&json!("东县"), &json!(evidence)), "{format}");
        // A csv has texts only.
        assert_eq!(row["得分"].as_str().map_or(row["得分"].to_string(), str::to_owned), "15", "{format}");
    }
    let csv = workbook::render::render(&serde_json::from_value(model.clone()).unwrap(), "csv").unwrap();
    assert!(csv.starts_with("\u{feff}".as_bytes()), "spreadsheet programs know UTF-8 by its mark");
    assert_eq!(
        model["appendices"][0]["blocks"][0]["rows"],
        json!([
            ["东县", "2023-0001", "夜间照明不足", "报送", "2023-01-03", "", "", ""],
            ["东县", "2023-0001", "夜间照明不足", "采用", "2023-02-14", "人大信息", 3, ""],
        ])
    );
    let model = office(4).report("appraisal", json!({ "period": "2023-Q1" })).unwrap();
    assert!(read(&model, "xlsx")[0]["佐证材料"].as_str().unwrap().ends_with("人大信息第4期）"));
    // In January there was no adoption yet.
    let january = office(3).report("appraisal", json!({ "period": "2023-01" })).unwrap();
    assert_eq!(
        january["sections"][0]["blocks"][0]["rows"][0],
        json!([1, "东县", 5, 1, "2023-0001（2023-01-03报送）"])
    );
}

#[test]
fn a_long_list_of_evidence_is_cut_in_the_line_and_whole_in_the_second_table() {
    let city = City::with(&[], json!({ "evidence": { "listed": 2 } }));
    for n in 0..3 {
        let id = format!("i-{n}");
        city.past("information", &id, "submit", "2023-01-05", json!({ "title": id, "unit": "east" }));
    }
    let model = city.report("appraisal", json!({ "period": "2023" })).unwrap();
    let line = &model["sections"][0]["blocks"][0]["rows"][0];
    assert_eq!(line[3], json!(3));
    assert_eq!(line[4], "i-0（2023-01-05报送）；i-1（2023-01-05报送）；等3条，详见明细表");
    assert_eq!(model["appendices"][0]["blocks"][0]["rows"].as_array().unwrap().len(), 3);
}
