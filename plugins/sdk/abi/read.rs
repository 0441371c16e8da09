//! Reads a tree that a plugin built: every tag, pointer and length is checked before it is used.

use super::{Arena, MOST_BYTES, MOST_VALUES, Node, tag};
use crate::{Amount, Map, Value, value::MAX_DEPTH};
use std::{slice, sync::Arc};

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
    fn nodes(&self, address: u64, bytes: u64) -> bool {
        self.arena.holds(address, bytes) || self.in_image(address, bytes)
    }

    // A plugin may answer with a text that it was given, without a copy.
    fn data(&self, address: u64, bytes: u64) -> bool {
        self.nodes(address, bytes)
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

pub(super) struct Reader<'a> {
    bounds: &'a Bounds<'a>,
    values: usize,
    bytes: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bounds: &'a Bounds<'a>) -> Reader<'a> {
        Reader { bounds, values: MOST_VALUES, bytes: MOST_BYTES }
    }

    /// The value that a node stands for.
    pub(super) fn read(&mut self, node: Node, depth: usize) -> Result<Value, BadTree> {
        if depth > MAX_DEPTH {
            return Err(BadTree::Depth);
        }
        // Nodes can share their children, so a small tree can stand for a large value.
        self.values = self.values.checked_sub(1).ok_or(BadTree::Size)?;
        Ok(match node.tag {
            tag::NIL => Value::Nil,
            tag::NULL => Value::Null,
            tag::BOOL if node.scalar < 2 => Value::Bool(node.scalar == 1),
            tag::BOOL => return Err(BadTree::Malformed("boolean")),
            tag::INT => Value::Int(node.scalar as i64),
            tag::NUM => Value::Num(f64::from_bits(node.scalar)),
            tag::AMOUNT => Value::Amount(Amount::from_micros(node.scalar as i64)),
            tag::TEXT => Value::Text(self.text(node)?),
            tag::BYTES => Value::Bytes(self.data(node)?.into()),
            tag::LIST => {
                let nodes = self.nodes(node, u64::from(node.len))?;
                Value::List(nodes.iter().map(|n| self.read(*n, depth + 1)).collect::<Result<_, _>>()?)
            }
            tag::MAP => {
                let mut map = Map::new();
                for pair in self.nodes(node, u64::from(node.len) * 2)?.chunks_exact(2) {
                    if pair[0].tag != tag::TEXT {
                        return Err(BadTree::Malformed("key: expected text"));
                    }
                    let key = self.text(pair[0])?;
                    if map.insert(key, self.read(pair[1], depth + 1)?).is_some() {
                        return Err(BadTree::Malformed("table: a key is given twice"));
                    }
                }
                Value::Map(map)
            }
            unknown => return Err(BadTree::Tag(unknown)),
        })
    }

    fn text(&mut self, node: Node) -> Result<Arc<str>, BadTree> {
        std::str::from_utf8(self.data(node)?).map(Arc::from).map_err(|_| BadTree::Utf8)
    }

    fn data(&mut self, node: Node) -> Result<&'a [u8], BadTree> {
        let len = u64::from(node.len);
        self.bytes = self.bytes.checked_sub(len as usize).ok_or(BadTree::Size)?;
        match (len, node.scalar) {
            (0, _) => Ok(&[]),
            (_, 0) => Err(BadTree::Null(node.len)),
            (_, at) if self.bounds.data(at, len) => {
                // SAFETY: the range lies in the arena, the arguments or their image, all of which
                // are initialised and outlive the bounds that were asked.
                Ok(unsafe { slice::from_raw_parts(at as *const u8, len as usize) })
            }
            _ => Err(BadTree::Pointer),
        }
    }

    fn nodes(&mut self, node: Node, count: u64) -> Result<&'a [Node], BadTree> {
        match (count, node.scalar) {
            (0, _) => Ok(&[]),
            (_, 0) => Err(BadTree::Null(node.len)),
            (_, at) if at % 8 != 0 => Err(BadTree::Alignment),
            (_, at) if self.bounds.nodes(at, count * size_of::<Node>() as u64) => {
                // SAFETY: as above, and aligned; any bits are a node.
                Ok(unsafe { slice::from_raw_parts(at as *const Node, count as usize) })
            }
            _ => Err(BadTree::Pointer),
        }
    }
}
