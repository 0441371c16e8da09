//! Both sides of the border in one process: what crosses, and what a plugin without manners is told.

use super::{
    Arena, BadTree, CallFailure, Door, HostCalls, Node, PluginTable,
    tables::{CallHandle, FAILED, HostTable, LoadHandle, OK},
    tag,
};
use crate::{Image, Value};
use std::{ffi::c_void, ptr};

struct Shout;

impl HostCalls for Shout {
    fn call(&mut self, name: &str, args: Vec<Value>) -> Result<Value, String> {
        match (name, args.as_slice()) {
            ("shout", [Value::Text(text)]) => Ok(Value::text(text.to_uppercase())),
            _ => Err(format!("host.{name} is not there")),
        }
    }
}

const TABLE: PluginTable =
    PluginTable { size: 32, major: 1, minor: 0, node_size: 16, load: Some(load), unload: None };

type Play = unsafe fn(*mut CallHandle, &[Node]) -> Node;

// One handler for each play.
const PLAYS: &[(&str, Play)] = &[
    ("echo", |_, args| args[0]),
    ("inner text", |_, args| unsafe { *(args[0].scalar as *const Node).add(1) }),
    ("unknown tag", |_, _| Node { tag: 99, len: 0, scalar: 0 }),
    ("null with length", |_, _| Node { tag: tag::TEXT, len: 4, scalar: 0 }),
    ("null list", |_, _| Node { tag: tag::LIST, len: 1, scalar: 0 }),
    ("stack", |_, args| Node { tag: tag::TEXT, len: 4, scalar: ptr::from_ref(&args) as u64 }),
    ("far off", |_, _| Node { tag: tag::LIST, len: u32::MAX, scalar: 8 }),
    ("over the end", |call, _| unsafe {
        let room = ((*(*call).host).alloc)(call, 16) as u64;
        Node { tag: tag::LIST, len: 2, scalar: room }
    }),
    ("askew", |call, _| unsafe {
        let room = ((*(*call).host).alloc)(call, 64) as u64;
        Node { tag: tag::LIST, len: 1, scalar: room + 4 }
    }),
    ("not text", |call, _| unsafe { copy(call, b"\xff\xfe", tag::TEXT) }),
    ("cut text", |call, _| unsafe { copy(call, &"中".as_bytes()[..2], tag::TEXT) }),
    ("boolean", |_, _| Node { tag: tag::BOOL, len: 0, scalar: 2 }),
    ("circle", |call, _| unsafe {
        let room = ((*(*call).host).alloc)(call, 16).cast::<Node>();
        room.write(Node { tag: tag::LIST, len: 1, scalar: room as u64 });
        *room
    }),
    ("thousand deep", |call, _| unsafe {
        let mut node = Node { tag: tag::INT, len: 0, scalar: 1 };
        for _ in 0..1000 {
            let room = ((*(*call).host).alloc)(call, 16).cast::<Node>();
            room.write(node);
            node = Node { tag: tag::LIST, len: 1, scalar: room as u64 };
        }
        node
    }),
    ("fold", |call, _| unsafe {
        let mut node = Node { tag: tag::INT, len: 0, scalar: 1 };
        for _ in 0..30 {
            let room = ((*(*call).host).alloc)(call, 32).cast::<Node>();
            room.write(node);
            room.add(1).write(node);
            node = Node { tag: tag::LIST, len: 2, scalar: room as u64 };
        }
        node
    }),
    ("key twice", |call, _| unsafe {
        let key = copy(call, b"a", tag::TEXT);
        let room = ((*(*call).host).alloc)(call, 64).cast::<Node>();
        (0..4).for_each(|i| room.add(i).write(key));
        Node { tag: tag::MAP, len: 2, scalar: room as u64 }
    }),
    ("greedy", |call, _| unsafe {
        let room = ((*(*call).host).alloc)(call, u64::MAX);
        Node { tag: tag::BOOL, len: 0, scalar: u64::from(room.is_null()) }
    }),
    ("shout", |call, args| unsafe {
        let mut answer = Node::default();
        ((*(*call).host).call)(call, c"shout".as_ptr(), 5, args.as_ptr(), 1, &raw mut answer);
        answer
    }),
    ("shout wildly", |call, _| unsafe {
        let (mut answer, wild) = (Node::default(), Node { tag: tag::TEXT, len: 9, scalar: 16 });
        ((*(*call).host).call)(call, c"shout".as_ptr(), 5, &raw const wild, 1, &raw mut answer);
        answer
    }),
    ("another thread", |call, _| {
        let call = call as u64;
        let asked = std::thread::spawn(move || unsafe {
            let call = call as *mut CallHandle;
            ((*(*call).host).alloc)(call, 16).is_null()
        });
        Node { tag: tag::BOOL, len: 0, scalar: asked.join().unwrap().into() }
    }),
];

unsafe fn copy(call: *mut CallHandle, bytes: &[u8], tag: u32) -> Node {
    unsafe {
        let room = ((*(*call).host).alloc)(call, bytes.len() as u64);
        ptr::copy_nonoverlapping(bytes.as_ptr(), room.cast(), bytes.len());
        Node { tag, len: bytes.len() as u32, scalar: room as u64 }
    }
}

unsafe extern "C" fn play(
    call: *mut CallHandle,
    data: *mut c_void,
    args: *const Node,
    count: u32,
    answer: *mut Node,
) -> i32 {
    unsafe {
        let args = std::slice::from_raw_parts(args, count as usize);
        answer.write((*data.cast::<(&str, Play)>()).1(call, args));
    }
    OK
}

unsafe extern "C" fn load(load: *mut LoadHandle, _: *mut *mut c_void) -> i32 {
    for entry in PLAYS {
        let data = ptr::from_ref(entry).cast_mut().cast();
        let (name, len) = (entry.0.as_ptr().cast(), entry.0.len() as u32);
        let status = unsafe { ((*(*load).host).on)(load, name, len, ptr::null(), 0, Some(play), data) };
        assert_eq!(status, OK);
    }
    OK
}

extern "C" fn entry() -> *const PluginTable {
    &raw const TABLE_AT
}
static TABLE_AT: PluginTable = TABLE;

fn answer(name: &str, args: &[Value]) -> Result<Value, CallFailure> {
    let instance = Door::linked(entry).unwrap().load(&Value::Nil, Box::new(|_, _| {})).unwrap();
    let index = PLAYS.iter().position(|(known, _)| *known == name).unwrap();
    let mut arena = Arena::default();
    let here = instance.call(index, args, &mut arena, &mut Shout);
    // The child's way must say the same as the way in process.
    let mut image = Image::default();
    image.hold(args.iter()).unwrap();
    let there = instance.call_image(index, &mut image, (0, args.len()), &mut arena, &mut Shout);
    assert_eq!(here, there, "{name}");
    here
}

fn sample() -> Value {
    serde_json::from_str(r#"{"amount":2.5,"list":[1,"中文",null,true,{}],"text":""}"#).unwrap()
}

#[test]
fn a_value_crosses_and_comes_back_as_it_was() {
    assert_eq!(answer("echo", &[sample()]), Ok(sample()));
    assert_eq!(answer("echo", &[Value::Nil]), Ok(Value::Nil));
    assert_eq!(answer("echo", &[Value::Bytes((*b"\xff\0").into())]), Ok(Value::Bytes((*b"\xff\0").into())));
    assert_eq!(answer("inner text", &[Value::map([("a", "中".into())])]), Ok("中".into()));
    assert_eq!(answer("shout", &["abc".into()]), Ok("ABC".into()));
}

#[test]
fn what_is_no_value_is_refused_and_named() {
    let refusals = [
        ("unknown tag", BadTree::Tag(99)),
        ("null with length", BadTree::Null(4)),
        ("null list", BadTree::Null(1)),
        ("stack", BadTree::Pointer),
        ("far off", BadTree::Pointer),
        ("over the end", BadTree::Pointer),
        ("askew", BadTree::Alignment),
        ("not text", BadTree::Utf8),
        ("cut text", BadTree::Utf8),
        ("boolean", BadTree::Malformed("boolean")),
        ("circle", BadTree::Depth),
        ("thousand deep", BadTree::Depth),
        ("fold", BadTree::Size),
        ("key twice", BadTree::Malformed("table: a key is given twice")),
    ];
    for (name, problem) in refusals {
        assert_eq!(answer(name, &[Value::Nil]), Err(CallFailure::Bad(problem)), "{name}");
    }
    assert_eq!(answer("greedy", &[Value::Nil]), Ok(Value::Bool(true)));
    assert_eq!(answer("another thread", &[Value::Nil]), Ok(Value::Bool(true)));
    let told = answer("shout wildly", &[Value::Nil]).unwrap();
    assert!(told.as_str().unwrap().contains("a pointer outside"), "{told}");
}

#[test]
fn a_table_that_does_not_fit_is_refused_by_the_field_that_differs() {
    static OTHERS: [(PluginTable, &str); 4] = [
        (PluginTable { major: 7, ..TABLE }, "major is 7 in its table (minor 0); this host has 1"),
        (PluginTable { node_size: 24, ..TABLE }, "node_size is 24; this host has 16"),
        (PluginTable { size: 24, ..TABLE }, "size is 24; this host needs 32"),
        (PluginTable { load: None, ..TABLE }, "load is null"),
    ];
    extern "C" fn other<const N: usize>() -> *const PluginTable {
        &raw const OTHERS[N].0
    }
    extern "C" fn null() -> *const PluginTable {
        ptr::null()
    }
    for (entry, problem) in
        [other::<0>, other::<1>, other::<2>, other::<3>].into_iter().zip(OTHERS.iter().map(|(_, p)| *p))
    {
        let told = Door::linked(entry).err().unwrap();
        assert!(told.contains(problem), "{told}");
    }
    assert!(Door::linked(null).err().unwrap().contains("null"));
}

#[test]
fn a_registration_that_is_wrong_is_named() {
    unsafe fn register(load: *mut LoadHandle, point: Option<&str>, options: &str, handler: bool) {
        unsafe {
            let host: *const HostTable = (*load).host;
            let (at, len) = point.map_or((ptr::null(), 5), |p| (p.as_ptr().cast(), p.len() as u32));
            let options = (options.as_ptr().cast(), options.len() as u32);
            let handler = handler.then_some(play as _);
            ((*host).on)(load, at, len, options.0, options.1, handler, ptr::null_mut());
        }
    }
    type Register = unsafe fn(*mut LoadHandle);
    fn told(wrong: Register) -> String {
        use std::cell::Cell;
        thread_local! { static WRONG: Cell<Option<Register>> = const { Cell::new(None) }; }
        unsafe extern "C" fn load(load: *mut LoadHandle, _: *mut *mut c_void) -> i32 {
            if let Some(wrong) = WRONG.get() {
                unsafe { wrong(load) };
            }
            FAILED
        }
        static OWN: PluginTable = PluginTable { load: Some(load), ..TABLE };
        extern "C" fn entry() -> *const PluginTable {
            &raw const OWN
        }
        WRONG.set(Some(wrong));
        Door::linked(entry).unwrap().load(&Value::Nil, Box::new(|_, _| {})).err().unwrap()
    }
    let twice = told(|load| unsafe {
        register(load, Some("a.b"), "{}", true);
        register(load, Some("a.b"), "{}", true);
    });
    assert!(twice.contains("registers the same handler twice at `a.b`"), "{twice}");
    assert!(told(|load| unsafe { register(load, None, "", true) }).contains("null with a length of 5"));
    assert!(told(|load| unsafe { register(load, Some("a.b"), "[", true) }).contains("no JSON object"));
    assert!(told(|load| unsafe { register(load, Some("a.b"), "1", true) }).contains("expected an object"));
    assert!(told(|load| unsafe { register(load, Some("a.b"), "", false) }).contains("is null"));
    assert!(told(|_| {}).contains("gave no reason"));
}
