//! The C layout of a value tree: how arguments and answers cross to native code, unserialised.
//!
//! A [`Node`] is 16 bytes: a tag, a length, and a scalar or a pointer to text, bytes or further
//! nodes. A tree borrows its text from the [`Value`] it was laid out from; only the nodes of lists
//! and maps are made, in an [`Arena`]. Reading a tree back checks every tag, pointer and length.

#![allow(unsafe_code)]

use crate::{Amount, Map, Value, value::MAX_DEPTH};
use std::{marker::PhantomData, sync::Arc};

/// What a node holds. Integers, never an enum: an unknown tag must be readable to be refused.
pub mod tag {
    /// No answer, absent.
    pub const NIL: u32 = 0;
    /// Clears a field.
    pub const NULL: u32 = 1;
    /// `scalar` is 0 or 1.
    pub const BOOL: u32 = 2;
    /// `scalar` is the number, within ±2^53.
    pub const INT: u32 = 3;
    /// `scalar` holds the bits of a double.
    pub const NUM: u32 = 4;
    /// `scalar` is whole millionths.
    pub const AMOUNT: u32 = 5;
    /// `len` bytes of UTF-8 at `scalar`.
    pub const TEXT: u32 = 6;
    /// `len` bytes at `scalar`.
    pub const BYTES: u32 = 7;
    /// `len` nodes at `scalar`.
    pub const LIST: u32 = 8;
    /// `len` pairs of nodes at `scalar`, keys (text, ascending) and values in turn.
    pub const MAP: u32 = 9;
}

/// One node of a value tree, in C layout.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Node {
    /// One of [`tag`].
    pub tag: u32,
    /// Bytes, items or pairs; 0 for scalars.
    pub len: u32,
    /// The scalar's bits, or an address.
    pub scalar: u64,
}

const _: () = assert!(size_of::<Node>() == 16 && align_of::<Node>() == 8);

/// Holds the nodes of lists and maps for as long as a call lasts.
#[derive(Default)]
pub struct Arena {
    // Boxed slices: their addresses stay when the vector grows.
    nodes: Vec<Box<[Node]>>,
}

/// A tree laid out from a [`Value`]; valid while both value and arena are borrowed.
pub struct Tree<'a> {
    /// The root.
    pub root: Node,
    bounds: PhantomData<&'a ()>,
}

/// Why nodes are no value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BadTree {
    /// A tag that this revision does not know.
    #[error("unknown tag {0}")]
    Tag(u32),
    /// An address outside arena and arguments, or null with a length.
    #[error("a pointer outside the arena and the arguments")]
    Pointer,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
    /// A boolean other than 0 and 1, or a map key that is not text.
    #[error("a malformed {0}")]
    Malformed(&'static str),
    /// More than the allowed nesting.
    #[error("nested deeper than {MAX_DEPTH}")]
    Depth,
}

impl Arena {
    /// Lays `value` out. Text and bytes are borrowed, not copied.
    pub fn lay_out<'a>(&'a mut self, value: &'a Value) -> Tree<'a> {
        Tree { root: self.node(value), bounds: PhantomData }
    }

    fn node(&mut self, value: &Value) -> Node {
        let scalar = |tag, scalar| Node { tag, len: 0, scalar };
        match value {
            Value::Nil => scalar(tag::NIL, 0),
            Value::Null => scalar(tag::NULL, 0),
            Value::Bool(b) => scalar(tag::BOOL, u64::from(*b)),
            Value::Int(n) => scalar(tag::INT, *n as u64),
            Value::Num(n) => scalar(tag::NUM, n.to_bits()),
            Value::Amount(a) => scalar(tag::AMOUNT, a.micros() as u64),
            Value::Text(text) => bytes(tag::TEXT, text.as_bytes()),
            Value::Bytes(data) => bytes(tag::BYTES, data),
            Value::List(items) => {
                let nodes: Box<[Node]> = items.iter().map(|v| self.node(v)).collect();
                self.keep(tag::LIST, items.len(), nodes)
            }
            Value::Map(map) => {
                let mut nodes = Vec::with_capacity(map.len() * 2);
                for (key, value) in map {
                    nodes.push(bytes(tag::TEXT, key.as_bytes()));
                    nodes.push(self.node(value));
                }
                self.keep(tag::MAP, map.len(), nodes.into())
            }
        }
    }

    fn keep(&mut self, tag: u32, len: usize, nodes: Box<[Node]>) -> Node {
        let node = Node { tag, len: len as u32, scalar: nodes.as_ptr() as u64 };
        self.nodes.push(nodes);
        node
    }

    fn holds(&self, at: u64, nodes: usize) -> bool {
        self.nodes.iter().any(|slice| {
            let start = slice.as_ptr() as u64;
            let end = start + size_of_val::<[Node]>(slice) as u64;
            at >= start && at.is_multiple_of(8) && nodes as u64 * 16 <= end.saturating_sub(at)
        })
    }
}

fn bytes(tag: u32, data: &[u8]) -> Node {
    Node { tag, len: data.len() as u32, scalar: data.as_ptr() as u64 }
}

impl Tree<'_> {
    /// Reads the tree back. `texts` says whether a range of bytes may be read.
    ///
    /// # Errors
    /// [`BadTree`], for the first node that is not what its tag says.
    pub fn read(&self, arena: &Arena, texts: &dyn Fn(u64, usize) -> bool) -> Result<Value, BadTree> {
        read(self.root, arena, texts, 0)
    }
}

fn read(
    node: Node,
    arena: &Arena,
    texts: &dyn Fn(u64, usize) -> bool,
    depth: usize,
) -> Result<Value, BadTree> {
    if depth > MAX_DEPTH {
        return Err(BadTree::Depth);
    }
    let len = node.len as usize;
    let data = |readable: bool| -> Result<&[u8], BadTree> {
        match (len, readable) {
            (0, _) => Ok(&[]),
            // SAFETY: `texts` vouches for the range, which outlives the call (its caller borrows it).
            (_, true) => Ok(unsafe { std::slice::from_raw_parts(node.scalar as *const u8, len) }),
            (_, false) => Err(BadTree::Pointer),
        }
    };
    let nodes = |count: usize| -> Result<&[Node], BadTree> {
        match count {
            0 => Ok(&[]),
            // SAFETY: the arena holds that many aligned, initialised nodes at the address.
            n if arena.holds(node.scalar, n) => {
                Ok(unsafe { std::slice::from_raw_parts(node.scalar as *const Node, n) })
            }
            _ => Err(BadTree::Pointer),
        }
    };
    let text = |data: &[u8]| -> Result<Arc<str>, BadTree> {
        std::str::from_utf8(data).map(Arc::from).map_err(|_| BadTree::Utf8)
    };
    Ok(match node.tag {
        tag::NIL => Value::Nil,
        tag::NULL => Value::Null,
        tag::BOOL if node.scalar < 2 => Value::Bool(node.scalar == 1),
        tag::BOOL => return Err(BadTree::Malformed("boolean")),
        tag::INT => Value::Int(node.scalar as i64),
        tag::NUM => Value::Num(f64::from_bits(node.scalar)),
        tag::AMOUNT => Value::Amount(Amount::from_micros(node.scalar as i64)),
        tag::TEXT => Value::Text(text(data(texts(node.scalar, len))?)?),
        tag::BYTES => Value::Bytes(data(texts(node.scalar, len))?.into()),
        tag::LIST => Value::List(
            nodes(len)?.iter().map(|n| read(*n, arena, texts, depth + 1)).collect::<Result<_, _>>()?,
        ),
        tag::MAP => {
            let mut map = Map::new();
            for pair in nodes(len * 2)?.chunks_exact(2) {
                match read(pair[0], arena, texts, depth + 1)? {
                    Value::Text(key) => map.insert(key, read(pair[1], arena, texts, depth + 1)?),
                    _ => return Err(BadTree::Malformed("map key")),
                };
            }
            Value::Map(map)
        }
        unknown => return Err(BadTree::Tag(unknown)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        serde_json::from_str(r#"{"amount":2.5,"list":[1,"中文",null,true,{}],"text":""}"#).unwrap()
    }

    #[test]
    fn a_tree_reads_back_as_the_value_it_was_laid_out_from() {
        let value = sample();
        let mut arena = Arena::default();
        let root = arena.lay_out(&value).root;
        let tree = Tree { root, bounds: PhantomData };
        assert_eq!(tree.read(&arena, &|_, _| true), Ok(value.clone()));
    }

    #[test]
    fn what_is_not_a_value_is_refused() {
        let arena = Arena::default();
        let read = |tag, len, scalar| {
            Tree { root: Node { tag, len, scalar }, bounds: PhantomData }.read(&arena, &|_, _| false)
        };
        assert_eq!(read(99, 0, 0), Err(BadTree::Tag(99)));
        assert_eq!(read(tag::TEXT, 4, 0), Err(BadTree::Pointer));
        assert_eq!(read(tag::LIST, 1, 8), Err(BadTree::Pointer));
        assert_eq!(read(tag::BOOL, 0, 7), Err(BadTree::Malformed("boolean")));
        assert_eq!(read(tag::LIST, 0, 0), Ok(Value::List(vec![])));
    }
}
