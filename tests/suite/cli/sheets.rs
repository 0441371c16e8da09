//! Tables as people make them, through the real program: what was tried and fell short (`tests/sheets`), and
//! its neighbours.

use crate::program::{Program, Ran, repository};
use rust_xlsxwriter::{Format, Workbook, Worksheet};
use serde_json::{Value, json};
use std::fs;

/// Two registers with a field of each sort.
pub const REGISTERS: &str = r#"
host.register("items", {
  title = "Items",
  fields = {
    title = { type = "text", required = true, order = 1, label = { zh = "标题", en = "Title" } },
    unit = { type = "unit", required = true, order = 2, label = { zh = "报送单位", en = "Unit" } },
    due = { type = "date", order = 3, label = { zh = "报送期限", en = "Due" } },
    body = { type = "longtext", order = 4, label = { zh = "正文", en = "Body" } },
    authors = { type = "person", many = true, order = 5, label = { zh = "撰稿人", en = "Authors" } },
  },
  actions = { submit = { create = true } },
})
host.register("payments", {
  title = "Payments",
  fields = {
    what = { type = "text", required = true, order = 1, label = { zh = "事项", en = "What" } },
    amount = { type = "amount", required = true, order = 2, label = { zh = "金额", en = "Amount" } },
    count = { type = "integer", order = 3, label = { zh = "数量", en = "Count" } },
    rate = { type = "number", order = 4, label = { zh = "比例", en = "Rate" } },
    paid = { type = "bool", order = 5, label = { zh = "已付", en = "Paid" } },
    card = { type = "text", order = 6, label = { zh = "证号", en = "Card" } },
    kind = { type = "choice", of = { { id = "a", label = "甲类" }, { id = "b", label = "乙类" } }, order = 7,
      label = { zh = "类别", en = "Kind" } },
    day = { type = "date", order = 8, label = { zh = "日期", en = "Day" } },
  },
  actions = { submit = { create = true } },
})
"#;

/// An office with these registers, a few units and people, and the library that reads tables.
pub(super) fn office() -> Program {
    let program = Program::bare();
    program.write("scripts/registers.lua", REGISTERS);
    let built =
        std::path::Path::new(env!("CARGO_BIN_EXE_registrar")).parent().unwrap().join("deps/libworkbook.so");
    fs::copy(built, program.path("plugins/libworkbook.so")).unwrap();
    let mut lines = String::new();
    let mut say = |record: &str, action: &str, fields: Value| {
        let line = json!({ "id": format!("d-{record}"), "register": "$directory", "record": record, "action": action,
            "on": "2020-01-01", "fields": fields });
        lines.push_str(&format!("{line}\n"));
    };
    say("jia", "unit", json!({ "title": "甲县", "class": "county" }));
    say("yi", "unit", json!({ "title": "乙县", "class": "county" }));
    for (id, name) in [("fang", "王芳"), ("qiang", "李强"), ("wei-1", "张伟"), ("wei-2", "张伟")] {
        say(id, "person", json!({ "name": name, "unit": "jia" }));
    }
    program.write("directory.jsonl", &lines);
    program.run(&["import-events", "directory.jsonl"]).ok();
    program
}

pub(super) fn import(program: &Program, register: &str, file: &str, more: &[&str]) -> Ran {
    program.run(&[&["import", register, file], more].concat())
}

/// What the records have in a field, one after the other.
pub(super) fn column(program: &Program, register: &str, field: &str) -> Vec<Value> {
    let out = program.run(&["export", register]).ok().out;
    out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()[field].clone()).collect()
}

/// Imports a kept sheet as a whole.
#[track_caller]
pub(super) fn kept(file: &str, register: &str, expected: &str) -> (Program, Ran) {
    let program = office();
    fs::copy(repository().join("tests/sheets").join(file), program.path(file)).unwrap();
    let ran = import(&program, register, file, &[]);
    let ran = ran.shows(expected);
    (program, ran)
}

/// A table as xlsx.
pub(super) fn book(program: &Program, file: &str, fill: impl FnOnce(&mut Workbook)) {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save(program.path(file)).unwrap();
}

pub(super) fn write(sheet: &mut Worksheet, from: u32, rows: &[&[&str]]) {
    for (row, cells) in (from..).zip(rows) {
        for (column, text) in (0..).zip(*cells).filter(|(_, text)| !text.is_empty()) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
}

#[test]
fn days_are_read_as_people_write_them() {
    let (program, ran) = kept("textdates.xlsx", "items", "18 taken, 2 refused.");
    ran.says("\"23/1/5\" is no date: its year is not written in full").says("\"Jan 5, 2023\" is no date");
    assert!(column(&program, "items", "due").iter().all(|due| due == "2023-01-05"));
    let (program, _) = kept("dt.xlsx", "items", "1 taken, 0 refused.");
    assert_eq!(column(&program, "items", "due"), ["2023-02-14"]);
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let (program, ran) = kept("amounts.xlsx", "payments", "24 taken, 3 refused");
    ran.says("amounts.xlsx:Sheet1!27: column B \"金额\": 0.0000001 has more than six decimals")
        .says("amounts.xlsx:Sheet1!24: column B \"金额\": Amount is missing")
        .says("amounts.xlsx:Sheet1!4: column B \"金额\": 33.333333333333336 has more than six decimals");
    let amounts = column(&program, "payments", "amount");
    for (at, expected) in ["0.3", "36.3", "1234.5", "1200", "1200", "1200"].iter().enumerate() {
        let found = amounts[at].as_str().map_or(amounts[at].to_string(), str::to_owned);
        assert_eq!(found, *expected, "{amounts:?}");
    }
    assert_eq!(column(&program, "payments", "count")[5], 12);
    assert_eq!(column(&program, "payments", "rate")[5], 0.5);
}

#[test]
fn names_are_found_however_they_are_padded() {
    let (program, ran) = kept("names.xlsx", "items", "6 taken, 2 refused");
    ran.says("names.xlsx:Sheet1!8: column B \"报送单位\": there is no unit \"甲县人大\"").says(
        "names.xlsx:Sheet1!9: column C \"撰稿人\": \"张伟\" is what wei-1 and wei-2 are called; write the id",
    );
    let authors = column(&program, "items", "authors");
    assert_eq!(authors[0], json!(["fang"]));
    assert_eq!(authors[2], json!(["fang", "qiang"]));
    assert_eq!(authors[3], json!(["fang", "qiang"]));
    assert!(column(&program, "items", "unit").iter().all(|unit| unit == "jia"));
}

#[test]
fn titles_notes_totals_and_blank_rows_are_no_rows() {
    kept("title.csv", "items", "1 taken, 0 refused, 1 left out.")
        .1
        .says("title.csv:1: left out: above the headings");
    kept("title_nomerge.xlsx", "items", "1 taken, 0 refused, 1 left out.");
    kept("note_first.xlsx", "items", "1 taken, 0 refused.").1.says("the sheet \"填表说明\" has no headings");
    kept("blanks.xlsx", "items", "1 taken, 0 refused.");
    kept("total.xlsx", "payments", "1 taken, 0 refused, 2 left out.")
        .1
        .says("left out: a row of totals (\"合计\")");
    kept("xuhao.xlsx", "items", "1 taken, 0 refused.").1.says("left out: column A \"序号\"");
    let program = office();
    book(&program, "more.xlsx", |book| {
        let sheet = book.add_worksheet();
        write(sheet, 0, &[&["序号", "标题", "报送单位"], &["1", "一", "甲县"], &["", "小 计", "", "1"]]);
        sheet.merge_range(3, 0, 3, 2, "以下为乙县报送", &Format::new()).unwrap();
        write(
            sheet,
            4,
            &[
                &["序号", "标题", "报送单位"],
                &["2", "二", "乙县"],
                &["3"],
                &["填表人：王芳", "", "审核人：李强"],
            ],
        );
        write(sheet, 8, &[&["注：截至三月底"], &["合计", "2"]]);
    });
    let ran = import(&program, "items", "more.xlsx", &[]).shows("2 taken, 0 refused, 7 left out.");
    for said in [
        "Sheet1!3: left out: a row of totals (\"小 计\")",
        "Sheet1!4: left out: a title or note (\"以下为乙县报送\")",
        "Sheet1!5: left out: the headings again",
        "Sheet1!7: left out: only its number is filled in",
        "Sheet1!8: left out: a note (\"填表人:王芳\")",
        "Sheet1!9: left out: a note (\"注:截至三月底\")",
        "Sheet1!10: left out: a row of totals (\"合计\")",
    ] {
        assert!(ran.err.contains(said), "{said}: {ran:?}");
    }
    // A sum may say whose it is; a record says more.
    program.write("total.csv", "标题,报送单位,报送期限,正文\n小计：,甲县,,\n合计(2条),甲县,,\n甲县小计,甲县,,2\n本页小计,甲县\n全县粮食产量合计,甲县\n合计,甲县,2023-1-5,正文\n");
    import(&program, "items", "total.csv", &[]).shows("2 taken, 0 refused, 4 left out.");
}

#[test]
fn headings_are_found_with_signs_remarks_and_over_two_rows() {
    for file in ["star.xlsx", "zerowidth.xlsx"] {
        kept(file, "items", "1 taken, 0 refused.");
    }
    let program = office();
    program.write(
        "marks.csv",
        "★标题：,报送单位(必填),(选填)报送期限,正 文,撰稿人【选填】\n一,甲县,2023-1-5,文,王芳\n",
    );
    import(&program, "items", "marks.csv", &[]).shows("1 taken, 0 refused.");
    assert_eq!(column(&program, "items", "authors"), [json!(["fang"])]);
    let program = office();
    book(&program, "two.xlsx", |book| {
        let sheet = book.add_worksheet();
        sheet.merge_range(0, 0, 0, 3, "报送情况", &Format::new()).unwrap();
        sheet.merge_range(1, 0, 2, 0, "标题", &Format::new()).unwrap();
        sheet.merge_range(1, 1, 1, 2, "来源", &Format::new()).unwrap();
        write(sheet, 2, &[&["", "报送单位", "撰稿人"], &["一", "甲县", "王芳"], &["二", "乙县"]]);
    });
    import(&program, "items", "two.xlsx", &[]).shows("2 taken, 0 refused, 2 left out.");
    assert_eq!(column(&program, "items", "unit"), ["jia", "yi"]);
}

#[test]
fn what_cannot_be_guessed_is_named_all_at_once_and_mapped() {
    let program = office();
    program.write("own.csv", "名目,部门,备考,标题\n一,甲县,x,y\n二,乙县,,\n");
    let refused = import(&program, "items", "own.csv", &[]).ended(1).says("nothing was imported");
    for column in ["column A \"名目\"", "column B \"部门\"", "column C \"备考\""] {
        assert!(refused.err.contains(column) && refused.err.contains("--map \"名目=FIELD\""), "{refused:?}");
    }
    let map = ["--map", "名目=title", "--map", "B=unit", "--map", "备考=-", "--map", "D=-"];
    import(&program, "items", "own.csv", &[&map[..], &["--mapping", "乡镇报表"]].concat())
        .ok()
        .shows("2 taken, 0 refused.");
    assert_eq!(column(&program, "items", "title"), ["一", "二"]);
    // It is kept, and told from one that is not.
    program.write("next.csv", "名目,部门,备考,标题\n三,甲县,,\n");
    import(&program, "items", "next.csv", &["--mapping", "乡镇报表"]).ok().shows("1 taken, 0 refused.");
    import(&program, "items", "next.csv", &["--mapping", "乡镇"]).ended(2).says("did you mean `乡镇报表`");
    import(&program, "items", "next.csv", &["--map", "没有=title"])
        .ended(1)
        .says("the table has no such column");
    import(&program, "items", "next.csv", &["--map", "名目=titel"]).ended(1).says("did you mean `title`");
    import(&program, "items", "next.csv", &["--map", "名目"]).ended(2).says("write a column's heading");
}

#[test]
fn rows_may_be_short_or_long() {
    let (program, _) = kept("short_rows.csv", "items", "3 taken, 0 refused.");
    assert_eq!(column(&program, "items", "due"), [json!("2023-01-05"), json!("2023-01-05"), Value::Null]);
    let program = office();
    program.write("long.csv", "标题,报送单位\n一,甲县,,\n二,甲县,多,\n三,乙县\n");
    import(&program, "items", "long.csv", &[])
        .ended(1)
        .shows("2 taken, 1 refused.")
        .says("long.csv:3: column C holds \"多\" under no heading");
    // What most rows have was to have a heading.
    program.write("most.csv", "标题,报送单位\n四,甲县,多\n五,甲县,多\n");
    import(&program, "items", "most.csv", &[])
        .ended(1)
        .says("column C has no heading, and 2 rows hold something in it");
    import(&program, "items", "most.csv", &["--map", "C=-"]).ok().shows("2 taken, 0 refused.");
}

#[test]
fn a_sheet_is_chosen_and_what_is_not_shown_is_told() {
    let program = office();
    book(&program, "sheets.xlsx", |book| {
        write(
            book.add_worksheet().set_name("一月").unwrap(),
            0,
            &[&["标题", "报送单位"], &["一", "甲县"], &["二", "甲县"]],
        );
        write(book.add_worksheet().set_name("二月").unwrap(), 0, &[&["标题", "报送单位"], &["三", "乙县"]]);
        let hidden = book.add_worksheet().set_name("底稿").unwrap().set_hidden(true);
        write(hidden, 0, &[&["标题", "报送单位"], &["四", "乙县"]]);
    });
    import(&program, "items", "sheets.xlsx", &[])
        .ended(1)
        .says("\"一月\", \"二月\" all have headings")
        .says("--sheet '*'");
    import(&program, "items", "sheets.xlsx", &["--sheet", "二月"]).ok().shows("1 taken, 0 refused.");
    import(&program, "items", "sheets.xlsx", &["--sheet", "*"])
        .ok()
        .shows("2 taken, 0 refused, 1 already there.");
    import(&program, "items", "sheets.xlsx", &["--sheet", "底稿"]).ok().shows("1 taken");
    import(&program, "items", "sheets.xlsx", &["--sheet", "三月"])
        .ended(1)
        .says("there is no sheet \"三月\"");
    let program = office();
    book(&program, "drafts.xlsx", |book| {
        write(book.add_worksheet().set_name("一月").unwrap(), 0, &[&["标题", "报送单位"], &["一", "甲县"]]);
        write(
            book.add_worksheet().set_name("二月").unwrap().set_hidden(true),
            0,
            &[&["标题", "报送单位"], &["二", "甲县"]],
        );
    });
    for more in [&[][..], &["--sheet", "*"]] {
        let ran = import(&program, "items", "drafts.xlsx", &[&["--again"], more].concat());
        ran.ok().shows("1 taken").says("hidden sheets with headings of the register are not read: \"二月\"");
    }
    let program = office();
    book(&program, "hidden.xlsx", |book| {
        let sheet = book.add_worksheet();
        write(sheet, 0, &[&["标题", "报送单位"], &["一", "甲县"], &["二", "甲县"], &["三", "甲县"]]);
        sheet.set_row_hidden(2).unwrap();
    });
    import(&program, "items", "hidden.xlsx", &["--hidden", "skip", "--dry-run"])
        .ok()
        .shows("2 would be taken, 0 refused, 1 left out.")
        .says("hidden.xlsx:Sheet1!3: left out: it is not shown");
    import(&program, "items", "hidden.xlsx", &[])
        .ok()
        .shows("3 taken, 0 refused.")
        .says("rows that are not shown are taken too (3); --hidden skip leaves them out");
}

#[test]
fn what_a_spreadsheet_spoilt_is_warned_of_and_other_files_are_named() {
    kept("sci.csv", "items", "1 taken, 0 refused.")
        .1
        .says("column A \"标题\": \"3.30102E+17\" looks like a long number");
    let program = office();
    fs::copy(repository().join("tests/sheets/fake.xls"), program.path("fake.xls")).unwrap();
    import(&program, "items", "fake.xls", &[]).ended(1).says("it is a web page that was called a workbook");
    // Read as what it is, whatever it is called.
    fs::copy(repository().join("tests/sheets/xuhao.xlsx"), program.path("renamed.xls")).unwrap();
    import(&program, "items", "renamed.xls", &[]).ok().shows("1 taken");
    program.write("empty.csv", "");
    import(&program, "items", "empty.csv", &[]).ended(1).says("the file holds no rows");
}
