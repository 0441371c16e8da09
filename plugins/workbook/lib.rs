//! Reads and writes workbooks: `import.parse` for xlsx, xls and csv, `report.render` for xlsx and
//! csv. Knows sheets, headings and cells; which field a heading means is the caller's business.

#![forbid(unsafe_code)]

pub mod parse;
pub mod place;
pub mod problem;
pub mod render;
