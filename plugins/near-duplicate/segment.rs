//! One part of the index: the fingerprints of some thousand records at most, as it is kept in memory and
//! in one file. Holds no text.

use crate::gram::Grams;
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"RNEARD01";
/// A table over the first bits of a hash says where to look for it: about so many hashes for each row.
const ROW: usize = 16;

/// A record's register and id.
pub type RecordKey = (Arc<str>, Arc<str>);

/// What is known of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedRecord {
    /// Which record.
    pub key: RecordKey,
    /// Of its text.
    pub digest: u64,
    /// The higher one of two entries of a record is the newer.
    pub version: u64,
    /// Its text is gone.
    pub removed: bool,
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    entries: Vec<IndexedRecord>,
    /// Sorted; `owners` runs beside it.
    hashes: Vec<u32>,
    owners: Vec<u16>,
    jump: Vec<u32>,
}

impl Segment {
    /// The most entries one can hold.
    pub const MOST: usize = 1 << 13;

    /// Its entries, in the order in which they came.
    pub fn entries(&self) -> &[IndexedRecord] {
        &self.entries
    }

    /// The indexes of the entries with this fingerprint, sorted.
    pub fn owners(&self, hash: u32) -> &[u16] {
        let bucket = row(hash, shift(self.hashes.len()));
        let (Some(&from), Some(&to)) = (self.jump.get(bucket), self.jump.get(bucket + 1)) else { return &[] };
        let near = &self.hashes[from as usize..to as usize];
        let first = near.partition_point(|h| *h < hash);
        let count = near[first..].iter().take_while(|h| **h == hash).count();
        let first = from as usize + first;
        &self.owners[first..first + count]
    }

    /// Adds an entry with its sorted, distinct fingerprints; `None` if there is no room.
    pub fn add(&mut self, entry: IndexedRecord, prints: &[u32]) -> Option<usize> {
        let index = u16::try_from(self.entries.len()).ok().filter(|i| usize::from(*i) < Self::MOST)?;
        self.entries.push(entry);
        // From behind, so that each posting moves once.
        let (mut old, mut new) = (self.hashes.len(), prints.len());
        self.hashes.resize(old + new, 0);
        self.owners.resize(old + new, index);
        while new > 0 {
            let at = old + new - 1;
            if old > 0 && self.hashes[old - 1] > prints[new - 1] {
                old -= 1;
                (self.hashes[at], self.owners[at]) = (self.hashes[old], self.owners[old]);
            } else {
                new -= 1;
                (self.hashes[at], self.owners[at]) = (prints[new], index);
            }
        }
        self.jump = jump(&self.hashes);
        Some(usize::from(index))
    }

    /// One segment of the entries of several that `keep` wants: it is given the segment's and the
    /// entry's index. `None` if they are too many for one.
    pub fn merged(parts: &[&Segment], keep: impl Fn(usize, usize) -> bool) -> Option<Segment> {
        let mut merged = Segment::default();
        let mut pairs = Vec::new();
        for (p, part) in parts.iter().enumerate() {
            let places: Vec<Option<u16>> = (part.entries.iter().enumerate())
                .map(|(e, entry)| {
                    keep(p, e).then(|| {
                        merged.entries.push(entry.clone());
                        (merged.entries.len() - 1) as u16
                    })
                })
                .collect();
            if merged.entries.len() > Self::MOST {
                return None;
            }
            let moved = part.hashes.iter().zip(&part.owners);
            pairs.extend(moved.filter_map(|(hash, owner)| {
                places[usize::from(*owner)].map(|place| u64::from(*hash) << 16 | u64::from(place))
            }));
        }
        pairs.sort_unstable();
        merged.hashes = pairs.iter().map(|pair| (pair >> 16) as u32).collect();
        merged.owners = pairs.iter().map(|pair| *pair as u16).collect();
        merged.jump = jump(&merged.hashes);
        Some(merged)
    }

    /// Bytes it takes in memory, about.
    pub fn memory(&self) -> usize {
        let text: usize = self.entries.iter().map(|e| e.key.1.len() + 16).sum();
        self.hashes.capacity() * 4
            + self.owners.capacity() * 2
            + self.jump.capacity() * 4
            + self.entries.capacity() * size_of::<IndexedRecord>()
            + text
    }

    /// As bytes, with a checksum at the end.
    pub fn encode(&self, grams: Grams) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.hashes.len() * 6 + self.entries.len() * 48 + 64);
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&grams.gram.to_le_bytes());
        out.extend_from_slice(&grams.window.to_le_bytes());
        out.extend_from_slice(&(self.entries.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.hashes.len() as u32).to_le_bytes());
        for entry in &self.entries {
            out.extend_from_slice(&entry.digest.to_le_bytes());
            out.extend_from_slice(&entry.version.to_le_bytes());
            out.push(entry.removed.into());
            for text in [&entry.key.0, &entry.key.1] {
                out.extend_from_slice(&(text.len() as u32).to_le_bytes());
                out.extend_from_slice(text.as_bytes());
            }
        }
        self.hashes.iter().for_each(|hash| out.extend_from_slice(&hash.to_le_bytes()));
        self.owners.iter().for_each(|owner| out.extend_from_slice(&owner.to_le_bytes()));
        let sum = xxh3_64(&out);
        out.extend_from_slice(&sum.to_le_bytes());
        out
    }

    /// From bytes.
    ///
    /// # Errors
    /// What is wrong with them: half written, changed, or made with other settings.
    pub fn decode(bytes: &[u8], grams: Grams) -> Result<Segment, &'static str> {
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or("it is cut off")?;
        if xxh3_64(body) != u64::from_le_bytes(*sum) {
            return Err("its checksum is wrong");
        }
        let mut bytes = SegmentReader(body);
        if bytes.take(8)? != MAGIC {
            return Err("it is no segment of this index");
        }
        if (bytes.u16()?, bytes.u16()?) != (grams.gram, grams.window) {
            return Err("it was made with other settings for n-grams");
        }
        let (entries, postings) = (bytes.u32()? as usize, bytes.u32()? as usize);
        if entries > Self::MOST {
            return Err("it has too many entries");
        }
        let mut segment = Segment { entries: Vec::with_capacity(entries), ..Segment::default() };
        let mut register: Arc<str> = Arc::from("");
        for _ in 0..entries {
            let (digest, version, removed) = (bytes.u64()?, bytes.u64()?, bytes.take(1)? != [0]);
            let name = bytes.text()?;
            if *register != *name {
                register = Arc::from(name);
            }
            let key = (register.clone(), Arc::from(bytes.text()?));
            segment.entries.push(IndexedRecord { key, digest, version, removed });
        }
        let wide = bytes.take(postings.checked_mul(4).ok_or("a length in it is wrong")?)?;
        segment.hashes = wide.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        segment.owners =
            bytes.take(postings * 2)?.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        let sorted = segment.hashes.is_sorted();
        if !sorted || segment.owners.iter().any(|owner| usize::from(*owner) >= entries) {
            return Err("its postings are wrong");
        }
        segment.jump = jump(&segment.hashes);
        Ok(segment)
    }
}

fn shift(hashes: usize) -> u32 {
    32 - (hashes / ROW).max(1).ilog2().min(16)
}

fn row(hash: u32, shift: u32) -> usize {
    hash.checked_shr(shift).unwrap_or(0) as usize
}

fn jump(hashes: &[u32]) -> Vec<u32> {
    let shift = shift(hashes.len());
    let mut jump = vec![0; (1 << (32 - shift)) + 1];
    hashes.iter().for_each(|hash| jump[row(*hash, shift) + 1] += 1);
    for at in 1..jump.len() {
        jump[at] += jump[at - 1];
    }
    jump
}

struct SegmentReader<'a>(&'a [u8]);

impl<'a> SegmentReader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], &'static str> {
        let (head, rest) = self.0.split_at_checked(count).ok_or("a length in it is wrong")?;
        self.0 = rest;
        Ok(head)
    }
    fn array<const N: usize>(&mut self) -> Result<[u8; N], &'static str> {
        self.take(N)?.try_into().map_err(|_| "a length in it is wrong")
    }
    fn u16(&mut self) -> Result<u16, &'static str> {
        self.array().map(u16::from_le_bytes)
    }
    fn u32(&mut self) -> Result<u32, &'static str> {
        self.array().map(u32::from_le_bytes)
    }
    fn u64(&mut self) -> Result<u64, &'static str> {
        self.array().map(u64::from_le_bytes)
    }
    fn text(&mut self) -> Result<&'a str, &'static str> {
        let length = self.u32()? as usize;
        std::str::from_utf8(self.take(length)?).map_err(|_| "a name in it is no text")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMS: Grams = Grams { gram: 6, window: 8 };

    fn entry(id: &str) -> IndexedRecord {
        IndexedRecord { key: ("信息".into(), id.into()), digest: 7, version: 1, removed: false }
    }

    fn three() -> Segment {
        let mut segment = Segment::default();
        segment.add(entry("a"), &[5, 9, u32::MAX]);
        segment.add(entry("b"), &[0, 5, 7]);
        segment.add(entry("c"), &[]);
        segment
    }

    #[test]
    fn a_fingerprint_leads_to_its_records() {
        let segment = three();
        assert_eq!(segment.owners(5), [0, 1]);
        assert_eq!(segment.owners(u32::MAX), [0]);
        assert_eq!(segment.owners(0), [1]);
        assert!(segment.owners(6).is_empty() && Segment::default().owners(6).is_empty());
    }

    #[test]
    fn merging_keeps_what_is_wanted() {
        let (a, b) = (three(), three());
        let merged = Segment::merged(&[&a, &b], |part, entry| (part, entry) != (0, 1)).unwrap();
        assert_eq!(merged.entries().len(), 5);
        assert_eq!(merged.owners(5), [0, 2, 3]);
        assert_eq!(merged.owners(7), [3]);
    }

    #[test]
    fn bytes_round_trip_and_every_damage_is_seen() {
        let bytes = three().encode(GRAMS);
        assert_eq!(Segment::decode(&bytes, GRAMS), Ok(three()));
        for cut in 0..bytes.len() {
            assert!(Segment::decode(&bytes[..cut], GRAMS).is_err(), "cut at {cut}");
            let mut damaged = bytes.clone();
            damaged[cut] ^= 0x10;
            assert!(Segment::decode(&damaged, GRAMS).is_err(), "changed at {cut}");
        }
        let other = Grams { gram: 5, window: 8 };
        assert_eq!(Segment::decode(&bytes, other), Err("it was made with other settings for n-grams"));
    }

    #[test]
    fn a_forged_length_is_an_error() {
        let mut forged = three().encode(GRAMS);
        let end = forged.len() - 8;
        forged[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        let sum = xxh3_64(&forged[..end]).to_le_bytes();
        forged[end..].copy_from_slice(&sum);
        assert!(Segment::decode(&forged, GRAMS).is_err());
    }
}
