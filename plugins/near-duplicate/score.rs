//! How much two texts resemble each other, from 0 to 1.
//!
//! A character counts by how rare its fingerprint is among all records, so that official phrases, which
//! stand in a thousand items, make no copy. The score is the greater of two measures: how much of the
//! smaller text is in the other, and how improbable the most telling shared region is.

use crate::{align::Region, gram::Print, text::BREAK};

/// What even the commonest phrase counts.
const FLOOR: f32 = 0.03;
/// The most a shared region makes of texts that share nothing else.
const REGION_MOST: f32 = 0.9;

/// How rare a fingerprint is that `others` of `records` records have: from 1 (no or one other) to 0.
pub fn rarity(others: usize, records: usize) -> f32 {
    // In a small office a phrase is common when some dozens have it, in a large one when 5 in 1,000 do.
    let common = (records / 200).max(50) as f32;
    (1.0 - (others.max(1) as f32).ln() / common.ln()).max(0.0)
}

/// What each character of a text counts.
pub struct Weights(Vec<f32>);

impl Weights {
    /// From a text's fingerprints and the rarity of each: a character counts as the mean of the
    /// fingerprints it is in, or else as the one before it.
    pub fn new(chars: &[char], gram: usize, prints: &[Print], rarity: &[f32]) -> Weights {
        let (mut sums, mut counts) = (vec![0.0; chars.len()], vec![0u16; chars.len()]);
        for (print, rare) in prints.iter().zip(rarity) {
            for at in print.at..(print.at + gram).min(chars.len()) {
                sums[at] += rare;
                counts[at] += 1;
            }
        }
        let mut last = rarity.first().copied().unwrap_or(0.0);
        let weigh = |at: usize| {
            if counts[at] > 0 {
                last = sums[at] / f32::from(counts[at]);
            }
            if chars[at] == BREAK { 0.0 } else { last.max(FLOOR) }
        };
        Weights((0..chars.len()).map(weigh).collect())
    }

    /// What a stretch counts.
    pub fn of(&self, from: usize, len: usize) -> f32 {
        self.0[from..from + len].iter().sum()
    }

    /// What the whole text counts.
    pub fn all(&self) -> f32 {
        self.0.iter().sum()
    }
}

/// What is asked of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// So many weighted characters must be shared for their share of the text to count.
    pub least: f32,
    /// A shared region that says so much against chance is a copied paragraph for certain.
    pub paragraph: f32,
}

/// The score of two texts by their regions and weights, and by what the most telling region says.
pub fn score(regions: &[Region], a: &Weights, b: &Weights, telling: f32, measure: Measure) -> f32 {
    let tiles = || regions.iter().flat_map(|region| &region.tiles);
    let in_a: f32 = tiles().map(|t| a.of(t.a, t.len)).sum();
    let in_b: f32 = tiles().map(|t| b.of(t.b, t.len)).sum();
    let contained = match in_a.min(in_b) >= measure.least {
        true if a.all() <= b.all() => in_a / a.all(),
        true => in_b / b.all(),
        false => 0.0,
    };
    contained.max(of_region(telling, measure)).min(1.0)
}

/// The score of two texts that share nothing to speak of but one region.
pub fn of_region(telling: f32, measure: Measure) -> f32 {
    REGION_MOST * (telling / measure.paragraph).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::align::Tile;

    const MEASURE: Measure = Measure { least: 10.0, paragraph: 40.0 };

    fn flat(len: usize, rare: f32) -> Weights {
        let chars = vec!['甲'; len];
        let prints: Vec<Print> = (0..len).map(|at| Print { hash: 0, at }).collect();
        Weights::new(&chars, 1, &prints, &vec![rare; len])
    }

    fn one(len: usize) -> Vec<Region> {
        vec![Region { tiles: vec![Tile { a: 0, b: 0, len }] }]
    }

    #[test]
    fn rarity_falls_from_one_to_nothing() {
        assert_eq!((rarity(0, 100_000), rarity(1, 100_000), rarity(500, 100_000)), (1.0, 1.0, 0.0));
        assert!(rarity(10, 100_000) > rarity(100, 100_000));
        assert!(rarity(40, 100) > 0.0 && rarity(50, 100) == 0.0);
    }

    #[test]
    fn a_text_within_a_longer_one_scores_by_its_own_length() {
        assert_eq!(score(&one(100), &flat(100, 1.0), &flat(1_000, 1.0), 0.0, MEASURE), 1.0);
        assert_eq!(score(&one(40), &flat(50, 1.0), &flat(1_000, 1.0), 0.0, MEASURE), 0.8);
    }

    #[test]
    fn a_copied_paragraph_scores_in_texts_of_any_length() {
        let told = |telling| score(&one(90), &flat(2_000, 1.0), &flat(2_000, 1.0), telling, MEASURE);
        assert_eq!((told(20.0), told(40.0), told(80.0)), (REGION_MOST / 2.0, REGION_MOST, REGION_MOST));
    }

    #[test]
    fn common_phrases_make_no_score() {
        let common = flat(300, 0.0);
        assert_eq!(score(&one(300), &common, &flat(300, 0.0), 0.0, MEASURE), 0.0);
        assert_eq!(score(&[], &flat(0, 1.0), &flat(0, 1.0), 0.0, MEASURE), 0.0);
    }
}
