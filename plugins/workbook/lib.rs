//! Reads and writes workbooks: xlsx, and csv with a byte-order mark.

#![forbid(unsafe_code)]
