//! Memory of a call: nodes of arguments and answers, in blocks whose addresses stay until reset.

use super::{MOST_BYTES, MOST_VALUES, Node, tag};
use crate::Value;
use std::ptr;

const FIRST: usize = 1024;

// What a plugin may take: room for the most values and bytes that cross, and as much again.
const MOST_NODES: usize = 2 * (MOST_VALUES + MOST_BYTES / size_of::<Node>());

/// Holds what a call needs; used again by the next, so that calls of the usual size take no memory
/// from the system.
#[derive(Default)]
pub struct Arena {
    chunks: Vec<Chunk>,
    // The chunk that is being filled.
    at: usize,
    taken: usize,
}

// A boxed slice by its parts: while pointers into it are about, no reference to it may be.
struct Chunk {
    start: *mut Node,
    size: usize,
    used: usize,
}

// SAFETY: a chunk owns its memory; the pointer is shared with none but those who hold the arena.
unsafe impl Send for Chunk {}

impl Chunk {
    fn new(size: usize) -> Chunk {
        let nodes = vec![Node::default(); size].into_boxed_slice();
        Chunk { start: Box::into_raw(nodes).cast(), size, used: 0 }
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        let nodes = ptr::slice_from_raw_parts_mut(self.start, self.size);
        // SAFETY: `new` took these very parts from a box, and nobody else gives them back.
        drop(unsafe { Box::from_raw(nodes) });
    }
}

impl Arena {
    /// Forgets what was taken; pointers into the arena must not be used any more.
    pub fn reset(&mut self) {
        // One call with a book in it should not hold its memory for ever.
        self.chunks.truncate(4);
        self.chunks.iter_mut().take(self.at + 1).for_each(|chunk| chunk.used = 0);
        (self.at, self.taken) = (0, 0);
    }

    /// Room for `count` nodes; null if that is more than a call may take.
    pub(super) fn take(&mut self, count: usize) -> *mut Node {
        if count > MOST_NODES - self.taken {
            return ptr::null_mut();
        }
        self.taken += count;
        while let Some(chunk) = self.chunks.get_mut(self.at) {
            if count <= chunk.size - chunk.used {
                // SAFETY: so many nodes are left behind `used`.
                let found = unsafe { chunk.start.add(chunk.used) };
                chunk.used += count;
                return found;
            }
            if self.at + 1 == self.chunks.len() {
                break;
            }
            self.at += 1;
        }
        let size = self.chunks.last().map_or(FIRST, |last| last.size * 2).max(count).min(MOST_NODES);
        let mut chunk = Chunk::new(size);
        chunk.used = count;
        let found = chunk.start;
        self.chunks.push(chunk);
        self.at = self.chunks.len() - 1;
        found
    }

    /// The same for a plugin, in bytes: a multiple of a node's size, and zeroed.
    pub(super) fn take_bytes(&mut self, bytes: usize) -> *mut Node {
        let count = bytes.div_ceil(size_of::<Node>()).max(1);
        let found = self.take(count);
        if !found.is_null() {
            // SAFETY: `take` answered room for so many nodes.
            unsafe { ptr::write_bytes(found, 0, count) };
        }
        found
    }

    /// Whether `bytes` bytes at `address` were taken from here.
    pub(super) fn holds(&self, address: u64, bytes: u64) -> bool {
        self.chunks.iter().take(self.at + 1).any(|chunk| {
            let start = chunk.start as u64;
            let used = (chunk.used * size_of::<Node>()) as u64;
            address >= start && address - start <= used && bytes <= used - (address - start)
        })
    }

    /// Lays values out, side by side; text and bytes are borrowed. Null if that is too much.
    pub(super) fn lay_out_all(&mut self, values: &[Value]) -> *const Node {
        let block = self.take(values.len());
        if block.is_null() {
            return block;
        }
        for (i, value) in values.iter().enumerate() {
            let Some(node) = self.lay_out(value) else { return ptr::null() };
            // SAFETY: the block has room for as many nodes as there are values.
            unsafe { block.add(i).write(node) };
        }
        block
    }

    /// Lays a value out. Text and bytes are borrowed, not copied. `None` if it is too much.
    pub(super) fn lay_out(&mut self, value: &Value) -> Option<Node> {
        let far = |tag, len: usize, address: u64| Node { tag, len: len as u32, scalar: address };
        Some(match value {
            Value::Text(text) => far(tag::TEXT, text.len(), text.as_ptr() as u64),
            Value::Bytes(bytes) => far(tag::BYTES, bytes.len(), bytes.as_ptr() as u64),
            Value::List(items) => {
                let block = self.lay_out_all(items);
                if block.is_null() {
                    return None;
                }
                far(tag::LIST, items.len(), block as u64)
            }
            Value::Map(map) => {
                let block = self.take(map.len() * 2);
                if block.is_null() {
                    return None;
                }
                for (i, (key, value)) in map.iter().enumerate() {
                    let value = self.lay_out(value)?;
                    // SAFETY: the block has room for a pair of nodes for each entry.
                    unsafe {
                        block.add(i * 2).write(far(tag::TEXT, key.len(), key.as_ptr() as u64));
                        block.add(i * 2 + 1).write(value);
                    }
                }
                far(tag::MAP, map.len(), block as u64)
            }
            scalar => Node::of_scalar(scalar).unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_taken_and_nothing_beside_it() {
        let mut arena = Arena::default();
        let first = arena.take(2) as u64;
        let big = arena.take(5000) as u64;
        assert!(arena.holds(first, 32) && arena.holds(first + 8, 24) && arena.holds(big, 80_000));
        assert!(!arena.holds(first, 33) && !arena.holds(first - 8, 8) && !arena.holds(big, 80_001));
        assert!(!arena.holds(0, 1) && !arena.holds(u64::MAX, 16) && !arena.holds(first, u64::MAX));
        arena.reset();
        assert!(!arena.holds(first, 1));
    }

    #[test]
    fn more_than_a_call_may_take_is_refused() {
        let mut arena = Arena::default();
        assert!(arena.take(MOST_NODES + 1).is_null());
        assert!(!arena.take_bytes(1 << 20).is_null());
        assert!(arena.take_bytes(usize::MAX).is_null());
    }
}
