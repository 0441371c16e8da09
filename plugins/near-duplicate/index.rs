//! The inverted index: which records have which fingerprints. Grows record by record.
//!
//! Records come into a small open segment, whose file is written anew with each of them; a full one is
//! sealed, and sealed ones are merged, so that there are always few. The index holds no text: what it
//! names is compared with the text that the host gives for it.

use crate::{
    gram::Grams,
    segment::{Entry, Key, Segment},
    shelf::Shelf,
};
use std::collections::HashMap;

/// A segment that has so many entries is sealed.
const OPEN: usize = 256;
/// So many segments of one size are merged: sizes up to which, and how many.
const MERGES: [(usize, usize); 2] = [(1 << 10, 8), (Segment::MOST / 2, 4)];
/// Bytes read in one go.
const AT_ONCE: usize = 12 << 20;
const SUFFIX: &str = ".segment";

/// See the module.
#[derive(Debug)]
pub struct Index {
    grams: Grams,
    slots: Vec<Slot>,
    places: HashMap<Key, (usize, usize)>,
    open: Option<usize>,
    version: u64,
    removed: usize,
    unread: Vec<usize>,
}

/// The place of a segment, which is also its file's.
#[derive(Debug, Default)]
struct Slot {
    segment: Option<Segment>,
    alive: Vec<bool>,
    written: bool,
}

impl Slot {
    fn of(segment: Segment, written: bool) -> Slot {
        Slot { alive: vec![true; segment.entries().len()], segment: Some(segment), written }
    }
    fn living(&self) -> usize {
        self.alive.iter().filter(|alive| **alive).count()
    }
}

/// The records with one fingerprint.
pub struct Owners<'a>(Vec<(usize, &'a Slot, &'a [u16])>);

impl Owners<'_> {
    /// How many they are, at most: replaced entries count until they are merged away.
    pub fn len(&self) -> usize {
        self.0.iter().map(|(_, _, owners)| owners.len()).sum()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many have another fingerprint too.
    pub fn common(&self, other: &Owners<'_>) -> usize {
        let theirs = |at: usize| other.0.iter().find(|(slot, ..)| *slot == at).map_or(&[][..], |o| o.2);
        self.0.iter().map(|(at, _, owners)| both(owners, theirs(*at))).sum()
    }

    /// True if the entry at a place is one of them.
    pub fn has(&self, (slot, entry): (usize, usize)) -> bool {
        let owners = self.0.iter().find(|(at, ..)| *at == slot).map_or(&[][..], |o| o.2);
        u16::try_from(entry).is_ok_and(|entry| owners.binary_search(&entry).is_ok())
    }

    /// Their places in the index.
    pub fn places(&self) -> impl Iterator<Item = (usize, usize)> {
        self.0.iter().flat_map(|(at, slot, owners)| {
            let owners = owners.iter().map(|owner| usize::from(*owner));
            owners.filter(|owner| slot.alive[*owner]).map(|owner| (*at, owner))
        })
    }
}

/// How many numbers two sorted lists share.
fn both(a: &[u16], b: &[u16]) -> usize {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if few.len() * 16 < many.len() {
        return few.iter().filter(|n| many.binary_search(n).is_ok()).count();
    }
    let (mut i, mut j, mut count) = (0, 0, 0);
    while i < few.len() && j < many.len() {
        let (x, y) = (few[i], many[j]);
        // Without branches: which list goes on is a coin's throw.
        count += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    count
}

impl Index {
    /// An empty one.
    pub fn new(grams: Grams) -> Index {
        Index {
            grams,
            slots: vec![],
            places: HashMap::new(),
            open: None,
            version: 0,
            removed: 0,
            unread: vec![],
        }
    }

    /// Its setting.
    pub fn grams(&self) -> Grams {
        self.grams
    }

    /// How many records it knows.
    pub fn len(&self) -> usize {
        self.places.len() - self.removed
    }

    /// True if it knows none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes it takes in memory, about.
    pub fn memory(&self) -> usize {
        let segments: usize = self.slots.iter().filter_map(|s| s.segment.as_ref()).map(Segment::memory).sum();
        segments + self.places.capacity() * (size_of::<Key>() + size_of::<(usize, usize)>() + 1)
    }

    /// How many segments it has.
    pub fn segments(&self) -> usize {
        self.slots.iter().filter(|s| s.segment.is_some()).count()
    }

    /// How many entries each place for a segment has.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        self.slots.iter().map(|slot| slot.alive.len())
    }

    /// The entry at a place.
    pub fn entry(&self, (slot, entry): (usize, usize)) -> Option<&Entry> {
        self.slots.get(slot)?.segment.as_ref()?.entries().get(entry)
    }

    /// The records with a fingerprint.
    pub fn owners(&self, hash: u32) -> Owners<'_> {
        let mut owners = Vec::new();
        for (at, slot) in self.slots.iter().enumerate() {
            let found = slot.segment.as_ref().map_or(&[][..], |segment| segment.owners(hash));
            if !found.is_empty() {
                owners.push((at, slot, found));
            }
        }
        Owners(owners)
    }

    /// True if a record's text is known by this digest: then there is nothing to do.
    pub fn knows(&self, key: &Key, digest: u64) -> bool {
        let entry = self.places.get(key).and_then(|place| self.entry(*place));
        entry.is_some_and(|e| !e.removed && e.digest == digest)
    }

    /// Takes in a record with its sorted, distinct fingerprints, in the place of what it had before.
    pub fn put(&mut self, key: Key, digest: u64, prints: &[u32]) {
        if !self.knows(&key, digest) {
            self.append(key, digest, prints, false);
        }
    }

    /// Forgets a record. True if it was known.
    pub fn remove(&mut self, key: &Key) -> bool {
        let known = self.places.get(key).and_then(|place| self.entry(*place)).is_some_and(|e| !e.removed);
        if known {
            self.append(key.clone(), 0, &[], true);
        }
        known
    }

    fn append(&mut self, key: Key, digest: u64, prints: &[u32], removed: bool) {
        self.version += 1;
        let open = match self.open {
            Some(open) => open,
            None => self.free(Slot::of(Segment::default(), false)),
        };
        self.open = Some(open);
        let slot = &mut self.slots[open];
        let entry = Entry { key: key.clone(), digest, version: self.version, removed };
        let segment = slot.segment.get_or_insert_default();
        let Some(at) = segment.add(entry, prints) else { return };
        let full = segment.entries().len() >= OPEN;
        slot.alive.push(true);
        slot.written = false;
        self.place(key, (open, at), removed);
        if full {
            self.open = None;
            self.tidy();
        }
    }

    /// Makes an entry the one that counts for its record.
    fn place(&mut self, key: Key, place: (usize, usize), removed: bool) {
        self.removed += usize::from(removed);
        if let Some((slot, entry)) = self.places.insert(key, place) {
            let old = &mut self.slots[slot];
            old.alive[entry] = false;
            let was = old.segment.as_ref().and_then(|s| s.entries().get(entry)).is_some_and(|e| e.removed);
            self.removed -= usize::from(was);
        }
    }

    /// A place for a segment; one whose old file has yet to be emptied is not used again before.
    fn free(&mut self, slot: Slot) -> usize {
        match self.slots.iter().position(|s| s.segment.is_none() && s.written) {
            Some(at) => {
                self.slots[at] = slot;
                at
            }
            None => {
                self.slots.push(slot);
                self.slots.len() - 1
            }
        }
    }

    /// Merges segments of one size, and what consists mostly of replaced entries.
    fn tidy(&mut self) {
        let sealed = |(at, slot): (usize, &Slot)| {
            (slot.segment.is_some() && self.open != Some(at)).then(|| (at, slot.living(), slot.alive.len()))
        };
        let sizes: Vec<_> = self.slots.iter().enumerate().filter_map(sealed).collect();
        let mut least = 0;
        for (size, count) in MERGES {
            let of_size = sizes.iter().filter(|(_, living, _)| (least..size).contains(living));
            let of_size: Vec<_> = of_size.take(count).collect();
            if of_size.len() == count {
                // At least two fit, since each is at most half of what one can hold.
                let mut room = Segment::MOST;
                let fits = |(at, living, _): &&(usize, usize, usize)| {
                    room.checked_sub(*living).map(|left| {
                        room = left;
                        *at
                    })
                };
                let parts: Vec<usize> = of_size.iter().map_while(fits).collect();
                self.merge(&parts);
                return self.tidy();
            }
            least = size;
        }
        if let Some((at, ..)) = sizes.iter().find(|(_, living, all)| living * 2 < *all) {
            self.merge(&[*at]);
        }
    }

    fn merge(&mut self, parts: &[usize]) {
        let segments: Vec<&Segment> =
            parts.iter().filter_map(|part| self.slots[*part].segment.as_ref()).collect();
        let alive = |part: usize, entry: usize| self.slots[parts[part]].alive[entry];
        let Some(merged) = Segment::merged(&segments, alive) else { return };
        for part in parts {
            self.slots[*part] = Slot::default();
        }
        let keys: Vec<Key> = merged.entries().iter().map(|e| e.key.clone()).collect();
        let at = self.free(Slot::of(merged, false));
        for (entry, key) in keys.into_iter().enumerate() {
            self.places.insert(key, (at, entry));
        }
    }

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
        while index.read_some(shelf, &mut damaged) {}
        Ok((index, damaged))
    }

    /// Finds the files of an index that has nothing yet; [`Index::read_some`] reads them. In between
    /// nothing may be put.
    ///
    /// # Errors
    /// If the files can't be listed.
    pub fn find(&mut self, shelf: &mut dyn Shelf) -> Result<(), String> {
        for name in shelf.list()? {
            let number = name.strip_suffix(SUFFIX).and_then(|n| n.parse::<usize>().ok());
            let Some(at) = number.filter(|at| *at < 10_000) else { continue };
            if self.slots.len() <= at {
                self.slots.resize_with(at + 1, || Slot { written: true, ..Slot::default() });
            }
            self.unread.push(at);
        }
        Ok(())
    }

    /// How many files are yet to be read.
    pub fn unread(&self) -> usize {
        self.unread.len()
    }

    /// Reads some of what was found, about as much as fits in a third of a call's usual time. True if
    /// there is more.
    pub fn read_some(&mut self, shelf: &mut dyn Shelf, damaged: &mut Vec<String>) -> bool {
        let mut read = 0;
        while read < AT_ONCE {
            let Some(at) = self.unread.pop() else { break };
            let name = format!("{at:04}{SUFFIX}");
            let decoded = shelf.read(&name).and_then(|bytes| {
                read += bytes.len();
                match bytes.is_empty() {
                    true => Ok(Slot { written: true, ..Slot::default() }),
                    false => Segment::decode(&bytes, self.grams)
                        .map(|segment| Slot::of(segment, true))
                        .map_err(|why| format!("{name}: {why}")),
                }
            });
            match decoded {
                Ok(slot) => self.slots[at] = slot,
                Err(why) => {
                    damaged.push(why);
                    self.slots[at] = Slot::default();
                }
            }
            self.connect(at);
        }
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
    use crate::shelf::MemoryShelf;

    const GRAMS: Grams = Grams { gram: 6, window: 8 };

    fn key(n: u32) -> Key {
        ("information".into(), format!("{n}").into())
    }

    fn has(index: &Index, hash: u32) -> Vec<String> {
        let owners = index.owners(hash);
        let name = |place| index.entry(place).map(|e| e.key.1.to_string());
        let mut names: Vec<_> = owners.places().filter_map(name).collect();
        names.sort();
        names
    }

    /// 5,000 records with a fingerprint of their own and one shared by every hundred.
    fn large() -> Index {
        let mut index = Index::new(GRAMS);
        (0..5_000).for_each(|n| index.put(key(n), n.into(), &[n % 100, 1_000 + n]));
        index
    }

    #[test]
    fn segments_stay_few_and_nothing_is_lost_by_merging() {
        let index = large();
        assert_eq!(index.len(), 5_000);
        assert!(index.segments() <= 12, "{}", index.segments());
        assert!((0..5_000).all(|n| has(&index, 1_000 + n) == [n.to_string()]));
        assert_eq!(index.owners(7).len(), 50);
    }

    #[test]
    fn a_changed_record_replaces_and_a_removed_one_leaves() {
        let mut index = large();
        index.put(key(3), 99, &[4_000_000]);
        assert_eq!((has(&index, 1_003), has(&index, 4_000_000)), (vec![], vec!["3".to_owned()]));
        assert!(index.remove(&key(3)) && !index.remove(&key(3)));
        assert_eq!((index.len(), has(&index, 4_000_000)), (4_999, vec![]));
        assert!(!index.knows(&key(3), 0));
        index.put(key(3), 99, &[5]);
        assert_eq!(index.len(), 5_000);
    }

    #[test]
    fn replaced_entries_do_not_pile_up() {
        let mut index = Index::new(GRAMS);
        (0..20_000).for_each(|n| index.put(key(n % 300), n.into(), &[n % 300]));
        let entries: usize = index.slots.iter().map(|s| s.alive.len()).sum();
        assert!(entries < 1_500, "{entries} entries for 300 records");
        assert_eq!(index.len(), 300);
        assert_eq!(has(&index, 17), ["17"]);
    }

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
