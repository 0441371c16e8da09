//! A plugin without manners, driven by bytes: what a fuzzer or a property test thinks up it builds
//! in the call's memory and hands over. It keeps to the one rule that no host can enforce in
//! process: it reads and writes only where it may.

use super::{
    Arena, Door, HostCalls, LoadedLibrary, MOST_BYTES, MOST_VALUES, Node, PluginTable, View,
    tables::{CallHandle, LoadHandle, MAJOR, MINOR, OK},
    tag,
};
use crate::{Image, Map, Value, value::MAX_DEPTH};
use std::{cell::RefCell, ffi::c_void, ptr, sync::OnceLock};

/// Bytes that are used up from the front; zeros behind their end.
pub struct Tape<'a>(&'a [u8]);

impl<'a> Tape<'a> {
    /// One that begins at the front of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Tape<'a> {
        Tape(bytes)
    }

    /// What is left of it.
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    fn number<const N: usize>(&mut self) -> u64 {
        let mut bytes = [0; 8];
        let taken = self.take(N);
        bytes[..taken.len()].copy_from_slice(taken);
        u64::from_le_bytes(bytes)
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let at = usize::from(self.byte());
        if of.is_empty() { None } else { Some(of[at % of.len()]) }
    }

    /// A value that a host may hand over: at most so deep.
    pub fn value(&mut self, depth: usize) -> Value {
        let count = |tape: &mut Tape<'_>| usize::from(tape.byte() % 8);
        let text = |tape: &mut Tape<'_>| {
            let len = tape.byte();
            Value::text(String::from_utf8_lossy(tape.take(len.into())))
        };
        match self.byte() % 10 {
            1 => Value::Null,
            2 => Value::Bool(self.byte() & 1 == 1),
            3 => Value::Int(self.number::<8>() as i64),
            4 => Value::Num(f64::from_bits(self.number::<8>())),
            5 => Value::Amount(crate::Amount::from_micros(self.number::<8>() as i64)),
            6 => text(self),
            7 => {
                let len = self.byte();
                Value::Bytes(self.take(len.into()).into())
            }
            8 if depth > 0 => (0..count(self)).map(|_| self.value(depth - 1)).collect::<Vec<_>>().into(),
            9 if depth > 0 => {
                let mut map = Map::new();
                for _ in 0..count(self) {
                    if let Value::Text(key) = text(self) {
                        map.insert(key, self.value(depth - 1));
                    }
                }
                Value::Map(map)
            }
            _ => Value::Nil,
        }
    }
}

/// Answers host calls with their first argument, or not at all.
pub struct HostileCalls;

impl HostCalls for HostileCalls {
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        args.iter().for_each(check);
        match name.len() % 3 {
            0 => Err(format!("host.{name} is not there")),
            _ => Ok(args.into_iter().next().unwrap_or_default()),
        }
    }
}

/// Has the hostile handler run `program` with these arguments, in process and as a child would, and
/// checks what the host took for a value.
pub fn call(program: &[u8], args: &[Value], arena: &mut Arena) {
    run(program, |instance| {
        if let Ok(value) = instance.call(0, args, arena, &mut HostileCalls) {
            check(&value);
        }
        let mut image = Image::default();
        if image.hold(args.iter()).is_ok()
            && let Ok(value) = instance.call_image(0, &mut image, (0, args.len()), arena, &mut HostileCalls)
        {
            check(&value);
        }
    });
}

/// Takes `nodes` and `texts` for an image that someone sent: as values, and as arguments of the
/// hostile handler.
pub fn receive(nodes: &[u8], texts: &[u8], program: &[u8], arena: &mut Arena) {
    let count = nodes.len() / size_of::<Node>();
    let mut image = Image::default();
    let Ok((to_nodes, to_texts)) = image.receive(count as u32, texts.len() as u32) else { return };
    to_nodes.copy_from_slice(&nodes[..to_nodes.len()]);
    to_texts.copy_from_slice(texts);
    for at in 0..count.min(8) {
        if let Ok(value) = image.value(at) {
            check(&value);
        }
    }
    let Ok((pinned, _)) = image.pin() else { return };
    for node in pinned.iter().take(8) {
        // SAFETY: a pinned image is a tree that lies still; it lives to the end of this function.
        look(unsafe { View::new(*node) }, MAX_DEPTH, &mut 1000);
    }
    run(program, |instance| {
        if let Ok(value) = instance.call_image(0, &mut image, (0, count.min(4)), arena, &mut HostileCalls) {
            check(&value);
        }
    });
}

/// Panics if a value is none that may cross, or does not come back from its image as it was.
pub fn check(value: &Value) {
    let (mut values, mut bytes) = (0, 0);
    measure(value, 0, &mut values, &mut bytes);
    assert!(values <= MOST_VALUES && bytes <= MOST_BYTES, "{values} values, {bytes} bytes");
    let (mut image, mut again) = (Image::default(), Image::default());
    if image.hold([value].into_iter()).is_ok() {
        let back = image.value(0).expect("an image made of a value holds that value");
        again.hold([&back].into_iter()).expect("what was held can be held");
        // By bytes: NaN is not itself.
        assert!(image.parts() == again.parts(), "{value} came back as {back}");
    }
}

fn measure(value: &Value, depth: usize, values: &mut usize, bytes: &mut usize) {
    assert!(depth <= MAX_DEPTH, "nested deeper than {MAX_DEPTH}");
    *values += 1;
    let mut text = |text: &str| {
        *bytes += text.len();
        // Text that is not UTF-8 is what unchecked code makes of it.
        assert!(std::str::from_utf8(text.as_bytes()).is_ok(), "text that is not UTF-8");
    };
    match value {
        Value::Text(given) => text(given),
        Value::Bytes(given) => *bytes += given.len(),
        Value::List(items) => items.iter().for_each(|v| measure(v, depth + 1, values, bytes)),
        Value::Map(map) => {
            map.keys().for_each(|key| text(key));
            map.values().for_each(|v| measure(v, depth + 1, values, bytes));
        }
        _ => {}
    }
}

// As a plugin would: every accessor, and every byte of what it answers.
fn look(view: View<'_>, depth: usize, left: &mut usize) {
    if depth == 0 || *left == 0 {
        return;
    }
    *left -= 1;
    let seen = view.as_str().map_or(0, |t| t.chars().count())
        + view.as_bytes().map_or(0, |b| b.iter().filter(|b| **b == 0).count());
    std::hint::black_box((seen, view.as_bool(), view.as_int(), view.as_f64(), view.as_amount()));
    view.items().iter().for_each(|item| look(*item, depth - 1, left));
    for (key, entry) in view.entries() {
        std::hint::black_box(view.get(key).tag());
        look(entry, depth - 1, left);
    }
}

thread_local! { static PROGRAM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) }; }

fn run(program: &[u8], work: impl FnOnce(&LoadedLibrary)) {
    static INSTANCE: OnceLock<LoadedLibrary> = OnceLock::new();
    let instance = INSTANCE.get_or_init(|| {
        let door = Door::linked(entry).expect("its table is this version's");
        door.load(&Value::Nil, Box::new(|_, text| drop(std::hint::black_box(text.to_owned()))))
            .expect("it loads")
    });
    PROGRAM.set(program.to_vec());
    work(instance);
}

extern "C" fn entry() -> *const PluginTable {
    static TABLE: PluginTable = PluginTable {
        size: size_of::<PluginTable>() as u32,
        major: MAJOR,
        minor: MINOR,
        node_size: size_of::<Node>() as u32,
        load: Some(load),
        unload: None,
    };
    &raw const TABLE
}

unsafe extern "C" fn load(load: *mut LoadHandle, _: *mut *mut c_void) -> i32 {
    let (point, data) = (c"hostile".as_ptr(), ptr::null_mut());
    // SAFETY: the host's handle and table are valid until this returns, and so is the text.
    unsafe { ((*(*load).host).on)(load, point, 7, ptr::null(), 0, Some(handle), data) }
}

#[derive(Clone, Copy)]
struct HeldCall {
    node: Node,
    // The host laid it out: what it points to may be read.
    given: bool,
}

struct Player {
    call: *mut CallHandle,
    // Memory from `alloc`: address and bytes.
    rooms: Vec<(u64, u64)>,
    nodes: Vec<HeldCall>,
    // Where arguments lie: the block itself and what its far nodes point to.
    places: Vec<u64>,
}

const MOST_STEPS: usize = 400;

unsafe extern "C" fn handle(
    call: *mut CallHandle,
    _: *mut c_void,
    args: *const Node,
    count: u32,
    answer: *mut Node,
) -> i32 {
    let program = PROGRAM.with(|program| program.borrow().clone());
    let mut tape = Tape::new(&program);
    let mut player = Player { call, rooms: Vec::new(), nodes: Vec::new(), places: vec![args as u64] };
    for at in 0..count as usize {
        // SAFETY: the host gave so many nodes.
        let node = unsafe { args.add(at).read() };
        player.places.push(node.scalar);
        player.nodes.push(HeldCall { node, given: true });
    }
    let mut status = OK;
    for _ in 0..MOST_STEPS {
        if tape.rest().is_empty() {
            break;
        }
        match tape.byte() {
            255 => status = i32::from(tape.byte() % 4),
            step => player.step(step, &mut tape),
        }
    }
    // SAFETY: the host gave room for one node.
    unsafe { answer.write(player.nodes.last().map_or(Node::default(), |held| held.node)) };
    status
}

impl Player {
    fn step(&mut self, step: u8, tape: &mut Tape<'_>) {
        match step % 8 {
            0 => self.alloc(tape),
            1 => self.write_bytes(tape),
            2 => self.write_node(tape),
            3 => {
                let node = Node {
                    tag: u32::from(tape.byte() % 12),
                    len: tape.byte().into(),
                    scalar: tape.number::<8>(),
                };
                self.nodes.push(HeldCall { node, given: false });
            }
            4 | 5 => self.far(tape),
            6 => self.descend(tape),
            _ => self.host(tape),
        }
    }

    fn alloc(&mut self, tape: &mut Tape<'_>) {
        let bytes = match tape.byte() {
            255 => tape.number::<8>(),
            254 => tape.number::<3>(),
            small => u64::from(small) * 4,
        };
        // SAFETY: the handle is valid during the call, on its thread.
        let room = unsafe { ((*(*self.call).host).alloc)(self.call, bytes) } as u64;
        if room != 0 {
            assert!(room.is_multiple_of(8), "memory from `alloc` is aligned");
            self.rooms.push((room, bytes));
        }
    }

    fn write_bytes(&mut self, tape: &mut Tape<'_>) {
        let Some((room, size)) = tape.pick(&self.rooms) else { return };
        let offset = u64::from(tape.byte());
        let len = tape.byte() % 32;
        let bytes = tape.take(len.into());
        if offset + bytes.len() as u64 <= size {
            // SAFETY: within what `alloc` gave.
            unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), (room + offset) as *mut u8, bytes.len()) };
        }
    }

    fn write_node(&mut self, tape: &mut Tape<'_>) {
        let (Some((room, size)), Some(held)) = (tape.pick(&self.rooms), tape.pick(&self.nodes)) else {
            return;
        };
        let offset = u64::from(tape.byte()) * 8;
        if offset + size_of::<Node>() as u64 <= size {
            // SAFETY: within what `alloc` gave.
            unsafe { ((room + offset) as *mut Node).write_unaligned(held.node) };
        }
    }

    // A node that points somewhere: into memory of its own, into the arguments, beside them, off.
    fn far(&mut self, tape: &mut Tape<'_>) {
        let tag = match tape.byte() {
            odd @ 250.. => u32::from(odd),
            usual => tag::TEXT + u32::from(usual % 4),
        };
        let len = match tape.byte() {
            255 => tape.number::<4>() as u32,
            small => small.into(),
        };
        let base = match tape.byte() % 4 {
            0 | 1 => tape.pick(&self.rooms).map_or(0, |(room, _)| room),
            2 => tape.pick(&self.places).unwrap_or(0),
            _ => tape.number::<8>(),
        };
        let scalar = base.wrapping_add(i64::from(tape.byte() as i8) as u64);
        self.nodes.push(HeldCall { node: Node { tag, len, scalar }, given: false });
    }

    // A child of what the host laid out, to answer with a part of it.
    fn descend(&mut self, tape: &mut Tape<'_>) {
        let Some(HeldCall { node, given: true }) = tape.pick(&self.nodes) else { return };
        let count = match node.tag {
            tag::LIST => node.len,
            tag::MAP => node.len * 2,
            _ => 0,
        };
        if count > 0 {
            let at = u32::from(tape.byte()) % count;
            // SAFETY: the host laid the parent out, so that so many nodes are there.
            let child = unsafe { (node.scalar as *const Node).add(at as usize).read() };
            self.places.push(child.scalar);
            self.nodes.push(HeldCall { node: child, given: true });
        }
    }

    fn host(&mut self, tape: &mut Tape<'_>) {
        let len = tape.byte() % 8;
        let name = tape.take(len.into()).to_vec();
        let args: Vec<Node> =
            (0..tape.byte() % 80).filter_map(|_| tape.pick(&self.nodes)).map(|held| held.node).collect();
        let mut result = Node::default();
        // SAFETY: the handle is valid during the call, on its thread; name, nodes and result are here.
        unsafe {
            let host = (*self.call).host;
            if name.first() == Some(&0) {
                ((*host).log)(host, args.len() as u32, name.as_ptr().cast(), name.len() as u32);
                return;
            }
            let name = (name.as_ptr().cast(), name.len() as u32);
            ((*host).call)(self.call, name.0, name.1, args.as_ptr(), args.len() as u32, &raw mut result);
        }
        self.places.push(result.scalar);
        self.nodes.push(HeldCall { node: result, given: true });
    }
}
