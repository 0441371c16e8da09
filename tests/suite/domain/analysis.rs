//! Shares, the mix of kinds, this year against last, the adoption rate.

use super::city::City;
use registrar_kernel::queries::panel::PanelContent;
use serde_json::{Value as Json, json};

/// So many items of a unit, of a kind, on a day.
fn items(city: &City, unit: &str, kind: &str, on: &str, count: usize) {
    for n in 0..count {
        let id = format!("{unit}-{kind}-{on}-{n}");
        let item = json!({ "title": id, "unit": unit, "kind": kind });
        city.past("information", &id, "submit", on, item);
    }
}

fn rows(report: &Json) -> Vec<Json> {
    let blocks = report["sections"][0]["blocks"].as_array().unwrap();
    let table = blocks.iter().find(|block| block["kind"] == "table").unwrap();
    table["rows"].as_array().unwrap().clone()
}

/// What a plugin's panel shows beside the standings, each line as a text.
fn panel(city: &City, id: &str) -> Vec<String> {
    let panels = city.panels("standings", "li");
    let of = panels.into_iter().filter(|panel| panel.plugin == "analysis");
    let lines = of.map(|panel| match panel.shown {
        PanelContent::List(lines) => ("mix", lines.into_iter().map(|line| line.zh).collect()),
        PanelContent::Table(_, rows) => (
            "trends",
            rows.iter()
                .map(|row| row.iter().map(|cell| cell.zh.as_str()).collect::<Vec<_>>().join(" "))
                .collect(),
        ),
        PanelContent::Text(_) => panic!("neither"),
    });
    lines.into_iter().find(|(found, _)| *found == id).map_or_else(Vec::new, |(_, lines)| lines)
}

#[test]
fn each_unit_has_its_share_of_the_whole_rounded_in_either_way() {
    // Five points an item.
    let shares = |east: usize, mode: &str| {
        let city = City::with(&["zhalantun"], json!({ "shares": { "mode": mode } }));
        items(&city, "east", "dynamic", "2023-01-05", east);
        items(&city, "west", "dynamic", "2023-01-05", 36);
        // A report reads the ledger as it is; this brings it up to the log.
        assert_eq!(city.amount("information", "2023-Q1", "points", "west"), "180");
        let report = city.report("shares", json!({ "period": "2023-Q1" })).unwrap();
        rows(&report)[..2].iter().map(|row| (row[1].clone(), row[2].clone())).collect::<Vec<_>>()
    };
    assert_eq!(shares(12, "keep100"), [(json!(60), json!(25)), (json!(180), json!(75))]);
    assert_eq!(shares(12, "cut"), [(json!(60), json!(25)), (json!(180), json!(75))]);
    // 65 of 245 are 26.530…, 180 are 73.469….
    assert_eq!(shares(13, "keep100"), [(json!(65), json!(26.53)), (json!(180), json!(73.47))]);
    assert_eq!(shares(13, "cut"), [(json!(65), json!(26.53)), (json!(180), json!(73.46))]);
}

#[test]
fn too_many_items_of_one_kind_are_warned_of() {
    let mix = |dynamic: usize| {
        let city = City::with(&[], json!({ "analysis": { "pairs": ["dynamic/research"] } }));
        items(&city, "east", "dynamic", "2023-01-03", dynamic);
        items(&city, "west", "research", "2023-01-03", 100 - dynamic);
        let report = city.report("mix", json!({ "period": "2023-Q1" })).unwrap();
        let said = report["sections"][1]["blocks"][0].clone();
        (rows(&report)[0].clone(), said, panel(&city, "mix"))
    };
    let (first, said, shown) = mix(82);
    assert_eq!(first, json!(["动态信息", 82, "82.00%"]));
    assert_eq!(said["items"], json!(["动态信息占82.00%，偏多（达到80%提示）。"]));
    assert_eq!(shown, ["动态信息占82.00%，偏多（达到80%提示）"]);
    let (first, said, shown) = mix(79);
    assert_eq!(first, json!(["动态信息", 79, "79.00%"]));
    assert_eq!(said["text"], "各类信息比例未达到提示标准。");
    assert_eq!(shown, Vec::<String>::new());
    // Against each other: 84 to 16 is more than five to one.
    assert_eq!(mix(84).2[1], "动态信息多（84条）、综合调研少（16条）");
}

#[test]
fn the_three_pairs_of_the_speech_are_set_against_each_other() {
    let warned = |items_of: &[(&str, usize)]| {
        let city = City::new(&[]);
        for (kind, n) in items_of {
            items(&city, "east", kind, "2023-01-03", *n);
        }
        let report = city.report("mix", json!({ "period": "2023-Q1" })).unwrap();
        report["sections"][1]["blocks"][0]["items"].clone()
    };
    // Dynamic and typical, routine and research, general and deep.
    assert_eq!(
        warned(&[("dynamic", 50), ("typical", 10), ("routine", 10), ("research", 2)]),
        json!([
            "动态信息多（50条）、典型经验少（10条）。",
            "一般信息多（10条）、综合调研少（2条）。",
            "动态信息、一般信息多（60条）、综合调研、代表之声少（2条）。"
        ])
    );
    assert_eq!(
        warned(&[("dynamic", 50), ("typical", 11), ("routine", 9), ("research", 2), ("voice", 10)]),
        Json::Null
    );
}

#[test]
fn the_mix_can_be_one_units() {
    let city = City::new(&[]);
    items(&city, "east", "dynamic", "2023-01-03", 10);
    items(&city, "west", "research", "2023-01-03", 30);
    let report = city.report("mix", json!({ "period": "2023", "unit": "east" })).unwrap();
    assert_eq!(rows(&report)[0], json!(["动态信息", 10, "100.00%"]));
    let report = city.report("mix", json!({ "period": "2023" })).unwrap();
    assert_eq!(rows(&report)[0], json!(["综合调研", 30, "75.00%"]));
}

#[test]
fn a_unit_that_fell_far_against_the_year_before_is_flagged() {
    let trend = |now: usize| {
        let city = City::new(&[]);
        items(&city, "east", "dynamic", "2022-03-10", 260);
        items(&city, "east", "dynamic", "2023-03-10", now);
        items(&city, "west", "dynamic", "2022-03-10", 8);
        city.day("2023-04-03");
        let report = city.report("trends", json!({ "period": "2023-Q1" })).unwrap();
        (rows(&report), report["sections"][0]["blocks"][1]["text"].clone(), panel(&city, "trends"))
    };
    let (lines, said, shown) = trend(104);
    assert_eq!(lines[1], json!(["东县", 104, 260, -156, "-60.00%", "明显下降"]));
    // Eight are too few to say anything.
    assert_eq!(lines[2], json!(["西县", 0, 8, -8, "-100.00%", ""]));
    assert_eq!(said, "明显下降：合计（268条降至104条）、东县（260条降至104条）。");
    assert_eq!(shown, ["合计 104 268 -61.19%", "东县 104 260 -60.00%"]);
    let (lines, said, shown) = trend(140);
    assert_eq!(lines[1], json!(["东县", 140, 260, -120, "-46.15%", ""]));
    assert_eq!(said, "没有下降50%以上的单位。");
    assert_eq!(shown, Vec::<String>::new());
}

#[test]
fn the_adoption_rate_says_of_what_it_is_a_share() {
    let rate = |of: &str, adopted: usize| {
        let city = City::with(&[], json!({ "analysis": { "rate_of": of } }));
        items(&city, "east", "dynamic", "2023-01-05", 30);
        items(&city, "west", "dynamic", "2023-01-05", 10);
        for n in 0..adopted {
            let id = format!("east-dynamic-2023-01-05-{n}");
            // Adopted twice is adopted.
            for carrier in ["journal", "brief"] {
                city.past("information", &id, "adopt", "2023-01-20", json!({ "carrier": carrier }));
            }
        }
        // One came back and was sent again.
        city.past(
            "information",
            "west-dynamic-2023-01-05-0",
            "return",
            "2023-01-06",
            json!({ "reason": "补充" }),
        );
        city.past("information", "west-dynamic-2023-01-05-0", "submit", "2023-01-09", json!({}));
        let report = city.report("adoption-rate", json!({ "period": "2023-Q1" })).unwrap();
        let text = report["sections"][0]["blocks"][0]["text"].as_str().unwrap().to_owned();
        (text, rows(&report))
    };
    let (text, lines) = rate("first", 12);
    assert_eq!(text, "2023年第一季度，采用信息12条，首次报送的信息40条，采用率30.00%。");
    assert_eq!(lines[0], json!([1, "东县", 12, 30, "40.00%"]));
    assert_eq!(rate("first", 13).0, "2023年第一季度，采用信息13条，首次报送的信息40条，采用率32.50%。");
    assert_eq!(
        rate("items", 12).0,
        "2023年第一季度，采用信息12条，报送的信息（同一信息计一次）40条，采用率30.00%。"
    );
    assert_eq!(
        rate("submissions", 12).0,
        "2023年第一季度，采用信息12条，报送次数（退回重报另计）41条，采用率29.27%。"
    );
}
