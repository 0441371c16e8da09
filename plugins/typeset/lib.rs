//! Renders documents as pdf, in the layout of GB/T 9704-2012.

#![forbid(unsafe_code)]
