//! Reads a tree of nodes as a value, wherever its nodes and texts lie. What may be followed its
//! memory says; depth, number and size of what comes of it are bounded here.

use crate::{
    Amount, Map, Value,
    abi::{BadTree, MOST_BYTES, MOST_VALUES, Node, tag},
    value::MAX_DEPTH,
};
use std::sync::Arc;

/// Where a tree lies. Follows nothing that leads out of it.
pub(crate) trait Memory {
    /// The bytes of a text or of bytes.
    fn data(&self, node: Node) -> Result<&[u8], BadTree>;

    /// The `count` nodes that a list or map at `place` consists of, and the place of the first.
    fn children(&self, node: Node, place: usize, count: usize) -> Result<(&[Node], usize), BadTree>;
}

/// The value that `node`, which stands at `place`, is the root of.
pub(crate) fn decode(memory: &impl Memory, node: Node, place: usize) -> Result<Value, BadTree> {
    Decoder::new(memory).value(node, place)
}

/// What may still come of several trees together.
pub(crate) struct Decoder<'a, M> {
    memory: &'a M,
    values: usize,
    bytes: usize,
}

impl<'a, M: Memory> Decoder<'a, M> {
    pub fn new(memory: &'a M) -> Decoder<'a, M> {
        Decoder { memory, values: MOST_VALUES, bytes: MOST_BYTES }
    }

    pub fn value(&mut self, node: Node, place: usize) -> Result<Value, BadTree> {
        self.read(node, place, 0)
    }

    fn read(&mut self, node: Node, place: usize, depth: usize) -> Result<Value, BadTree> {
        if depth > MAX_DEPTH {
            return Err(BadTree::Depth);
        }
        // Nodes can share their children, so a small tree can stand for a large value.
        self.values = self.values.checked_sub(1).ok_or(BadTree::Size)?;
        let len = node.len as usize;
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
                let (nodes, first) = self.memory.children(node, place, len)?;
                let items = nodes.iter().zip(first..);
                Value::List(
                    items.map(|(node, at)| self.read(*node, at, depth + 1)).collect::<Result<_, _>>()?,
                )
            }
            tag::MAP => {
                let (nodes, first) = self.memory.children(node, place, len * 2)?;
                let mut map = Map::new();
                for (pair, at) in nodes.chunks_exact(2).zip((first..).step_by(2)) {
                    if pair[0].tag != tag::TEXT {
                        return Err(BadTree::Malformed("key: expected text"));
                    }
                    let key = self.text(pair[0])?;
                    if map.insert(key, self.read(pair[1], at + 1, depth + 1)?).is_some() {
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
        self.bytes = self.bytes.checked_sub(node.len as usize).ok_or(BadTree::Size)?;
        self.memory.data(node)
    }
}
