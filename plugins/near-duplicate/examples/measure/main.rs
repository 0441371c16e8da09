//! Measures the finder on generated items with planted copies and near misses.
//!
//! ```sh
//! cargo run --release -p near-duplicate --example measure -- [--items 100000] [--seed 2] [--sweep] [--json]
//! ```
//! `--sweep` shows what each threshold would give, for choosing one; report on another seed.

mod corpus;
mod grammar;

use corpus::{Chance, Item, Kind};
use near_duplicate::{Finder, MemoryShelf, Options, RecordTexts, segment::RecordKey};
use std::{collections::BTreeMap, time::Instant};

const COPIES: usize = 400;
const MISSES: usize = 1_000;
const OTHERS: usize = 1_000;

/// A query: whose answer should name `source`, or, without one, nothing.
struct Query {
    group: &'static str,
    record: usize,
    source: Option<usize>,
}

struct Outcome {
    group: &'static str,
    /// The source's score, or of a near miss that of the item it resembles.
    hit: Option<f32>,
    /// Scores of all others.
    others: Vec<f32>,
}

fn key(record: usize) -> RecordKey {
    ("information".into(), format!("{:04}-{record:06}", 2016 + record % 8).into())
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let flag = |name: &str| args.iter().any(|a| a == name);
    let number = |name: &str, default: usize| {
        let at = args.iter().position(|a| a == name);
        at.and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (count, seed) = (number("--items", 100_000), number("--seed", 2) as u64);
    let (items, queries) = plant(count, seed);
    let texts: Vec<RecordTexts> = items.iter().map(Item::texts).collect();
    drop(items);
    let characters: usize =
        texts.iter().flat_map(|t| &t.0).map(|(_, text)| text.chars().count()).sum::<usize>() / texts.len();

    let mut options = Options::default();
    if flag("--sweep") {
        options.threshold = 0.05;
    }
    let begun = Instant::now();
    let mut finder = Finder::new(options.clone());
    for (record, texts) in texts.iter().enumerate() {
        finder.put(key(record), texts);
        if record % 5_000 == 4_999 {
            eprintln!("{} of {} records, {:.1} s", record + 1, count, begun.elapsed().as_secs_f64());
        }
    }
    let build = begun.elapsed().as_secs_f64();
    let mut shelf = MemoryShelf::default();
    finder.save(&mut shelf).expect("a shelf in memory takes everything");
    let disk: usize = shelf.files.values().map(Vec::len).sum();
    let largest = shelf.files.values().map(Vec::len).max().unwrap_or(0);
    let begun = Instant::now();
    let (again, damaged) = Finder::open(options, &mut shelf).expect("a shelf in memory gives everything");
    let open = begun.elapsed().as_secs_f64();
    assert!(damaged.is_empty() && again.index().len() == finder.index().len());

    let mut fetch = |_: &str, ids: &[&str]| {
        let one = |id: &&str| {
            let record: usize = id[5..].parse().map_err(|e| format!("{id}: {e}"))?;
            Ok::<_, String>(((*id).to_owned(), texts[record].clone()))
        };
        ids.iter().map(one).collect::<Result<Vec<_>, _>>()
    };
    let (mut outcomes, mut times) = (Vec::new(), Vec::new());
    for (done, query) in queries.iter().enumerate() {
        let begun = Instant::now();
        let found =
            again.similar(&key(query.record), &texts[query.record], &mut fetch).expect("texts are at hand");
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        let (source, mut hit, mut others) = (query.source.map(key), None, Vec::new());
        for similar in found {
            match Some(&similar.key) == source.as_ref() {
                true => hit = Some(similar.score),
                false => others.push(similar.score),
            }
        }
        outcomes.push(Outcome { group: query.group, hit, others });
        if done % 500 == 499 {
            eprintln!("{} of {} queries", done + 1, queries.len());
        }
    }
    times.sort_by(f64::total_cmp);
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];

    if flag("--sweep") {
        for percent in (20..=90).step_by(5) {
            println!("threshold 0.{percent}");
            print_table(&tally(&outcomes, percent as f32 / 100.0));
        }
        return;
    }
    let groups = tally(&outcomes, finder.options().threshold);
    let figures = [
        ("items", count as f64),
        ("seed", seed as f64),
        ("characters_mean", characters as f64),
        ("threshold", f64::from((finder.options().threshold * 1000.0).round()) / 1000.0),
        ("build_seconds", build),
        ("open_seconds", open),
        ("query_ms_median", at(0.5)),
        ("query_ms_p99", at(0.99)),
        ("query_ms_max", at(1.0)),
        ("index_mib_disk", disk as f64 / 1048576.0),
        ("index_mib_memory", again.index().memory() as f64 / 1048576.0),
        ("segments", again.index().segments() as f64),
        ("largest_file_mib", largest as f64 / 1048576.0),
    ];
    if flag("--json") {
        let kinds: Vec<_> = (groups.iter())
            .map(|(name, g)| serde_json::json!({ "kind": name, "queries": g.queries, "found": g.found, "reports": g.reports, "precision": g.precision(), "recall": g.recall() }))
            .collect();
        let figures: serde_json::Map<String, serde_json::Value> =
            figures.iter().map(|(name, n)| ((*name).to_owned(), (*n).into())).collect();
        println!("{}", serde_json::json!({ "figures": figures, "kinds": kinds }));
        return;
    }
    figures.iter().for_each(|(name, n)| println!("{name:<20} {n:.3}"));
    print_table(&groups);
}

/// Items, some of which are copies or near misses of others, and what to ask.
fn plant(count: usize, seed: u64) -> (Vec<Item>, Vec<Query>) {
    let planted = COPIES * Kind::ALL.len() + MISSES;
    let base = count.checked_sub(planted).filter(|base| *base >= planted + OTHERS);
    let base = base.unwrap_or_else(|| panic!("--items must be at least {}", 2 * planted + OTHERS));
    let mut items: Vec<Item> = (0..base as u64)
        .map(|n| {
            let mut chance = Chance::new(seed, n);
            corpus::write(corpus::subject(&mut chance), &mut chance)
        })
        .collect();
    let mut chance = Chance::new(seed, u64::MAX);
    let mut sources: Vec<usize> = (0..base).collect();
    chance.shuffle(&mut sources);
    let mut sources = sources.into_iter();
    let mut queries = Vec::new();
    for (kind, name) in Kind::ALL {
        for source in sources.by_ref().take(COPIES) {
            queries.push(Query { group: name, record: items.len(), source: Some(source) });
            items.push(corpus::copy(&items[source], kind, &mut chance));
        }
    }
    for source in sources.by_ref().take(MISSES) {
        queries.push(Query { group: "near miss", record: items.len(), source: None });
        items.push(corpus::near_miss(&items[source], &mut chance));
    }
    queries.extend(sources.take(OTHERS).map(|record| Query { group: "unrelated", record, source: None }));
    (items, queries)
}

#[derive(Default)]
struct Group {
    queries: usize,
    /// Queries whose source was reported.
    found: usize,
    /// All reports.
    reports: usize,
    /// Queries with a report other than the source.
    wrong: usize,
}

impl Group {
    fn recall(&self) -> f64 {
        self.found as f64 / self.queries as f64
    }
    fn precision(&self) -> Option<f64> {
        (self.reports > 0).then(|| self.found as f64 / self.reports as f64)
    }
}

fn tally(outcomes: &[Outcome], threshold: f32) -> BTreeMap<&'static str, Group> {
    let mut groups: BTreeMap<&str, Group> = BTreeMap::new();
    for outcome in outcomes {
        let group = groups.entry(outcome.group).or_default();
        let hit = outcome.hit.is_some_and(|score| score >= threshold);
        let others = outcome.others.iter().filter(|score| **score >= threshold).count();
        group.queries += 1;
        group.found += usize::from(hit);
        group.reports += others + usize::from(hit);
        group.wrong += usize::from(others > 0);
    }
    groups
}

fn print_table(groups: &BTreeMap<&str, Group>) {
    println!(
        "{:<28}{:>8}{:>8}{:>9}{:>8}{:>11}{:>9}",
        "kind", "queries", "found", "reports", "wrong", "precision", "recall"
    );
    for (name, g) in groups {
        let planted = !matches!(*name, "near miss" | "unrelated");
        let percent = |share: Option<f64>| {
            share.filter(|_| planted).map_or("-".into(), |s| format!("{:.2}%", s * 100.0))
        };
        let recall = percent(Some(g.recall()));
        println!(
            "{name:<28}{:>8}{:>8}{:>9}{:>8}{:>11}{recall:>9}",
            g.queries,
            g.found,
            g.reports,
            g.wrong,
            percent(g.precision())
        );
    }
}
