//! From a saved file to the first new answer, in a watched folder, and how that time splits.

use crate::{
    measure::{median, time},
    office::{adoption, folder, shipped},
    report::{Aim, Line, Report},
};
use registrar_contract::OFFICE;
use registrar_host::{
    Claims, Embedder, Engine, EngineConfig, Generation, Host, HostConfig, MemoryStore, NoServices, Objection,
    plugin::scanner,
};
use registrar_sdk::Amount;
use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex, MutexGuard},
    thread,
    time::{Duration, Instant},
};

const SAVES: usize = 50;

/// When a candidate was ready, and when it went live.
#[derive(Default)]
struct Moments(Mutex<(Option<Instant>, Option<Instant>)>);

impl Moments {
    fn held(&self) -> MutexGuard<'_, (Option<Instant>, Option<Instant>)> {
        self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

struct Told(Arc<Moments>);

impl Embedder for Told {
    fn validate(&self, _: &Host, _: &Arc<Generation>) -> Result<Claims, Vec<Objection>> {
        self.0.held().0 = Some(Instant::now());
        Ok(Claims::new())
    }

    fn swapped(&self, _: &Host, _: &Arc<Generation>) {
        self.0.held().1 = Some(Instant::now());
    }
}

/// Runs it.
pub fn run(report: &mut Report) {
    let folder = folder();
    copy(&shipped(), folder.path());
    let file = folder.path().join("own.lua");
    let save = |points: usize| {
        let text = format!(
            "host.on('score.post', {{ register = 'information', measure = 'points', account = 'unit' }},\n\
             function() return {points} end)\n"
        );
        fs::write(&file, text).expect("a file");
    };
    save(0);
    let engine = Engine::start(EngineConfig::default()).expect("workers");
    let config = HostConfig::new(vec![folder.path().to_owned()]);
    let host = Host::new(engine, &OFFICE, config, Arc::new(MemoryStore::default()));
    let moments = Arc::new(Moments::default());
    host.set_embedder(Arc::new(Told(moments.clone())));
    let loaded = host.reload();
    assert!(loaded.faults.is_empty(), "{:#?}", loaded.faults);
    let answer = || {
        let scope = host.scope(Arc::new(NoServices));
        let outcome = host.dispatch("score.post", adoption(0), &scope, &mut NoServices).expect("an answer");
        outcome.value.as_list().and_then(|list| list.last()).and_then(|p| p.get("amount").as_amount())
    };

    // The parts by themselves: reading the folders, and a reload by hand up to the ready candidate.
    let folders = [folder.path().to_owned()];
    let scan = median((0..SAVES).map(|_| time(|| scanner::scan(&folders))).collect());
    let scan_and_build = (1..=SAVES).map(|n| {
        save(1_000 + n);
        let began = Instant::now();
        host.reload();
        moments.held().0.map_or(f64::NAN, |ready| (ready - began).as_nanos() as f64)
    });
    let build = median(scan_and_build.collect()) - scan;

    let _watch = host.watch().expect("a watch");
    let (mut total, mut ready_after, mut swap, mut answered) = (vec![], vec![], vec![], vec![]);
    for n in 1..=SAVES {
        // Let what the last save still stirs up come to rest, as between two saves by a person.
        thread::sleep(Duration::from_millis(60));
        let began = Instant::now();
        save(n);
        let wanted = Amount::from_int(n as i64);
        while answer() != wanted {
            assert!(began.elapsed() < Duration::from_secs(10), "the saved file was not taken");
            thread::sleep(Duration::from_micros(200));
        }
        let nanoseconds = |from: Instant, to: Instant| to.saturating_duration_since(from).as_nanos() as f64;
        let end = Instant::now();
        let (Some(ready), Some(live)) = *moments.held() else { panic!("no candidate was seen") };
        total.push(nanoseconds(began, end));
        ready_after.push(nanoseconds(began, ready));
        swap.push(nanoseconds(ready, live));
        answered.push(nanoseconds(live, end));
    }
    report.add(Line::alone("reload: save to new answer, median of 50", median(total), Aim::Time(60e6)));
    let settle = median(ready_after) - build - 2.0 * scan;
    for (part, spent) in [
        ("event, and two looks that agree", settle),
        ("reading the folders, twice", 2.0 * scan),
        ("building aside, with examples", build),
        ("swapping", median(swap)),
        ("until a caller that asks without pause sees it", median(answered)),
    ] {
        report.add(Line::alone(format!("reload:   of it {part}"), spent, Aim::None));
    }
}

/// Copies a folder of scripts.
pub fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the shipped scripts") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).expect("a folder");
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}
