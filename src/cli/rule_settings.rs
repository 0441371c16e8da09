//! `rules settings`: what the rules leave to the office, and what it chose.

use super::{DONE, output::Output};
use anyhow::Result;
use clap::Args;
use registrar_app::OpenOffice;
use registrar_ledger::rules::{self, rule_settings::SettingLine};

/// What is asked of the settings.
#[derive(Args, Debug)]
pub struct SettingsArgs {
    /// Also those of rule sets that do not act here
    #[arg(long)]
    all: bool,
}

/// Runs the command.
pub fn run(opened: &OpenOffice, asked: &SettingsArgs, output: &mut Output<'_>) -> Result<u8> {
    let lines = rules::settings(opened.office.host(), asked.all);
    if output.json {
        output.value(&lines)?;
        return Ok(DONE);
    }
    if lines.is_empty() {
        output.line("No rule that acts here has settings. 没有可选项。");
        return Ok(DONE);
    }
    let cells = |line: &SettingLine| {
        vec![
            line.label.zh.clone(),
            line.value.to_string(),
            if line.chosen() { format!("({})", line.default) } else { String::new() },
            line.doc.zh.clone(),
            format!("[settings.{}] {}", line.plugin, line.name),
        ]
    };
    let heads = ["选择 SETTING", "取值 VALUE", "默认 DEFAULT", "说明 MEANING", "IN registrar.toml"];
    output.table(&heads, &lines.iter().map(cells).collect::<Vec<_>>());
    Ok(DONE)
}
