//! What a source declares, changes and names, read once for all offices that have it.

use super::walk::walked;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
};

/// What is known of a file.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) globals: Vec<(String, u32)>,
    pub(super) functions: Vec<Function>,
    /// What is handed to `host.on`, by point.
    pub(super) handlers: Vec<(String, FunctionRef)>,
    /// What a name of the file, or a field of a table, is otherwise than by a function written there.
    pub(super) names: Vec<Binding>,
}

/// A name of the file, or a field of a table.
pub(super) struct Binding {
    pub(super) name: String,
    pub(super) is_field: bool,
    pub(super) value: FunctionRef,
}

/// Where a function comes from that is not written in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FunctionRef {
    /// Another name of it.
    Name(String),
    /// What a function of this name gave back.
    Made(String),
}

/// A name or a table that a function changes without having declared it.
pub(super) struct Mutation {
    pub(super) name: String,
    pub(super) line: u32,
    /// The function that declares it; 0 is the file.
    pub(super) declarer: usize,
}

#[derive(Default)]
pub(super) struct Function {
    pub(super) parent: Option<usize>,
    pub(super) name: Option<String>,
    pub(super) is_field: bool,
    /// The point at which it is registered where it is written.
    pub(super) point: Option<String>,
    /// What it changes of what others declare.
    pub(super) changes: Vec<Mutation>,
    /// Where it keys a table by a table.
    pub(super) keyed: Vec<(String, u32)>,
    /// What it names.
    pub(super) mentions: BTreeSet<String>,
}

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
        super::super::compiler().compile(&text).ok()?;
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
