//! What is kept beside the log: what plugins remember, their versions, accounts and sessions.

use crate::Database;
use registrar_domain::account_store::{Account, BrowserSession};
use registrar_host::StoredVersion;
use registrar_sdk::Value;

pub(super) fn plugin_state_and_versions_are_kept(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let version = |hash: &str| StoredVersion {
        plugin: "p".into(),
        content_hash: hash.into(),
        files: [("p/main.lua".to_owned(), hash.as_bytes().to_vec())].into(),
    };
    let store = open("plugins");
    let office = store.open_office("a").unwrap();
    let plugins = store.host_store(office);
    let (one, two) = (Value::Int(1), Value::Int(2));
    assert!(plugins.state_swap("p", "k", None, Some(&one)).unwrap());
    assert!(!plugins.state_swap("p", "k", None, Some(&two)).unwrap(), "someone else was first");
    assert!(plugins.state_swap("p", "k", Some(&one), Some(&two)).unwrap());
    for hash in ["h1", "h2", "h1"] {
        plugins.version_keep(&version(hash), 9).unwrap();
    }
    drop((plugins, store));

    let store = open("plugins");
    let plugins = store.host_store(office);
    assert_eq!(plugins.state_get("p", "k").unwrap(), Some(two));
    assert_eq!(plugins.state_get("q", "k").unwrap(), None);
    assert_eq!(plugins.version_last_good("p").unwrap(), Some(version("h1")));
    let listed = |plugins: &dyn registrar_host::HostStore| {
        let listed = plugins.version_list("p").unwrap().into_iter();
        listed.map(|kept| (kept.content_hash, kept.live)).collect::<Vec<_>>()
    };
    assert_eq!(listed(&*plugins), [("h2".to_owned(), 2), ("h1".to_owned(), 3)]);
    // Started again, it is live as before.
    plugins.version_keep(&version("h1"), 9).unwrap();
    assert_eq!(listed(&*plugins), [("h2".to_owned(), 2), ("h1".to_owned(), 3)]);
    assert_eq!(plugins.version_get("p", "h2").unwrap(), Some(version("h2")));
    assert_eq!(plugins.version_get("p", "h3").unwrap(), None);
    let other = store.host_store(store.open_office("b").unwrap());
    assert_eq!(other.state_get("p", "k").unwrap(), None);
    assert_eq!(other.version_last_good("p").unwrap(), None);

    assert_eq!(plugins.version_plugins().unwrap(), ["p"]);
    plugins.version_retire("p").unwrap();
    assert_eq!(plugins.version_last_good("p").unwrap(), None);
    assert!(plugins.version_plugins().unwrap().is_empty());
    assert_eq!(plugins.version_get("p", "h1").unwrap(), Some(version("h1")), "kept, for a roll back");
    plugins.version_keep(&version("h2"), 9).unwrap();
    assert_eq!(plugins.version_last_good("p").unwrap(), Some(version("h2")));
    assert_eq!(plugins.state_size("p").unwrap(), (1, 2), "k and 2");
    assert_eq!(plugins.state_size("q").unwrap(), (0, 0));
    // Those that went live last stay.
    for hash in ["h4", "h1", "h5"] {
        plugins.version_keep(&version(hash), 2).unwrap();
    }
    let kept: Vec<String> = listed(&*plugins).into_iter().map(|(hash, _)| hash).collect();
    assert_eq!(kept, ["h1", "h5"]);
    assert_eq!(plugins.version_get("p", "h4").unwrap(), None);
    assert_eq!(plugins.version_get("p", "h1").unwrap(), Some(version("h1")));
}

pub(super) fn accounts_and_sessions_are_kept(open: &dyn Fn(&str) -> Box<dyn Database>) {
    let store = open("accounts");
    let (office, other) = (store.open_office("a").unwrap(), store.open_office("b").unwrap());
    let kept = store.account_store();
    let account = Account { hash: "$h".into(), failures: 2, locked_until: 30, changed: 10 };
    kept.put_account(office, "li", &account).unwrap();
    let session = |person: Option<&str>, expires| BrowserSession {
        person: person.map(|person| (office, person.to_owned())),
        body: "{}".into(),
        expires,
    };
    assert!(kept.put_session(&[1; 32], &session(Some("li"), 100), true).unwrap());
    assert!(kept.put_session(&[2; 32], &session(None, 50), true).unwrap());
    // A key that is taken stays whose it is.
    assert!(!kept.put_session(&[2; 32], &session(Some("li"), 900), true).unwrap());
    drop((kept, store));

    let store = open("accounts");
    let kept = store.account_store();
    assert_eq!(kept.account(office, "li").unwrap(), Some(account.clone()));
    assert_eq!(kept.account(other, "li").unwrap(), None);
    assert_eq!(kept.accounts(office).unwrap(), [("li".to_owned(), account)]);
    assert_eq!(kept.session(&[1; 32], 99).unwrap(), Some(session(Some("li"), 100)));
    assert_eq!(kept.session(&[1; 32], 100).unwrap(), None);
    kept.sweep_sessions(60).unwrap();
    assert_eq!(kept.session(&[2; 32], 0).unwrap(), None);
    assert!(kept.put_session(&[1; 32], &session(Some("li"), 200), false).unwrap());
    assert!(kept.put_session(&[3; 32], &session(Some("li"), 200), true).unwrap());
    kept.remove_session(&[3; 32]).unwrap();
    assert_eq!(kept.session(&[3; 32], 0).unwrap(), None);
    assert!(kept.remove_account(office, "li").unwrap() && !kept.remove_account(office, "li").unwrap());
    assert_eq!(kept.session(&[1; 32], 0).unwrap(), None, "an account takes its sessions with it");
}
