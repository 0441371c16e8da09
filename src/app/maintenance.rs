//! What a running office does by itself: follows its rules and its log, does what falls due, tells
//! the world outside, and answers other processes' commands.

use crate::{
    App, OpenOffice, choose_rule_sets,
    command::{CommandRunner, Sink},
    pages::Pages,
    socket,
};
use anyhow::Result;
use jiff::civil::Date;
use registrar_ledger::rules::{self, Warning};
use std::{
    io,
    os::unix::net::{UnixListener, UnixStream},
    path::Path,
    sync::Arc,
    thread,
};

/// What was seen when an office was last tended.
#[derive(Default)]
pub struct TendedState {
    commits: Option<u64>,
    head: u64,
    today: Option<Date>,
    next_delivery: Option<i64>,
    // The generation whose rules were looked through, and what was said of them.
    generation: u64,
    warned: Vec<Warning>,
}

impl TendedState {
    /// Whether something happened in the office, or something falls due, that was not seen to.
    pub fn is_behind(&self, opened: &OpenOffice) -> bool {
        let due = self.next_delivery.is_some_and(|at| at <= jiff::Timestamp::now().as_second());
        due || self.commits != Some(opened.office.commits())
            || self.today != Some(opened.office.today())
            || self.generation != opened.office.host().generation().number
    }
}

/// Says what is probably not meant about the rules that act, once for each generation and mistake.
pub fn look_through(opened: &OpenOffice, seen: &mut TendedState) {
    let host = opened.office.host();
    let number = host.generation().number;
    if seen.generation == number {
        return;
    }
    // Other fields may be searched in now.
    follow_words(opened);
    let found = rules::warnings_here(host, &opened.office.registers());
    for warning in found.iter().filter(|warning| !seen.warned.contains(warning)) {
        tracing::warn!(office = %opened.office.name, plugin = %warning.plugin, "{warning}.");
    }
    (seen.generation, seen.warned) = (number, found);
}

/// Brings an office up to date, where something changed: rule sets by their dates, what is overdue,
/// what is to be told. The ledger follows by itself.
pub fn tend(app: &App, opened: &OpenOffice, seen: &mut TendedState) {
    let office = &opened.office;
    // What is added while this runs is seen to the next time.
    let commits = office.commits();
    let head = match office.head() {
        Ok(head) => head,
        Err(error) => {
            tracing::error!(office = %office.name, %error, "The log cannot be read.");
            return;
        }
    };
    // Before it is asked what is overdue: a day that has become a holiday gives more time.
    if let Err(error) = office.follow_deadlines() {
        tracing::error!(office = %office.name, %error, "Deadlines can't follow calendar and rules.");
    }
    let (today, now) = (office.today(), jiff::Timestamp::now().as_second());
    if seen.head == head && seen.today == Some(today) && seen.next_delivery.is_none_or(|at| at > now) {
        seen.commits = Some(commits);
        return;
    }
    if choose_rule_sets(office, &app.config().rules(&office.name)) {
        office.host().reload();
    }
    match office.run_clock(today) {
        Ok(events) if !events.is_empty() => {
            tracing::info!(office = %office.name, overdue = events.len(), "What was due is overdue.");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(office = %office.name, %error, "What falls due cannot be noted."),
    }
    // On one day only what happened since can be due for one.
    let since = if seen.today == Some(today) { seen.head } else { 0 };
    match office.run_reminders(since) {
        Ok(events) if !events.is_empty() => {
            tracing::info!(office = %office.name, reminders = events.len(), "Reminders are due.");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(office = %office.name, %error, "Reminders cannot be made."),
    }
    let at = crate::moment().1;
    let rounds = [office.tick(today, &at, now), office.deliver(now)];
    seen.next_delivery = None;
    for round in rounds {
        match round {
            Ok(round) => seen.next_delivery = seen.next_delivery.into_iter().chain(round.next_at).min(),
            Err(error) => tracing::error!(office = %office.name, %error, "Deliveries cannot be made."),
        }
    }
    follow_words(opened);
    (seen.commits, seen.head, seen.today) = (Some(commits), head, Some(today));
}

/// Has what is searched in follow the log; what was not taken in is taken in when someone looks.
fn follow_words(opened: &OpenOffice) {
    if let Err(error) = opened.office.follow_words() {
        tracing::error!(office = %opened.office.name, %error, "The words of records can't follow the log.");
    }
}

/// Answers commands of other processes until the process ends.
fn answer(app: &Arc<App>, listener: UnixListener, commands: &Arc<dyn CommandRunner>) {
    for connection in listener.incoming() {
        let Ok(stream) = connection else { continue };
        let (app, commands) = (app.clone(), commands.clone());
        let spawned = thread::Builder::new()
            .name("registrar-command".into())
            .spawn(move || serve(&app, stream, &*commands));
        if let Err(error) = spawned {
            tracing::error!(%error, "A command cannot be answered.");
        }
    }
}

fn serve(app: &App, stream: UnixStream, commands: &dyn CommandRunner) {
    let received = match socket::receive(&stream) {
        Ok(received) => received,
        Err(error) => {
            tracing::warn!(%error, "A command was not understood.");
            return;
        }
    };
    let mut client = SocketClient { stream };
    let code = commands.run(app, received, &mut client);
    client.send(&socket::ReplyChunk::Exit(code));
}

// Prints at the other end of the socket.
struct SocketClient {
    stream: UnixStream,
}

impl SocketClient {
    fn send(&mut self, piece: &socket::ReplyChunk) {
        // A client that went away no longer wants to know; the command itself goes on.
        let _ = socket::send(&mut self.stream, piece);
    }
}

impl Sink for SocketClient {
    fn out(&mut self, text: &str) {
        self.send(&socket::ReplyChunk::Out(text.to_owned()));
    }

    fn err(&mut self, line: &str) {
        self.send(&socket::ReplyChunk::Err(line.to_owned()));
    }

    fn file(&mut self, path: &Path, bytes: &[u8], replace: bool) -> io::Result<()> {
        let _ = socket::hand_over(&mut self.stream, path, bytes, replace);
        Ok(())
    }

    fn progress(&mut self, what: &str, done: u64, total: u64) {
        self.send(&socket::ReplyChunk::Progress(what.to_owned(), done, total));
    }
}

/// Runs all offices until the process is ended. `enter` names, office by office, people who are let in by a link,
/// for offices that are there to be looked at; `commands` answers what other processes ask for, and `sink` is told where
/// the pages are.
///
/// # Errors
/// If the socket, the pages' address or a watch cannot be opened.
pub fn run(
    app: Arc<App>,
    offices: &[Arc<OpenOffice>],
    enter: &[Vec<String>],
    commands: &Arc<dyn CommandRunner>,
    sink: &mut dyn Sink,
) -> Result<()> {
    app.tend()?;
    let listener = socket::listen(&app.config().data())?;
    let pages = Pages::serve(&app)?;
    if let (Some(pages), Some(first)) = (&pages, offices.first()) {
        sink.err(&format!("Pages 网页: {}", pages.address(&first.office.name)));
        for (n, (opened, people)) in offices.iter().zip(enter).enumerate() {
            let (office, name) = (&opened.office, &opened.office.name);
            if n > 0 && !people.is_empty() {
                sink.err(&format!("{name}: {}", pages.address(name)));
            }
            for person in people {
                let title = office.directory().person(person, office.today()).map(|person| person.name);
                sink.err(&format!("  {}: {}", title.as_ref().unwrap_or(person), pages.enter(name, person)?));
            }
        }
        for opened in offices.iter().filter(|_| enter.is_empty()) {
            if let Some(link) = pages.set_up(&app, opened)? {
                sink.err(&format!(
                    "Nobody can sign in to \"{}\" yet; set it up at 首次设置: {link}",
                    opened.office.name
                ));
            }
        }
    }
    offices.iter().try_for_each(|opened| app.keep(opened))?;
    app.config_faults().iter().for_each(|fault| tracing::error!("{fault}."));
    let names: Vec<_> = offices.iter().map(|opened| opened.office.name.clone()).collect();
    sink.err(&format!("Running: {}. Watching {}. End with Ctrl-C.", names.join(", "), folders(&app)));
    answer(&app, listener, commands);
    Ok(())
}

fn folders(app: &App) -> String {
    app.config().scripts().iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
}
