//! What a child writes to its standard outputs goes to the host's log, so much of it as a person
//! would read.

use crate::runtime::log_limit::one_line;
use std::{
    io::{self, BufRead, BufReader, PipeReader, Read},
    thread,
    time::{Duration, Instant},
};

// Lines a second; a plugin that prints in a loop must not fill the disk.
const MOST_LINES: u32 = 100;
const LONGEST: u64 = 2000;

/// Reads until the child is gone.
pub(crate) fn log(plugin: String, lines: PipeReader) -> io::Result<()> {
    let read = move || {
        let mut lines = BufReader::with_capacity(64 << 10, lines);
        let (mut second, mut seen) = (Instant::now(), 0);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut lines).take(LONGEST).read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            if second.elapsed() > Duration::from_secs(1) {
                if seen > MOST_LINES {
                    let left_out = seen - MOST_LINES;
                    tracing::warn!(target: "plugin", plugin, left_out, "The plugin writes too much; lines were left out.");
                }
                (second, seen) = (Instant::now(), 0);
            }
            seen += 1;
            if seen <= MOST_LINES {
                say(&plugin, String::from_utf8_lossy(&line).trim_end());
            } else {
                // What is too much is let go a good deal at a time: reading it all at once would cost the host
                // what writing it costs the plugin.
                let held = lines.buffer().len();
                lines.consume(held);
                thread::sleep(Duration::from_millis(5));
            }
        }
    };
    thread::Builder::new().name("registrar-output".into()).stack_size(128 << 10).spawn(read).map(drop)
}

fn say(plugin: &str, line: &str) {
    let (level, text) = match line.strip_prefix('\u{1}').and_then(|line| line.split_once(' ')) {
        Some((level, text)) => (level, text),
        None => ("print", line),
    };
    if !text.is_empty() {
        write(plugin, level, text);
    }
}

/// One line of a plugin, at its level: `0` to `3`, or anything else for what was merely printed.
pub(crate) fn write(plugin: &str, level: &str, text: &str) {
    let text = one_line(text);
    match level {
        "3" => tracing::error!(target: "plugin", plugin, "{text}"),
        "2" => tracing::warn!(target: "plugin", plugin, "{text}"),
        "0" => tracing::debug!(target: "plugin", plugin, "{text}"),
        _ => tracing::info!(target: "plugin", plugin, "{text}"),
    }
}
