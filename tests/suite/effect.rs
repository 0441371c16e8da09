//! Changed rules: what they do is shown before they count, they wait where the office says so, and
//! there is a way back.

use crate::program::Program;
use serde_json::{Value, json};
use std::fs;

const FIGURES: &str = "scripts/zhalantun/plugin.toml";
const STANDINGS: [&str; 5] = ["standings", "information", "--period", "2023-Q1", "--json"];

/// The published quarter, with Li who leads and Wang who edits.
fn office() -> Program {
    let program = Program::with_quarter();
    for (person, role) in [("li", "leader"), ("wang", "editor")] {
        let roles = format!("roles=[{{\"role\":\"{role}\"}}]");
        program.run(&["act", "$directory", person, "person", &roles, "--on", "2020-01-01"]).ok();
    }
    program
}

/// So many points for an adoption, where there were others.
fn adoption(program: &Program, file: &str, old: u32, new: u32) {
    program.edit(file, &format!("2000-01-01 = {old} }}"), &format!("2000-01-01 = {new} }}"));
}

/// A copy of the rule set beside the scripts, with other points for an adoption.
fn draft(program: &Program, points: u32) {
    for entry in fs::read_dir(program.path("scripts/zhalantun")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        program.write(&format!("draft/zhalantun/{name}"), &fs::read_to_string(&path).unwrap());
    }
    adoption(program, "draft/zhalantun/plugin.toml", 10, points);
}

fn amounts(program: &Program) -> Vec<String> {
    let rows = program.run(&STANDINGS).ok().json();
    rows.as_array().unwrap().iter().map(|row| row["amount"].as_str().unwrap().to_owned()).collect()
}

fn preview(program: &Program, args: &[&str]) -> Value {
    program.run(&[&["preview", "--json"], args].concat()).ok().json()
}

/// The digest of the ledger, after it was compared with a fresh replay, and the number of events.
fn verified(program: &Program) -> (String, u64) {
    let verified = program.run(&["verify", "--json"]).ok().json();
    (verified["ledger"].as_str().unwrap().to_owned(), verified["events"].as_u64().unwrap())
}

fn versions(program: &Program) -> Vec<Value> {
    let listed = program.run(&["rollback", "zhalantun", "--list", "--json"]).ok().json();
    listed.as_array().unwrap().clone()
}

/// A row of the standing of the quarter, as an effect shows it: ranks, amounts, why.
fn row(effect: &Value, account: &str) -> (Value, Value, Vec<(String, u64)>) {
    let standings = effect["standings"].as_array().unwrap();
    let quarter = standings.iter().find(|s| s["period"] == "2023-Q1" && s["pool"].is_null()).unwrap();
    let rows = quarter["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["account"] == account).unwrap();
    let why = row["why"].as_array().unwrap().iter();
    let why = why.map(|why| (why["by"].as_str().unwrap().to_owned(), why["events"].as_u64().unwrap()));
    (row["rank"].clone(), row["amount"].clone(), why.collect())
}

#[test]
fn a_preview_changes_nothing_and_approval_then_does_what_it_showed() {
    let program = office();
    program.run(&["office", "default", "--approve-by", "leader"]).ok().shows("role leader");
    let before = (verified(&program), versions(&program), amounts(&program));
    assert_eq!(before.2, ["205", "180", "145", "135", "130"]);

    draft(&program, 12);
    let shown = preview(&program, &["draft/zhalantun"]);
    assert_eq!(shown["changed"], json!(["zhalantun"]));
    let effect = shown["effect"].clone();
    // Three of its items were adopted: 3 times 2 points more, and it stays first.
    let (rank, amount, why) = row(&effect, "unit-1");
    assert_eq!(rank, json!({ "before": 1, "after": 1 }));
    assert_eq!(amount, json!({ "before": "205", "after": "211" }));
    assert_eq!(why, [("6".to_owned(), 3)]);
    let text = program.run(&["preview", "draft/zhalantun", "--period", "2023-Q1"]).ok();
    let text = text
        .shows("205.00 -> 211.00")
        .shows("+6 扎兰屯市：采用一条信息计 12 分，合并编发的各单位均计 · An item adopted: 12 points, to each unit of a merged piece, 3 events [zhalantun/scoring.lua:14]");
    assert!(!text.out.contains("2023-01 "), "{text:?}");
    assert_eq!((verified(&program), versions(&program), amounts(&program)), before);

    // The same change where the scripts lie: it serves, but it does not count.
    adoption(&program, FIGURES, 10, 12);
    assert_eq!(amounts(&program), before.2);
    program.run(&STANDINGS).ok().says("wait for approval");
    program.run(&["plugins"]).ok().says("wait for approval");
    assert_eq!(preview(&program, &[])["effect"], effect);
    assert_eq!(verified(&program).0, before.0.0);

    program.run(&["approve", "--as", "wang"]).ended(1).says("takes the role leader");
    program.run(&["approve", "--as", "nobody"]).ended(1).says("is not there");
    program.run(&["act", "$office", "x", "approve", "--as", "wang"]).ended(1).says("takes the role leader");
    program.run(&["approve", "000000", "--as", "li"]).ended(1).says("what waits now is");
    assert_eq!(amounts(&program), before.2);

    assert_eq!(program.run(&["approve", "--as", "li", "--json"]).ok().json(), effect);
    assert_eq!(amounts(&program), ["211", "180", "147", "137", "130"]);
    let taken = program.run(&["preview", "--last", "--json"]).ok().json();
    assert_eq!((&taken["effect"], &taken["approved_by"]), (&effect, &json!("li")));
    program.run(&["preview"]).ok().shows("No figure moves");
    program.run(&["approve", "--as", "li"]).ended(1).says("no changed rules wait");
    let after = verified(&program);
    assert_ne!(after.0, before.0.0);
    // Approved, and taken.
    assert_eq!(after.1, before.0.1 + 2);
}

#[test]
fn of_several_changes_the_newest_waits_and_a_running_office_takes_it() {
    let program = office();
    program.run(&["office", "default", "--approve-by", "leader"]).ok();
    let serving = program.serve();
    adoption(&program, FIGURES, 10, 12);
    let first = program.until(&["preview", "--json"], "\"211\"").json();
    program.until(&["plugins"], "wait for approval");
    adoption(&program, FIGURES, 12, 14);
    let second = program.until(&["preview", "--json"], "\"217\"").json();
    let hash = |shown: &Value| shown["effect"]["after"].as_str().unwrap()[..12].to_owned();
    program.until(&["plugins"], &hash(&second));
    program.run(&["approve", &hash(&first), "--as", "li"]).ended(1).says("what waits now is");
    assert_eq!(amounts(&program)[0], "205");
    // Killed and started again, it still waits.
    drop(serving);
    let _serving = program.serve();
    assert_eq!(amounts(&program)[0], "205");
    program.run(&["approve", &hash(&second), "--as", "li"]).ok().shows("205.00 -> 217.00");
    assert_eq!(amounts(&program)[0], "217");
    verified(&program);
    // Off again: a change counts at once, and says what it did.
    program.run(&["office", "default", "--approve-by", "-"]).ok();
    adoption(&program, FIGURES, 14, 16);
    let taken = program.until(&["preview", "--last", "--json"], "\"223\"").json();
    assert_eq!(row(&taken["effect"], "unit-1").1, json!({ "before": "217", "after": "223" }));
    assert_eq!(amounts(&program)[0], "223");
}

#[test]
fn a_roll_back_restores_the_figures_and_stays_until_it_is_let_go() {
    let program = office();
    adoption(&program, FIGURES, 10, 12);
    assert_eq!(amounts(&program)[0], "211");
    let kept = versions(&program);
    assert_eq!(kept.len(), 2, "{kept:?}");
    program.run(&["rollback", "zhalantun", "zzz"]).ended(1).says("--list");
    program.run(&["rollback", "zhalanton"]).ended(1).says("did you mean `zhalantun`");
    program.run(&["unpin", "zhalantun"]).ended(1).says("is not pinned");
    program.run(&["rollback", "zhalantun"]).ok().shows("is pinned");
    // Each command starts the program anew.
    assert_eq!(amounts(&program), ["205", "180", "145", "135", "130"]);
    adoption(&program, FIGURES, 12, 15);
    assert_eq!(amounts(&program)[0], "205");
    program.run(&["plugins"]).ok().shows("PINNED").says("does not go live");
    let now = versions(&program);
    let state = |v: &Value| (v["serves"].as_bool().unwrap(), v["pinned"].as_bool().unwrap());
    assert_eq!(now.iter().map(state).collect::<Vec<_>>(), [(true, true), (false, false)]);
    program.run(&["unpin", "zhalantun"]).ok().shows("lies in its folder");
    assert_eq!(amounts(&program)[0], "220");
    // By hash, to the version in the middle.
    let hash = kept[1]["content_hash"].as_str().unwrap();
    program.run(&["rollback", "zhalantun", &hash[..10]]).ok();
    assert_eq!(amounts(&program)[0], "211");
    assert!(program.run(&["preview", "--last"]).ok().out.contains("220.00 -> 211.00"));
    verified(&program);
}

#[test]
fn a_roll_back_of_rules_waits_for_approval_too() {
    let program = office();
    adoption(&program, FIGURES, 10, 12);
    assert_eq!(amounts(&program)[0], "211");
    program.run(&["office", "default", "--approve-by", "leader"]).ok();
    program.run(&["rollback", "zhalantun", "--as", "wang"]).ended(1).says("takes the role leader");
    program.run(&["rollback", "zhalantun", "--as", "li"]).ok().says("wait for approval");
    assert_eq!(amounts(&program)[0], "211");
    program.run(&["approve", "--as", "li"]).ok().shows("211.00 -> 205.00");
    assert_eq!(amounts(&program)[0], "205");
    verified(&program);
}

#[test]
fn what_would_not_go_live_is_refused_with_its_place() {
    let program = office();
    draft(&program, 12);
    let rule = |body: &str| {
        format!(
            "local seen = {{ n = 0 }}\nhost.on(\"score.post\", {{ register = \"information\", action = \"adopt\", \
             measure = \"points\", account = \"unit\" }}, function(event, record)\n{body}\nend)\n"
        )
    };
    program.write("draft/twice.lua", &rule("local mine = seen mine.n += 1 return mine.n"));
    let ran = program.run(&["preview", "draft/twice.lua"]).ended(1);
    ran.says("twice.lua:2").says("in the opposite order");
    program.write("draft/twice.lua", &rule("return nothing.at.all"));
    program.run(&["preview", "draft/twice.lua"]).ended(1).says("can't be scored").says("twice.lua:3");
    program.edit("draft/zhalantun/scoring.lua", "amount = adoption, tag", "amount = 10, tag");
    let faults = program.run(&["preview", "draft/zhalantun", "--json"]).ended(1).json();
    assert_eq!(faults["faults"][0]["file"], "zhalantun/scoring.lua", "{faults}");
    program.run(&["preview", "draft/none.lua"]).ended(1).says("no plugin is there");
    assert_eq!(amounts(&program)[0], "205");
}

#[test]
fn a_closed_period_hands_its_difference_on_and_the_preview_says_so() {
    let program = office();
    program.run(&["close-period", "2023-Q1"]).ok();
    draft(&program, 12);
    let effect = preview(&program, &["draft/zhalantun"])["effect"].clone();
    let of = |account: &str| {
        let adjusted = effect["adjustments"].as_array().unwrap().iter();
        let own = adjusted.filter(|a| a["account"] == account);
        own.map(|a| (a["period"].clone(), a["by"].clone(), a["closed"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(of("unit-1"), [(json!("2023-04"), json!("6"), json!(["2023-Q1"]))], "{effect}");
    assert!(of("unit-2").is_empty());
    let standings = effect["standings"].as_array().unwrap();
    assert!(standings.iter().all(|s| s["period"] != "2023-Q1"), "a sealed standing moved: {effect}");
    adoption(&program, FIGURES, 10, 12);
    assert_eq!(program.run(&["preview", "--last", "--json"]).ok().json()["effect"], effect);
}
