//! A machine that is short of something: what to do is said, nothing is lost, and what can go on goes on.

use crate::program::{Program, Ran};
use std::process::{Command, Stdio};

/// Runs a shell with the program's command line as `$@`, in its folder.
fn shell(program: &Program, before: &str, args: &[&str]) -> Ran {
    let command = program.command(args);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &format!("{before}; exec \"$@\""), "sh"])
        .arg(command.get_program())
        .args(command.get_args());
    shell.current_dir(program.path(".")).stdin(Stdio::null());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let done = shell.output().unwrap();
    Ran {
        code: done.status.code(),
        out: String::from_utf8_lossy(&done.stdout).into_owned(),
        err: String::from_utf8_lossy(&done.stderr).into_owned(),
    }
}

/// Runs the same with the rights to change the machine for itself alone; `None` where nobody may.
fn apart(program: &Program, before: &str, args: &[&str]) -> Option<Ran> {
    let may = Command::new("unshare").args(["-Urm", "true"]).output().is_ok_and(|done| done.status.success());
    if !may {
        eprintln!("not tried: this machine lets nobody unshare");
        return None;
    }
    let line = program.command(args);
    let quoted = std::iter::once(line.get_program()).chain(line.get_args());
    let quoted: Vec<String> = quoted.map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let script = format!("{before}; exec {}", quoted.join(" "));
    program.write("apart.sh", &script);
    Some(shell(program, "set -- unshare -Urm sh apart.sh", &[]))
}

#[test]
fn too_few_open_files_are_told_with_what_to_raise() {
    let program = Program::new();
    program.run(&["plugins"]).ok();
    for limit in [10, 12, 16, 20, 24, 32] {
        let ran =
            shell(&program, &format!("ulimit -n {limit}"), &["standings", "information", "--period", "2023"]);
        assert!(ran.code == Some(0) || ran.err.contains("LimitNOFILE"), "{limit}: {ran:?}");
        assert!(limit > 16 || ran.code != Some(0), "{limit}: {ran:?}");
    }
    program.run(&["verify"]).ok();
    // What may be had is taken: the limit that counts is the one that nobody may pass.
    let raised = shell(&program, "ulimit -Sn 24", &["standings", "information", "--period", "2023"]);
    assert_eq!(raised.code, Some(0), "{raised:?}");
}

#[test]
fn too_few_threads_are_told_and_blame_no_plugin() {
    let program = Program::bare();
    program.write("scripts/notes.lua", "host.register(\"notes\", { title = \"Notes\" })");
    // Who is root may start as many as there are.
    let binary = program.path("registrar");
    std::fs::copy(env!("CARGO_BIN_EXE_registrar"), &binary).unwrap();
    for path in [".", "scripts", "scripts/notes.lua", "plugins"] {
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        std::fs::set_permissions(program.path(path), open).unwrap();
    }
    let nobody = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    if !Command::new("setpriv").args(nobody).arg("true").output().is_ok_and(|done| done.status.success()) {
        eprintln!("not tried: this machine lets nobody be another user");
        return;
    }
    for limit in [1, 2, 3, 5, 8] {
        let mut limited = Command::new("setpriv");
        limited.args(nobody).args(["prlimit", &format!("--nproc={limit}")]).arg(&binary);
        let done = limited.arg("registers").current_dir(program.path(".")).output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(out.contains("notes") || err.contains("TasksMax"), "{limit}: {out} {err}");
        assert!(!err.contains("would not stop"), "{limit}: {err}");
    }
    let mut verify = Command::new("setpriv");
    let done =
        verify.args(nobody).arg(&binary).arg("verify").current_dir(program.path(".")).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_full_disk_is_told_loses_nothing_and_is_over_when_there_is_room() {
    let program = Program::bare();
    program.write("scripts/notes.lua", r#"host.register("notes", { title = "Notes", fields = { title = { type = "text" } }, stages = { "a" }, actions = { note = { create = true } } })"#);
    program.write("small/.keep", "");
    let me = env!("CARGO_BIN_EXE_registrar");
    // All in one mount of its own: made, filled, tried, emptied.
    let script = format!(
        "mount -t tmpfs -o size=24m tmpfs small || exit 9; r() {{ {me} --data small/data \"$@\"; }}
        r act notes n1 note title=一 >/dev/null || exit 8
        r serve --listen none >serve.log 2>&1 & served=$!; until grep -q Running serve.log; do sleep 0.1; done
        dd if=/dev/zero of=small/fill bs=4k >/dev/null 2>&1
        for n in 2 3 4; do r act notes n$n note title=$(head -c 90000 /dev/zero | tr '\\0' x); echo \"act $?\"; done
        r export notes | grep -c n1
        r export notes --out small/all.jsonl; echo \"export $?\"; ls small | grep -c all.jsonl
        n=0; until grep -q 'is full' serve.log; do n=$((n+1)); [ $n -lt 300 ] || break; sleep 0.1; done; kill $served; wait
        r act notes n5 note title=五; echo \"alone $?\"
        rm small/fill
        r act notes n6 note title=六 && r verify && r export notes | wc -l; cat serve.log >&2; true"
    );
    let Some(ran) = apart(&program, &script, &["--version"]) else { return };
    assert!(ran.out.contains("act 1") && ran.out.contains("export 1\n0\n"), "{ran:?}");
    assert!(ran.out.contains("alone 1"), "{ran:?}");
    assert!(ran.err.contains("is full; free some space"), "{ran:?}");
    assert!(ran.err.contains("ERROR") && ran.out.contains("All is as it should be"), "{ran:?}");
}

#[test]
fn without_watches_folders_are_looked_at_and_that_is_told() {
    let program = Program::bare();
    program.write("scripts/notes.lua", "host.register(\"notes\", { title = \"Notes\" })");
    let me = env!("CARGO_BIN_EXE_registrar");
    let script = format!(
        "echo 0 > /proc/sys/user/max_inotify_instances; {me} serve --listen none >serve.log 2>&1 & served=$!;
        until grep -q Running serve.log; do sleep 0.1; done
        echo 'host.register(\"more\", {{ title = \"More\" }})' > scripts/more.lua
        n=0; until {me} registers | grep -q more; do n=$((n+1)); [ $n -lt 100 ] || break; sleep 0.2; done
        {me} registers; kill $served; wait; cat serve.log >&2; true"
    );
    let Some(ran) = apart(&program, &script, &["--version"]) else { return };
    assert!(
        ran.err.contains("cannot be watched") && ran.err.contains("fs.inotify.max_user_instances"),
        "{ran:?}"
    );
    assert!(ran.out.contains("more"), "{ran:?}");
}
