//! Whether a plugin could see that its arguments are used again: by what its sources name.

/// Words in a script by which it could see that its arguments are not plain tables.
const PRYING: [&str; 10] = [
    "pairs",
    "next",
    "rawget",
    "rawset",
    "rawlen",
    "rawequal",
    "getmetatable",
    "setmetatable",
    "clone",
    "isfrozen",
];

/// Whether a script's sources leave it unable to see how its arguments are made.
pub fn innocent(sources: impl Iterator<Item = impl AsRef<[u8]>>) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    for source in sources {
        let source = source.as_ref();
        for name in PRYING {
            let name = name.as_bytes();
            let whole = |at: usize| {
                let before = at.checked_sub(1).and_then(|i| source.get(i));
                let after = source.get(at + name.len());
                !before.is_some_and(|b| word(*b)) && !after.is_some_and(|b| word(*b))
            };
            if memchr::memmem::find_iter(source, name).any(whole) {
                return false;
            }
        }
    }
    true
}
