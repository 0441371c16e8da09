//! Packages between offices: what one signs, another takes in, each entry once.
//!
//! What a package tells, and what is done because of it, plugins say (`package.build`,
//! `package.accept`). Here are the envelope, the signature (Ed25519, RFC 8032) and the peers: offices
//! whose keys the operator entered in the log.

use registrar_contract::payload::point;
use registrar_sdk::native::Typed;
mod envelope;

pub use crate::automation::exchange::envelope::is_key;
use registrar_domain::reserved::{PEER, RECEIVED, SENT};

use crate::automation::exchange::envelope::{Contents, EnvelopeEntry, Sealed};

use crate::{
    access::Principal,
    action::{Act, ActError},
    error::KernelError,
    office::{Office, decision},
};
use jiff::civil::Date;
use registrar_domain::{Actor, ReadTx, reserved::OFFICE};
use registrar_sdk::{Value, value::Map};
use serde::Serialize;
use std::collections::BTreeMap;

/// The largest package that is read, in bytes.
pub const LARGEST: usize = 8 << 20;

/// Another office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Peer {
    /// What it is called here.
    pub name: String,
    /// Its public key.
    pub key: String,
}

/// What became of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackageReceipt {
    /// Its id.
    pub package: String,
    /// What it is called.
    pub name: String,
    /// Who sent it.
    pub from: String,
    /// How many entries were new.
    pub added: usize,
    /// How many had come before.
    pub known: usize,
    /// Those that were not taken.
    pub refused: Vec<RefusedEntry>,
}

/// A package that was made for a peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sent {
    /// Its id.
    pub package: String,
    /// What it is called.
    pub name: String,
    /// For whom.
    pub to: String,
    /// When.
    pub on: Date,
}

/// An entry that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RefusedEntry {
    /// Its key.
    pub key: String,
    /// Why.
    pub why: String,
}

/// The peers that the log tells of, by name.
///
/// # Errors
/// The store.
pub fn peers(log: &dyn ReadTx) -> Result<BTreeMap<String, Peer>, KernelError> {
    let mut peers = BTreeMap::new();
    decision::each(log, |event| {
        if event.action != PEER {
            return;
        }
        let active = event.fields.get("active").and_then(Value::as_bool).unwrap_or(true);
        match event.fields.get("key").and_then(Value::as_str) {
            Some(key) if active => {
                let peer = Peer { name: event.record.clone(), key: key.to_owned() };
                peers.insert(event.record.clone(), peer);
            }
            _ => drop(peers.remove(&event.record)),
        }
    })?;
    Ok(peers)
}

/// Who does in the directory what a peer's packages ask for.
fn principal(peer: &str) -> String {
    format!("peer:{peer}")
}

fn refused(why: impl Into<String>) -> ActError {
    KernelError::refused(why.into()).into()
}

impl Office {
    /// The peers, by name.
    ///
    /// # Errors
    /// The store.
    pub fn peers(&self) -> Result<BTreeMap<String, Peer>, KernelError> {
        peers(&*self.read()?)
    }

    /// Makes a signed package for a peer, of what a plugin tells with the rights of who asks; `None`
    /// if there is nothing to be told.
    ///
    /// # Errors
    /// There is no such peer or package, the office has no key, or the plugin failed.
    pub fn pack(
        &self,
        by: &Principal,
        name: &str,
        to: &str,
        parameters: Map,
    ) -> Result<Option<String>, ActError> {
        if !by.sees_all() {
            return Err(ActError::denied("a package takes a role in the whole office"));
        }
        let peers = self.peers()?;
        let Some(peer) = peers.get(to) else {
            return Err(KernelError::unknown("peer", to, peers.keys().map(String::as_str)).into());
        };
        let args = vec![Value::text(name), Value::Map(parameters), Value::text(to)];
        let told = self.as_principal(by).ask(point::PackageBuild::ID, args)?.value;
        if told.is_nil() {
            return Err(refused(format!("no plugin makes packages called `{name}`")));
        }
        let entries: Vec<EnvelopeEntry> = told.items().iter().map(EnvelopeEntry::read).collect();
        if entries.is_empty() {
            return Ok(None);
        }
        let contents = Contents {
            format: envelope::FORMAT,
            name: name.to_owned(),
            to: peer.key.clone(),
            made: self.today(),
            entries,
        };
        let text = self.keys()?.seal(&contents)?;
        if text.len() > LARGEST {
            return Err(refused(format!(
                "the package would have {} bytes, more than the {LARGEST} that are read; ask for less",
                text.len()
            )));
        }
        Ok(Some(text))
    }

    /// Takes in a package: its signature is checked against the peers, then each entry is done once, with
    /// checks and guards, as the person `peer:NAME` of the directory. Taking it in again adds nothing.
    ///
    /// # Errors
    /// It is no package for this office, its signature is of no peer, or no plugin takes it.
    pub fn accept(&self, text: &str) -> Result<PackageReceipt, ActError> {
        let sealed = Sealed::read(text).map_err(refused)?;
        let peers = self.peers()?;
        let Some(peer) = peers.values().find(|peer| peer.key == sealed.key) else {
            return Err(ActError::denied(format!(
                "the package is signed with the key {}, which is of no peer; `registrar peer NAME --key {}` enters \
                 one, once its office has told you this key by another way",
                sealed.key, sealed.key
            )));
        };
        let contents = sealed.open().map_err(ActError::denied)?;
        if contents.to != self.keys()?.public() {
            return Err(refused("the package is for another office: it names another key than this one's"));
        }
        let package = Value::map([
            ("id", Value::text(sealed.id())),
            ("name", Value::text(&contents.name)),
            ("from", Value::text(&peer.name)),
            ("made", Value::text(contents.made.to_string())),
            ("entries", Value::List(contents.entries.iter().map(EnvelopeEntry::to_value).collect())),
        ]);
        // What is looked up for it is what the peer may see.
        let by = Principal::of(&self.directory(), &Actor::person(principal(&peer.name)), self.today());
        let answer = self
            .as_principal(&by.map_err(ActError::denied)?)
            .ask(point::PackageAccept::ID, vec![package])?
            .value;
        if answer.is_nil() {
            return Err(refused(format!("no plugin takes packages called `{}`", contents.name)));
        }
        let mut received = PackageReceipt {
            package: sealed.id(),
            name: contents.name,
            from: peer.name.clone(),
            added: 0,
            known: 0,
            refused: Vec::new(),
        };
        for entry in answer.items().iter().map(EnvelopeEntry::read) {
            match self.act(entry.act(&peer.name)) {
                Ok(done) if done.repeated => received.known += 1,
                Ok(_) => received.added += 1,
                Err(why) => received.refused.push(RefusedEntry { key: entry.key, why: why.to_string() }),
            }
        }
        if received.added > 0 {
            self.tell_received(&received)?;
        }
        Ok(received)
    }

    /// Notes that a package which was made for a peer goes out: once, however often the same one is made.
    ///
    /// # Errors
    /// It is none, or the store failed.
    pub fn tell_sent(&self, name: &str, to: &str, text: &str) -> Result<(), ActError> {
        let package = Sealed::read(text).map_err(refused)?.id();
        let id = format!("{SENT}:{to}/{package}");
        if self.read()?.event_by_id(&id)?.is_some() {
            return Ok(());
        }
        let said = [("package", &*package), ("name", name)];
        self.act(Act {
            register: OFFICE.into(),
            record: Some(to.to_owned()),
            action: SENT.into(),
            by: Actor::Operator,
            fields: said.into_iter().map(|(name, value)| (name.into(), Value::text(value))).collect(),
            id: Some(id),
            ..Act::default()
        })
        .map(drop)
    }

    /// The packages that were made for peers from a day on.
    ///
    /// # Errors
    /// The store.
    pub fn packages_sent(&self, since: Date) -> Result<Vec<Sent>, KernelError> {
        let mut sent = Vec::new();
        decision::each(&*self.read()?, |event| {
            let word =
                |name: &str| event.fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            if event.action == SENT && event.on >= since {
                let (to, on) = (event.record.clone(), event.on);
                sent.push(Sent { package: word("package"), name: word("name"), to, on });
            }
        })?;
        Ok(sent)
    }

    // A package that only a part of was taken may come again, and bring the rest: each time it is told.
    fn tell_received(&self, received: &PackageReceipt) -> Result<(), ActError> {
        let count = |n: usize| Value::Int(i64::try_from(n).unwrap_or(i64::MAX));
        self.act(Act {
            register: OFFICE.into(),
            record: Some(received.from.clone()),
            action: RECEIVED.into(),
            by: Actor::Operator,
            fields: Map::from([
                ("package".into(), Value::text(&received.package)),
                ("name".into(), Value::text(&received.name)),
                ("added".into(), count(received.added)),
                ("known".into(), count(received.known)),
                ("refused".into(), count(received.refused.len())),
            ]),
            ..Act::default()
        })
        .map(drop)
    }
}

impl EnvelopeEntry {
    /// The action that it asks for, which can be taken once.
    fn act(&self, peer: &str) -> Act {
        let by = principal(peer);
        Act {
            register: self.register.clone(),
            record: self.record.clone(),
            action: self.action.clone(),
            on: self.on,
            // Two peers may choose the same key.
            id: Some(format!("{by}/{}", self.key)),
            by: Actor::person(by),
            fields: self.fields.clone(),
            ..Act::default()
        }
    }

    // What conforms to the contract's `package_entry`.
    fn read(said: &Value) -> EnvelopeEntry {
        let word = |name: &str| said.get(name).as_str().map(str::to_owned);
        EnvelopeEntry {
            key: word("key").unwrap_or_default(),
            register: word("register").unwrap_or_default(),
            record: word("record"),
            action: word("action").unwrap_or_default(),
            on: word("on").and_then(|on| on.parse::<Date>().ok()),
            fields: said.get("fields").as_map().cloned().unwrap_or_default(),
        }
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("key", Value::text(&self.key)),
            ("register", Value::text(&self.register)),
            ("record", Value::from(self.record.clone())),
            ("action", Value::text(&self.action)),
            ("on", Value::from(self.on.map(|on| on.to_string()))),
            ("fields", Value::Map(self.fields.clone())),
        ])
    }
}
