//! One node of a value tree in C layout, and a borrowed view of a tree that a host laid out.

use crate::{Amount, Map, Value};
use std::{fmt, marker::PhantomData, slice, sync::Arc};

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
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
pub struct Node {
    /// One of [`tag`].
    pub tag: u32,
    /// Bytes, items or pairs; 0 for scalars.
    pub len: u32,
    /// The scalar's bits, or an address.
    pub scalar: u64,
}

const _: () = assert!(size_of::<Node>() == 16 && align_of::<Node>() == 8);

impl Node {
    /// The node of a value that needs no memory of its own; `None` for text, bytes, lists, maps.
    #[inline]
    pub fn of_scalar(value: &Value) -> Option<Node> {
        let (tag, scalar) = match value {
            Value::Nil => (tag::NIL, 0),
            Value::Null => (tag::NULL, 0),
            Value::Bool(b) => (tag::BOOL, u64::from(*b)),
            Value::Int(n) => (tag::INT, *n as u64),
            Value::Num(n) => (tag::NUM, n.to_bits()),
            Value::Amount(a) => (tag::AMOUNT, a.micros() as u64),
            Value::Text(_) | Value::Bytes(_) | Value::List(_) | Value::Map(_) => return None,
        };
        Some(Node { tag, len: 0, scalar })
    }
}

/// A value that the host laid out, borrowed for as long as the call lasts. Reading it takes no
/// memory.
///
/// Anything asked of a value of another kind answers `None`, `Nil` or nothing, so that a chain
/// like `event.get("fields").get("carrier").as_str()` needs no test on its way.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub struct View<'a> {
    node: Node,
    borrowed: PhantomData<&'a Node>,
}

impl<'a> View<'a> {
    /// Absent.
    pub const NIL: View<'static> =
        View { node: Node { tag: tag::NIL, len: 0, scalar: 0 }, borrowed: PhantomData };

    /// # Safety
    /// `node` is of a tree that a host laid out and that lives as long as `'a`.
    pub(super) const unsafe fn new(node: Node) -> View<'a> {
        View { node, borrowed: PhantomData }
    }

    /// # Safety
    /// `count` nodes of a tree that a host laid out lie at `nodes` and live as long as `'a`.
    pub(super) unsafe fn slice(nodes: *const Node, count: usize) -> &'a [View<'a>] {
        match count {
            0 => &[],
            // SAFETY: the caller's promise; a view is a node in layout.
            _ => unsafe { slice::from_raw_parts(nodes.cast(), count) },
        }
    }

    fn data(self) -> &'a [u8] {
        match (self.node.tag, self.node.len) {
            (tag::TEXT | tag::BYTES, len) if len > 0 => {
                // SAFETY: a host laid the node out: so many bytes are there, for as long as `'a`.
                unsafe { slice::from_raw_parts(self.node.scalar as *const u8, len as usize) }
            }
            _ => &[],
        }
    }

    fn nodes(self) -> &'a [View<'a>] {
        let count = match self.node.tag {
            tag::LIST => self.node.len as usize,
            tag::MAP => self.node.len as usize * 2,
            _ => 0,
        };
        // SAFETY: a host laid the node out: so many nodes are there, for as long as `'a`.
        unsafe { View::slice(self.node.scalar as *const Node, count) }
    }

    /// One of [`tag`].
    pub fn tag(self) -> u32 {
        self.node.tag
    }

    /// True for absent.
    pub fn is_nil(self) -> bool {
        self.node.tag == tag::NIL
    }

    /// True for absent, and for what clears a field.
    pub fn is_absent(self) -> bool {
        matches!(self.node.tag, tag::NIL | tag::NULL)
    }

    /// The text, if it is one.
    pub fn as_str(self) -> Option<&'a str> {
        // SAFETY: a host lays out text from `str`s only.
        (self.node.tag == tag::TEXT).then(|| unsafe { std::str::from_utf8_unchecked(self.data()) })
    }

    /// The bytes, if it is such.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        (self.node.tag == tag::BYTES).then(|| self.data())
    }

    /// The boolean, if it is one.
    pub fn as_bool(self) -> Option<bool> {
        (self.node.tag == tag::BOOL).then_some(self.node.scalar == 1)
    }

    /// The whole number, if it is one.
    pub fn as_int(self) -> Option<i64> {
        match self.node.tag {
            tag::INT => Some(self.node.scalar as i64),
            tag::NUM | tag::AMOUNT => self.scalar().as_int(),
            _ => None,
        }
    }

    /// The number, of whatever kind.
    pub fn as_f64(self) -> Option<f64> {
        match self.node.tag {
            tag::INT => Some(self.node.scalar as i64 as f64),
            tag::NUM => Some(f64::from_bits(self.node.scalar)),
            tag::AMOUNT => Some(Amount::from_micros(self.node.scalar as i64).to_f64()),
            _ => None,
        }
    }

    /// The exact amount, if the value is one or a number that stands for one.
    pub fn as_amount(self) -> Option<Amount> {
        self.scalar().as_amount()
    }

    fn scalar(self) -> Value {
        match self.node.tag {
            tag::NULL => Value::Null,
            tag::BOOL => Value::Bool(self.node.scalar == 1),
            tag::INT => Value::Int(self.node.scalar as i64),
            tag::NUM => Value::Num(f64::from_bits(self.node.scalar)),
            tag::AMOUNT => Value::Amount(Amount::from_micros(self.node.scalar as i64)),
            _ => Value::Nil,
        }
    }

    /// The items, if it is a list.
    pub fn items(self) -> &'a [View<'a>] {
        if self.node.tag == tag::LIST { self.nodes() } else { &[] }
    }

    /// The entries, by key ascending, if it is a map.
    pub fn entries(self) -> impl Iterator<Item = (&'a str, View<'a>)> {
        let pairs = if self.node.tag == tag::MAP { self.nodes() } else { &[] };
        pairs.chunks_exact(2).map(|pair| (pair[0].as_str().unwrap_or(""), pair[1]))
    }

    /// The entry under `key`; absent if this is no map or has none.
    pub fn get(self, key: &str) -> View<'a> {
        let pairs = if self.node.tag == tag::MAP { self.nodes() } else { &[] };
        let (mut low, mut high) = (0, pairs.len() / 2);
        while low < high {
            let middle = low.midpoint(high);
            match pairs[middle * 2].data().cmp(key.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return pairs[middle * 2 + 1],
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        View::NIL
    }

    /// A copy of one's own.
    pub fn to_value(self) -> Value {
        match self.node.tag {
            tag::TEXT => Value::text(self.as_str().unwrap_or("")),
            tag::BYTES => Value::Bytes(self.data().into()),
            tag::LIST => Value::List(self.items().iter().map(|item| item.to_value()).collect()),
            tag::MAP => {
                Value::Map(self.entries().map(|(k, v)| (Arc::from(k), v.to_value())).collect::<Map>())
            }
            _ => self.scalar(),
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_value().fmt(f)
    }
}
