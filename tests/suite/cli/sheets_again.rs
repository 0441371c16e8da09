//! Tables that come a second time: mended, the same, all or nothing.

use super::sheets::*;
use serde_json::json;
use std::fs;

#[test]
fn a_mended_table_goes_on_with_its_import_and_the_whole_is_taken_back() {
    let program = office();
    let table = |rows: &str| program.write("一月.csv", &format!("标题,报送单位,报送期限\n{rows}"));
    table("一,甲县,2023-1-5\n二,丙县,2023-1-6\n三,乙县,昨天\n四,乙县,2023-1-8\n");
    import(&program, "items", "一月.csv", &[])
        .ended(1)
        .shows("2 taken, 2 refused. Import \"一月\".")
        .says("一月.csv:3: column B \"报送单位\": there is no unit \"丙县\"")
        .says("一月.csv:4: column C \"报送期限\": \"昨天\" is no date");
    // Two are mended, one row is new above them, one has changed.
    table("一,甲县,2023-1-5\n二,乙县,2023-1-6\n三,乙县,2023-1-7\n四,甲县,2023-1-8\n零,甲县,2023-1-4\n");
    import(&program, "items", "一月.csv", &[])
        .ended(1)
        .shows("3 taken, 0 refused, 1 already there, 1 changed. Import \"一月\".")
        .says("一月.csv: already there: 2")
        .says("一月.csv:5: was taken before and has changed since: column B \"报送单位\" was \"yi\", is \"jia\"");
    assert_eq!(column(&program, "items", "title"), ["一", "四", "二", "三", "零"]);
    // The same rows under another name are known too; other rows are another import.
    fs::copy(program.path("一月.csv"), program.path("copy.csv")).unwrap();
    import(&program, "items", "copy.csv", &["--dry-run"])
        .shows("1 would be taken, 0 refused, 4 already there");
    table("五,甲县,2023-2-5\n");
    import(&program, "items", "一月.csv", &[]).ok().shows("1 taken, 0 refused. Import \"一月-2\".");
    import(&program, "items", "一月.csv", &["--again"]).ok().shows("1 taken, 0 refused. Import");
    let listed = program.run(&["imports", "--json"]).ok().json();
    let told: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| (one["import"].clone(), one["rows"].clone())).collect();
    assert_eq!(told[0], (json!("一月"), json!(5)));
    assert_eq!(told[1].0, json!("一月-2"));
    program.run(&["imports", "一月", "--void", "--reason", "错报"]).ok().shows("5 rows made void");
    assert_eq!(column(&program, "items", "title").len(), 2);
    program.run(&["imports", "一月", "--void", "--reason", "错报"]).ended(1).says("counts any more");
    program.run(&["imports", "一月-9"]).ended(1).says("did you mean `一月-");
    program.run(&["imports"]).ok().shows("一月.csv");
    // What was taken back can come in again.
    fs::copy(program.path("copy.csv"), program.path("一月.csv")).unwrap();
    import(&program, "items", "一月.csv", &[]).ok().shows("5 taken, 0 refused.");
    program.run(&["verify"]).ok();
}

#[test]
fn what_is_stored_alike_is_one_row_and_a_table_with_another_column_is_the_same() {
    let program = office();
    program.write("a.csv", "标题,报送单位,正文\n一,甲县,\"x\ny\"\n二,乙县,\n");
    import(&program, "items", "a.csv", &[]).ok().shows("2 taken");
    // Spaces around, other programs' line breaks, what can't be seen, what is empty: nothing new.
    program.write("b.csv", "标题,报送单位,正文,撰稿人\n 一 ,甲县,\"x\r\ny \",\n二\u{7},乙县,,无\n");
    import(&program, "items", "b.csv", &[]).ok().shows("0 taken, 0 refused, 2 already there");
    // A column more: rows of the same table that have changed.
    program.write("c.csv", "标题,报送单位\nA,甲县\nB,甲县\nC,乙县\n");
    import(&program, "items", "c.csv", &[]).ok().shows("3 taken");
    program.write("c.csv", "标题,报送单位,正文\nA,甲县,a\nB,甲县,b\nC,乙县,c\n");
    import(&program, "items", "c.csv", &[]).ended(1).shows("0 taken, 0 refused, 3 changed. Import \"c\".");
    // Other rows under the same name are another table.
    program.write("c.csv", "标题,报送单位\nD,甲县\nE,甲县\nF,乙县\n");
    import(&program, "items", "c.csv", &[]).ok().shows("3 taken, 0 refused. Import \"c-2\".");
    assert_eq!(column(&program, "items", "title").len(), 8);
    // A cell that an export has cut is not taken for the whole.
    program.write("cut.csv", "标题,报送单位,正文\n切,甲县,开头…（已截断，全文 33334 字 · cut）\n");
    import(&program, "items", "cut.csv", &[]).ended(1).says("was cut by an export");
    program.write("key.csv", "标题,报送单位,事件号\n键,甲县,\"x\ny\"\n");
    import(&program, "items", "key.csv", &[]).ended(1).says("a key has no line end in it");
    program.run(&["verify"]).ok();
}

#[test]
fn all_or_nothing_is_one_transaction() {
    let program = office();
    program.write("一月.csv", "标题,报送单位\n一,甲县\n二,丙县\n三,乙县\n四,丁县\n");
    import(&program, "items", "一月.csv", &["--all-or-nothing"])
        .ended(1)
        .shows("0 taken, 2 refused.")
        .says("一月.csv:3:")
        .says("一月.csv:5:")
        .says("Nothing was stored");
    assert!(column(&program, "items", "title").is_empty());
    program.run(&["imports"]).ok().shows("No records were imported yet");
    program.write("一月.csv", "标题,报送单位\n一,甲县\n二,甲县\n三,乙县\n四,乙县\n");
    import(&program, "items", "一月.csv", &["--all-or-nothing"])
        .ok()
        .shows("4 taken, 0 refused. Import \"一月\".");
    // Something was done since to one of its records: that must go first.
    let id = column(&program, "items", "id")[0].as_str().unwrap().to_owned();
    program.run(&["act", "items", &id, "submit", "title=改"]).ok();
    program
        .run(&["imports", "一月", "--void", "--reason", "错"])
        .ended(1)
        .says(&format!("something was done since to {id};"));
    program.run(&["verify"]).ok();
}
