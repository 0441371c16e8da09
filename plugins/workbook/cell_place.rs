//! How a message names a cell: `Sheet1!C2`.

use std::fmt;

/// A cell of a sheet; rows and columns count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellPlace<'a> {
    /// The sheet's name; empty in a file without sheets.
    pub sheet: &'a str,
    /// Its row.
    pub row: u32,
    /// Its column.
    pub column: u32,
}

impl fmt::Display for CellPlace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.sheet.is_empty() {
            write!(f, "{}!", self.sheet)?;
        }
        write!(f, "{}{}", letters(self.column), u64::from(self.row) + 1)
    }
}

/// A column's letters: 0 is `A`, 26 is `AA`.
pub fn letters(column: u32) -> String {
    let mut rest = u64::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_a_spreadsheet_gives_them() {
        let named: Vec<_> = [0, 25, 26, 51, 701, 702, 16_383].map(letters).into();
        assert_eq!(named, ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]);
        assert_eq!(CellPlace { sheet: "一月", row: 1, column: 2 }.to_string(), "一月!C2");
        assert_eq!(CellPlace { sheet: "", row: 0, column: 0 }.to_string(), "A1");
    }
}
