//! A plugin as it lies in a folder and as it is loaded: its files, its manifest, what it registers. Runs nothing.

pub mod body;
pub mod config;
pub mod document;
pub mod fault;
pub mod figure;
pub mod filter;
pub(crate) mod folder;
pub mod generation_manifest;
pub mod handler;
pub mod library;
pub mod manifest;
pub mod quota;
pub mod registration;
pub mod scanner;
pub mod services;
pub mod source;
pub(crate) mod source_files;
pub mod storage;
pub mod text;
pub mod toml_value;
