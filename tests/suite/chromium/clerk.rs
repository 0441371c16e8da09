//! A clerk gives a figure another amount from a day on: one line of one file, its effect on the page, its approval.

use super::Office;
use std::{fs, path::Path};

#[test]
fn a_figure_is_changed_in_one_line_and_counts_once_it_was_approved() {
    let office = Office::open();
    let program = &office.program;
    program.run(&["office", "yunlan", "--approve-by", "leader"]).ok();
    let leader = office.enter_office("yunlan", "章慧敏", true);
    leader.open("/rules");
    // Where the figure is, and what it is.
    let row = |tab: &super::Tab| {
        let text = tab.of("main");
        text.lines().find(|line| line.starts_with("市领导批示")).unwrap_or_default().to_owned()
    };
    assert!(row(&leader).contains("10 分"), "{}", row(&leader));
    assert!(leader.of("main").contains("opinion/plugin.toml:"), "{}", leader.of("main"));
    leader.shows("选择项");
    picture(&leader, "figures");

    let line = |text: &str| text.lines().position(|line| line.starts_with("instruct_city = ")).unwrap();
    let file = program.path("scripts/opinion/plugin.toml");
    let before = fs::read_to_string(&file).unwrap();
    let at = line(&before);
    let changed: Vec<String> = before
        .lines()
        .enumerate()
        .map(|(n, line)| match n == at {
            true => line.replace("2023-01-01 = 10 }", "2023-01-01 = 10, 2023-07-01 = 12 }"),
            false => line.to_owned(),
        })
        .collect();
    fs::write(&file, changed.join("\n") + "\n").unwrap();

    // What it does is on the page before it counts.
    leader.until("main", "变更待批准");
    leader.until("main", "改动的数字");
    let said = leader.of("main");
    assert!(said.contains("提高 1") && said.contains("2023-07-01"), "{said}");
    assert!(row(&leader).contains("10 分"), "it counts already: {}", row(&leader));
    picture(&leader, "effect");
    leader.press("批准生效");
    leader.hides("变更待批准");
    // Today is after that day.
    leader.open("/rules");
    assert!(row(&leader).contains("12 分"), "{}", row(&leader));
    leader.open("/rules?on=2023-06-30");
    assert!(row(&leader).contains("10 分"), "{}", row(&leader));
    leader.open("/rules?on=2023-12-31&with=2022-12-31");
    // Five of the opinion register and of the city, the amount of a brief among them.
    leader.shows("新增 2，提高 5，降低 1，");
    picture(&leader, "compared");
}

fn picture(tab: &super::Tab, name: &str) {
    if let Some(folder) = std::env::var_os("REGISTRAR_SHOTS") {
        fs::write(Path::new(&folder).join(format!("clerk-{name}.png")), tab.picture()).unwrap();
    }
}
