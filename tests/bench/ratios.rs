//! Benchmarks as ratios: each measures the program and the bare limit in the same run, side by
//! side in turns, and gives medians. `cargo bench` runs all, `cargo bench -- handler` those whose
//! name is that or else has that in it, `cargo bench -- --json` prints JSON. `sizes`, `offices` and `office` are run only if they
//! are named.

mod guard;
mod handler;
mod import;
mod ledger;
mod list;
mod measure;
mod native;
mod office;
mod offices;
mod pipe;
mod recompute;
mod reload;
mod report;
mod rows;
mod sample_office;
mod skipped;
mod start;

use report::Report;

type Bench = fn(&mut Report);

const BENCHES: [(&str, Bench); 13] = [
    ("handler", handler::run),
    ("rows", rows::run),
    ("native", native::run),
    ("skipped", skipped::run),
    ("guard", guard::run),
    ("reload", reload::run),
    ("start", start::run),
    ("import", import::run),
    ("list", list::run),
    ("recompute", recompute::run),
    (SIZES, recompute::sizes),
    (OFFICES, offices::run),
    (OFFICE, sample_office::run),
];

/// These take so long that they are run only if they are named.
const SIZES: &str = "sizes";
const OFFICES: &str = "offices";
const OFFICE: &str = "office";

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|a| a == pipe::WORD) {
        return pipe::echo();
    }
    if let Some(at) = args.iter().position(|a| a == recompute::WORD) {
        return recompute::child(&args[at + 1..]);
    }
    if let Some(at) = args.iter().position(|a| a == sample_office::WORD) {
        return sample_office::child(&args[at + 1..]);
    }
    let json = args.iter().any(|a| a == "--json");
    let wanted: Vec<&String> = args.iter().filter(|a| !a.starts_with('-')).collect();
    let mut report = Report::default();
    // `office` is one, and not also `offices`.
    let meant = |wanted: &str, name: &str| {
        let exact = BENCHES.iter().any(|(name, _)| *name == wanted);
        if exact { name == wanted } else { name.contains(wanted) }
    };
    for (name, bench) in BENCHES {
        if (wanted.is_empty() && ![SIZES, OFFICES, OFFICE].contains(&name))
            || wanted.iter().any(|w| meant(w, name))
        {
            eprintln!("{name} …");
            bench(&mut report);
        }
    }
    if report.is_empty() {
        let names: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        eprintln!("No benchmark has a name like that; there are: {}.", names.join(", "));
        std::process::exit(2);
    }
    if json { println!("{}", report.json()) } else { print!("{}", report.table()) }
}
