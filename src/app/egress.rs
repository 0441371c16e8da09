//! What plugins may reach outside, which is nothing unless the operator says so in `registrar.toml`; and
//! a record of what each reached.

pub mod egress_log;
mod http;
mod mail;

pub use crate::egress::egress_log::{EgressRecord, read as recorded};

use crate::{egress::egress_log::EgressLog, paths::expanded};
use arc_swap::ArcSwap;
use registrar_kernel::Egress;
use registrar_sdk::Value;
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// Requests and mails of one plugin in one office within [`WINDOW`].
const MOST: usize = 60;
const WINDOW: Duration = Duration::from_secs(60);

/// What the operator lets one plugin reach.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EgressAllowance {
    /// Hosts it may make requests to: `hooks.example.org` by https alone, `http://10.0.0.5:8080` as it says.
    pub hosts: BTreeSet<String>,
    /// The secret that its requests are signed with.
    pub secret: Option<String>,
    /// A file that holds the secret, instead.
    pub secret_file: Option<PathBuf>,
    /// Whether it may send mail.
    pub mail: bool,
}

/// The operator's mail server.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// `smtps://user:password@mail.example.org`, `smtp://mail.example.org:587?tls=required` or, on this
    /// machine, `smtp://127.0.0.1:25`.
    pub server: Option<String>,
    /// A file that holds the same, instead.
    pub server_file: Option<PathBuf>,
    /// Whom mails are from: `总务处 <office@example.org>`.
    pub from: Option<String>,
}

/// The world outside of all offices of a program.
pub struct EgressGateway {
    set: ArcSwap<(BTreeMap<String, EgressAllowance>, MailConfig)>,
    calls: EgressLog,
    // When each plugin of each office called of late.
    lately: Mutex<BTreeMap<(String, String), Vec<Instant>>>,
}

impl EgressGateway {
    /// As the operator sets it; calls are written down under `folder`.
    pub fn new(
        allowed: BTreeMap<String, EgressAllowance>,
        mail: MailConfig,
        folder: PathBuf,
    ) -> EgressGateway {
        EgressGateway {
            set: ArcSwap::from_pointee((allowed, mail)),
            calls: EgressLog::new(folder),
            lately: Mutex::default(),
        }
    }

    /// From now on as the operator set it anew.
    pub fn configure(&self, allowed: BTreeMap<String, EgressAllowance>, mail: MailConfig) {
        self.set.store(Arc::new((allowed, mail)));
    }

    fn allowed(&self, plugin: &str) -> EgressAllowance {
        self.set.load().0.get(plugin).cloned().unwrap_or_default()
    }

    fn take_turn(&self, office: &str, plugin: &str) -> Result<(), String> {
        let mut lately = self.lately.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let turns = lately.entry((office.to_owned(), plugin.to_owned())).or_default();
        turns.retain(|at| at.elapsed() < WINDOW);
        if turns.len() >= MOST {
            return Err(format!(
                "{plugin} reached outside {MOST} times within a minute; it may again in a while"
            ));
        }
        turns.push(Instant::now());
        Ok(())
    }

    fn record<T>(
        &self,
        mut call: EgressRecord,
        office: &str,
        go: impl FnOnce(&mut EgressRecord) -> Result<T, String>,
    ) -> Result<T, String> {
        let began = Instant::now();
        let done = self.take_turn(office, &call.plugin).and_then(|()| go(&mut call));
        call.ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        call.error = done.as_ref().err().cloned();
        self.calls.write(office, &call);
        done
    }
}

impl Egress for EgressGateway {
    fn http(&self, office: &str, plugin: &str, request: &Value) -> Result<Value, String> {
        let allowed = self.allowed(plugin);
        let call = EgressRecord::new(plugin, request.get("method").as_str().unwrap_or("GET"));
        self.record(call, office, |call| http::request(&allowed, plugin, request, call))
    }

    fn mail(&self, office: &str, plugin: &str, message: &Value) -> Result<(), String> {
        let allowed = self.allowed(plugin);
        let call = EgressRecord::new(plugin, "MAIL");
        self.record(call, office, |call| {
            if !allowed.mail {
                return Err(format!(
                    "{plugin} may not send mail; `mail = true` under [outside.{plugin}] in registrar.toml lets it"
                ));
            }
            mail::send(&self.set.load().1, message, call)
        })
    }
}

/// What a setting says, or the file that it names instead.
fn told(text: Option<&str>, file: Option<&PathBuf>) -> Result<Option<String>, String> {
    match (text, file) {
        (Some(text), _) => Ok(Some(text.to_owned())),
        (None, None) => Ok(None),
        (None, Some(file)) => match std::fs::read(expanded(file)) {
            Ok(bytes) => match registrar_host::plugin::text::of_bytes(&bytes) {
                Ok(text) => Ok(Some(text.trim().to_owned())),
                Err(why) => Err(format!("{}: {why}", file.display())),
            },
            Err(why) => Err(format!("{} can't be read: {why}", file.display())),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_changes_while_the_program_runs() {
        let world = EgressGateway::new(BTreeMap::new(), MailConfig::default(), PathBuf::new());
        assert!(!world.allowed("outlets").mail);
        let allowed = EgressAllowance { mail: true, ..EgressAllowance::default() };
        world.configure(BTreeMap::from([("outlets".to_owned(), allowed)]), MailConfig::default());
        assert!(world.allowed("outlets").mail && !world.allowed("others").mail);
    }

    #[test]
    fn one_that_calls_too_often_waits_and_holds_up_nobody_else() {
        let world = EgressGateway::new(BTreeMap::new(), MailConfig::default(), PathBuf::new());
        for _ in 0..MOST {
            world.take_turn("east", "busy").unwrap();
        }
        assert!(world.take_turn("east", "busy").unwrap_err().contains("60 times within a minute"));
        world.take_turn("west", "busy").unwrap();
        world.take_turn("east", "quiet").unwrap();
    }
}
