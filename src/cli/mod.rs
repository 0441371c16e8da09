//! The commands. One that needs an office runs in the process that has it open: the running
//! `serve` if there is one, else this one.

mod act;
mod approve;
mod args;
mod awards;
mod backup;
mod book;
mod call;
mod check;
mod command_table;
mod deadlines;
mod demo;
mod erase;
mod exchange;
mod explain;
mod export;
mod file;
mod formats;
mod import;
mod imports;
mod input;
mod new;
mod new_plugin;
mod office;
mod outlet;
mod output;
#[cfg(test)]
mod papers;
mod parameters;
mod parked;
mod period;
mod plugins;
mod points;
mod preview;
mod registers;
mod repl;
mod report;
mod rollback;
mod rule_figures;
mod rule_settings;
mod rules;
mod rules_diff;
mod serve;
mod show;
mod similar;
mod standings;
mod stubs;
mod trust;
mod user;
mod verify;
mod vote;

use anyhow::{Context, Result};
use args::{Cli, Command, Common, UserCommand};
use clap::Parser;
use input::{Input, InputFiles, Stream};
pub use output::Output;
use output::Terminal;
pub use registrar_app::command::WrongUse;
use registrar_app::{
    App, OpenOffice,
    command::{CommandRunner, Sink},
    config::Config,
    paths::expanded,
    permissions, resources, socket,
};
use registrar_domain::{
    Actor,
    reserved::{CLOSE_BY, DECIDE_BY, PUBLISH_BY, REOPEN_BY},
};
use registrar_kernel::access::Principal;
use std::{
    ffi::OsString,
    io::IsTerminal,
    path::{Path, PathBuf},
};
use tracing_subscriber::{EnvFilter, fmt};

/// Done.
pub const DONE: u8 = 0;
/// The answer is no.
pub const NO: u8 = 1;
/// Wrong use.
pub const WRONG_USE: u8 = 2;

/// Where a command runs: its folder and what it reads, wherever the office is.
pub struct CommandContext {
    /// For relative paths.
    pub folder: PathBuf,
    /// What it reads: a file that it names, or standard input.
    pub input: Input,
}

impl CommandContext {
    fn file(&self, path: &Path) -> PathBuf {
        if input::is_standard(path) { path.to_owned() } else { self.folder.join(expanded(path)) }
    }
}

/// Who looks: a person of the directory with the roles of today, or the operator.
///
/// # Errors
/// There is no such person.
fn whoever(opened: &OpenOffice, person: Option<&str>) -> Result<Principal> {
    let office = &opened.office;
    Principal::of(&office.directory(), &Actor::of_command(person), office.today()).map_err(anyhow::Error::msg)
}

/// Runs the program; the exit code.
pub fn main() -> u8 {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let printed = error.print();
            return if error.use_stderr() { WRONG_USE } else { printed.map_or(NO, |()| DONE) };
        }
    };
    log(&cli.command);
    let mut terminal = Terminal::default();
    resources::raise_open_files();
    let common = cli.common.clone();
    let code = start(cli, args, &mut terminal).unwrap_or_else(|error| {
        terminal.err(&format!("registrar: {error:#}"));
        // Of the process that answered, if another did, its own answer tells.
        let folder = std::env::current_dir().ok();
        let config = folder.and_then(|folder| configuration(&folder, &common).ok());
        if let Some(short) = config.and_then(|config| resources::told(&config.data(), Some(&error))) {
            terminal.err(&format!("registrar: {short}"));
        }
        code_of(&error)
    });
    match terminal.unwritten().map(|why| format!("registrar: standard output cannot be written: {why}")) {
        Some(why) => {
            terminal.err(&why);
            if code == DONE {
                terminal.err("registrar: 命令已执行，只是结果没有写出 · what was asked for is done; only its answer is lost");
            }
            NO.max(code)
        }
        None => code,
    }
}

// What a command says itself it does not say again in the log.
fn log(command: &Command) {
    let default = if matches!(command, Command::Check { .. }) { "off" } else { "warn" };
    let filter = EnvFilter::try_from_env("REGISTRAR_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    let colours = std::io::stderr().is_terminal();
    fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).with_ansi(colours).init();
}

fn code_of(error: &anyhow::Error) -> u8 {
    if error.is::<WrongUse>() { WRONG_USE } else { NO }
}

fn start(cli: Cli, args: Vec<OsString>, terminal: &mut Terminal) -> Result<u8> {
    let folder = std::env::current_dir()?;
    if !matches!(&cli.command, Command::New { .. } | Command::Stubs { .. }) {
        // Whatever else is made is the office's.
        permissions::begin();
    }
    let mut config = configuration(&folder, &cli.common)?;
    let mut output = Output { json: cli.common.json, sink: terminal };
    match &cli.command {
        Command::Check { paths } => {
            return check::run(&config, cli.common.office.as_deref(), paths, &mut output);
        }
        Command::Book { chapter } => return book::run(chapter.as_deref(), &mut output),
        Command::Points { id } => return points::run(id.as_deref(), &mut output),
        Command::New { kind, name, sdk, register } => {
            let of = new::Of { sdk: sdk.as_deref(), register: register.as_deref() };
            return new::run(&config, *kind, name, &of, &mut output);
        }
        Command::Trust { libraries, remove, off } => {
            let change = trust::TrustChange { libraries, remove: *remove, off: *off };
            return trust::run(&config, &change, &mut output);
        }
        Command::Stubs { file } => return stubs::run(&config, file.as_deref(), &mut output),
        Command::Serve { listen } => {
            config.web.listen = listen.clone().or(config.web.listen);
            return serve::run(config, &mut output);
        }
        Command::Demo { once, records, listen } => {
            config.web.listen = listen.clone().or(config.web.listen);
            return demo::run(config, *once, *records, &mut output);
        }
        Command::Restore { folder: from } => {
            return backup::restore(&folder.join(from), &folder.join(config.data()), &mut output);
        }
        Command::Repl => return repl::run(&config, &cli.common, &mut output),
        _ => {}
    }
    let to_standard = match &cli.command {
        Command::Export { out, .. } | Command::ExportEvents { out } => {
            out.as_deref().is_none_or(input::is_standard)
        }
        _ => false,
    };
    if to_standard && output::is_closed() {
        anyhow::bail!("standard output is closed; name a file with --out");
    }
    // What is read is read here: the process that has the office open may see other files than this one, and a
    // pipe can be read once.
    let (stream, files) = reads(&cli.command, &folder)?;
    if let Some(connection) = socket::connect(&config.data())? {
        return forward(connection, socket::Request::new(args, folder), &files, stream, output.sink);
    }
    let app = App::open(config)?;
    let input = stream.map_or_else(Input::empty, |stream| Input::new(stream, files));
    command_table::in_office(&app, &cli, &CommandContext { folder, input }, &mut output)
}

/// What a command reads, and the files that come with it.
fn reads(command: &Command, folder: &Path) -> Result<(Option<Stream>, InputFiles)> {
    let named = match command {
        Command::Call { .. }
        | Command::Vote(_)
        | Command::User { command: Some(UserCommand::Password { .. }) } => Some(Path::new(input::STANDARD)),
        Command::Import(import::ImportArgs { file, .. }) => Some(file.as_path()),
        Command::ImportEvents { file, .. } | Command::Accept { file } => Some(file.as_path()),
        Command::Erase(erase::EraseArgs { from: Some(file), .. }) => Some(file.as_path()),
        Command::Export { files: Some(files), .. } => {
            // Made here, so that it belongs to who asks.
            let place = folder.join(expanded(files));
            permissions::folder_for_caller(&place)
                .with_context(|| format!("{} cannot be made", place.display()))?;
            None
        }
        _ => None,
    };
    let files = match command {
        Command::Import(import::ImportArgs { files: Some(files), .. }) => {
            input::files_of(&folder.join(expanded(files)))?
        }
        _ => InputFiles::new(),
    };
    Ok((named.map(|name| input::open(folder, name)).transpose()?, files))
}

/// Has the running office do it, and prints what it prints.
pub fn forward(
    mut connection: std::os::unix::net::UnixStream,
    request: socket::Request,
    files: &InputFiles,
    input: Option<Stream>,
    sink: &mut dyn Sink,
) -> Result<u8> {
    socket::ask(&mut connection, request, files, input)?;
    let mut unwritten = None;
    let code = socket::answer(connection, |piece| match piece {
        // What is said of a file that could not be written is not true.
        socket::ReplyChunk::Out(_) if unwritten.is_some() => {}
        socket::ReplyChunk::Out(text) => sink.out(&text),
        socket::ReplyChunk::File { path, bytes, replace, .. } => {
            let path = PathBuf::from(path);
            unwritten = sink.file(&path, &bytes, replace).err().map(|error| output::unwritten(&path, &error));
        }
        socket::ReplyChunk::Err(line) => sink.err(&line),
        socket::ReplyChunk::Progress(what, done, total) => sink.progress(&what, done, total),
        socket::ReplyChunk::Exit(_) => {}
    })?;
    unwritten.map_or(Ok(code), Err)
}

/// Runs what other processes ask for.
pub struct Commands;

impl CommandRunner for Commands {
    fn run(&self, app: &App, received: socket::ReceivedRequest, sink: &mut dyn Sink) -> u8 {
        serve_request(app, received, sink)
    }
}

fn serve_request(app: &App, received: socket::ReceivedRequest, sink: &mut dyn Sink) -> u8 {
    let socket::ReceivedRequest { request, files, input } = received;
    let folder = request.folder();
    let arguments = std::iter::once(OsString::from("registrar")).chain(request.args);
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            sink.err(&error.to_string());
            return WRONG_USE;
        }
    };
    let mut output = Output { json: cli.common.json, sink };
    let place = CommandContext { folder, input: Input::new(input, files) };
    command_table::in_office(app, &cli, &place, &mut output).unwrap_or_else(|error| {
        output.note(format!("registrar: {error:#}"));
        resources::told(&app.config().data(), Some(&error))
            .into_iter()
            .for_each(|short| output.note(format!("registrar: {short}")));
        code_of(&error)
    })
}

fn configuration(folder: &Path, common: &Common) -> Result<Config> {
    let mut config = Config::read(folder)?;
    if let Some(data) = &common.data {
        config.data = Some(expanded(data));
    }
    if !common.scripts.is_empty() {
        config.scripts = Some(common.scripts.iter().map(|folder| expanded(folder)).collect());
    }
    if let Some(plugins) = &common.plugins {
        config.plugins = Some(expanded(plugins));
    }
    Ok(config)
}
