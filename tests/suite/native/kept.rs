//! Which libraries may be loaded at all, their examples, and what serves after a restart.

use super::yard::{Yard, built, compile};
use registrar_host::{FaultKind, PluginState};
use std::{
    fs,
    os::unix::fs::{PermissionsExt, symlink},
    path::PathBuf,
};

fn answer(yard: &Yard, number: u32) -> PathBuf {
    let file = yard.folder.path().join("built.so");
    compile("answer.c", &file, &[("ANSWER", &number.to_string())]);
    file
}

#[test]
fn a_list_of_trusted_contents_is_strict() {
    let yard = Yard::new(|_| {});
    let list = yard.folder.path().join("trusted");
    let trust = |config: &mut registrar_host::HostConfig| config.native.trust = Some(list.clone());
    yard.host.configure(trust);
    yard.put("answer.so", &answer(&yard, 1));
    // Without the list all of safe ownership are loaded.
    yard.reload();
    fs::write(&list, "# nothing yet\n").unwrap();
    yard.put("answer.so", &answer(&yard, 2));
    let faults = yard.faults();
    assert!(faults.contains("is not trusted") && faults.contains("registrar trust "), "{faults}");
    assert_eq!(yard.say("ask.call", 0), "[1]", "what serves goes on");
    let hash = blake3::hash(&fs::read(yard.library("answer.so")).unwrap()).to_hex();
    fs::write(&list, format!("# of the office\n{hash}  answer.so, checked by Li\n")).unwrap();
    yard.reload();
    assert_eq!((yard.say("ask.call", 0).as_str(), yard.state("answer")), ("[2]", Some(PluginState::Live)));
    // After a restart neither what is on disk nor what served last is loaded against the list.
    fs::write(&list, "").unwrap();
    let Yard { folder, store, host } = yard;
    drop(host);
    let again = Yard::over(folder, store, trust);
    assert!(again.faults().contains("is not trusted"));
    assert_eq!((again.say("ask.call", 0).as_str(), again.state("answer")), ("[]", Some(PluginState::Failed)));
}

#[test]
fn a_file_or_folder_that_others_may_write_is_refused_with_the_remedy() {
    let yard = Yard::new(|_| {});
    yard.put("answer.so", &answer(&yard, 1));
    let file = yard.library("answer.so");
    let folder = yard.folder.path().join("libraries");
    for (path, bad, good) in
        [(&file, 0o775, 0o755), (&file, 0o757, 0o755), (&folder, 0o777, 0o755), (&folder, 0o1777, 0o755)]
    {
        fs::set_permissions(path, fs::Permissions::from_mode(bad)).unwrap();
        let faults = yard.faults();
        let remedy = format!("chmod go-w '{}'", path.display());
        assert!(faults.contains(&remedy), "{bad:o}: {faults}");
        assert_eq!(yard.state("answer"), Some(PluginState::Failed), "{bad:o}");
        fs::set_permissions(path, fs::Permissions::from_mode(good)).unwrap();
    }
    yard.reload();
    assert_eq!(yard.say("ask.call", 0), "[1]");
}

#[test]
fn links_and_other_files_are_passed_over() {
    let yard = Yard::new(|_| {});
    let built = answer(&yard, 1);
    symlink(&built, yard.library("answer.so")).unwrap();
    fs::copy(&built, yard.library("answer.so.1")).unwrap();
    fs::copy(&built, yard.library("answer.so.bak")).unwrap();
    fs::copy(&built, yard.library("answer.d")).unwrap();
    fs::write(yard.library("README.txt"), "libraries go here").unwrap();
    yard.reload();
    assert!(yard.host.status().is_empty(), "{:?}", yard.host.status());
}

#[test]
fn examples_in_and_beside_a_library_gate_its_reload() {
    for in_process in [None, Some("answer".to_owned())] {
        let yard = Yard::new(|config| config.native.in_process.extend(in_process.clone()));
        let beside = yard.library("answer.examples.jsonl");
        fs::write(&beside, "{\"name\": \"one\", \"point\": \"ask.call\", \"x\": 0, \"expect\": [1]}\n")
            .unwrap();
        yard.put("answer.so", &answer(&yard, 1));
        yard.reload();
        yard.put("answer.so", &answer(&yard, 2));
        let report = yard.host.reload();
        let fault = &report.faults[0];
        assert_eq!(
            (fault.plugin.as_str(), fault.kind, fault.file.as_str(), fault.line),
            ("answer", FaultKind::Example, "answer.examples.jsonl", Some(1)),
            "{fault}"
        );
        assert!(fault.message.contains("one"), "{fault}");
        assert_eq!(report.held, ["answer"]);
        assert_eq!(
            (yard.say("ask.call", 0).as_str(), yard.state("answer")),
            ("[1]", Some(PluginState::EarlierVersion))
        );
        fs::write(&beside, "{\"point\": \"ask.cal\", \"x\": 0, \"expect\": [2]}").unwrap();
        assert!(yard.faults().contains("unknown point `ask.cal`"), "{}", yard.faults());
        assert_eq!(yard.say("ask.call", 0), "[1]");
        fs::write(&beside, "{\"name\": \"two\", \"point\": \"ask.call\", \"x\": 0, \"expect\": [2]}\n")
            .unwrap();
        yard.reload();
        assert_eq!(yard.say("ask.call", 0), "[2]");
    }
}

#[test]
fn an_operators_settings_reach_the_handlers_and_not_the_examples() {
    for in_process in [None, Some("naughty".to_owned())] {
        let yard = Yard::new(|config| {
            config.native.in_process.extend(in_process.clone());
            let settings = config.settings.entry("naughty".into()).or_default();
            settings.insert("word".into(), "the operator's".into());
        });
        // Its example, which is part of the library, expects the manifest's word.
        yard.put("libnaughty.so", &built("libnaughty.so"));
        yard.reload();
        assert_eq!(yard.say("ask.skip", "word"), r#"["the operator's"]"#);
        // An example of its own beside it is run too, and fails.
        let example = "{\"point\": \"ask.skip\", \"x\": \"word\", \"expect\": [\"the operator's\"]}";
        fs::write(yard.library("naughty.examples.jsonl"), example).unwrap();
        assert!(yard.faults().contains("default"), "{}", yard.faults());
        assert_eq!(yard.say("ask.skip", "word"), r#"["the operator's"]"#);
    }
}

#[test]
fn after_a_restart_with_a_broken_library_the_last_good_one_serves() {
    for in_process in [None, Some("answer".to_owned())] {
        let yard = Yard::new(|config| config.native.in_process.extend(in_process.clone()));
        yard.put("answer.so", &answer(&yard, 1));
        yard.reload();
        let whole = fs::read(yard.library("answer.so")).unwrap();
        fs::write(yard.library("answer.so"), &whole[..whole.len() / 2]).unwrap();
        let Yard { folder, store, host } = yard;
        drop(host);
        let again = Yard::over(folder, store, |config| config.native.in_process.extend(in_process.clone()));
        assert!(again.faults().contains("is incomplete"));
        assert_eq!(
            (again.say("ask.call", 0).as_str(), again.state("answer")),
            ("[1]", Some(PluginState::LastGood))
        );
        assert!(again.faults().contains("is incomplete"), "it serves after another look too");
        assert_eq!(again.say("ask.call", 0), "[1]");
        again.put("answer.so", &answer(&again, 2));
        again.reload();
        assert_eq!(
            (again.say("ask.call", 0).as_str(), again.state("answer")),
            ("[2]", Some(PluginState::Live))
        );
    }
}

#[test]
fn a_plugin_starts_anew_from_its_private_copy_whatever_is_on_disk() {
    let yard = Yard::new(|_| {});
    for number in 0..3 {
        yard.put("answer.so", &answer(&yard, number));
        yard.reload();
    }
    let private = yard.folder.path().join("private");
    let copies = || fs::read_dir(&private).unwrap().count();
    assert_eq!(copies(), 3);
    let hash = blake3::hash(&fs::read(yard.library("answer.so")).unwrap()).to_hex().to_string();
    registrar_host::plugin::library::private_copy::sweep(&private, &[hash].into());
    assert_eq!(copies(), 1, "only what is needed stays");
    fs::write(yard.library("answer.so"), "gone").unwrap();
    assert!(yard.faults().contains("is not a library"));
    assert_eq!(yard.say("ask.call", 0), "[2]");
    // An earlier build that comes back is copied anew.
    yard.put("answer.so", &answer(&yard, 0));
    yard.reload();
    assert_eq!(yard.say("ask.call", 0), "[0]");
}
