//! Generates information items, and copies and near misses of them. The same seed gives the same items.

use crate::grammar::*;
use near_duplicate::RecordTexts;
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Numbers by chance, alike on every machine.
pub struct Chance {
    seed: u64,
    drawn: u64,
}

impl Chance {
    pub fn new(seed: u64, stream: u64) -> Chance {
        Chance { seed: xxh3_64_with_seed(&stream.to_le_bytes(), seed), drawn: 0 }
    }
    pub fn below(&mut self, n: usize) -> usize {
        self.drawn += 1;
        (xxh3_64_with_seed(&self.drawn.to_le_bytes(), self.seed) % n.max(1) as u64) as usize
    }
    pub fn of<'a, T: ?Sized>(&mut self, items: &[&'a T]) -> &'a T {
        items[self.below(items.len())]
    }
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        (1..items.len()).rev().for_each(|i| items.swap(i, self.below(i + 1)));
    }
}

/// What an item is about, kept alike in a near miss.
#[derive(Clone)]
pub struct Subject {
    topic: usize,
    unit: &'static str,
    places: [&'static str; 2],
    persons: [String; 2],
    bodies: [&'static str; 2],
    official: [&'static str; 3],
}

/// An item: a title, and paragraphs of sentences.
#[derive(Clone)]
pub struct Item {
    pub subject: Subject,
    pub title: String,
    pub paragraphs: Vec<Vec<String>>,
}

fn person(chance: &mut Chance) -> String {
    let mut name = chance.of(SURNAMES).to_owned();
    (0..1 + chance.below(2)).for_each(|_| name.push(GIVEN[chance.below(GIVEN.len())]));
    name
}

pub fn subject(chance: &mut Chance) -> Subject {
    Subject {
        topic: chance.below(TOPICS.len()),
        unit: chance.of(UNITS),
        places: [chance.of(PLACES), chance.of(PLACES)],
        persons: [person(chance), person(chance)],
        bodies: [chance.of(BODIES), chance.of(BODIES)],
        official: [chance.of(OFFICIAL), chance.of(OFFICIAL), chance.of(OFFICIAL)],
    }
}

fn expand(pattern: &str, subject: &Subject, chance: &mut Chance) -> String {
    let (mut out, mut rest) = (String::new(), pattern);
    let topic = &TOPICS[subject.topic];
    while let Some(at) = rest.find(['[', '{']) {
        out.push_str(&rest[..at]);
        let open = rest.as_bytes()[at];
        let inner = &rest[at + 1..];
        let end = inner.find(if open == b'[' { ']' } else { '}' }).unwrap_or(inner.len());
        rest = inner.get(end + 1..).unwrap_or("");
        if open == b'[' {
            let choices: Vec<&str> = inner[..end].split('|').collect();
            out.push_str(&expand(chance.of(&choices), subject, chance));
            continue;
        }
        match &inner[..end] {
            "topic" => out.push_str(topic.name),
            "object" => out.push_str(chance.of(&topic.objects)),
            "problem" => out.push_str(chance.of(&topic.problems)),
            "measure" => out.push_str(chance.of(&topic.measures)),
            "unit" => out.push_str(subject.unit),
            "place" => out.push_str(chance.of(&subject.places)),
            "body" => out.push_str(chance.of(&subject.bodies)),
            "person" => out.push_str(&subject.persons[chance.below(2)]),
            "official" => out.push_str(chance.of(&subject.official)),
            "n" => out.push_str(&(2 + chance.below(38)).to_string()),
            "big" => out.push_str(&(100 + chance.below(4_900)).to_string()),
            "small" => out.push_str(&format!("{}.{}", 1 + chance.below(9), chance.below(10))),
            "pct" => out.push_str(&format!("{}.{}%", 40 + chance.below(59), chance.below(10))),
            "month" => out.push_str(&(1 + chance.below(12)).to_string()),
            "day" => out.push_str(&(1 + chance.below(28)).to_string()),
            "year" => out.push_str(&(2012 + chance.below(16)).to_string()),
            other => panic!("the grammar has no slot {other}"),
        }
    }
    out + rest
}

/// Writes an item about a subject.
pub fn write(subject: Subject, chance: &mut Chance) -> Item {
    let mut say = |patterns: &[&str], count: usize| -> Vec<String> {
        (0..count).map(|_| expand(chance.of(patterns), &subject, chance)).collect()
    };
    let title = say(TITLES, 1).remove(0);
    let mut paragraphs = vec![say(OPENINGS, 1)];
    let opening = say(FINDINGS, 1);
    paragraphs[0].extend(opening);
    let (findings, proposals) = (2 + title.len() % 3, 1 + title.len() % 2);
    paragraphs.push(say(FINDINGS, findings));
    paragraphs.push(say(FINDINGS, 2));
    paragraphs.push(say(PROPOSALS, proposals + 1));
    paragraphs.push(say(CLOSINGS, 1));
    Item { subject, title, paragraphs }
}

impl Item {
    pub fn texts(&self) -> RecordTexts {
        let body: Vec<String> =
            self.paragraphs.iter().map(|sentences| format!("　　{}", sentences.concat())).collect();
        RecordTexts::of([("title", &*self.title), ("body", &*body.join("\n"))])
    }
}

/// The ways in which an item is copied.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Verbatim,
    Reordered,
    Lifted,
    Changed,
    Renamed,
}

impl Kind {
    pub const ALL: [(Kind, &'static str); 5] = [
        (Kind::Verbatim, "verbatim"),
        (Kind::Reordered, "sentences reordered"),
        (Kind::Lifted, "one paragraph lifted"),
        (Kind::Changed, "10% of characters changed"),
        (Kind::Renamed, "names replaced"),
    ];
}

/// A copy of an item, of a kind. Its title is its own where a copyist would write another.
pub fn copy(item: &Item, kind: Kind, chance: &mut Chance) -> Item {
    let other = write(subject(chance), chance);
    match kind {
        Kind::Verbatim => item.clone(),
        Kind::Reordered => {
            let mut sentences: Vec<String> = item.paragraphs.concat();
            chance.shuffle(&mut sentences);
            let paragraphs = sentences.chunks(3).map(<[String]>::to_vec).collect();
            Item { paragraphs, ..other }
        }
        Kind::Lifted => {
            let mut lifted = other;
            let from = 1 + chance.below(3);
            let into = 1 + chance.below(lifted.paragraphs.len() - 1);
            lifted.paragraphs.insert(into, item.paragraphs[from].clone());
            lifted
        }
        Kind::Changed => {
            let mut change = |text: &String| {
                let replace = |c: char| match chance.below(10) == 0 && c.is_alphanumeric() {
                    true => char::from_u32(0x4E00 + chance.below(6_000) as u32).unwrap_or(c),
                    false => c,
                };
                text.chars().map(replace).collect::<String>()
            };
            let title = change(&item.title);
            let paragraphs = item.paragraphs.iter().map(|p| p.iter().map(&mut change).collect()).collect();
            Item { subject: item.subject.clone(), title, paragraphs }
        }
        Kind::Renamed => {
            let (old, new) = (&item.subject, &other.subject);
            let pairs: Vec<(&str, &str)> = [(old.unit, new.unit)]
                .into_iter()
                .chain(old.places.iter().copied().zip(new.places))
                .chain(old.bodies.iter().copied().zip(new.bodies))
                .chain(old.persons.iter().map(String::as_str).zip(new.persons.iter().map(String::as_str)))
                .collect();
            let rename = |text: &String| pairs.iter().fold(text.clone(), |t, (from, to)| t.replace(from, to));
            let paragraphs = item.paragraphs.iter().map(|p| p.iter().map(rename).collect()).collect();
            Item { subject: new.clone(), title: rename(&item.title), paragraphs }
        }
    }
}

/// Another item on the same subject: topic, unit, places, people and official phrases are the same, and
/// so is the shape; what it says is not.
pub fn near_miss(item: &Item, chance: &mut Chance) -> Item {
    write(item.subject.clone(), chance)
}
