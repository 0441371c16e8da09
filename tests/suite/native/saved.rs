//! Every way in which a library's file can be written, cut, moved and taken away while it serves:
//! the old version answers all along, the fault is named, and what is mended serves.

use super::yard::{Yard, compile, eventually};
use registrar_host::{FaultKind, PluginState};
use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::*},
    },
    thread,
    time::Duration,
};

struct Builds {
    old: Vec<u8>,
    new: Vec<u8>,
}

// Runs `damage` and then `mend` while the plugin is called without a pause: every call must be
// answered, by the old or the new build, and in the end by the new.
fn through(what: &str, in_process: bool, damage: impl Fn(&Yard, &Builds), named: &[&str]) {
    let yard = Yard::new(|config| {
        config.native.most_mapped = usize::MAX;
        if in_process {
            config.native.in_process.insert("answer".into());
        }
        config.grace = Duration::from_secs(2);
    });
    let file = yard.folder.path().join("built.so");
    let build = |answer| {
        compile("answer.c", &file, &[("ANSWER", answer)]);
        fs::read(&file).unwrap()
    };
    let builds = Builds { new: build("2"), old: build("1") };
    yard.put("answer.so", &file);
    yard.script("script.lua", "host.on('ask.call', function() return 'lua' end)");
    yard.reload();
    let _watch = yard.host.watch().unwrap();
    let (stop, calls) = (AtomicBool::new(false), AtomicU64::new(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Relaxed) {
                let said = yard.say("ask.call", 0);
                assert!(said == r#"[1,"lua"]"# || said == r#"[2,"lua"]"#, "{what}: {said}");
                calls.fetch_add(1, Relaxed);
                thread::sleep(Duration::from_micros(300));
            }
        });
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            damage(&yard, &builds);
            if !named.is_empty() {
                let faults = || {
                    let rows = yard.host.status().into_iter().filter(|row| row.id == "answer");
                    rows.flat_map(|row| row.faults).map(|fault| fault.to_string()).collect::<String>()
                };
                eventually(&format!("{what} is named"), || named.iter().all(|word| faults().contains(word)));
                assert_eq!(yard.state("answer"), Some(PluginState::EarlierVersion), "{what}");
                assert_eq!(yard.say("ask.call", 0), r#"[1,"lua"]"#, "{what}: the old one answers");
                // However long it lasts.
                thread::sleep(Duration::from_millis(100));
                assert_eq!(yard.say("ask.call", 0), r#"[1,"lua"]"#, "{what}: the old one answers");
            }
            let path = yard.library("answer.so");
            let _ = fs::remove_dir_all(&path);
            let aside = path.with_extension("aside");
            fs::write(&aside, &builds.new).unwrap();
            fs::set_permissions(&aside, fs::Permissions::from_mode(0o755)).unwrap();
            fs::rename(&aside, &path).unwrap();
            eventually(&format!("{what}: the new build serves"), || {
                yard.say("ask.call", 0) == r#"[2,"lua"]"#
            });
            eventually("it is well", || yard.state("answer") == Some(PluginState::Live));
        }));
        stop.store(true, Relaxed);
        ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    });
    assert!(calls.load(Relaxed) > 0, "{what}: no call was made meanwhile");
}

fn both(what: &str, damage: impl Fn(&Yard, &Builds), named: &[&str]) {
    for in_process in [false, true] {
        through(what, in_process, &damage, named);
    }
}

#[test]
fn overwritten_in_place_by_nonsense() {
    let damage = |yard: &Yard, builds: &Builds| {
        fs::write(yard.library("answer.so"), vec![0x90; builds.old.len()]).unwrap();
    };
    both("nonsense", damage, &["answer.so", "is not a library"]);
}

#[test]
fn overwritten_in_place_by_a_new_build() {
    // As `cp` does it: cut to nothing, then written.
    both(
        "a new build in place",
        |yard, builds| fs::write(yard.library("answer.so"), &builds.new).unwrap(),
        &[],
    );
}

#[test]
fn cut_to_nothing_and_to_a_half() {
    both("emptied", |yard, _| fs::write(yard.library("answer.so"), b"").unwrap(), &["it is empty"]);
    let damage = |yard: &Yard, builds: &Builds| {
        let file = fs::File::options().write(true).open(yard.library("answer.so")).unwrap();
        file.set_len(builds.old.len() as u64 / 2).unwrap();
    };
    both("cut", damage, &["is incomplete", "the file has"]);
}

#[test]
fn copied_slowly() {
    let damage = |yard: &Yard, builds: &Builds| {
        let mut file = fs::File::create(yard.library("answer.so")).unwrap();
        for piece in builds.new.chunks(4096) {
            file.write_all(piece).unwrap();
            file.flush().unwrap();
            thread::sleep(Duration::from_millis(60));
        }
    };
    both("copied slowly", damage, &[]);
}

#[test]
fn replaced_by_a_folder() {
    let damage = |yard: &Yard, _: &Builds| {
        fs::remove_file(yard.library("answer.so")).unwrap();
        fs::create_dir(yard.library("answer.so")).unwrap();
        fs::write(yard.library("answer.so").join("inside"), "x").unwrap();
    };
    both("a folder", damage, &["is a folder; expected a library"]);
}

#[test]
fn taken_away_and_put_back_within_the_grace_time() {
    let damage = |yard: &Yard, builds: &Builds| {
        fs::remove_file(yard.library("answer.so")).unwrap();
        thread::sleep(Duration::from_millis(400));
        fs::write(yard.library("answer.so"), &builds.old).unwrap();
        fs::set_permissions(yard.library("answer.so"), fs::Permissions::from_mode(0o755)).unwrap();
        thread::sleep(Duration::from_millis(100));
    };
    both("taken away for a moment", damage, &[]);
}

#[test]
fn made_writable_by_others() {
    let damage = |yard: &Yard, _: &Builds| {
        fs::set_permissions(yard.library("answer.so"), fs::Permissions::from_mode(0o775)).unwrap();
    };
    both("writable by its group", damage, &["chmod go-w"]);
}

#[test]
fn replaced_by_a_build_that_crashes_while_it_loads() {
    let damage = |yard: &Yard, _: &Builds| {
        let file = yard.folder.path().join("bad.so");
        compile("load.c", &file, &[("CASE", "17"), ("ID", "\"answer\"")]);
        yard.put("answer.so", &file);
    };
    both("a crashing build", damage, &["signal 11", "while it loaded"]);
}

#[test]
fn taken_away_for_good_it_is_gone_after_the_grace_time() {
    for in_process in [None, Some("answer".to_owned())] {
        let yard = Yard::new(|config| config.native.in_process.extend(in_process.clone()));
        let file = yard.folder.path().join("built.so");
        compile("answer.c", &file, &[("ANSWER", "1")]);
        yard.put("answer.so", &file);
        yard.reload();
        fs::remove_file(yard.library("answer.so")).unwrap();
        assert!(yard.reload().waiting);
        assert_eq!(yard.say("ask.call", 0), "[1]");
        thread::sleep(Duration::from_millis(350));
        assert_eq!(yard.reload().removed, ["answer"]);
        assert_eq!(yard.say("ask.call", 0), "[]");
    }
}

#[test]
fn a_folder_of_libraries_that_cannot_be_read_takes_nothing_away() {
    let yard = Yard::new(|_| {});
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", "1")]);
    yard.put("answer.so", &file);
    yard.reload();
    let (folder, aside) = (yard.folder.path().join("libraries"), yard.folder.path().join("aside"));
    fs::rename(&folder, &aside).unwrap();
    fs::write(&folder, "no folder").unwrap();
    for _ in 0..2 {
        let report = yard.host.reload();
        assert_eq!(report.faults[0].kind, FaultKind::Unreadable, "{:?}", report.faults);
        assert_eq!(yard.say("ask.call", 0), "[1]");
        thread::sleep(Duration::from_millis(350));
    }
    fs::remove_file(&folder).unwrap();
    fs::rename(&aside, &folder).unwrap();
    yard.reload();
    let kept: Arc<_> = yard.host.generation();
    assert!(kept.plugins.contains_key("answer"));
}
