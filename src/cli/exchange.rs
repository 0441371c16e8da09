//! `peer`, `pack` and `accept`: packages between offices.

use super::{
    CommandContext, DONE, NO,
    input::Input,
    output::{self, Output},
    parameters::Parameters,
    whoever,
};
use anyhow::{Result, bail};
use registrar_app::{OpenOffice, command::WrongUse};
use registrar_domain::{
    Actor,
    reserved::{OFFICE, PEER},
};
use registrar_kernel::{
    Act,
    automation::exchange::{LARGEST, is_key},
};
use registrar_sdk::{Map, Value};
use serde_json::json;
use std::path::{Path, PathBuf};

/// A peer.
#[derive(clap::Args, Debug)]
pub struct Peered {
    /// The other office to enter (default: list all, and this office's own key)
    pub name: Option<String>,
    /// Its key, as it says it of itself, told by a way on which nobody changes it
    #[arg(long, conflicts_with = "remove")]
    pub key: Option<String>,
    /// Strike it off: its packages are no longer taken
    #[arg(long)]
    pub remove: bool,
}

/// A package to be made.
#[derive(clap::Args, Debug)]
pub struct PackArgs {
    /// What is packed: a name that a plugin has at package.build
    pub name: String,
    /// The peer whom it is for
    #[arg(long)]
    pub to: String,
    /// The file
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
    /// What it is asked for
    #[command(flatten)]
    pub parameters: Parameters,
    /// The acting person (default: the operator)
    #[arg(long = "as", value_name = "PERSON")]
    pub person: Option<String>,
}

/// Runs `peer`.
pub fn peer(opened: &OpenOffice, asked: &Peered, output: &mut Output<'_>) -> Result<u8> {
    let office = &opened.office;
    if let Some(name) = &asked.name {
        if asked.key.is_none() && !asked.remove {
            return Err(WrongUse("say its key with --key, or --remove".into()).into());
        }
        if let Some(key) = asked.key.as_deref().filter(|key| !is_key(key)) {
            return Err(WrongUse(format!("\"{key}\" is no key; `registrar peer` there prints it")).into());
        }
        if asked.remove && !office.peers()?.contains_key(name) {
            bail!("there is no peer \"{name}\"");
        }
        let said = match &asked.key {
            Some(key) => ("key".into(), Value::text(key)),
            None => ("active".into(), Value::Bool(false)),
        };
        office.act(Act {
            register: OFFICE.into(),
            record: Some(name.clone()),
            action: PEER.into(),
            by: Actor::Operator,
            fields: Map::from([said]),
            ..Act::default()
        })?;
    }
    let (own, peers) = (office.keys()?.public(), office.peers()?);
    if output.json {
        output.value(&json!({ "key": own, "peers": peers.values().collect::<Vec<_>>() }))?;
        return Ok(DONE);
    }
    output.line(format!("This office's key: {own}"));
    if !peers.is_empty() {
        let rows: Vec<_> = peers.into_values().map(|peer| vec![peer.name, peer.key]).collect();
        output.table(&["PEER", "KEY"], &rows);
    }
    let today = office.today();
    for name in asked.name.iter().filter(|_| !asked.remove) {
        if office.directory().person(&format!("peer:{name}"), today).is_none() {
            output.note(format!(
                "What it sends is done by the person peer:{name}, who is not in the directory yet and may do \
                 nothing: registrar act '$directory' peer:{name} person name=… 'roles=[{{\"role\":…}}]'"
            ));
        }
    }
    Ok(DONE)
}

/// Runs `pack`.
pub fn pack(
    opened: &OpenOffice,
    asked: &PackArgs,
    place: &CommandContext,
    output: &mut Output<'_>,
) -> Result<u8> {
    let by = whoever(opened, asked.person.as_deref())?;
    let Some(text) = opened.office.pack(&by, &asked.name, &asked.to, asked.parameters.map()?)? else {
        output.note("There is nothing to be sent: no file was written.");
        return Ok(NO);
    };
    opened.office.tell_sent(&asked.name, &asked.to, &text)?;
    let file = place.file(&asked.out);
    output
        .sink
        .file(&file, text.as_bytes(), asked.force)
        .map_err(|error| output::unwritten(&file, &error))?;
    if output.json {
        output.value(&json!({ "file": file.display().to_string(), "bytes": text.len(), "to": asked.to }))?;
    } else {
        output.line(format!("{} ({} bytes, for {})", file.display(), text.len(), asked.to));
    }
    Ok(DONE)
}

/// Runs `accept`.
pub fn accept(opened: &OpenOffice, file: &Path, input: &Input, output: &mut Output<'_>) -> Result<u8> {
    let bytes = input.bytes(file, LARGEST as u64)?;
    let Ok(text) = std::str::from_utf8(&bytes) else { bail!("this is no package: it is not UTF-8") };
    let text = text.trim_start_matches('\u{feff}');
    let received = opened.office.accept(text)?;
    let code = if received.refused.is_empty() { DONE } else { NO };
    if output.json {
        output.value(&received)?;
        return Ok(code);
    }
    output.line(format!(
        "Package {} of {} ({}): {} new, {} known, {} refused.",
        received.package,
        received.from,
        received.name,
        received.added,
        received.known,
        received.refused.len()
    ));
    for refused in &received.refused {
        output.note(format!("  {}: {}", refused.key, refused.why));
    }
    Ok(code)
}
