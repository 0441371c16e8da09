//! The first bytes of an ELF file: is it a shared library, and for this machine? What follows them
//! is `elf.rs`'s.

use object::{
    Endianness,
    elf::{self, FileHeader32, FileHeader64},
};

/// Checks magic number, class, byte order, machine, system and kind.
///
/// # Errors
/// The rest of a sentence that begins with the file's name.
pub fn check(bytes: &[u8]) -> Result<(), String> {
    if bytes.is_empty() {
        return Err("is incomplete: it is empty; it is being copied or was cut".into());
    }
    if !bytes.starts_with(&elf::ELFMAG) {
        let what =
            FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)).map_or("an unknown format", |f| f.1);
        return Err(format!(
            "is not a library: it is {what}, not an ELF file; build it as a `cdylib` for this machine"
        ));
    }
    let whole = match bytes.get(4) {
        Some(1) => size_of::<FileHeader32<Endianness>>(),
        _ => size_of::<FileHeader64<Endianness>>(),
    };
    if bytes.len() < whole {
        return Err(incomplete("its header", whole as u64, bytes));
    }
    let (class, order, version, system) = (bytes[4], bytes[5], bytes[6], bytes[7]);
    if !(1..=2).contains(&class) || !(1..=2).contains(&order) || version != 1 {
        return Err(format!(
            "is not a library: class {class}, byte order {order} and version {version} mean nothing in an ELF file"
        ));
    }
    let short = |at: usize| {
        let pair = [bytes[at], bytes[at + 1]];
        if order == 2 { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    let here = Machine {
        code: HERE,
        class: if cfg!(target_pointer_width = "64") { 2 } else { 1 },
        order: if cfg!(target_endian = "big") { 2 } else { 1 },
    };
    let there = Machine { code: short(18), class, order };
    if there != here {
        return Err(format!(
            "is for {}; this machine is {}; build it here, or with `--target` for this machine",
            there.against(&here),
            here.against(&there)
        ));
    }
    if let Some(name) = SYSTEMS.iter().find(|(code, _)| *code == system).map(|s| s.1) {
        return Err(format!("is for {name}; this machine runs {}", std::env::consts::OS));
    }
    match elf::FileType(short(16)) {
        elf::ET_DYN => Ok(()),
        kind => {
            let what = match kind {
                elf::ET_REL => "an object file that was not linked",
                elf::ET_EXEC => "a program",
                elf::ET_CORE => "the memory image of a crash",
                _ => "of a kind the ELF standard does not name",
            };
            Err(format!("is not a library: it is {what}; build it as a `cdylib` or with `cc -shared`"))
        }
    }
}

/// What else ends up in a plugins folder by mistake.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"MZ", "a Windows library or program"),
    (&[0xcf, 0xfa, 0xed, 0xfe], "a macOS library or program"),
    (&[0xca, 0xfe, 0xba, 0xbe], "a macOS library for several machines"),
    (b"!<arch>", "an archive of object files"),
    (b"\0asm", "a WebAssembly module"),
    (b"#!", "a script"),
    (b"PK", "a zip archive"),
];

/// Systems other than the two an ELF library for Linux names (0 and 3).
const SYSTEMS: &[(u8, &str)] = &[(2, "NetBSD"), (4, "Hurd"), (6, "Solaris"), (9, "FreeBSD"), (12, "OpenBSD")];

const MACHINES: &[(u16, &str)] = &[
    (elf::EM_386.0, "x86"),
    (elf::EM_X86_64.0, "x86-64"),
    (elf::EM_ARM.0, "arm"),
    (elf::EM_AARCH64.0, "aarch64"),
    (elf::EM_RISCV.0, "riscv"),
    (elf::EM_LOONGARCH.0, "loongarch"),
    (elf::EM_PPC64.0, "powerpc64"),
    (elf::EM_S390.0, "s390"),
];

const HERE: u16 = if cfg!(target_arch = "x86_64") {
    elf::EM_X86_64.0
} else if cfg!(target_arch = "aarch64") {
    elf::EM_AARCH64.0
} else if cfg!(any(target_arch = "riscv64", target_arch = "riscv32")) {
    elf::EM_RISCV.0
} else if cfg!(target_arch = "loongarch64") {
    elf::EM_LOONGARCH.0
} else if cfg!(target_arch = "powerpc64") {
    elf::EM_PPC64.0
} else if cfg!(target_arch = "s390x") {
    elf::EM_S390.0
} else if cfg!(target_arch = "arm") {
    elf::EM_ARM.0
} else if cfg!(target_arch = "x86") {
    elf::EM_386.0
} else {
    elf::EM_NONE.0
};

#[derive(PartialEq, Eq)]
struct Machine {
    code: u16,
    class: u8,
    order: u8,
}

impl Machine {
    /// Its name, with the width and byte order where `other` differs in them.
    fn against(&self, other: &Machine) -> String {
        let name = MACHINES.iter().find(|(code, _)| *code == self.code);
        let name = name.map_or_else(|| format!("machine {}", self.code), |m| m.1.to_owned());
        let width = if self.class == 1 { "32-bit " } else { "64-bit " };
        let order = if self.order == 1 { "little-endian " } else { "big-endian " };
        let width = if self.class == other.class { "" } else { width };
        let order = if self.order == other.order { "" } else { order };
        format!("{order}{width}{name}")
    }
}

pub(super) fn incomplete(what: &str, end: u64, bytes: &[u8]) -> String {
    format!(
        "is incomplete: {what} ends at byte {end} but the file has {} bytes; it is being copied or was cut",
        bytes.len()
    )
}
