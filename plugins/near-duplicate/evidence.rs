//! How improbable it is that a shared stretch is chance, given how often its parts stand together.
//!
//! Every part of a copied paragraph may be a common phrase, and yet the paragraph is a copy. So each
//! fingerprint counts by what it adds to the one before it: after the first half of an official phrase the
//! second half is no news, after "there were 37" the next figure is.

use crate::{
    align::Region,
    gram::Print,
    index::{Index, Owners},
    score::rarity,
};
use std::{cell::RefCell, collections::HashMap};

/// What a fingerprint adds that hardly any record has: there are too few to tell how likely it was.
const RARE: f32 = 2.0;
/// Of two fingerprints commoner than this it is not asked how often they stand together.
const COMMON: usize = 20_000;

/// What is known of the fingerprints of the text at hand.
pub struct Evidence<'a> {
    prints: &'a [Print],
    owners: Vec<Owners<'a>>,
    records: usize,
    pairs: RefCell<HashMap<(usize, usize), f32>>,
}

impl<'a> Evidence<'a> {
    /// Looks up a text's fingerprints.
    pub fn new(index: &'a Index, prints: &'a [Print]) -> Evidence<'a> {
        let owners = prints.iter().map(|print| index.owners(print.hash)).collect();
        Evidence { prints, owners, records: index.len(), pairs: RefCell::default() }
    }

    /// The records with the fingerprint at an index.
    pub fn owners(&self, print: usize) -> &Owners<'a> {
        &self.owners[print]
    }

    /// The rarity of each fingerprint.
    pub fn rarities(&self) -> Vec<f32> {
        self.owners.iter().map(|owners| rarity(owners.len(), self.records)).collect()
    }

    /// What a shared region says against chance, as a natural logarithm of odds.
    pub fn of_region(&self, region: &Region, gram: usize) -> f32 {
        let within = |tile: &crate::align::Tile| {
            let from = self.prints.partition_point(|print| print.at < tile.a);
            let to = self.prints.partition_point(|print| print.at + gram <= tile.a + tile.len);
            from..to.max(from)
        };
        self.of_run(region.tiles.iter().flat_map(within))
    }

    /// What it says that a record has these fingerprints, by their indexes in order.
    pub fn of_run(&self, run: impl IntoIterator<Item = usize>) -> f32 {
        let (mut sum, mut before) = (0.0, None);
        for print in run {
            sum += self.added(before, print);
            before = Some(print);
        }
        sum
    }

    fn added(&self, before: Option<usize>, print: usize) -> f32 {
        // Two of those that have it are the texts compared.
        let others = |count: usize| (count.saturating_sub(2) + 1) as f32;
        let own = self.owners[print].len();
        let rare = RARE * rarity(own, self.records);
        let Some(before) = before else {
            return (others(self.records) / others(own)).ln().max(0.0);
        };
        *self.pairs.borrow_mut().entry((before, print)).or_insert_with(|| {
            let first = &self.owners[before];
            if own.min(first.len()) > COMMON {
                return rare;
            }
            let both = first.common(&self.owners[print]);
            (others(first.len()) / others(both)).ln().max(rare)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{align::Tile, gram::Grams};

    /// 400 records have 1 and 2 together, and one of 20 further fingerprints each.
    fn index() -> Index {
        let mut index = Index::new(Grams { gram: 1, window: 1 });
        (0..400u32).for_each(|n| {
            index.put(("r".into(), n.to_string().into()), n.into(), &[1, 2, 10 + n % 20]);
        });
        (400..1_000u32).for_each(|n| index.put(("r".into(), n.to_string().into()), n.into(), &[n]));
        index
    }

    fn prints(hashes: &[u32]) -> Vec<Print> {
        hashes.iter().enumerate().map(|(at, hash)| Print { hash: *hash, at }).collect()
    }

    #[test]
    fn the_second_half_of_a_phrase_is_no_news_and_a_figure_is() {
        let (index, prints) = (index(), prints(&[1, 2, 13]));
        let evidence = Evidence::new(&index, &prints);
        let (phrase, figure) = (evidence.of_run([0, 1]), evidence.of_run([0, 1, 2]));
        assert_eq!(phrase, evidence.of_run([0]));
        assert!((figure - phrase - (399.0_f32 / 19.0).ln()).abs() < 1e-3, "{}", figure - phrase);
    }

    #[test]
    fn only_what_lies_within_the_runs_counts() {
        let (index, prints) = (index(), prints(&[1, 2, 13]));
        let evidence = Evidence::new(&index, &prints);
        let region = |a, len| Region { tiles: vec![Tile { a, b: 0, len }] };
        assert_eq!(evidence.of_region(&region(0, 2), 1), evidence.of_run([0, 1]));
        assert_eq!(evidence.of_region(&region(0, 1), 2), 0.0);
    }
}
