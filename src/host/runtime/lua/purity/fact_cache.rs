//! What sources declare, read once for all offices that have them.

use crate::runtime::lua::purity::{facts::Facts, walk::walked};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};

/// What was read, by the hash of its source.
type FactsCache = HashMap<[u8; 32], Option<Arc<Facts>>>;

/// Bytes of a source that is looked through; trees take many times as much, and belong to nobody's cap.
const LARGEST: usize = 512 << 10;

/// Bytes: two MiB for each level that Luau admits.
const STACK: usize = 2 << 30;

/// Files that many offices share are read once.
const KEPT: usize = 512;

/// What is known of a source; `None` if it can't be read.
pub(super) fn facts(source: &[u8]) -> Option<Arc<Facts>> {
    static KNOWN: OnceLock<Mutex<FactsCache>> = OnceLock::new();
    if source.len() > LARGEST {
        return None;
    }
    let key = *blake3::hash(source).as_bytes();
    // Whole at each step.
    let known = || KNOWN.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(facts) = known().get(&key) {
        return facts.clone();
    }
    let text = std::str::from_utf8(source).ok()?.to_owned();
    // Trees are read and walked by recursion: on a thread of its own with a deep stack, of which only what is
    // used is taken, and only what Luau compiles, which refuses more than some thousand levels.
    let walk = thread::Builder::new().name("registrar-purity".into()).stack_size(STACK).spawn(move || {
        crate::runtime::lua::sandbox::compiler().compile(&text).ok()?;
        let tree = full_moon::parse(&text).ok()?;
        Some(Arc::new(walked(&tree)))
    });
    let facts = walk.ok()?.join().ok().flatten();
    let mut known = known();
    if known.len() >= KEPT {
        known.clear();
    }
    known.insert(key, facts.clone());
    facts
}
