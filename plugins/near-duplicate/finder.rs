//! Finds the records that resemble one: candidates by the index, then their texts compared.

use crate::{
    align::{self, Region},
    gram::{Grams, Print},
    index::Index,
    options::Options,
    score::{Weights, rarity, score},
    segment::Key,
    shelf::Shelf,
    text::{Document, Span, Texts, slice},
};
use std::collections::{BTreeMap, HashMap};

/// Fingerprints that a record must share to be compared at all, each counted by its rarity.
const SHARED: f32 = 1.5;
/// Passages of one record in an answer, at most; the longest.
const PASSAGES: usize = 100;

/// The same passage in two records, but for width, case, punctuation and white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it is in the record at hand.
    pub here: Span,
    /// Where it is in the other one.
    pub there: Span,
    /// As it is written here.
    pub text: String,
}

/// A record that resembles the one at hand.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// Its register and id.
    pub key: Key,
    /// From 0 to 1.
    pub score: f32,
    /// What they share, by its place here.
    pub passages: Vec<Passage>,
}

/// Gives the texts of records of a register, by their ids; of those that it may show.
pub type Fetch<'a> = dyn FnMut(&str, &[&str]) -> Result<Vec<(String, Texts)>, String> + 'a;

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
    pub fn put(&mut self, key: Key, texts: &Texts) {
        let document = Document::new(texts);
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
    pub fn remove(&mut self, key: &Key) {
        self.index.remove(key);
    }

    /// The records that resemble a text, the nearest first; never the one of `key` itself.
    ///
    /// # Errors
    /// Of `fetch`.
    pub fn similar(&self, key: &Key, texts: &Texts, fetch: &mut Fetch<'_>) -> Result<Vec<Similar>, String> {
        let here = Document::new(texts);
        let prints = self.options.grams.prints(&here.chars);
        let mut rarities = Rarities { index: &self.index, known: HashMap::new() };
        let rare = rarities.of(&prints);
        let mut by_register: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for other in self.candidates(key, &prints, &rare) {
            by_register.entry(&other.0).or_default().push(&other.1);
        }
        let gram = usize::from(self.options.grams.gram);
        let weights = Weights::new(&here.chars, gram, &prints, &rare);
        let mut found = Vec::new();
        for (register, ids) in by_register {
            for (id, other) in fetch(register, &ids)? {
                let there = Document::new(&other);
                let regions = align::regions(&here.chars, &there.chars);
                let shared: f32 = regions.iter().flat_map(|r| &r.tiles).map(|t| weights.of(t.a, t.len)).sum();
                if shared < self.options.measure.least {
                    continue;
                }
                let prints = self.options.grams.prints(&there.chars);
                let other = Weights::new(&there.chars, gram, &prints, &rarities.of(&prints));
                let score = score(&regions, &weights, &other, self.options.measure);
                if score >= self.options.threshold {
                    let key = (register.into(), id.into());
                    found.push(Similar {
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

    /// The records that share most with these fingerprints.
    fn candidates(&self, key: &Key, prints: &[Print], rare: &[f32]) -> Vec<&Key> {
        let mut once: BTreeMap<u32, f32> = BTreeMap::new();
        once.extend(prints.iter().map(|p| p.hash).zip(rare.iter().copied()));
        let mut shared: HashMap<(usize, usize), f32> = HashMap::new();
        for (hash, rare) in once.into_iter().filter(|(_, rare)| *rare > 0.0) {
            for place in self.index.owners(hash).places() {
                *shared.entry(place).or_default() += rare;
            }
        }
        let mut ranked: Vec<(f32, &Key)> = shared
            .into_iter()
            .filter(|(_, shared)| *shared >= SHARED)
            .filter_map(|(place, shared)| Some((shared, &self.index.entry(place)?.key)))
            .filter(|(_, other)| *other != key)
            .collect();
        ranked.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        ranked.truncate(self.options.candidates);
        ranked.into_iter().map(|(_, key)| key).collect()
    }

    fn passages(&self, regions: &[Region], texts: &Texts, here: &Document, there: &Document) -> Vec<Passage> {
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
