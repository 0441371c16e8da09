//! What a running office does by itself: follows its rules and its log, does what falls due, tells
//! the world outside, and answers other processes' commands.

use super::{App, Desk, choose_rule_sets, socket};
use crate::cli::{self, Output, Sink};
use anyhow::Result;
use registrar_host::Watch;
use std::{
    os::unix::net::{UnixListener, UnixStream},
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

// Nothing falls due more often than daily; a clock that was set is noticed within this time.
const ROUND: Duration = Duration::from_secs(30);

/// Rings when there is something to do.
#[derive(Clone, Default)]
pub struct Wake {
    bell: Arc<(Mutex<bool>, Condvar)>,
}

impl Wake {
    /// Rings; never waits.
    pub fn wake(&self) {
        let mut rung = self.bell.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        *rung = true;
        self.bell.1.notify_one();
    }

    // Waits for the bell, at most so long.
    fn wait(&self, most: Duration) {
        let rung = self.bell.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let waited = self.bell.1.wait_timeout_while(rung, most, |rung| !*rung);
        let mut rung = waited.unwrap_or_else(|poisoned| poisoned.into_inner()).0;
        *rung = false;
    }
}

/// Brings an office up to date once: rule sets by their dates, the ledger, what is overdue, what
/// is to be told. Seconds until it wants to be asked again.
pub fn tend(app: &App, desk: &Desk) -> Duration {
    let office = &desk.office;
    if choose_rule_sets(office, &app.config().rules(&office.name)) {
        office.host().reload();
    }
    // Guards and effects speak for a day: what was due before today is overdue.
    match office.run_clock(office.today()) {
        Ok(events) if !events.is_empty() => {
            tracing::info!(office = %office.name, overdue = events.len(), "What was due is overdue.");
        }
        Ok(_) => {}
        Err(error) => tracing::error!(office = %office.name, %error, "What falls due cannot be noted."),
    }
    let began = Instant::now();
    match desk.books.refresh() {
        Ok(true) => {
            let ms = began.elapsed().as_millis() as u64;
            tracing::info!(office = %office.name, ms, "The log was replayed by the new rules.");
        }
        Ok(false) => {}
        Err(error) => tracing::error!(office = %office.name, %error, "The ledger keeps the rules before."),
    }
    let now = jiff::Timestamp::now().as_second();
    match office.deliver(now) {
        Ok(round) => {
            round.next_at.map_or(ROUND, |at| Duration::from_secs((at - now).max(1) as u64).min(ROUND))
        }
        Err(error) => {
            tracing::error!(office = %office.name, %error, "Deliveries cannot be made.");
            ROUND
        }
    }
}

/// Keeps an office running until the process ends; the watch must be held.
///
/// # Errors
/// If its folders cannot be watched or no thread can be started.
pub fn keep(app: &Arc<App>, desk: &Arc<Desk>) -> Result<Watch> {
    let watch = desk.office.host().watch().map_err(anyhow::Error::msg)?;
    let (app, desk) = (app.clone(), desk.clone());
    thread::Builder::new().name("registrar-office".into()).spawn(move || {
        loop {
            let pause = tend(&app, &desk);
            desk.books.wake().wait(pause);
        }
    })?;
    Ok(watch)
}

/// Answers commands of other processes until the process ends.
pub fn answer(app: &Arc<App>, listener: UnixListener) {
    for connection in listener.incoming() {
        let Ok(stream) = connection else { continue };
        let app = app.clone();
        let spawned =
            thread::Builder::new().name("registrar-command".into()).spawn(move || serve(&app, stream));
        if let Err(error) = spawned {
            tracing::error!(%error, "A command cannot be answered.");
        }
    }
}

fn serve(app: &App, stream: UnixStream) {
    let request = match socket::receive(&stream) {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!(%error, "A command was not understood.");
            return;
        }
    };
    let mut client = Client { stream };
    let code = cli::serve_request(app, request, &mut client);
    client.send(&socket::Piece::Exit(code));
}

// Prints at the other end of the socket.
struct Client {
    stream: UnixStream,
}

impl Client {
    fn send(&mut self, piece: &socket::Piece) {
        // A client that went away no longer wants to know; the command itself goes on.
        let _ = socket::send(&mut self.stream, piece);
    }
}

impl Sink for Client {
    fn out(&mut self, text: &str) {
        self.send(&socket::Piece::Out(text.to_owned()));
    }

    fn err(&mut self, line: &str) {
        self.send(&socket::Piece::Err(line.to_owned()));
    }

    fn progress(&mut self, what: &str, done: u64, total: u64) {
        self.send(&socket::Piece::Progress(what.to_owned(), done, total));
    }
}

/// Runs all offices until the process is ended.
///
/// # Errors
/// If the socket or a watch cannot be opened.
pub fn run(app: Arc<App>, desks: &[Arc<Desk>], output: &mut Output<'_>) -> Result<()> {
    let listener = socket::listen(&app.config().data())?;
    let watches = desks.iter().map(|desk| keep(&app, desk)).collect::<Result<Vec<_>>>()?;
    let names: Vec<_> = desks.iter().map(|desk| desk.office.name.clone()).collect();
    output.note(format!("Running: {}. Watching {}. End with Ctrl-C.", names.join(", "), folders(&app)));
    answer(&app, listener);
    drop(watches);
    Ok(())
}

fn folders(app: &App) -> String {
    app.config().scripts().iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ")
}
