//! Texts that people save: UTF-8, with or without a mark at the beginning, or refused with the remedy.

/// The text without its mark.
///
/// # Errors
/// Which line is not UTF-8, and what to do.
pub fn of_bytes(bytes: &[u8]) -> Result<&str, String> {
    let marked = |mark: &[u8]| bytes.starts_with(mark);
    if marked(b"\xff\xfe") || marked(b"\xfe\xff") {
        return Err("it is UTF-16; save it as UTF-8".to_owned());
    }
    let bytes = bytes.strip_prefix(MARK.as_bytes()).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|why| {
        let line = 1 + bytes[..why.valid_up_to()].iter().filter(|b| **b == b'\n').count();
        format!("line {line} is not UTF-8; save it as UTF-8")
    })
}

/// What some editors put before a text to say how it is encoded.
pub const MARK: &str = "\u{feff}";

#[cfg(test)]
mod tests {
    use crate::plugin::text::*;

    #[test]
    fn a_mark_is_passed_over_and_another_encoding_named() {
        assert_eq!(of_bytes("\u{feff}return 1".as_bytes()), Ok("return 1"));
        assert_eq!(of_bytes("单位".as_bytes()), Ok("单位"));
        assert_eq!(of_bytes(b""), Ok(""));
        // 单位 in GB18030.
        assert_eq!(
            of_bytes(b"--\n\xb5\xa5\xce\xbb"),
            Err("line 2 is not UTF-8; save it as UTF-8".to_owned())
        );
        assert!(of_bytes(b"\xff\xfea\0").unwrap_err().contains("UTF-16"));
    }
}
