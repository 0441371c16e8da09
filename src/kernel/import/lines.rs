//! Lines of a text, as UTF-8, with or without a mark at its beginning.

use crate::error::KernelError;
use std::io::BufRead;

/// The lines of a reader, each with its number from 1; it is read once.
pub struct NumberedLines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> NumberedLines<R> {
    /// The lines of a reader at its beginning.
    pub fn new(reader: R) -> NumberedLines<R> {
        NumberedLines { reader, number: 0 }
    }
}

impl<R: BufRead> Iterator for NumberedLines<R> {
    type Item = (u64, Result<String, KernelError>);

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        self.number += 1;
        let refused = |why: String| Err(KernelError::refused(format!("line {}: {why}", self.number)));
        match self.reader.read_until(b'\n', &mut bytes) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(why) => return Some((self.number, refused(format!("it can't be read: {why}")))),
        }
        while bytes.last().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            bytes.pop();
        }
        if self.number == 1 && bytes.starts_with("\u{feff}".as_bytes()) {
            bytes.drain(..3);
        }
        let line = String::from_utf8(bytes).or_else(|why| {
            let bytes = why.as_bytes();
            let marked =
                self.number == 1 && (bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff"));
            refused(format!(
                "it is not UTF-8{}; save the file as UTF-8 and import it again",
                if marked { " but UTF-16" } else { "" }
            ))
        });
        Some((self.number, line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(bytes: &[u8]) -> String {
        let line = |(number, line): (u64, Result<String, KernelError>)| match line {
            Ok(line) => format!("{number} {line}"),
            Err(why) => why.to_string(),
        };
        NumberedLines::new(bytes).map(line).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn a_mark_is_passed_over_and_what_is_not_utf8_is_named() {
        assert_eq!(told("\u{feff}{}\r\n\n一".as_bytes()), "1 {}|2 |3 一");
        assert_eq!(told(b""), "");
        let refused = told(b"{}\n\xb1\xea\n{}");
        assert!(
            refused.starts_with("1 {}|line 2: it is not UTF-8; save") && refused.ends_with("|3 {}"),
            "{refused}"
        );
        assert!(told(b"\xff\xfe{\0}\0").contains("not UTF-8 but UTF-16"));
    }
}
