//! Fingerprints of a text: hashed n-grams of characters, thinned by winnowing.
//!
//! Two texts that share `gram + window - 1` characters in a row share a fingerprint for certain.

use crate::text::BREAK;
use xxhash_rust::xxh3::xxh3_64;

/// How fingerprints are taken. An index holds those of one setting only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grams {
    /// Characters in an n-gram.
    pub gram: u16,
    /// Of so many n-grams in a row at least one is kept.
    pub window: u16,
}

/// One fingerprint and where its n-gram begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
    /// The n-gram's hash.
    pub hash: u32,
    /// The index of its first character.
    pub at: usize,
}

impl Grams {
    /// The fingerprints of a text, in its order. No n-gram reaches across a [`BREAK`].
    pub fn prints(&self, chars: &[char]) -> Vec<Print> {
        let mut prints = Vec::new();
        let mut start = 0;
        for part in chars.split(|c| *c == BREAK) {
            self.winnow(part, start, &mut prints);
            start += part.len() + 1;
        }
        prints
    }

    /// The distinct hashes of fingerprints, sorted.
    pub fn hashes(prints: &[Print]) -> Vec<u32> {
        let mut hashes: Vec<u32> = prints.iter().map(|p| p.hash).collect();
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    fn winnow(&self, part: &[char], start: usize, prints: &mut Vec<Print>) {
        let gram = usize::from(self.gram.max(1));
        let mut bytes = vec![0; gram * 4];
        let hashes: Vec<u64> = part
            .windows(gram)
            .map(|chars| {
                for (slot, c) in bytes.chunks_exact_mut(4).zip(chars) {
                    slot.copy_from_slice(&(*c as u32).to_le_bytes());
                }
                xxh3_64(&bytes)
            })
            .collect();
        // The low half decides which n-grams are kept, the high half is kept: so what is kept is spread
        // evenly over its range.
        let order = |at: &usize| (hashes[*at] as u32, std::cmp::Reverse(*at));
        let window = usize::from(self.window.max(1)).min(hashes.len());
        let mut kept = None::<usize>;
        for first in 0..(hashes.len() + 1).saturating_sub(window.max(1)) {
            let least = match kept {
                Some(at) if at >= first => {
                    let next = first + window - 1;
                    if order(&next) < order(&at) { next } else { at }
                }
                _ => (first..first + window).min_by_key(order).unwrap_or(first),
            };
            if kept != Some(least) {
                prints.push(Print { hash: (hashes[least] >> 32) as u32, at: start + least });
                kept = Some(least);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMS: Grams = Grams { gram: 4, window: 4 };

    fn hashes(text: &str) -> Vec<u32> {
        Grams::hashes(&GRAMS.prints(&text.chars().collect::<Vec<_>>()))
    }

    #[test]
    fn a_shared_run_shares_a_fingerprint_wherever_it_stands() {
        let run = "推动民生实事落地"; // 8 characters, one more than is needed
        for before in ["", "甲", "甲乙", "甲乙丙丁戊己庚"] {
            let (a, b) = (hashes(&format!("{before}{run}子丑寅卯")), hashes(&format!("辰巳{run}")));
            assert!(a.iter().any(|h| b.contains(h)), "{before}");
        }
    }

    #[test]
    fn texts_that_are_too_short_have_none_and_a_single_gram_has_one() {
        assert!(hashes("").is_empty());
        assert!(hashes("甲乙丙").is_empty());
        assert_eq!(hashes("甲乙丙丁").len(), 1);
        assert!(hashes("甲乙丙\0丁戊己").is_empty());
    }

    #[test]
    fn every_window_keeps_one_and_most_are_left_out() {
        let chars: Vec<char> = (0..400u32).filter_map(|i| char::from_u32(0x4E00 + i * 37 % 5000)).collect();
        let prints = GRAMS.prints(&chars);
        assert!(prints.windows(2).all(|p| p[1].at > p[0].at && p[1].at - p[0].at <= 4));
        assert!((100..250).contains(&prints.len()), "{}", prints.len());
    }
}
