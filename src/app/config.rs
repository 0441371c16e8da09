//! Settings: `registrar.toml`, then `REGISTRAR_*`, then flags.

pub mod faults;

pub use crate::config::faults::{ConfigFault, ConfigNames, unreadable};

use crate::{
    egress::{EgressAllowance, MailConfig},
    paths::expanded,
};
use anyhow::{Result, anyhow, bail};
use ipnet::IpNet;
use registrar_host::{
    EngineConfig, NativeConfig, Quota,
    plugin::{figure::FIGURES, toml_value::from_toml},
};
use registrar_sdk::{Map, Value};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

/// What the operator sets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Folder of the store.
    pub data: Option<PathBuf>,
    /// Folders of Lua plugins.
    pub scripts: Option<Vec<PathBuf>>,
    /// Folder of native plugins.
    pub plugins: Option<PathBuf>,
    /// Native plugins that run in the host's own process, trusted in full.
    pub in_process: BTreeSet<String>,
    /// The office that commands mean which name none.
    pub default_office: Option<String>,
    /// The order of handlers, by point: plugin ids.
    pub order: BTreeMap<String, Vec<String>>,
    /// Settings of plugins, by plugin.
    pub settings: BTreeMap<String, toml::Table>,
    /// What differs in an office.
    pub office: BTreeMap<String, OfficeConfig>,
    /// Limits of the plugins.
    pub limits: PluginLimits,
    /// The pages.
    pub web: WebConfig,
    /// What plugins may reach outside, by plugin; nothing unless it is here.
    pub outside: BTreeMap<String, EgressAllowance>,
    /// The mail server.
    pub mail: MailConfig,
    /// The text that it was read from.
    #[serde(skip)]
    pub text: String,
    /// The file, there or not.
    #[serde(skip)]
    pub file: PathBuf,
}

/// How pages are served.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebConfig {
    /// Address and port; `none` for no pages. Default: port 8080 of this machine alone.
    pub listen: Option<String>,
    /// Whether browsers reach the pages by https alone, through a proxy.
    pub https: bool,
    /// Addresses or networks of proxies that are believed when they say who asks, and by what name, scheme and
    /// path (`X-Forwarded-For`, `-Host`, `-Proto`, `-Prefix`).
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
}

/// What the operator sets for one office.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeConfig {
    /// A folder of plugins over the shared ones.
    pub overlay: Option<PathBuf>,
    /// Rule sets that act here, besides those chosen in the office's log.
    pub rules: BTreeSet<String>,
    /// Settings of plugins here, by plugin.
    pub settings: BTreeMap<String, toml::Table>,
}

/// Limits of the plugins.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PluginLimits {
    /// Workers at once.
    pub workers: Option<usize>,
    /// MiB a VM may use.
    pub vm_memory_mib: Option<usize>,
    /// MiB all VMs together may use.
    pub total_memory_mib: Option<usize>,
    /// Milliseconds a plugin's sources may run at load.
    pub load_budget_ms: Option<u32>,
    /// MiB of address space of an isolated native plugin.
    pub library_memory_mib: Option<u64>,
    /// Seconds that an isolated native plugin's process stays without a call.
    pub library_idle_seconds: Option<u64>,
    /// Libraries that may be mapped into the host's process, replaced ones included.
    pub mapped_libraries: Option<usize>,
    /// MiB in a plugin's own folder.
    pub plugin_files_mib: Option<u64>,
    /// Files in a plugin's own folder.
    pub plugin_files: Option<usize>,
    /// MiB of a plugin's state.
    pub plugin_state_mib: Option<u64>,
    /// Keys of a plugin's state.
    pub plugin_state_keys: Option<u64>,
    /// Handlers that a plugin registers.
    pub plugin_handlers: Option<usize>,
    /// Versions of a plugin that are kept.
    pub plugin_versions: Option<usize>,
    /// What a handler says at once where all that is said is shown.
    pub call_answers: Option<usize>,
    /// MiB of that.
    pub call_answer_mib: Option<usize>,
    /// How often one call of a handler writes.
    pub call_writes: Option<usize>,
    /// MiB that it writes.
    pub call_written_mib: Option<usize>,
}

/// `127.0.0.1`, `10.0.0.0/8`.
fn networks<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<IpNet>, D::Error> {
    let one = |text: String| {
        let net = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        let wrong = || format!("\"{text}\" is no address like 127.0.0.1, and no network like 10.0.0.0/8");
        net.ok_or_else(|| serde::de::Error::custom(wrong()))
    };
    Vec::<String>::deserialize(from)?.into_iter().map(one).collect()
}

fn read_text(file: &Path) -> std::io::Result<String> {
    let bytes = std::fs::read(file)?;
    registrar_host::plugin::text::of_bytes(&bytes).map(str::to_owned).map_err(std::io::Error::other)
}

impl Config {
    /// Reads `registrar.toml` in the working folder, if it is there, and the environment.
    ///
    /// # Errors
    /// A file that is no valid configuration, with the line.
    pub fn read(folder: &Path) -> Result<Config> {
        let file = folder.join("registrar.toml");
        let mut config = match read_text(&file) {
            Ok(text) => Config::parse(text).map_err(|fault| anyhow!("{}: {fault}", folder.display()))?,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(e) => bail!("{} cannot be read: {e}", file.display()),
        };
        config.file = file;
        let from_env = |name: &str| std::env::var_os(format!("REGISTRAR_{name}")).filter(|v| !v.is_empty());
        config.data = from_env("DATA").map(PathBuf::from).or(config.data);
        config.plugins = from_env("PLUGINS").map(PathBuf::from).or(config.plugins);
        if let Some(paths) = from_env("SCRIPTS") {
            config.scripts = Some(std::env::split_paths(&paths).collect());
        }
        if let Some(office) = from_env("OFFICE") {
            config.default_office = Some(office.to_string_lossy().into_owned());
        }
        if let Some(listen) = from_env("LISTEN") {
            config.web.listen = Some(listen.to_string_lossy().into_owned());
        }
        Ok(config.at_home())
    }

    /// Its paths as they were meant.
    fn at_home(mut self) -> Config {
        let at_home = |path: &mut PathBuf| *path = expanded(path);
        self.data.iter_mut().for_each(at_home);
        self.plugins.iter_mut().for_each(at_home);
        self.scripts.iter_mut().flatten().for_each(at_home);
        self.office.values_mut().filter_map(|office| office.overlay.as_mut()).for_each(at_home);
        self
    }

    /// Reads a text.
    ///
    /// # Errors
    /// What is wrong in it, with the line.
    pub fn parse(text: String) -> Result<Config, ConfigFault> {
        let mut config: Config = toml::from_str(&text).map_err(|error| unreadable(&text, &error))?;
        config.text = text;
        Ok(config)
    }

    /// The same read anew, as far as it is taken up while the program runs: rule sets, settings, orders, limits of
    /// what plugins keep and say, what they may reach outside.
    ///
    /// # Errors
    /// What is wrong in it, with the line.
    pub fn reread(&self) -> Result<Config, ConfigFault> {
        let unreadable =
            |why: std::io::Error| ConfigFault { line: None, message: format!("cannot be read: {why}") };
        let new = match read_text(&self.file) {
            Ok(text) => Config::parse(text)?,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => Config::default(),
            Err(why) => return Err(unreadable(why)),
        };
        let Config { order, settings, mut office, limits, outside, mail, text, .. } = new;
        for (name, own) in &mut office {
            // The folders are those that are watched.
            own.overlay = self.office.get(name).and_then(|old| old.overlay.clone());
        }
        let kept = PluginLimits {
            workers: self.limits.workers,
            vm_memory_mib: self.limits.vm_memory_mib,
            total_memory_mib: self.limits.total_memory_mib,
            ..limits
        };
        Ok(Config { order, settings, office, limits: kept, outside, mail, text, ..self.clone() })
    }

    /// The folder of the store.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| "data".into())
    }

    /// The folder of what plugins reached outside.
    pub fn calls(&self) -> PathBuf {
        self.data().join("calls")
    }

    /// The folders of Lua plugins.
    pub fn scripts(&self) -> Vec<PathBuf> {
        self.scripts.clone().unwrap_or_else(|| vec!["scripts".into()])
    }

    /// How native plugins are found and run: by default those beside this program.
    pub fn native(&self) -> NativeConfig {
        let beside = || std::env::current_exe().ok()?.parent().map(Path::to_owned);
        let mut native = NativeConfig {
            folders: self.plugins.clone().or_else(beside).into_iter().collect(),
            private: Some(self.data().join("libraries")),
            // Not by its path, where a newer build may lie by then.
            program: vec!["/proc/self/exe".into()],
            in_process: self.in_process.clone(),
            trust: Some(self.data().join("trusted")),
            ..NativeConfig::default()
        };
        native.memory = self.limits.library_memory_mib.map_or(native.memory, |mib| mib.max(64) << 20);
        native.idle = self.limits.library_idle_seconds.map_or(native.idle, Duration::from_secs);
        native.most_mapped = self.limits.mapped_libraries.unwrap_or(native.most_mapped);
        native
    }

    /// The office meant when none is named.
    pub fn default_office(&self) -> &str {
        self.default_office.as_deref().unwrap_or("default")
    }

    /// The folders of an office's plugins: the shared ones, then its overlay.
    pub fn folders(&self, office: &str) -> Vec<PathBuf> {
        let overlay = self.office.get(office).and_then(|o| o.overlay.clone());
        self.scripts().into_iter().chain(overlay).collect()
    }

    /// The settings of plugins in an office.
    pub fn settings(&self, office: &str) -> BTreeMap<String, Map> {
        let mut all: BTreeMap<String, Map> = BTreeMap::new();
        let own = self.office.get(office).map(|o| &o.settings);
        for (plugin, table) in self.settings.iter().chain(own.into_iter().flatten()) {
            let Value::Map(map) = from_toml(&toml::Value::Table(table.clone())) else { continue };
            let said = all.entry(plugin.clone()).or_default();
            for (key, value) in map {
                match (said.get_mut(&key), value) {
                    // Of figures an office says single ones, and single days, otherwise.
                    (Some(shared), own) if &*key == FIGURES => over(shared, own),
                    (_, own) => {
                        said.insert(key, own);
                    }
                }
            }
        }
        all
    }

    /// The rule sets that the configuration chooses for an office.
    pub fn rules(&self, office: &str) -> BTreeSet<String> {
        self.office.get(office).map(|o| o.rules.clone()).unwrap_or_default()
    }

    /// The limits of the workers.
    pub fn engine(&self) -> EngineConfig {
        let mut engine = EngineConfig::default();
        let limits = &self.limits;
        engine.workers = limits.workers.unwrap_or(engine.workers).max(1);
        engine.vm_memory = limits.vm_memory_mib.map_or(engine.vm_memory, |mib| mib.max(4) << 20);
        engine.total_memory = limits.total_memory_mib.map_or(engine.total_memory, |mib| mib.max(8) << 20);
        engine
    }
}

// Tables are laid over each other, anything else is replaced.
fn over(under: &mut Value, upper: Value) {
    match (under, upper) {
        (Value::Map(under), Value::Map(upper)) => {
            for (key, value) in upper {
                match under.get_mut(&key) {
                    Some(there) => over(there, value),
                    None => {
                        under.insert(key, value);
                    }
                }
            }
        }
        (under, upper) => *under = upper,
    }
}

impl PluginLimits {
    /// What each plugin may keep and say.
    pub fn quota(&self) -> Quota {
        let usual = Quota::default();
        Quota {
            files_bytes: self.plugin_files_mib.map_or(usual.files_bytes, |mib| mib << 20),
            files: self.plugin_files.unwrap_or(usual.files),
            state_bytes: self.plugin_state_mib.map_or(usual.state_bytes, |mib| mib << 20),
            state_keys: self.plugin_state_keys.unwrap_or(usual.state_keys),
            handlers: self.plugin_handlers.unwrap_or(usual.handlers),
            answers: self.call_answers.unwrap_or(usual.answers),
            answer_bytes: self.call_answer_mib.map_or(usual.answer_bytes, |mib| mib << 20),
            writes: self.call_writes.unwrap_or(usual.writes),
            written_bytes: self.call_written_mib.map_or(usual.written_bytes, |mib| mib << 20),
            versions: self.plugin_versions.unwrap_or(usual.versions),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offices_settings_come_over_the_shared_ones_and_a_slip_is_an_error() {
        let text = "[settings.tolls]\nbase = 30\ntop = 1\n[office.west.settings.tolls]\nbase = 40\n";
        let config: Config = toml::from_str(text).unwrap();
        assert_eq!(config.settings("west")["tolls"].get("base"), Some(&Value::Int(40)));
        assert_eq!(config.settings("east")["tolls"].get("base"), Some(&Value::Int(30)));
        let text = "[settings.tolls.figures]\nbase = { 2023-01-01 = 30 }\ntop = { 2023-01-01 = 1 }\n\
                    [office.west.settings.tolls.figures]\nbase = { 2024-01-01 = 40 }\n";
        let config: Config = toml::from_str(text).unwrap();
        let west = config.settings("west")["tolls"].get("figures").unwrap().to_string();
        assert_eq!(west, r#"{"base":{"2023-01-01":30,"2024-01-01":40},"top":{"2023-01-01":1}}"#);
        assert!(toml::from_str::<Config>("scirpts = []").is_err());
    }
}
