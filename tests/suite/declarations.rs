//! Plugins that claim what another one has: who had it keeps it, the newcomer is refused with both places, and
//! all else serves, live, at a start, and after one.

use jiff::civil::date;
use registrar_contract::OFFICE;
use registrar_domain::Store;
use registrar_host::{Engine, EngineConfig, Host, HostConfig, PluginState};
use registrar_kernel::{Act, Office};
use registrar_sdk::{Map, Value};
use registrar_store::{Database, SqliteStore};
use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// An office of which only the plugins are looked at.
struct Place {
    folder: tempfile::TempDir,
    chosen: BTreeSet<String>,
    office: Arc<Office>,
}

fn engine() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::start(EngineConfig::default()).unwrap()).clone()
}

fn open(folder: &Path, chosen: &BTreeSet<String>) -> Arc<Office> {
    let store = Arc::new(SqliteStore::open(&folder.join("data")).unwrap());
    let key = store.open_office("default").unwrap();
    let mut config = HostConfig::new(vec![folder.join("scripts"), folder.join("overlay")]);
    config.load_budget_ms = 2000;
    config.grace = Duration::ZERO;
    config.chosen.clone_from(chosen);
    let host = Host::new(engine(), &OFFICE, config, store.host_store(key));
    let office =
        Arc::new(Office::open_at("default", store, host.clone(), Arc::new(|| date(2024, 5, 1))).unwrap());
    host.set_embedder(office.embedder(|_| {}));
    host.reload();
    office
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Place {
        let folder = tempfile::tempdir().unwrap();
        for name in ["scripts", "overlay"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        write(folder.path(), files);
        let chosen = BTreeSet::new();
        let office = open(folder.path(), &chosen);
        Place { folder, chosen, office }
    }

    fn drop_in(&self, files: &[(&str, &str)]) {
        write(self.folder.path(), files);
        self.office.host().reload();
    }

    fn restart(self) -> Place {
        let Place { folder, chosen, office } = self;
        drop(office);
        let office = open(folder.path(), &chosen);
        Place { folder, chosen, office }
    }

    /// Each plugin with its state; of one that is not whole, what is said of it.
    fn told(&self) -> String {
        let rows = self.office.host().status();
        let row = |row: &registrar_host::PluginStatus| {
            let faults: Vec<_> = row.faults.iter().map(ToString::to_string).collect();
            format!("{}={:?} {}", row.id, row.state, faults.join("; ")).trim().to_owned()
        };
        rows.iter().map(row).collect::<Vec<_>>().join("\n")
    }

    #[track_caller]
    fn check(&self, case: &str, states: &[(&str, PluginState)], says: &[&str], still: &str) {
        let rows = self.office.host().status();
        for (id, state) in states {
            let found = rows.iter().find(|row| row.id == *id).map(|row| row.state);
            assert_eq!(found, Some(*state), "{case}: {id}\n{}", self.told());
        }
        let told = self.told();
        says.iter().for_each(|part| assert!(told.contains(part), "{case}: not said: {part}\n{told}"));
        let registers = self.office.registers();
        assert!(registers.get("other").is_some(), "{case}: what has nothing to do with it serves\n{told}");
        let fields: Vec<_> = registers.get("things").map_or(Vec::new(), |register| {
            let own = register.fields.iter().map(|(name, field)| format!("{name}:{}", field.label.en));
            own.chain(register.actions.keys().cloned()).collect()
        });
        assert!(fields.join(" ").contains(still), "{case}: {fields:?} lacks {still}");
    }
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let root = if name.starts_with("overlay/") { folder.to_owned() } else { folder.join("scripts") };
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const OTHER: (&str, &str) =
    ("other.lua", "host.register('other', { fields = { note = { type = 'text' } } })");

/// A register with one of everything, under a plugin's own label.
const THINGS: &str = r#"host.register("things", {
  title = "Things", name_field = "name",
  fields = { name = { type = "text", label = "first" }, unit = { type = "unit" } },
  stages = { "draft", "done" }, moved_to = { old = "done" },
  actions = { finish = { from = { "draft" }, to = "done", create = true, submission = true,
    form = { note = { type = "text" } } } },
  measures = { points = { places = 0 } }, pools = { all = {} },
})"#;

/// What claims something of it once more: what, by which text, and a part of what is said.
const CLAIMS: [(&str, &str, &str); 15] = [
    (
        "a register",
        "host.register('things', { fields = { name = { type = 'text', label = 'second' } } })",
        "defines the register",
    ),
    (
        "a field",
        "host.register('things', { extends = 'things', fields = { name = { type = 'text' } } })",
        "the field `name` is defined twice",
    ),
    (
        "an action",
        "host.register('things', { extends = 'things', actions = { finish = {} } })",
        "the action `finish` is defined twice",
    ),
    (
        "a stage",
        "host.register('things', { extends = 'things', stages = { 'done' } })",
        "the stage `done` is defined twice",
    ),
    (
        "a former stage",
        "host.register('things', { extends = 'things', moved_to = { old = 'draft' } })",
        "the former stage `old` is defined twice",
    ),
    (
        "a measure",
        "host.register('things', { extends = 'things', measures = { points = { places = 2 } } })",
        "the measure `points` is defined twice",
    ),
    (
        "a pool",
        "host.register('things', { extends = 'things', pools = { all = { classes = { 'x' } } } })",
        "the pool `all` is defined twice",
    ),
    (
        "a title",
        "host.register('things', { extends = 'things', title = 'Mine' })",
        "the title is defined twice",
    ),
    (
        "a naming field",
        "host.register('things', { extends = 'things', name_field = 'unit' })",
        "the name_field is defined twice",
    ),
    (
        "the submission",
        "host.register('things', { extends = 'things', actions = { send = { submission = true } } })",
        "the submission is defined twice",
    ),
    (
        "a form's field",
        "host.register('things', { extends = 'things', fields = { note = { type = 'text' } } })",
        "`note` is a field of the record and of the form",
    ),
    (
        "a period's order",
        "host.on('score.period', { register = 'things', period = 'month' }, function(p) return -p:total() end)",
        "which comes first would be left to their names",
    ),
    (
        "a reconciler's order",
        "host.on('score.reconcile', { register = 'things' }, function(ps) return ps end)",
        "which comes first would be left to their names",
    ),
    (
        "a target's order",
        "host.on('quota.target', { register = 'things' }, function() return {} end)",
        "which comes first would be left to their names",
    ),
    (
        "a ranking's order",
        "host.on('rank.order', { register = 'things' }, function(rows) return rows end)",
        "which comes first would be left to their names",
    ),
];

/// Handlers that decide figures of the register.
const RULES: &str = r#"
host.on("score.period", { register = "things", period = { "month", "year" } }, function(p) return 1 end)
host.on("score.reconcile", { register = "things" }, function(ps) return ps end)
host.on("quota.target", { register = "things" }, function() return {} end)
host.on("rank.order", { register = "things" }, function(rows) return rows end)
"#;

#[test]
fn who_has_something_keeps_it_whatever_the_alphabet_says() {
    use PluginState::{Failed, Live};
    for newcomer in ["aaa", "zzz"] {
        for (what, text, says) in CLAIMS {
            let case = format!("{what} by {newcomer}");
            let file = format!("{newcomer}.lua");
            let place = Place::new(&[OTHER, ("mmm.lua", THINGS), ("rules.lua", RULES)]);
            place.check(&case, &[("mmm", Live), ("rules", Live)], &[], "name:first");
            place.drop_in(&[(&file, text)]);
            let states = [("mmm", Live), ("rules", Live), (newcomer, Failed), ("other", Live)];
            place.check(&case, &states, &[says, &format!("{newcomer}.lua:1")], "name:first");
            let place = place.restart();
            place.check(&format!("{case}, started again"), &states, &[says], "name:first");
            // The places of both are named.
            let other = if text.contains("host.on(") { "rules.lua:" } else { "mmm.lua:1" };
            assert!(place.told().contains(other) || what == "a form's field", "{case}: {}", place.told());
        }
    }
}

#[test]
fn of_what_nobody_had_both_are_refused_and_all_else_serves() {
    use PluginState::{Failed, Live};
    for (what, text, says) in CLAIMS.iter().filter(|(what, ..)| *what != "a form's field") {
        let twice = match text.contains("extends") {
            true => [("mmm.lua", THINGS), ("aaa.lua", *text), ("bbb.lua", *text)],
            false if what.contains("order") => [("mmm.lua", THINGS), ("aaa.lua", *text), ("bbb.lua", *text)],
            false => [OTHER, ("aaa.lua", *text), ("bbb.lua", *text)],
        };
        let files: Vec<_> = [OTHER].into_iter().chain(twice).collect();
        let place = Place::new(&files);
        // Whoever extends stands against the owner as well, who came with them.
        let case = format!("{what}, all new");
        place.check(&case, &[("aaa", Failed), ("bbb", Failed), ("other", Live)], &[says], "");
        let place = place.restart();
        place.check(&case, &[("aaa", Failed), ("bbb", Failed), ("other", Live)], &[says], "");
    }
}

#[test]
fn an_edit_that_claims_what_another_has_keeps_its_earlier_version() {
    use PluginState::{EarlierVersion, LastGood, Live};
    for (what, text, says) in CLAIMS {
        let place =
            Place::new(&[OTHER, ("mmm.lua", THINGS), ("rules.lua", RULES), ("aaa.lua", "-- nothing yet")]);
        place.drop_in(&[("aaa.lua", text)]);
        let states = [("mmm", Live), ("rules", Live), ("aaa", EarlierVersion), ("other", Live)];
        place.check(what, &states, &[says], "name:first");
        let place = place.restart();
        let states = [("mmm", Live), ("rules", Live), ("aaa", LastGood), ("other", Live)];
        place.check(what, &states, &[says], "name:first");
        place.drop_in(&[("aaa.lua", "-- mended")]);
        place.check(what, &[("aaa", Live)], &[], "name:first");
    }
}

#[test]
fn the_stray_file_of_a_tester_takes_no_office_away() {
    use PluginState::{Failed, Live};
    let squatter = "host.register('things', { fields = {} })";
    let place = Place::new(&[OTHER, ("tickets/plugin.toml", ""), ("tickets/register.lua", THINGS)]);
    place.drop_in(&[("aaa.lua", squatter)]);
    let place = place.restart().restart();
    place.check(
        "a squatter",
        &[("tickets", Live), ("aaa", Failed), ("other", Live)],
        &["tickets/register.lua:1"],
        "finish",
    );
}

#[test]
fn a_rule_set_that_does_not_fit_is_refused_before_it_is_chosen() {
    let manifest = "rule_set = true";
    let clash = "host.register('things', { extends = 'things', measures = { points = {} } })";
    let mut place = Place::new(&[
        OTHER,
        ("mmm.lua", THINGS),
        ("rules.lua", RULES),
        ("one/plugin.toml", manifest),
        ("one/x.lua", clash),
        ("two/plugin.toml", manifest),
        ("two/x.lua", CLAIMS[11].1),
        ("three/plugin.toml", manifest),
        ("three/x.lua", "host.on('score.post', { register = 'things' }, function() return nil end)"),
    ]);
    let choose = |place: &Place, id: &str| {
        place.office.act(Act {
            register: "$directory".into(),
            record: Some(id.into()),
            action: "rule-set".into(),
            by: registrar_domain::Actor::Operator,
            fields: Map::from([("active".into(), Value::Bool(true))]),
            ..Act::default()
        })
    };
    let refused = choose(&place, "one").unwrap_err().to_string();
    assert!(refused.contains("the measure `points` is defined twice"), "{refused}");
    let refused = choose(&place, "two").unwrap_err().to_string();
    assert!(refused.contains("left to their names"), "{refused}");
    choose(&place, "three").unwrap();
    // What the operator's file chooses is told of, and what served serves on.
    for _ in 0..2 {
        place.chosen.insert("one".into());
        place = place.restart();
        place.check(
            "chosen in the file",
            &[("mmm", PluginState::Live)],
            &["the measure `points` is defined twice"],
            "finish",
        );
    }
}

#[test]
fn an_owner_that_others_build_on_is_not_taken_away() {
    let extension = "host.register('things', { extends = 'things', fields = { more = { type = 'text', label = 'More' } } })";
    let place = Place::new(&[OTHER, ("mmm.lua", THINGS), ("zzz.lua", extension)]);
    fs::remove_file(place.folder.path().join("scripts/mmm.lua")).unwrap();
    place.drop_in(&[("new.lua", "-- comes meanwhile")]);
    let states =
        [("mmm", PluginState::EarlierVersion), ("zzz", PluginState::Live), ("new", PluginState::Live)];
    place.check("its owner is removed", &states, &["its removal would leave this", "zzz.lua:1"], "more:More");
    let place = place.restart();
    place.check(
        "and started again",
        &[("zzz", PluginState::Live), ("new", PluginState::Live)],
        &["its removal would leave this"],
        "more:More",
    );
    // With the extension gone the owner goes as well.
    fs::remove_file(place.folder.path().join("scripts/zzz.lua")).unwrap();
    place.drop_in(&[]);
    assert!(place.office.registers().get("things").is_none(), "{}", place.told());
}

#[test]
fn an_overlay_and_a_roll_back_claim_like_anyone_else() {
    use PluginState::{Failed, Live};
    let place = Place::new(&[
        OTHER,
        ("mmm.lua", THINGS),
        ("aaa.lua", CLAIMS[1].1.replace("name =", "mine =").as_str()),
    ]);
    place.check("an extension of its own", &[("aaa", Live)], &[], "mine:");
    // The extension gives its field up, another takes it, and the first is rolled back to.
    let hash = place.office.host().status().into_iter().find(|row| row.id == "aaa").unwrap().content_hash;
    place.drop_in(&[("aaa.lua", "-- no more")]);
    let other = CLAIMS[1].1.replace("name =", "mine =");
    place.drop_in(&[("overlay/bbb.lua", &other)]);
    place.check("taken by an overlay", &[("aaa", Live), ("bbb", Live)], &[], "mine:");
    let refused = place.office.host().roll_back("aaa", &hash).unwrap_err();
    assert!(refused.contains("the field `mine` is defined twice"), "{refused}");
    place.drop_in(&[("overlay/ccc.lua", &other)]);
    place.check("claimed by a second", &[("bbb", Live), ("ccc", Failed)], &["bbb.lua:1"], "mine:");
}

#[test]
fn settings_and_dependencies_that_do_not_fit_keep_what_served() {
    let manifest = "[settings.n]\ntype = \"number\"\ndefault = 1\n";
    let place = Place::new(&[
        OTHER,
        ("mmm.lua", THINGS),
        ("set/plugin.toml", manifest),
        (
            "set/x.lua",
            "host.on('record.check', { register = 'other' }, function() return host.settings.n == 1 and {} or nil end)",
        ),
        ("base/plugin.toml", ""),
        ("base/lib/x.lua", "return 1"),
        ("user/plugin.toml", "depends = [\"base\"]"),
        ("user/x.lua", "local one = require('base/lib/x')"),
    ]);
    place.office.host().configure(|config| {
        config.settings.insert("set".into(), Map::from([("n".into(), Value::text("many"))]));
    });
    place.drop_in(&[("base/lib/x.lua", "return ("), ("later.lua", "-- new")]);
    let states = [
        ("set", PluginState::EarlierVersion),
        // Its module breaks who requires it: both stay.
        ("base", PluginState::Waiting),
        ("user", PluginState::EarlierVersion),
        ("later", PluginState::Live),
    ];
    place.check("all at once", &states, &["base/lib/x.lua:1", "the setting `n` is \"many\""], "finish");
}
