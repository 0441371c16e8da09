//! Values as bytes, for a pipe: the same nodes as in memory, with offsets where addresses were, and
//! the texts behind them. Writing one is a walk, taking it up an addition for each far node.

use crate::{
    Value,
    abi::{BadTree, MOST_BYTES, MOST_VALUES, Node, tag},
    decode::{Memory, decode},
};

/// Values in one piece. `scalar` of a list or map is the index of its first node, of text and bytes
/// the offset in `texts`. Children lie behind their parents, so that no tree is endless.
#[derive(Default)]
pub struct Image {
    nodes: Vec<Node>,
    texts: Vec<u8>,
    // Offsets were made addresses.
    pinned: bool,
}

/// Where nodes and texts of a pinned image lie: address and bytes.
pub type Ranges = [(u64, u64); 2];

impl Image {
    /// Forgets what it holds, keeps its memory.
    pub fn clear(&mut self) {
        self.nodes.clear();
        self.texts.clear();
        self.pinned = false;
        // One message with a book in it should not hold its memory for ever.
        self.nodes.shrink_to(1 << 16);
        self.texts.shrink_to(1 << 20);
    }

    /// Makes it hold `values`, side by side at its beginning.
    ///
    /// # Errors
    /// [`BadTree::Size`] if that is more than crosses at once.
    pub fn hold<'a>(&mut self, values: impl ExactSizeIterator<Item = &'a Value>) -> Result<(), BadTree> {
        self.clear();
        self.nodes.resize(values.len(), Node::default());
        for (at, value) in values.enumerate() {
            self.put(at, value)?;
        }
        match self.nodes.len() > 2 * MOST_VALUES || self.texts.len() > MOST_BYTES {
            true => Err(BadTree::Size),
            false => Ok(()),
        }
    }

    fn put(&mut self, at: usize, value: &Value) -> Result<(), BadTree> {
        self.nodes[at] = match value {
            Value::Text(text) => self.text(tag::TEXT, text.as_bytes())?,
            Value::Bytes(bytes) => self.text(tag::BYTES, bytes)?,
            Value::List(items) => {
                let first = self.room(items.len())?;
                for (i, item) in items.iter().enumerate() {
                    self.put(first + i, item)?;
                }
                Node { tag: tag::LIST, len: items.len() as u32, scalar: first as u64 }
            }
            Value::Map(map) => {
                let first = self.room(map.len() * 2)?;
                for (i, (key, value)) in map.iter().enumerate() {
                    self.nodes[first + i * 2] = self.text(tag::TEXT, key.as_bytes())?;
                    self.put(first + i * 2 + 1, value)?;
                }
                Node { tag: tag::MAP, len: map.len() as u32, scalar: first as u64 }
            }
            scalar => Node::of_scalar(scalar).unwrap_or_default(),
        };
        Ok(())
    }

    fn room(&mut self, count: usize) -> Result<usize, BadTree> {
        let first = self.nodes.len();
        if first + count > 2 * MOST_VALUES {
            return Err(BadTree::Size);
        }
        self.nodes.resize(first + count, Node::default());
        Ok(first)
    }

    fn text(&mut self, tag: u32, bytes: &[u8]) -> Result<Node, BadTree> {
        let offset = self.texts.len();
        if offset + bytes.len() > MOST_BYTES {
            return Err(BadTree::Size);
        }
        self.texts.extend_from_slice(bytes);
        Ok(Node { tag, len: bytes.len() as u32, scalar: offset as u64 })
    }

    /// Its bytes: nodes, then texts. Not of a pinned image.
    pub fn parts(&self) -> (&[u8], &[u8]) {
        (bytemuck::cast_slice(&self.nodes), &self.texts)
    }

    /// How many nodes and bytes of text it has.
    pub fn size(&self) -> (u32, u32) {
        (self.nodes.len() as u32, self.texts.len() as u32)
    }

    /// Room for the bytes of an image of this size, to be filled by the caller.
    ///
    /// # Errors
    /// [`BadTree::Size`] if that is more than crosses at once: a sender that says so lies.
    pub fn receive(&mut self, nodes: u32, texts: u32) -> Result<(&mut [u8], &mut [u8]), BadTree> {
        self.clear();
        if nodes as usize > 2 * MOST_VALUES || texts as usize > MOST_BYTES {
            return Err(BadTree::Size);
        }
        self.nodes.resize(nodes as usize, Node::default());
        self.texts.resize(texts as usize, 0);
        Ok((bytemuck::cast_slice_mut(&mut self.nodes), &mut self.texts))
    }

    /// The value at `at`. Everything is checked: whoever sent the bytes may have lost its mind.
    ///
    /// # Errors
    /// [`BadTree`], for the first node that is not what its tag says.
    pub fn value(&self, at: usize) -> Result<Value, BadTree> {
        let node = *self.nodes.get(at).ok_or(BadTree::Pointer)?;
        decode(self, node, at)
    }

    // The index of the first of them.
    fn first(&self, node: Node, at: usize, count: usize) -> Result<usize, BadTree> {
        let first = usize::try_from(node.scalar).map_err(|_| BadTree::Pointer)?;
        let behind = count == 0 || first > at;
        let within = first.checked_add(count).is_some_and(|end| end <= self.nodes.len());
        if behind && within || count == 0 { Ok(first) } else { Err(BadTree::Pointer) }
    }

    /// Makes its offsets addresses, once, so that its nodes are a tree in memory. The image must
    /// not be moved or changed while that tree is used.
    ///
    /// # Errors
    /// [`BadTree`] if an offset leads out of the image or text is not UTF-8; then it holds nothing.
    pub fn pin(&mut self) -> Result<(&[Node], Ranges), BadTree> {
        if !self.pinned {
            // Texts are mostly all there is: looked through once, each needs only a look at its ends.
            let whole = std::str::from_utf8(&self.texts).ok();
            if let Err(bad) = (0..self.nodes.len()).try_for_each(|at| self.sound(at, whole)) {
                self.clear();
                return Err(bad);
            }
            let (nodes, texts) = (self.nodes.as_ptr() as u64, self.texts.as_ptr() as u64);
            for node in &mut self.nodes {
                match node.tag {
                    // Where nothing lies no offset was checked.
                    tag::LIST | tag::MAP if node.len == 0 => node.scalar = 0,
                    tag::TEXT | tag::BYTES => node.scalar += texts,
                    tag::LIST | tag::MAP => node.scalar = nodes + node.scalar * size_of::<Node>() as u64,
                    _ => {}
                }
            }
            self.pinned = true;
        }
        let ranges = [
            (self.nodes.as_ptr() as u64, size_of_val(&*self.nodes) as u64),
            (self.texts.as_ptr() as u64, self.texts.len() as u64),
        ];
        Ok((&self.nodes, ranges))
    }

    fn sound(&self, at: usize, whole: Option<&str>) -> Result<(), BadTree> {
        let node = self.nodes[at];
        match node.tag {
            tag::TEXT => {
                let data = self.data(node)?;
                let from = node.scalar as usize;
                let sound = match whole {
                    Some(text) => text.is_char_boundary(from) && text.is_char_boundary(from + data.len()),
                    None => std::str::from_utf8(data).is_ok(),
                };
                if sound { Ok(()) } else { Err(BadTree::Utf8) }
            }
            tag::BYTES => self.data(node).map(drop),
            tag::LIST => self.first(node, at, node.len as usize).map(drop),
            tag::MAP => self.first(node, at, node.len as usize * 2).map(drop),
            tag::NIL..=tag::AMOUNT => Ok(()),
            unknown => Err(BadTree::Tag(unknown)),
        }
    }
}

impl Memory for Image {
    fn data(&self, node: Node) -> Result<&[u8], BadTree> {
        let from = usize::try_from(node.scalar).map_err(|_| BadTree::Pointer)?;
        let to = from.checked_add(node.len as usize).ok_or(BadTree::Pointer)?;
        self.texts.get(from..to).ok_or(BadTree::Pointer)
    }

    fn children(&self, node: Node, place: usize, count: usize) -> Result<(&[Node], usize), BadTree> {
        let first = self.first(node, place, count)?;
        Ok((self.nodes.get(first..first.saturating_add(count)).unwrap_or_default(), first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Value {
        serde_json::from_str(r#"{"amount":2.5,"list":[1,"中文",null,true,{}],"text":""}"#).unwrap()
    }

    #[test]
    fn what_it_holds_reads_back_also_after_a_journey() {
        let values = [sample(), Value::Int(3), Value::Bytes((*b"\xff\0").into())];
        let (mut image, mut other) = (Image::default(), Image::default());
        image.hold(values.iter()).unwrap();
        let (nodes, texts) = image.size();
        let (to_nodes, to_texts) = other.receive(nodes, texts).unwrap();
        let (from_nodes, from_texts) = image.parts();
        to_nodes.copy_from_slice(from_nodes);
        to_texts.copy_from_slice(from_texts);
        for (at, value) in values.iter().enumerate() {
            assert_eq!(other.value(at).as_ref(), Ok(value));
        }
    }

    #[test]
    fn an_image_that_lies_is_refused_both_ways() {
        let node = |tag, len, scalar| Node { tag, len, scalar };
        let bad = [
            (node(99, 0, 0), BadTree::Tag(99)),
            (node(tag::TEXT, 4, 2), BadTree::Pointer),
            (node(tag::TEXT, 1, u64::MAX), BadTree::Pointer),
            (node(tag::TEXT, 1, 0), BadTree::Utf8),
            (node(tag::LIST, 1, 0), BadTree::Pointer),
            (node(tag::LIST, u32::MAX, 1), BadTree::Pointer),
            (node(tag::MAP, 1, u64::MAX), BadTree::Pointer),
        ];
        for (node, problem) in bad {
            let make =
                || Image { nodes: vec![node, Node::default()], texts: vec![0xff, b'a'], pinned: false };
            assert_eq!(make().value(0), Err(problem.clone()));
            assert_eq!(make().pin().map(drop), Err(problem));
        }
    }

    #[test]
    fn what_stands_for_too_much_or_for_one_key_twice_is_refused() {
        let node = |tag, len, scalar| Node { tag, len, scalar };
        // Four lists of the next, each shared 64 times, and at their end a text of 64 KiB: 1 TiB.
        let fold = |level: u64| (0..64).map(move |_| node(tag::LIST, 64, 1 + (level + 1) * 64));
        let mut nodes = vec![node(tag::LIST, 64, 1)];
        nodes.extend((0..3).flat_map(fold));
        nodes.extend([node(tag::TEXT, 1 << 16, 0); 64]);
        let image = Image { nodes, texts: vec![b'a'; 1 << 16], pinned: false };
        assert_eq!(image.value(0), Err(BadTree::Size));
        let key = node(tag::TEXT, 1, 0);
        let nodes = vec![node(tag::MAP, 2, 1), key, Node::default(), key, Node::default()];
        let image = Image { nodes, texts: vec![b'a'], pinned: false };
        assert_eq!(image.value(0), Err(BadTree::Malformed("table: a key is given twice")));
    }

    #[test]
    fn an_empty_list_may_lie_anywhere() {
        let empty = Node { tag: tag::LIST, len: 0, scalar: u64::MAX };
        let mut image = Image { nodes: vec![empty], texts: vec![], pinned: false };
        assert_eq!(image.value(0), Ok(Value::List(vec![])));
        assert_eq!(image.pin().map(|(nodes, _)| nodes[0].scalar), Ok(0));
    }

    #[test]
    fn a_text_that_ends_inside_a_character_is_refused() {
        for (from, len, sound) in [(0, 3, true), (3, 3, true), (0, 2, false), (1, 2, false), (2, 4, false)] {
            let node = Node { tag: tag::TEXT, len, scalar: from };
            let mut image = Image { nodes: vec![node], texts: "中文".into(), pinned: false };
            assert_eq!(image.pin().is_ok(), sound, "{from} {len}");
        }
    }

    #[test]
    fn more_than_crosses_at_once_is_refused() {
        let much = Value::List(vec![Value::Nil; 2 * MOST_VALUES + 1]);
        assert_eq!(Image::default().hold([much].iter()), Err(BadTree::Size));
        assert!(Image::default().receive(u32::MAX, 0).is_err());
    }
}
