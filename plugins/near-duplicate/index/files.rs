//! The index in its files: one for each segment, written when it changed, read one by one.

use super::{Index, OPEN, SegmentSlot};
use crate::{gram::Grams, segment::Segment, shelf::Shelf};

const SUFFIX: &str = ".segment";

impl Index {
    /// True if there is something to write.
    pub fn is_changed(&self) -> bool {
        self.slots.iter().any(|slot| !slot.written)
    }

    /// Writes what changed since it was written last.
    ///
    /// # Errors
    /// Of the shelf; what was not written stays to be written.
    pub fn save(&mut self, shelf: &mut dyn Shelf) -> Result<(), String> {
        // Merged segments first, then the files they replace: in between a record is there twice, which
        // reading sorts out, and never not at all.
        for emptied in [false, true] {
            for (at, slot) in self.slots.iter_mut().enumerate().filter(|(_, slot)| !slot.written) {
                if slot.segment.is_none() == emptied {
                    let bytes = slot.segment.as_ref().map_or_else(Vec::new, |s| s.encode(self.grams));
                    shelf.write(&format!("{at:04}{SUFFIX}"), bytes)?;
                    slot.written = true;
                }
            }
        }
        Ok(())
    }

    /// Reads an index, and says which files were damaged: their records are to be taken in anew, and the
    /// next [`Index::save`] empties them.
    ///
    /// # Errors
    /// If the files can't be listed.
    pub fn open(grams: Grams, shelf: &mut dyn Shelf) -> Result<(Index, Vec<String>), String> {
        let mut index = Index::new(grams);
        index.find(shelf)?;
        let mut damaged = Vec::new();
        while index.read_next(&mut |name| shelf.read(name), &mut damaged) {}
        Ok((index, damaged))
    }

    /// Finds the files of an index that has nothing yet; [`Index::read_next`] reads them. In between
    /// nothing may be put.
    ///
    /// # Errors
    /// If the files can't be listed.
    pub fn find(&mut self, shelf: &mut dyn Shelf) -> Result<(), String> {
        for name in shelf.list()? {
            let number = name.strip_suffix(SUFFIX).and_then(|n| n.parse::<usize>().ok());
            let Some(at) = number.filter(|at| *at < 10_000) else { continue };
            if self.slots.len() <= at {
                self.slots.resize_with(at + 1, || SegmentSlot { written: true, ..SegmentSlot::default() });
            }
            self.unread.push(at);
        }
        Ok(())
    }

    /// How many files are yet to be read.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Takes in one of the files that were found, by what the shelf gave for its name. True if there
    /// is more.
    pub fn read_next(
        &mut self,
        read: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
        damaged: &mut Vec<String>,
    ) -> bool {
        let Some(at) = self.unread.pop() else { return false };
        let name = format!("{at:04}{SUFFIX}");
        let decoded = read(&name).and_then(|bytes| match bytes.is_empty() {
            true => Ok(SegmentSlot { written: true, ..SegmentSlot::default() }),
            false => Segment::decode(&bytes, self.grams)
                .map(|segment| SegmentSlot::of(segment, true))
                .map_err(|why| format!("{name}: {why}")),
        });
        self.slots[at] = decoded.unwrap_or_else(|why| {
            damaged.push(why);
            SegmentSlot::default()
        });
        self.connect(at);
        !self.unread.is_empty()
    }

    /// Finds the newest entry of each record of a segment that was read.
    fn connect(&mut self, at: usize) {
        let entries = self.slots[at].segment.as_ref().map_or(0, |s| s.entries().len());
        if (1..OPEN).contains(&entries) {
            self.open = Some(at);
        }
        for entry in 0..entries {
            let Some(new) = self.entry((at, entry)).cloned() else { continue };
            self.version = self.version.max(new.version);
            let old = self.places.get(&new.key).and_then(|place| self.entry(*place)).map(|e| e.version);
            match old {
                Some(old) if old >= new.version => self.slots[at].alive[entry] = false,
                _ => self.place(new.key, (at, entry), new.removed),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        index::tests::{GRAMS, has, key, large},
        shelf::MemoryShelf,
    };

    #[test]
    fn a_restart_gives_the_same_index_and_adding_one_record_writes_little() {
        let (mut index, mut shelf) = (large(), MemoryShelf::default());
        index.put(key(3), 99, &[4_000_000]);
        index.remove(&key(4));
        index.save(&mut shelf).unwrap();
        let (mut again, damaged) = Index::open(GRAMS, &mut shelf).unwrap();
        assert!(damaged.is_empty() && !again.is_changed());
        assert_eq!((again.len(), again.version), (index.len(), index.version));
        assert!((0..6_000).all(|hash| has(&again, hash) == has(&index, hash)));
        shelf.written = 0;
        again.put(key(9_999), 1, &[1, 2, 3]);
        again.save(&mut shelf).unwrap();
        assert!(shelf.written < 60_000, "{}", shelf.written);
        assert_eq!(Index::open(GRAMS, &mut shelf).unwrap().0.len(), 5_000);
    }

    #[test]
    fn a_damaged_segment_is_named_and_its_records_can_come_again() {
        let (mut index, mut shelf) = (large(), MemoryShelf::default());
        index.save(&mut shelf).unwrap();
        let (name, bytes) = shelf.files.iter_mut().max_by_key(|(_, bytes)| bytes.len()).unwrap();
        bytes.truncate(bytes.len() / 2);
        let name = name.clone();
        let (mut again, damaged) = Index::open(GRAMS, &mut shelf).unwrap();
        assert_eq!(damaged, [format!("{name}: its checksum is wrong")]);
        assert!(again.len() < 5_000 && again.is_changed());
        (0..5_000).for_each(|n| again.put(key(n), n.into(), &[n % 100, 1_000 + n]));
        again.save(&mut shelf).unwrap();
        let (whole, damaged) = Index::open(GRAMS, &mut shelf).unwrap();
        assert_eq!((whole.len(), damaged.len()), (5_000, 0));
        assert!((0..5_000).all(|n| has(&whole, 1_000 + n) == [n.to_string()]));
    }

    #[test]
    fn a_crash_between_two_writes_of_a_merge_loses_and_doubles_nothing() {
        /// Fails after some writes.
        struct Failing(MemoryShelf, usize);
        impl Shelf for Failing {
            fn list(&mut self) -> Result<Vec<String>, String> {
                self.0.list()
            }
            fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
                self.0.read(name)
            }
            fn write(&mut self, name: &str, bytes: Vec<u8>) -> Result<(), String> {
                self.1 = self.1.checked_sub(1).ok_or("the power is gone")?;
                self.0.write(name, bytes)
            }
        }
        for writes in 0..12 {
            let (mut index, mut shelf) = (Index::new(GRAMS), MemoryShelf::default());
            for n in 0..8 * OPEN as u32 - 1 {
                index.put(key(n), n.into(), &[n]);
                if n % 100 == 0 {
                    index.save(&mut shelf).unwrap();
                }
            }
            index.save(&mut shelf).unwrap();
            index.put(key(8 * OPEN as u32), 1, &[7_000_000]); // seals the eighth, merges the eight
            let mut failing = Failing(shelf, writes);
            let _ = index.save(&mut failing);
            let (again, damaged) = Index::open(GRAMS, &mut failing.0).unwrap();
            assert!(damaged.is_empty() && again.len() >= 8 * OPEN - 1, "{writes}: {}", again.len());
            assert!((0..8 * OPEN as u32 - 1).all(|n| has(&again, n) == [n.to_string()]), "{writes}");
        }
    }
}
