//! Finds the records that resemble one: candidates by the index, then their texts compared.

use crate::{
    align::{self, Region},
    evidence::Evidence,
    gram::{Grams, Print},
    index::Index,
    options::Options,
    score::{Weights, of_region, rarity, score},
    segment::RecordKey,
    shelf::Shelf,
    text::{ComparableText, RecordTexts, TextSpan, slice},
};
use std::collections::{BTreeMap, HashMap};

/// Fingerprints that a record must share to be compared at all, each counted by its rarity.
const SHARED: f32 = 1.5;
/// Passages of one record in an answer, at most; the longest.
const PASSAGES: usize = 100;
/// So many records are looked at for each whose text is compared.
const LOOKED_AT: usize = 40;

/// The same passage in two records, but for width, case, punctuation and white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it is in the record at hand.
    pub here: TextSpan,
    /// Where it is in the other one.
    pub there: TextSpan,
    /// As it is written here.
    pub text: String,
}

/// A record that resembles the one at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct NearDuplicate {
    /// Its register and id.
    pub key: RecordKey,
    /// From 0 to 1.
    pub score: f32,
    /// What they share, by its place here.
    pub passages: Vec<Passage>,
}

/// Gives the texts of records of a register, by their ids; of those that it may show.
pub type Fetch<'a> = dyn FnMut(&str, &[&str]) -> Result<Vec<(String, RecordTexts)>, String> + 'a;

/// The index with its rules.
#[derive(Debug)]
pub struct Finder {
    options: Options,
    index: Index,
}

impl Finder {
    /// With an empty index.
    pub fn new(options: Options) -> Finder {
        Finder { index: Index::new(options.grams), options }
    }

    /// With the index on a shelf, and what was damaged there.
    ///
    /// # Errors
    /// If the shelf can't be listed.
    pub fn open(options: Options, shelf: &mut dyn Shelf) -> Result<(Finder, Vec<String>), String> {
        let (index, damaged) = Index::open(options.grams, shelf)?;
        Ok((Finder { options, index }, damaged))
    }

    /// Finds the files of an index on a shelf; [`Finder::read_next`] reads them. In between nothing may
    /// be put.
    ///
    /// # Errors
    /// If the shelf can't be listed.
    pub fn find(&mut self, shelf: &mut dyn Shelf) -> Result<(), String> {
        self.index.find(shelf)
    }

    /// Reads one of the files that were found; true if there are more. Says what was damaged.
    pub fn read_next(
        &mut self,
        read: &mut dyn FnMut(&str) -> Result<Vec<u8>, String>,
        damaged: &mut Vec<String>,
    ) -> bool {
        self.index.read_next(read, damaged)
    }

    /// Writes what changed.
    ///
    /// # Errors
    /// Of the shelf.
    pub fn save(&mut self, shelf: &mut dyn Shelf) -> Result<(), String> {
        self.index.save(shelf)
    }

    /// Its rules.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Its index.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// Takes in a record, in the place of what it was before; one without text leaves.
    pub fn put(&mut self, key: RecordKey, texts: &RecordTexts) {
        let document = ComparableText::new(texts);
        if document.is_empty() {
            self.index.remove(&key);
            return;
        }
        let digest = document.digest();
        if !self.index.knows(&key, digest) {
            let prints = self.options.grams.prints(&document.chars);
            self.index.put(key, digest, &Grams::hashes(&prints));
        }
    }

    /// Forgets a record.
    pub fn remove(&mut self, key: &RecordKey) {
        self.index.remove(key);
    }

    /// The records that resemble a text, the nearest first; never the one of `key` itself.
    ///
    /// # Errors
    /// Of `fetch`.
    pub fn similar(
        &self,
        key: &RecordKey,
        texts: &RecordTexts,
        fetch: &mut Fetch<'_>,
    ) -> Result<Vec<NearDuplicate>, String> {
        let here = ComparableText::new(texts);
        let prints = self.options.grams.prints(&here.chars);
        let evidence = Evidence::new(&self.index, &prints);
        let rare = evidence.rarities();
        let mut rarities = Rarities { index: &self.index, known: HashMap::new() };
        let mut by_register: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for other in self.candidates(key, &prints, &evidence, &rare) {
            by_register.entry(&other.0).or_default().push(&other.1);
        }
        let gram = usize::from(self.options.grams.gram);
        let weights = Weights::new(&here.chars, gram, &prints, &rare);
        let mut found = Vec::new();
        for (register, ids) in by_register {
            for (id, other) in fetch(register, &ids)? {
                let there = ComparableText::new(&other);
                let regions = align::regions(&here.chars, &there.chars);
                if regions.is_empty() {
                    continue;
                }
                let telling =
                    regions.iter().map(|region| evidence.of_region(region, gram)).fold(0.0, f32::max);
                let shared: f32 = regions.iter().flat_map(|r| &r.tiles).map(|t| weights.of(t.a, t.len)).sum();
                let score = if shared < self.options.measure.least {
                    of_region(telling, self.options.measure)
                } else {
                    let prints = self.options.grams.prints(&there.chars);
                    let other = Weights::new(&there.chars, gram, &prints, &rarities.of(&prints));
                    score(&regions, &weights, &other, telling, self.options.measure)
                };
                if score >= self.options.threshold {
                    let key = (register.into(), id.into());
                    found.push(NearDuplicate {
                        key,
                        score,
                        passages: self.passages(&regions, texts, &here, &there),
                    });
                }
            }
        }
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.key.cmp(&b.key)));
        found.truncate(self.options.results);
        Ok(found)
    }

    /// The records that share most with these fingerprints: in all, or in one stretch.
    fn candidates(
        &self,
        key: &RecordKey,
        prints: &[Print],
        evidence: &Evidence<'_>,
        rare: &[f32],
    ) -> Vec<&RecordKey> {
        let mut once: BTreeMap<u32, usize> = BTreeMap::new();
        once.extend(prints.iter().enumerate().map(|(at, print)| (print.hash, at)));
        // A number for each entry of the index: quicker than a map, of which most entries would be new.
        let mut shared: Vec<Vec<f32>> = self.index.sizes().map(|size| vec![0.0; size]).collect();
        for at in once.into_values().filter(|at| rare[*at] > 0.0) {
            for (slot, owner) in evidence.owners(at).places() {
                shared[slot][owner] += rare[at];
            }
        }
        let mut ranked: Vec<(f32, (usize, usize), &RecordKey)> = Vec::new();
        for (slot, shared) in shared.iter().enumerate() {
            for (owner, shared) in shared.iter().enumerate().filter(|(_, shared)| **shared >= SHARED) {
                let place = (slot, owner);
                let name = self.index.entry(place).map(|entry| &entry.key).filter(|other| *other != key);
                ranked.extend(name.map(|name| (*shared, place, name)));
            }
        }
        let order = |a: &(f32, (usize, usize), &RecordKey), b: &(f32, (usize, usize), &RecordKey)| {
            b.0.total_cmp(&a.0).then_with(|| a.2.cmp(b.2))
        };
        let wanted = self.options.candidates;
        let looked_at = wanted * (LOOKED_AT + 1);
        if ranked.len() > looked_at {
            ranked.select_nth_unstable_by(looked_at, order);
            ranked.truncate(looked_at);
        }
        ranked.sort_unstable_by(order);
        // Half by what they share in all, half by the one stretch that says most.
        let mut rest = ranked.split_off(ranked.len().min(wanted - wanted / 2));
        for (score, place, _) in &mut rest {
            *score = stretch(prints.len(), evidence, *place);
        }
        rest.sort_unstable_by(order);
        rest.truncate(wanted / 2);
        ranked.into_iter().chain(rest).map(|(.., key)| key).collect()
    }

    fn passages(
        &self,
        regions: &[Region],
        texts: &RecordTexts,
        here: &ComparableText,
        there: &ComparableText,
    ) -> Vec<Passage> {
        let mut tiles: Vec<_> = regions.iter().flat_map(|region| &region.tiles).collect();
        tiles.retain(|tile| tile.len >= self.options.passage);
        tiles.sort_by_key(|tile| (std::cmp::Reverse(tile.len), tile.a));
        tiles.truncate(PASSAGES);
        tiles.sort();
        let passage = |tile: &&align::Tile| {
            let (here, there) =
                (here.span(&(tile.a..tile.a + tile.len))?, there.span(&(tile.b..tile.b + tile.len))?);
            let text = slice(texts.field(&here.field)?, &here);
            Some(Passage { here, there, text })
        };
        tiles.iter().filter_map(passage).collect()
    }
}

/// What the most telling stretch says of the fingerprints that a record shares.
fn stretch(prints: usize, evidence: &Evidence<'_>, place: (usize, usize)) -> f32 {
    let (mut most, mut run) = (0.0_f32, Vec::new());
    let mut missing = 0;
    for at in 0..=prints {
        if at < prints && evidence.owners(at).has(place) {
            missing = 0;
            run.push(at);
            continue;
        }
        missing += 1;
        if missing > 2 || at == prints {
            most = most.max(evidence.of_run(run.drain(..)));
        }
    }
    most
}

/// Rarities looked up once a query.
struct Rarities<'a> {
    index: &'a Index,
    known: HashMap<u32, f32>,
}

impl Rarities<'_> {
    fn of(&mut self, prints: &[Print]) -> Vec<f32> {
        let records = self.index.len();
        let look = |print: &Print| {
            *self
                .known
                .entry(print.hash)
                .or_insert_with(|| rarity(self.index.owners(print.hash).len(), records))
        };
        prints.iter().map(look).collect()
    }
}
