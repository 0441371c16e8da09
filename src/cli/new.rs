//! `new`: a plugin to start from, which passes `check` as it is.

use super::{DONE, args::NewKind, new_plugin, output::Output};
use anyhow::{Context, Result};
use registrar_app::{command::WrongUse, config::Config};
use std::path::{Path, PathBuf};

/// What the plugin is for.
pub struct Of<'a> {
    /// Of a native plugin: the folder of the SDK.
    pub sdk: Option<&'a Path>,
    /// Of rules: the register whose events they count.
    pub register: Option<&'a str>,
}

/// Runs the command.
pub fn run(config: &Config, kind: NewKind, name: &str, of: &Of<'_>, output: &mut Output<'_>) -> Result<u8> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(WrongUse(format!("\"{name}\" is no plugin's name: use a-z, 0-9 and -")).into());
    }
    let folder = config.scripts().first().cloned().unwrap_or_else(|| PathBuf::from("scripts"));
    let files: Vec<(PathBuf, String)> = match kind {
        NewKind::Plugin => {
            let plan = new_plugin::plan(name, of.sdk)?;
            write_all(&[plan.folder], &plan.files, output)?;
            output.note(format!("Next: {}; in the plugins' folder it is loaded at once.", plan.next));
            return Ok(DONE);
        }
        NewKind::Script => vec![(folder.join(format!("{name}.lua")), fill(SCRIPT, name))],
        NewKind::Register => {
            // What they share lies beside them where the scripts that ship do.
            let has_std = config.scripts().iter().any(|scripts| scripts.join("std/plugin.toml").exists());
            let files = if has_std { &REGISTER[..] } else { &BARE[..] };
            files.iter().map(|(file, text)| (folder.join(name).join(file), fill(text, name))).collect()
        }
        NewKind::Rules => {
            let Some(register) = of.register else {
                return Err(WrongUse("say whose events the rules count: --register NAME".into()).into());
            };
            let filled = |template: &str| fill(template, name).replace("REGISTER", register);
            vec![
                (folder.join(name).join("plugin.toml"), filled(RULES_TOML)),
                (folder.join(name).join("scoring.lua"), filled(RULES)),
            ]
        }
    };
    let places = [folder.join(name), folder.join(format!("{name}.lua"))];
    write_all(&places, &files, output)?;
    let made = places.iter().find(|path| path.exists()).unwrap_or(&files[0].0);
    output.note(format!("Next: edit it, then `registrar check {}`.", made.display()));
    Ok(DONE)
}

// Nothing is written if anything is in the way.
fn write_all(taken: &[PathBuf], files: &[(PathBuf, String)], output: &mut Output<'_>) -> Result<()> {
    if let Some(taken) = taken.iter().find(|path| path.exists()) {
        return Err(WrongUse(format!("{} is there already; choose another name", taken.display())).into());
    }
    for (path, text) in files {
        write(path, text)?;
        output.line(format!("{}", path.display()));
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

fn fill(template: &str, name: &str) -> String {
    template.replace("NAME", name)
}

const SCRIPT: &str = r#"-- A check on drafts: a finding with the level "error" refuses, "warning" and "hint" are shown.
host.on("record.check", {}, function(draft)
  if draft.title and utf8.len(draft.title) > 40 then
    return { { level = "hint", field = "title", text = { zh = "标题较长", en = "a long title" } } }
  end
end)

host.example("a short title passes", {
  point = "record.check",
  draft = { title = "简报" },
  expect = {},
})
"#;

/// A register with one of each: a check, a number, a deadline, a figure, a document, and their examples.
const REGISTER: [(&str, &str); 4] = [
    ("plugin.toml", include_str!("templates/register/plugin.toml")),
    ("register.lua", include_str!("templates/register/register.lua")),
    ("rules.lua", include_str!("templates/register/rules.lua")),
    ("report.lua", include_str!("templates/register/report.lua")),
];

/// The least of it, where there is no `std`.
const BARE: [(&str, &str); 2] = [("plugin.toml", BARE_TOML), ("register.lua", BARE_REGISTER)];

const BARE_TOML: &str = r#"id = "NAME"
version = "0.1.0"
title = { zh = "NAME", en = "NAME" }
contract = 1
"#;

const BARE_REGISTER: &str = r#"host.register("NAME", {
  title = { zh = "NAME", en = "NAME" },
  fields = {
    title = { type = "text", required = true, max = 60, label = { zh = "标题", en = "Title" } },
    unit = { type = "unit", label = { zh = "单位", en = "Unit" } },
  },
  stages = { "draft", "submitted", "closed" },
  actions = {
    submit = { from = { "draft" }, to = "submitted", by = "clerk", submission = true },
    close = { from = { "submitted" }, to = "closed", by = "editor" },
  },
})
"#;

const RULES_TOML: &str = r#"id = "NAME"
version = "0.1.0"
title = { zh = "NAME", en = "NAME" }
contract = 1
depends = ["REGISTER"]
rule_set = true

# The document that these rules put into effect, and what its clauses say.
[document]
title = { zh = "NAME", en = "NAME" }

[clauses]
art-1 = { zh = "第一条：首次提交计 {submission} 分", en = "Art. 1: a submission scores {submission}" }

# Amounts, each once; to change one from a day on, add `day = amount` to `from`.
[figures]
submission = { label = { zh = "首次提交", en = "A first submission" }, unit = "分", clause = "art-1", from = { 2000-01-01 = 1 } }
"#;

const RULES: &str = r#"-- What the rules below have in common; each says the rest.
local rules = host.rules { register = "REGISTER", measure = "points" }

-- What a submission is worth: the figure of its day. The example asks for it, so that another one is no failure.
rules:on("score.post", { action = "submit", rule = "submission", account = "unit", clause = "art-1" }, function(event)
  if event.nth == 1 then
    return host.figures.submission
  end
end)

rules:examples {
  point = "score.post", event = { action = "submit", on = "2024-03-01" }, record = { unit = "unit-1" },
  { "a first submission", expect = { { account = "unit-1", amount = host.figure("submission", "2024-03-01") } } },
  { "what comes again is nothing new", event = { nth = 2 }, expect = {} },
}
"#;
