//! The memory in which a plugin built a tree: every pointer and length is checked before it is
//! followed. Reading it is `decode.rs`'s.

use super::{Arena, MOST_BYTES, MOST_VALUES, Node};
use crate::{Value, decode::Memory, value::MAX_DEPTH};
use std::slice;

/// Why nodes are no value.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadTree {
    /// A tag that this revision does not know.
    #[error("an unknown tag {0}")]
    Tag(u32),
    /// Null with a length.
    #[error("null with a length of {0}")]
    Null(u32),
    /// An address outside arena and arguments.
    #[error("a pointer outside the call's arena and its arguments; build answers with `alloc`")]
    Pointer,
    /// Nodes at an address that is no multiple of 8.
    #[error("nodes at an address that is no multiple of 8")]
    Alignment,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
    /// A boolean other than 0 and 1, a key that is not text, a key given twice.
    #[error("a malformed {0}")]
    Malformed(&'static str),
    /// More than the allowed nesting.
    #[error("values nested deeper than {MAX_DEPTH}")]
    Depth,
    /// More than crosses at once.
    #[error("more than {MOST_VALUES} values or {} MiB at once", MOST_BYTES >> 20)]
    Size,
}

/// What may be pointed into besides the arena: the arguments' own texts.
pub(super) struct Bounds<'a> {
    pub(super) arena: &'a Arena,
    pub(super) args: &'a [Value],
    pub(super) kept: &'a [Box<Value>],
    // Ranges of bytes, by address and length: arguments that came as an image.
    pub(super) image: [(u64, u64); 2],
}

impl Bounds<'_> {
    fn holds_nodes(&self, address: u64, bytes: u64) -> bool {
        self.arena.holds(address, bytes) || self.in_image(address, bytes)
    }

    // A plugin may answer with a text that it was given, without a copy.
    fn holds_data(&self, address: u64, bytes: u64) -> bool {
        self.holds_nodes(address, bytes)
            || self.args.iter().chain(self.kept.iter().map(|v| &**v)).any(|v| inside(v, address, bytes))
    }

    fn in_image(&self, address: u64, bytes: u64) -> bool {
        self.image.iter().any(|(start, len)| within(address, bytes, *start, *len))
    }
}

fn within(address: u64, bytes: u64, start: u64, len: u64) -> bool {
    address >= start && address - start <= len && bytes <= len - (address - start)
}

fn inside(value: &Value, address: u64, bytes: u64) -> bool {
    let among = |data: &[u8]| within(address, bytes, data.as_ptr() as u64, data.len() as u64);
    match value {
        Value::Text(text) => among(text.as_bytes()),
        Value::Bytes(data) => among(data),
        Value::List(items) => items.iter().any(|v| inside(v, address, bytes)),
        Value::Map(map) => map.iter().any(|(k, v)| among(k.as_bytes()) || inside(v, address, bytes)),
        _ => false,
    }
}

// Places do not matter here: what leads in a circle ends at the greatest depth.
impl Memory for Bounds<'_> {
    fn data(&self, node: Node) -> Result<&[u8], BadTree> {
        let len = u64::from(node.len);
        match (len, node.scalar) {
            (0, _) => Ok(&[]),
            (_, 0) => Err(BadTree::Null(node.len)),
            (_, at) if self.holds_data(at, len) => {
                // SAFETY: the range lies in the arena, the arguments or their image, all of which
                // are initialised and outlive the bounds that were asked.
                Ok(unsafe { slice::from_raw_parts(at as *const u8, len as usize) })
            }
            _ => Err(BadTree::Pointer),
        }
    }

    fn children(&self, node: Node, _: usize, count: usize) -> Result<(&[Node], usize), BadTree> {
        let nodes = match (count, node.scalar) {
            (0, _) => &[],
            (_, 0) => return Err(BadTree::Null(node.len)),
            (_, at) if at % 8 != 0 => return Err(BadTree::Alignment),
            (_, at) if self.holds_nodes(at, (count * size_of::<Node>()) as u64) => {
                // SAFETY: as above, and aligned; any bits are a node.
                unsafe { slice::from_raw_parts(at as *const Node, count) }
            }
            _ => return Err(BadTree::Pointer),
        };
        Ok((nodes, 0))
    }
}
