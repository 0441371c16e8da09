//! The inverted index: which records have which fingerprints. Grows record by record.
//!
//! Records come into a small open segment, whose file is written anew with each of them; a full one is
//! sealed, and sealed ones are merged, so that there are always few. The index holds no text: what it
//! names is compared with the text that the host gives for it.

mod files;

use crate::{
    gram::Grams,
    segment::{IndexedRecord, RecordKey, Segment},
};
use std::collections::HashMap;

/// A segment that has so many entries is sealed.
const OPEN: usize = 256;
/// So many segments of one size are merged: sizes up to which, and how many.
const MERGES: [(usize, usize); 2] = [(1 << 10, 8), (Segment::MOST / 2, 4)];

/// See the module.
#[derive(Debug)]
pub struct Index {
    grams: Grams,
    slots: Vec<SegmentSlot>,
    places: HashMap<RecordKey, (usize, usize)>,
    open: Option<usize>,
    version: u64,
    removed: usize,
    unread: Vec<usize>,
}

/// The place of a segment, which is also its file's.
#[derive(Debug, Default)]
struct SegmentSlot {
    segment: Option<Segment>,
    alive: Vec<bool>,
    written: bool,
}

impl SegmentSlot {
    fn of(segment: Segment, written: bool) -> SegmentSlot {
        SegmentSlot { alive: vec![true; segment.entries().len()], segment: Some(segment), written }
    }
    fn living(&self) -> usize {
        self.alive.iter().filter(|alive| **alive).count()
    }
}

/// The records with one fingerprint.
pub struct Owners<'a>(Vec<(usize, &'a SegmentSlot, &'a [u16])>);

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
        segments + self.places.capacity() * (size_of::<RecordKey>() + size_of::<(usize, usize)>() + 1)
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
    pub fn entry(&self, (slot, entry): (usize, usize)) -> Option<&IndexedRecord> {
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
    pub fn knows(&self, key: &RecordKey, digest: u64) -> bool {
        let entry = self.places.get(key).and_then(|place| self.entry(*place));
        entry.is_some_and(|e| !e.removed && e.digest == digest)
    }

    /// Takes in a record with its sorted, distinct fingerprints, in the place of what it had before.
    pub fn put(&mut self, key: RecordKey, digest: u64, prints: &[u32]) {
        if !self.knows(&key, digest) {
            self.append(key, digest, prints, false);
        }
    }

    /// Forgets a record. True if it was known.
    pub fn remove(&mut self, key: &RecordKey) -> bool {
        let known = self.places.get(key).and_then(|place| self.entry(*place)).is_some_and(|e| !e.removed);
        if known {
            self.append(key.clone(), 0, &[], true);
        }
        known
    }

    fn append(&mut self, key: RecordKey, digest: u64, prints: &[u32], removed: bool) {
        self.version += 1;
        let open = match self.open {
            Some(open) => open,
            None => self.free(SegmentSlot::of(Segment::default(), false)),
        };
        self.open = Some(open);
        let slot = &mut self.slots[open];
        let entry = IndexedRecord { key: key.clone(), digest, version: self.version, removed };
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
    fn place(&mut self, key: RecordKey, place: (usize, usize), removed: bool) {
        self.removed += usize::from(removed);
        if let Some((slot, entry)) = self.places.insert(key, place) {
            let old = &mut self.slots[slot];
            old.alive[entry] = false;
            let was = old.segment.as_ref().and_then(|s| s.entries().get(entry)).is_some_and(|e| e.removed);
            self.removed -= usize::from(was);
        }
    }

    /// A place for a segment; one whose old file has yet to be emptied is not used again before.
    fn free(&mut self, slot: SegmentSlot) -> usize {
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
        let sealed = |(at, slot): (usize, &SegmentSlot)| {
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
            self.slots[*part] = SegmentSlot::default();
        }
        let keys: Vec<RecordKey> = merged.entries().iter().map(|e| e.key.clone()).collect();
        let at = self.free(SegmentSlot::of(merged, false));
        for (entry, key) in keys.into_iter().enumerate() {
            self.places.insert(key, (at, entry));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) const GRAMS: Grams = Grams { gram: 6, window: 8 };

    pub(crate) fn key(n: u32) -> RecordKey {
        ("information".into(), format!("{n}").into())
    }

    pub(crate) fn has(index: &Index, hash: u32) -> Vec<String> {
        let owners = index.owners(hash);
        let name = |place| index.entry(place).map(|e| e.key.1.to_string());
        let mut names: Vec<_> = owners.places().filter_map(name).collect();
        names.sort();
        names
    }

    /// 5,000 records with a fingerprint of their own and one shared by every hundred.
    pub(crate) fn large() -> Index {
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
}
