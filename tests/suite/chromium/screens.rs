//! Every screen fits, wide and on a phone, in both languages; with pictures where they are asked for.

use super::Office;
use std::{fs, path::PathBuf};

/// Who looks at what.
const SCREENS: [(&str, &[(&str, &str)]); 4] = [
    (
        "王小芳",
        &[
            ("home-reporter", "/"),
            ("submission", "/r/information/new/submit"),
            ("own-list", "/r/information"),
            ("own-instructions", "/r/instructions/board"),
        ],
    ),
    (
        "李编辑",
        &[
            ("home-editor", "/"),
            ("queue", "/r/information?stage=submitted"),
            ("record", "/r/information/i/demo-item-1"),
            ("adoption", "/r/information/i/demo-item-1/adopt"),
            ("merging", "/r/information/new/merge?parts=demo-item-1&parts=demo-item-2"),
            ("similar", "/r/information/i/demo-item-2/similar"),
            ("information-board", "/r/information/board"),
            ("issue", "/reports/issue?period=2023&carrier=journal&issue=2"),
            ("standings", "/r/information/standings?period=2023-Q1"),
            ("why", "/r/information/why?period=2023-Q1&account=unit-3"),
            ("quotas", "/r/information/quotas?period=2023"),
            ("fee-standings", "/r/information/standings?period=2026&measure=fee"),
            ("fee-sheet", "/reports/fee-sheet?period=2023-Q1"),
            ("bulletin", "/reports/bulletin?period=2023-Q1"),
            ("reports", "/reports"),
            ("calendar", "/calendar"),
            ("directory", "/directory"),
            ("rules", "/rules"),
            ("log", "/log"),
        ],
    ),
    (
        "陈主任",
        &[
            ("home-leader", "/"),
            ("instruction-board", "/r/instructions/board"),
            ("instruction", "/r/instructions/i/demo-task-1"),
            ("commendation", "/r/information/awards?period=2023"),
        ],
    ),
    ("赵主任", &[("plugins", "/plugins"), ("plugin", "/plugins/zhalantun"), ("people", "/people")]),
];

/// Widths in pixels: a desk's and a phone's.
const WIDTHS: [(&str, u32); 2] = [("wide", 1280), ("phone", 500)];

#[test]
fn every_screen_fits_its_window_and_speaks_its_language() {
    let shots = std::env::var_os("REGISTRAR_SHOTS").map(PathBuf::from);
    let office = Office::open();
    for (who, screens) in SCREENS {
        let tab = office.enter(who, true);
        for lang in ["zh", "en"] {
            tab.open(&format!("/lang/{lang}?back=/demo/"));
            for (size, width) in WIDTHS {
                for (name, at) in screens {
                    tab.resize(width, 900);
                    tab.open(at);
                    assert_eq!(tab.overflows(), 0, "{name} {size} {lang} is wider than its window");
                    let menu = tab.of("#menu");
                    assert_eq!(menu.contains("Calendar"), lang == "en", "{name} {lang}: {menu}");
                    if let Some(folder) = &shots {
                        fs::create_dir_all(folder).unwrap();
                        // The window's own frame is part of its size.
                        tab.resize(width, (tab.height() + 160).min(4000));
                        fs::write(folder.join(format!("{name}-{size}-{lang}.png")), tab.picture()).unwrap();
                    }
                }
            }
        }
    }
}
