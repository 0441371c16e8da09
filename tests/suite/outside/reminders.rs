//! Reminders go out by mail, each once.

use super::server::Smtp;
use crate::program::Program;
use std::{thread, time::Duration};

#[test]
fn a_reminder_is_sent_once_to_the_unit_that_owes_something() {
    let (program, smtp) = (Program::new(), Smtp::start());
    program.write(
        "registrar.toml",
        &format!(
            "[mail]\nserver = \"smtp://{}\"\nfrom = \"info@example.org\"\n[outside.outlets]\nmail = true\n",
            smtp.address
        ),
    );
    for (unit, mail) in [("east", "east@example.org"), ("west", "west@example.org")] {
        let contact = format!("contact={{\"mail\":\"{mail}\"}}");
        program
            .run(&[
                "act",
                "$directory",
                unit,
                "unit",
                "--on",
                "2022-01-01",
                &format!("title={unit}"),
                &contact,
            ])
            .ok();
    }
    // Long overdue, so that what goes out is the urging, and not the reminder before it as well.
    for unit in ["east", "west"] {
        let of = format!("unit={unit}");
        let task = format!("task-{unit}");
        program
            .run(&[
                "act",
                "instructions",
                &task,
                "assign",
                "--on",
                "2024-03-01",
                "title=照明",
                "text=请办",
                &of,
            ])
            .ok();
    }
    program.run(&["act", "instructions", "task-west", "reply", "--on", "2024-03-05", "reply=已办"]).ok();
    {
        let _serving = program.serve();
        let mails = smtp.wait(1);
        assert!(mails[0].starts_with("east@example.org") && mails[0].contains("催办"), "{mails:?}");
        // Nothing goes with it that nobody gave it.
        assert!(mails[0].contains("| [] |"), "{mails:?}");
    }
    // Nothing is sent twice, whoever starts again.
    let _serving = program.serve();
    thread::sleep(Duration::from_millis(1500));
    assert_eq!(smtp.mails().len(), 1, "{:?}", smtp.mails());
    // The log says whom, when and of what: the urging alone, and nobody who had answered.
    let log = program.run(&["export-events"]).ok().out;
    let reminded: Vec<_> = log.lines().filter(|line| line.contains(r#""action":"reminded""#)).collect();
    assert_eq!(reminded.len(), 1, "{reminded:?}");
    for wanted in
        [r#""record":"task-east""#, r#""kind":"urging""#, r#""on":"2024-03-18""#, r#""to":["east"]"#]
    {
        assert!(reminded[0].contains(wanted), "{wanted}: {reminded:?}");
    }
}
