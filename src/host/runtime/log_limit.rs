//! What plugins say to the log: so much of it as a person would read, and nothing that a terminal, or who reads
//! the log line by line, would take for something else.

use crate::sync::lock;
use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

/// Lines of a plugin in a second.
const MOST: u32 = 100;
/// Bytes of a line.
const LONGEST: usize = 2_000;

/// How much one plugin of one office has written: what others of its name write is theirs.
#[derive(Debug, Default)]
pub(crate) struct LogLimit {
    /// When its second began, and how many lines it had since.
    second: Mutex<Option<(Instant, u32)>>,
}

impl LogLimit {
    /// Whether it may write another line now. Lines that were left out are told once the second is over.
    pub fn admits(&self, plugin: &str) -> bool {
        let mut second = lock(&self.second);
        let (began, lines) = second.get_or_insert_with(|| (Instant::now(), 0));
        if began.elapsed() > Duration::from_secs(1) {
            let left_out = lines.saturating_sub(MOST);
            (*began, *lines) = (Instant::now(), 0);
            if left_out > 0 {
                tracing::warn!(target: "plugin", plugin, left_out, "The plugin writes too much; lines were left out.");
            }
        }
        *lines += 1;
        *lines <= MOST
    }
}

/// A text in one line: cut, and with what is no letter written out.
pub(crate) fn one_line(text: &str) -> String {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut line = String::with_capacity(end);
    for c in text[..end].chars() {
        match c {
            // Also the characters that turn the direction of what follows.
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}') =>
            {
                line.extend(c.escape_default());
            }
            c => line.push(c),
        }
    }
    if end < text.len() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use crate::runtime::log_limit::*;

    #[test]
    fn a_line_is_one_line_and_no_longer_than_a_person_reads() {
        assert_eq!(one_line("x\n2026-11-29 WARN Denied"), "x\\n2026-11-29 WARN Denied");
        assert_eq!(one_line("\u{1b}]0;title\u{7}"), "\\u{1b}]0;title\\u{7}");
        assert_eq!(one_line("\u{202e}abc"), "\\u{202e}abc");
        assert_eq!(one_line("标题 · ok"), "标题 · ok");
        let long = one_line(&"长".repeat(5_000));
        assert!(long.len() < LONGEST + 10 && long.ends_with('…'), "{}", long.len());
    }

    #[test]
    fn so_many_lines_a_second_and_no_more() {
        let (one, other) = (LogLimit::default(), LogLimit::default());
        let said = (0..1_000).filter(|_| one.admits("a")).count();
        assert!((MOST as usize..MOST as usize * 3).contains(&said), "{said}");
        assert!(other.admits("a"), "another office's plugin of that name");
    }
}
