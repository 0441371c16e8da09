//! Scripts that use up memory: stopped at the cap, the next call works, and the process stays small;
//! live data below the cap is no false alarm.

use registrar_fixtures::bench::{Bench, fault, host_with, in_own_process};
use registrar_host::{Failed, FaultKind};
use std::fs;

// Bodies that grow without end, by name.
const GROWING: &[(&str, &str)] = &[
    ("table growth", "local t = {} while true do t[#t + 1] = { #t } end"),
    ("table growth by name", "local t, i = {}, 0 while true do i += 1 t['key ' .. i] = i end"),
    ("table.create", "local t = {} while true do t[#t + 1] = table.create(1000000, 0) end"),
    ("one huge table.create", "return #table.create(2 ^ 26, 0)"),
    ("string.rep", "local t = {} while true do t[#t + 1] = string.rep('x', 1000000 + #t) end"),
    ("one huge string.rep", "return #string.rep('abcdefgh', 2 ^ 25)"),
    ("concatenation", "local s = 'x' while true do s = s .. s end"),
    (
        "concatenation with kept parts",
        "local s, t = 'x', {} while true do s = s .. s .. 'y' t[#t + 1] = s end",
    ),
    ("table.concat", "local t = table.create(1000, string.rep('x', 100000)) return #table.concat(t)"),
    ("string.format", "local s = string.rep('x', 1000000) while true do s = string.format('%s%s', s, s) end"),
    (
        "gsub that doubles",
        "local s = string.rep('x', 100000) while true do s = string.gsub(s, '.', 'xx') end",
    ),
    ("buffers", "local t = {} while true do t[#t + 1] = buffer.create(1000000) end"),
    ("one huge buffer", "return buffer.len(buffer.create(2 ^ 29))"),
    (
        "coroutines",
        "local t = {} while true do local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) t[#t + 1] = co end",
    ),
    (
        "a coroutine that grows",
        "return coroutine.wrap(function() local t = {} while true do t[#t + 1] = {} end end)()",
    ),
    ("closures", "local t = {} while true do local n = #t t[n + 1] = function() return n end end"),
    (
        "table.clone",
        "local t, all = table.create(100000, 0), {} while true do all[#all + 1] = table.clone(t) end",
    ),
    (
        "string.split",
        "local s, t = string.rep('a,', 100000), {} while true do t[#t + 1] = string.split(s, ',') end",
    ),
    ("comparator", "local k = {} table.sort({3, 2, 1}, function(a, b) while true do k[#k + 1] = {} end end)"),
    (
        "metamethod",
        "local k = {} return setmetatable({}, { __index = function() while true do k[#k + 1] = {} end end }).x",
    ),
    ("a table kept between calls", "kept = kept or {} while true do kept[#kept + 1] = { #kept } end"),
];

// The process's peak of resident memory, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() >> 10
}

#[test]
fn what_grows_without_end_is_stopped_at_the_cap_and_the_next_call_works() {
    if !in_own_process("memory::what_grows_without_end_is_stopped_at_the_cap_and_the_next_call_works") {
        return;
    }
    let mut failures = Vec::new();
    for (name, body) in GROWING {
        let source = format!(
            "local kept
            local function grow() {body} end
            host.on('value.kept', function(how)
                if how == 'fine' then return 'fine' end
                if how == 'plain' then return grow() end
                local ok, why = pcall(grow)
                return {{ ok = ok, why = tostring(why) }}
            end)"
        );
        let bench = host_with(&[("growing.lua", &source)]);
        for how in ["plain", "in pcall"] {
            let outcome = bench.ask("value.kept", vec![how.into()]);
            let seen = match &outcome {
                Ok(outcome) => outcome.value.to_string(),
                Err(Failed::Handler(fault)) => format!("{:?}: {}", fault.kind, fault.message),
                Err(other) => other.to_string(),
            };
            let kind = outcome.clone_kind();
            let stopped = match how {
                "plain" => kind == Some(FaultKind::Memory),
                // The script's own pcall gets the error, or the whole call is stopped.
                _ => kind == Some(FaultKind::Memory) || seen.contains("not enough memory"),
            };
            let next = bench.say("value.kept", vec!["fine".into()]);
            let peak = peak();
            println!("{name:32} {how:9} {seen:60.60} peak {peak} MiB");
            if !stopped || next != "\"fine\"" || peak >= 600 {
                failures.push(format!("{name} {how}: {seen}; then {next}; peak {peak} MiB"));
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}

trait Kind {
    fn clone_kind(&self) -> Option<FaultKind>;
}

impl<T> Kind for Result<T, Failed> {
    fn clone_kind(&self) -> Option<FaultKind> {
        self.as_ref().err().map(|failed| fault(failed.clone()).kind)
    }
}

#[test]
fn a_pcall_that_goes_on_after_the_cap_is_stopped_or_gets_room_again() {
    if !in_own_process("memory::a_pcall_that_goes_on_after_the_cap_is_stopped_or_gets_room_again") {
        return;
    }
    let source = "host.on('phase.pure', function(how)
        if how == 'fine' then return 'fine' end
        for _ in function() return 1 end do
            pcall(function() local t = {} while true do t[#t + 1] = { #t } end end)
        end
    end)";
    let bench = host_with(&[("growing.lua", source)]);
    let failed = fault(bench.ask("phase.pure", vec!["loop".into()]).unwrap_err());
    println!("a loop around a pcall that uses up memory: {failed}; peak {} MiB", peak());
    assert!(matches!(failed.kind, FaultKind::Budget | FaultKind::Memory), "{failed}");
    assert_eq!(bench.say("phase.pure", vec!["fine".into()]), "\"fine\"");
    assert!(peak() < 600);
}

#[test]
fn growth_at_load_keeps_the_plugin_out_and_nobody_else() {
    if !in_own_process("memory::growth_at_load_keeps_the_plugin_out_and_nobody_else") {
        return;
    }
    let files = [("other.lua", "host.on('value.kept', function() return 'here' end)")];
    let (bench, _) = Bench::load(&files, |config| config.load_budget_ms = 10_000);
    let report = bench.change(&[("growing.lua", "local t = {} while true do t[#t + 1] = { #t } end")]);
    assert_eq!(report.faults[0].kind, FaultKind::Memory, "{:?}", report.faults);
    assert_eq!(report.faults[0].message, "used more than its 64 MiB of memory");
    assert_eq!(bench.say("value.kept", vec![]), "\"here\"");
}

#[test]
fn registering_without_end_does_not_fill_the_memory_beside_the_vm() {
    if !in_own_process("memory::registering_without_end_does_not_fill_the_memory_beside_the_vm") {
        return;
    }
    let big = "string.rep('x', 5000000)";
    let too_large = "registers more than 8 MiB of options and examples";
    for (source, says) in [
        (
            format!(
                "for i = 1, 1000 do host.example('e' .. i, {{ point = 'value.kept', x = {big} .. i, expect = 1 }}) end"
            ),
            too_large,
        ),
        (
            format!(
                "for i = 1, 1000 do host.on('combine.collect', {{ match = {{ k = {big} .. i }} }}, print) end"
            ),
            too_large,
        ),
        (
            "while true do host.on('combine.collect', print) end".to_owned(),
            "registers more than 1000 handlers",
        ),
    ] {
        let (_, report) = Bench::load(&[("a.lua", &source)], |config| config.load_budget_ms = 10_000);
        let fault = &report.faults[0];
        assert!(fault.message.contains(says), "{fault}");
        assert!(fault.line == Some(1) && peak() < 600, "{fault}");
    }
}

#[test]
fn a_message_of_megabytes_is_cut_to_what_a_person_reads() {
    if !in_own_process("memory::a_message_of_megabytes_is_cut_to_what_a_person_reads") {
        return;
    }
    let source = "host.on('value.kept', function(how)
        local long = string.rep('长', 500000)
        if how == 'raised' then error(long) end
        return { [long] = print }
    end)";
    let bench = host_with(&[("a.lua", source)]);
    for how in ["raised", "answered"] {
        let fault = fault(bench.ask("value.kept", vec![how.into()]).unwrap_err());
        assert!(fault.message.contains("长长"), "{how}");
        assert!(fault.message.chars().count() < 2010, "{how}");
    }
}

// Two thirds of 64 MiB stay alive over many calls, while each call makes twice the cap of garbage.
fn no_false_alarm(name: &str, build: &str, garbage: &str) {
    let source = format!(
        "local live = {{}}
        host.on('value.kept', function(n)
            if n == 0 then {build} else {garbage} end
            return #live
        end)"
    );
    let bench = host_with(&[("busy.lua", &source)]);
    let held = bench.say("value.kept", vec![0.into()]);
    for call in 1..=40_i64 {
        let answer = bench.say("value.kept", vec![call.into()]);
        assert_eq!(answer, held, "{name}: call {call}");
    }
    let used = bench.host.engine().counters().memory.load(std::sync::atomic::Ordering::Relaxed) >> 20;
    println!("{name}: {held} entries live, {used} MiB after 40 calls; peak {} MiB", peak());
    assert!((38..64).contains(&used), "{name}: {used} MiB are live; meant are two thirds of 64");
    assert!(peak() < 600);
}

#[test]
fn small_objects_at_two_thirds_of_the_cap_are_no_false_alarm() {
    if !in_own_process("memory::small_objects_at_two_thirds_of_the_cap_are_no_false_alarm") {
        return;
    }
    // A table of one entry takes some 80 bytes; built over several calls, so within their budgets.
    no_false_alarm(
        "small objects",
        "for i = 1, 520000 do live[i] = { i } end",
        "for i = 1, 60000 do local t = { { n } } end",
    );
}

#[test]
fn large_strings_at_two_thirds_of_the_cap_are_no_false_alarm() {
    if !in_own_process("memory::large_strings_at_two_thirds_of_the_cap_are_no_false_alarm") {
        return;
    }
    no_false_alarm(
        "strings of 100 kB",
        "for i = 1, 430 do live[i] = string.rep('x', 100000) .. i end",
        "for i = 1, 1300 do local s = string.rep('y', 100000) .. i end",
    );
}
