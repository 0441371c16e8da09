//! `repl`: Lua, line by line, with everything a reading script has. Each line stands alone.

use super::{DONE, NO, args::Common, forward, output::Output};
use anyhow::Result;
use registrar_app::{App, OpenOffice, config::Config, socket};
use registrar_sdk::Value;
use std::{
    collections::BTreeMap,
    ffi::OsString,
    io::{BufRead, IsTerminal, Write},
};

/// Reads lines until the input ends.
pub fn run(config: &Config, common: &Common, output: &mut Output<'_>) -> Result<u8> {
    let folder = std::env::current_dir()?;
    // Opened once if no office runs; a running one is asked line by line.
    let own = match socket::connect(&config.data())? {
        Some(_) => None,
        None => Some(App::open(config.clone())?),
    };
    let prompt = std::io::stdin().is_terminal();
    if prompt {
        output.note(
            "Lua with the host's reading calls: host.records, host.unit, host.date …; end with Ctrl-D.",
        );
    }
    let mut code = DONE;
    let mut lines = std::io::stdin().lock().lines();
    loop {
        if prompt {
            write!(std::io::stdout(), "> ").and_then(|()| std::io::stdout().flush())?;
        }
        let Some(line) = lines.next() else { break };
        let source = line?;
        if source.trim().is_empty() {
            continue;
        }
        code = match (&own, socket::connect(&config.data())?) {
            (Some(app), _) => eval(&*app.office(common.office.as_deref())?, &source, output)?,
            (None, Some(stream)) => {
                let office = common.office.iter().flat_map(|o| ["--office".to_owned(), o.clone()]);
                let args = office.chain(["eval".to_owned(), source]).map(OsString::from).collect();
                let request = socket::Request::new(args, folder.clone());
                forward(stream, request, &BTreeMap::new(), None, output.sink)?
            }
            (None, None) => anyhow::bail!("the running office ended"),
        };
    }
    Ok(code)
}

/// Evaluates one line.
pub fn eval(opened: &OpenOffice, source: &str, output: &mut Output<'_>) -> Result<u8> {
    match opened.office.as_operator().eval(source) {
        Ok(Value::Nil) => Ok(DONE),
        Ok(value) => {
            output.line(value.to_string());
            Ok(DONE)
        }
        Err(fault) => {
            output.note(fault.message);
            Ok(NO)
        }
    }
}
