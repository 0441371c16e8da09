//! Reads a plugin library as a file: is it one, for this machine, whole, and what does it declare?
//!
//! Nothing is mapped and nothing runs. A library that is cut short ends its process with a bus
//! error when it is loaded, which nothing can catch, so its length is checked here. Who may have
//! written the file is `ownership.rs`'s question.

use crate::plugin::library::elf_header::{self, incomplete};
use object::{
    Endianness,
    elf::{self, ProgramType},
    read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader, Sym},
};

/// The one symbol by which the host enters a library.
const ENTRY: &str = "registrar_plugin";

/// What a library file says about itself, read without running it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LibraryHeader {
    /// The text of the section `.registrar.manifest`: its `plugin.toml`.
    pub manifest: Option<String>,
    /// The text of the section `.registrar.examples`: its `examples.jsonl`.
    pub examples: Option<String>,
    /// The libraries it asks the dynamic loader for, in its order.
    pub needed: Vec<String>,
}

/// Checks that `bytes` are a whole plugin library for this machine, and reads what it declares.
///
/// # Errors
/// The rest of a sentence that begins with the file's name: "is for aarch64; this machine is
/// x86-64", "is incomplete: segment 3 ends at byte 40960 but the file has 20000 bytes; it is being
/// copied or was cut".
pub fn check(bytes: &[u8]) -> Result<LibraryHeader, String> {
    elf_header::check(bytes)?;
    // The class was just found to be this machine's.
    #[cfg(target_pointer_width = "64")]
    type Native = elf::FileHeader64<Endianness>;
    #[cfg(not(target_pointer_width = "64"))]
    type Native = elf::FileHeader32<Endianness>;
    let file = File::<Native>::open(bytes)?;
    file.check_segments()?;
    file.check_sections()?;
    file.library()
}

fn broken(what: impl std::fmt::Display) -> String {
    format!("is not a sound library: {what}; build it anew")
}

/// The parts of an ELF file of this machine's class, once its tables are known to be there.
struct File<'data, Elf: FileHeader> {
    bytes: &'data [u8],
    header: &'data Elf,
    endian: Elf::Endian,
    segments: &'data [Elf::ProgramHeader],
}

impl<'data, Elf: FileHeader<Endian = Endianness>> File<'data, Elf> {
    fn open(bytes: &'data [u8]) -> Result<Self, String> {
        let header = Elf::parse(bytes).map_err(broken)?;
        let endian = header.endian().map_err(broken)?;
        let table = |start: u64, count: u32, size: u16| {
            u64::from(count).checked_mul(u64::from(size)).and_then(|length| start.checked_add(length))
        };
        let reach = |what: &str, end: Option<u64>| match end {
            Some(end) if end <= bytes.len() as u64 => Ok(()),
            end => Err(incomplete(what, end.unwrap_or(u64::MAX), bytes)),
        };
        let starts: u64 = header.e_shoff(endian).into();
        reach("its section table", table(starts, header.e_shnum(endian).into(), header.e_shentsize(endian)))?;
        let count = header.phnum(endian, bytes).map_err(broken)?;
        let starts: u64 = header.e_phoff(endian).into();
        reach("its segment table", table(starts, count, header.e_phentsize(endian)))?;
        let segments = header.program_headers(endian, bytes).map_err(broken)?;
        Ok(Self { bytes, header, endian, segments })
    }

    fn of(&self, kind: ProgramType) -> impl Iterator<Item = &'data Elf::ProgramHeader> {
        self.segments.iter().filter(move |s| s.p_type(self.endian) == kind)
    }

    /// What the dynamic loader maps must lie in the file, and its own tables in what it maps.
    fn check_segments(&self) -> Result<(), String> {
        let mut mapped = 0;
        for (index, segment) in self.segments.iter().enumerate() {
            let (offset, in_file) = segment.file_range(self.endian);
            let what = format!("segment {index}");
            match offset.checked_add(in_file) {
                Some(end) if end <= self.bytes.len() as u64 => {}
                end => return Err(incomplete(&what, end.unwrap_or(u64::MAX), self.bytes)),
            }
            if segment.p_type(self.endian) != elf::PT_LOAD {
                continue;
            }
            let (address, in_memory): (u64, u64) =
                (segment.p_vaddr(self.endian).into(), segment.p_memsz(self.endian).into());
            if in_memory < in_file {
                return Err(broken(format!(
                    "{what} holds {in_file} bytes in the file but {in_memory} in memory"
                )));
            }
            // The loader reserves from the first to the last address, so it relies on their order.
            if address < mapped {
                return Err(broken(format!("{what} overlaps the one before, or comes after a later one")));
            }
            mapped = address
                .checked_add(in_memory)
                .ok_or_else(|| broken(format!("{what} ends beyond all addresses")))?;
        }
        if mapped == 0 {
            return Err(broken("no segment of it is loaded"));
        }
        for (kind, what) in [(elf::PT_DYNAMIC, "the dynamic table"), (elf::PT_TLS, "the thread-local data")] {
            for segment in self.of(kind) {
                self.mapped(segment.p_vaddr(self.endian).into(), segment.p_filesz(self.endian).into())
                    .ok_or_else(|| broken(format!("{what} lies outside the loaded segments")))?;
            }
        }
        Ok(())
    }

    /// The bytes that will lie at an address once the file is loaded, if they come from the file.
    fn mapped(&self, address: u64, size: u64) -> Option<&'data [u8]> {
        self.of(elf::PT_LOAD)
            .find_map(|segment| segment.data_range(self.endian, self.bytes, address, size).ok().flatten())
    }

    fn check_sections(&self) -> Result<(), String> {
        let sections = self.header.section_headers(self.endian, self.bytes).map_err(broken)?;
        if sections.is_empty() {
            return Err(broken("it has no section table, which names its entry and its manifest"));
        }
        for (index, section) in sections.iter().enumerate() {
            if let Some((offset, size)) = section.file_range(self.endian) {
                match offset.checked_add(size) {
                    Some(end) if end <= self.bytes.len() as u64 => {}
                    end => {
                        return Err(incomplete(
                            &format!("section {index}"),
                            end.unwrap_or(u64::MAX),
                            self.bytes,
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn library(&self) -> Result<LibraryHeader, String> {
        let needed = self.dynamic()?;
        let sections = self.header.sections(self.endian, self.bytes).map_err(broken)?;
        let symbols = sections.symbols(self.endian, self.bytes, elf::SHT_DYNSYM).map_err(broken)?;
        let exported = symbols.iter().any(|symbol| {
            !symbol.is_undefined(self.endian)
                && matches!(symbol.st_bind(), elf::STB_GLOBAL | elf::STB_WEAK | elf::STB_GNU_UNIQUE)
                && matches!(symbol.st_visibility(), elf::STV_DEFAULT | elf::STV_PROTECTED)
                && matches!(symbol.st_type(), elf::STT_FUNC | elf::STT_GNU_IFUNC | elf::STT_NOTYPE)
                && symbols.symbol_name(self.endian, symbol).is_ok_and(|name| name == ENTRY.as_bytes())
        });
        if !exported {
            return Err(format!("has no entry `{ENTRY}`; is it a plugin?"));
        }
        let text = |name: &str| -> Result<Option<String>, String> {
            let mut named = sections.iter().filter(|s| {
                sections.section_name(self.endian, s).is_ok_and(|found| found == name.as_bytes())
            });
            let Some(section) = named.next() else { return Ok(None) };
            if named.next().is_some() {
                return Err(broken(format!("it has two sections {name}")));
            }
            if section.sh_flags(self.endian).contains(elf::SHF_COMPRESSED) {
                return Err(broken(format!("its section {name} is compressed")));
            }
            let data = section.data(self.endian, self.bytes).map_err(broken)?;
            let end = data.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            match std::str::from_utf8(&data[..end]) {
                Ok(text) => Ok(Some(text.to_owned())),
                Err(e) => Err(format!(
                    "has a section {name} that is not UTF-8 from its byte {} on",
                    e.valid_up_to()
                )),
            }
        };
        Ok(LibraryHeader {
            manifest: text(".registrar.manifest")?,
            examples: text(".registrar.examples")?,
            needed,
        })
    }

    /// The needed libraries, from the table that the dynamic loader reads; refuses a program, which
    /// is otherwise just like a library.
    fn dynamic(&self) -> Result<Vec<String>, String> {
        let Some(segment) = self.of(elf::PT_DYNAMIC).next() else {
            return Err(broken("it has no dynamic table"));
        };
        let entries = segment.dynamic(self.endian, self.bytes).map_err(broken)?.unwrap_or_default();
        let entries: Vec<_> = entries
            .iter()
            .map(|e| (e.tag(self.endian), e.val(self.endian)))
            .take_while(|e| e.0 != elf::DT_NULL)
            .collect();
        let value = |tag| entries.iter().find(|e| e.0 == tag).map(|e| e.1);
        if value(elf::DT_FLAGS_1).is_some_and(|flags| flags & elf::DF_1_PIE.0 != 0) {
            return Err(
                "is not a library: it is a program; build it as a `cdylib` or with `cc -shared`".into()
            );
        }
        let names = value(elf::DT_STRTAB).zip(value(elf::DT_STRSZ));
        let names = names.and_then(|(address, size)| self.mapped(address, size));
        entries
            .iter()
            .filter(|e| e.0 == elf::DT_NEEDED)
            .map(|(_, at)| {
                let rest = names.zip(usize::try_from(*at).ok()).and_then(|(names, at)| names.get(at..));
                let name = rest.and_then(|rest| rest.split(|byte| *byte == 0).next());
                let name =
                    name.ok_or_else(|| broken("the name of a library it needs lies outside its names"))?;
                Ok(String::from_utf8_lossy(name).into_owned())
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
