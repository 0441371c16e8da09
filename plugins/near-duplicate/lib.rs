//! Finds records that resemble each other, whatever their unit and year.
//!
//! A text's fingerprints lead through an inverted index to the records that share most of them, each
//! counted by its rarity; their texts are then fetched and compared character by character, which gives
//! the score and the passages with their places. The index itself holds no text: what a person may not
//! see is not shown, since the texts come from the host under that person's rights.

#![forbid(unsafe_code)]

pub mod align;
pub mod evidence;
pub mod finder;
pub mod gram;
pub mod index;
pub mod log_follower;
pub mod options;
pub mod score;
pub mod segment;
pub mod shelf;
pub mod text;

pub use finder::{Finder, NearDuplicate, Passage};
pub use log_follower::LogFollower;
pub use options::Options;
pub use shelf::{MemoryShelf, Shelf};
pub use text::{RecordTexts, TextSpan};

registrar_sdk::plugin! { manifest: "plugin.toml", load: load }

fn load(plugin: &mut registrar_sdk::native::Plugin<'_>) -> Result<(), String> {
    log_follower::register(plugin)
}
