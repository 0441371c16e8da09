//! What two texts share: exact runs of characters, and the regions that neighbouring runs form.

use crate::text::BREAK;
use std::collections::HashMap;

/// Characters that must agree before a run is looked at.
const SEED: usize = 4;
/// A seed that occurs oftener is not followed: it says nothing, and following it costs most.
const FREQUENT: usize = 64;
/// Runs this near each other, in both texts, belong together: a replaced name fits in between.
const GAP: usize = 10;
/// A region with fewer shared characters is a phrase that anyone might use.
const REGION: usize = 12;

/// A run of characters that two texts share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Where it begins in the first text.
    pub a: usize,
    /// Where it begins in the second text.
    pub b: usize,
    /// How many characters it has.
    pub len: usize,
}

/// Neighbouring runs in the same order in both texts, by their place in the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// Its runs.
    pub tiles: Vec<Tile>,
}

impl Region {
    /// Characters in its runs.
    pub fn shared(&self) -> usize {
        self.tiles.iter().map(|t| t.len).sum()
    }
}

/// The regions that two texts share. A character belongs to one run at most; longer runs go first.
pub fn regions(a: &[char], b: &[char]) -> Vec<Region> {
    let mut regions = chains(tiles(a, b));
    regions.retain(|region| region.shared() >= REGION);
    regions
}

fn tiles(a: &[char], b: &[char]) -> Vec<Tile> {
    let mut runs = runs(a, b);
    runs.sort_unstable_by_key(|t| (std::cmp::Reverse(t.len), t.a, t.b));
    let (mut used_a, mut used_b) = (vec![false; a.len()], vec![false; b.len()]);
    let mut tiles = Vec::new();
    for run in runs {
        let mut at = 0;
        while at < run.len {
            let free = |i: &usize| !used_a[run.a + i] && !used_b[run.b + i];
            let len = (at..run.len).take_while(free).count();
            if len >= SEED {
                used_a[run.a + at..run.a + at + len].fill(true);
                used_b[run.b + at..run.b + at + len].fill(true);
                tiles.push(Tile { a: run.a + at, b: run.b + at, len });
            }
            at += len + 1;
        }
    }
    tiles.sort_unstable();
    tiles
}

/// All runs of at least `SEED` characters that can be extended neither way.
fn runs(a: &[char], b: &[char]) -> Vec<Tile> {
    let mut seeds: HashMap<&[char], Vec<u32>> = HashMap::with_capacity(b.len());
    for (at, seed) in b.windows(SEED).enumerate() {
        if !seed.contains(&BREAK) {
            seeds.entry(seed).or_default().push(at as u32);
        }
    }
    // How far each diagonal has been followed, so that a run is found once whatever seed led to it.
    let mut followed = vec![0; a.len() + b.len()];
    let mut runs = Vec::new();
    for (i, seed) in a.windows(SEED).enumerate() {
        let places = seeds.get(seed).map_or(&[][..], Vec::as_slice);
        if places.len() > FREQUENT {
            continue;
        }
        for j in places.iter().map(|j| *j as usize) {
            let diagonal = &mut followed[a.len() + j - i];
            if *diagonal > i {
                continue;
            }
            let same = |(x, y): &(&char, &char)| x == y && **x != BREAK;
            let ahead = a[i..].iter().zip(&b[j..]).take_while(same).count();
            let behind = a[..i].iter().rev().zip(b[..j].iter().rev()).take_while(same).count();
            *diagonal = i + ahead;
            runs.push(Tile { a: i - behind, b: j - behind, len: ahead + behind });
        }
    }
    runs
}

fn chains(tiles: Vec<Tile>) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for tile in tiles {
        let follows = |region: &&mut Region| {
            region.tiles.last().is_some_and(|last| {
                let near = |from: usize, to: usize| (from..=from + GAP).contains(&to);
                near(last.a + last.len, tile.a) && near(last.b + last.len, tile.b)
            })
        };
        // Of several the one that ends last, which is the one a reader would go on from.
        match regions.iter_mut().filter(follows).max_by_key(|r| r.tiles.last().map(|t| t.a + t.len)) {
            Some(region) => region.tiles.push(tile),
            None => regions.push(Region { tiles: vec![tile] }),
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(a: &str, b: &str) -> Vec<Vec<String>> {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let text = |t: &Tile| {
            assert_eq!(a[t.a..t.a + t.len], b[t.b..t.b + t.len]);
            a[t.a..t.a + t.len].iter().collect::<String>()
        };
        regions(&a, &b).iter().map(|region| region.tiles.iter().map(text).collect()).collect()
    }

    #[test]
    fn the_same_text_is_one_run() {
        let text = "各级人大代表深入选区走访选民听取意见";
        assert_eq!(shared(text, text), [[text]]);
    }

    #[test]
    fn a_replaced_name_divides_a_run_but_not_its_region() {
        let (a, b) = ("代表王建国深入社区走访群众三十二户", "代表欧阳文华深入社区走访群众三十二户");
        assert_eq!(shared(a, b), [["深入社区走访群众三十二户"]]);
        let (a, b) = ("先后视察了城东镇的饮用水水源保护工作", "先后视察了沙河子乡的饮用水水源保护工作");
        assert_eq!(shared(a, b), [["先后视察了", "的饮用水水源保护工作"]]);
    }

    #[test]
    fn sentences_that_changed_places_are_found_each() {
        let (one, two) = ("会议听取了关于水环境治理的专项报告", "各地要把整改落实情况按季度报送备案");
        assert_eq!(shared(&format!("{one}{two}"), &format!("{two}{one}")), [[one], [two]]);
    }

    #[test]
    fn a_phrase_that_anyone_might_use_is_no_region() {
        assert!(shared("常委会副主任甲乙丙丁戊", "子丑寅卯常委会副主任").is_empty());
    }

    #[test]
    fn a_text_of_one_character_ends_soon_and_a_copy_of_it_within_a_text_is_bounded() {
        let same = "哈".repeat(5_000);
        assert!(shared(&same, &same).is_empty());
        assert!(shared("", "甲乙丙丁").is_empty());
    }

    #[test]
    fn no_run_reaches_across_fields() {
        let (a, b) = ("甲乙丙丁戊己\0庚辛壬癸子丑寅", "甲乙丙丁戊己\0庚辛壬癸子丑寅");
        assert_eq!(shared(a, b), [["甲乙丙丁戊己", "庚辛壬癸子丑寅"]]);
    }
}
