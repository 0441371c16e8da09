//! Renders documents as docx, in the layout of GB/T 9704-2012.

#![forbid(unsafe_code)]
