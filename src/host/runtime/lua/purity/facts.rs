//! What a source declares, changes and names.

use std::collections::BTreeSet;

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
