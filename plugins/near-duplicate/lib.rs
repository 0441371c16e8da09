//! Finds records that resemble each other, whatever their unit and year.

#![forbid(unsafe_code)]
