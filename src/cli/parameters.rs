//! What a report or a package is asked for, as commands take it.

use super::act::parse;
use anyhow::Result;
use registrar_app::command::WrongUse;
use registrar_domain::Period;
use registrar_sdk::{Map, Value};

/// A period, and whatever else.
#[derive(clap::Args, Debug)]
pub struct Parameters {
    /// The period: 2023-01, 2023-01/2, 2023-Q1, 2023-H1, 2023 or 2023-01..2023-05
    #[arg(long)]
    period: Option<String>,
    /// Further parameters; a value that is JSON is taken as such
    #[arg(long = "param", short = 'p', value_name = "NAME=VALUE")]
    params: Vec<String>,
}

impl Parameters {
    /// As plugins get them.
    ///
    /// # Errors
    /// The period is none, or a parameter has no `=`.
    pub fn map(&self) -> Result<Map> {
        let mut map = parse(self.params.iter())?;
        if let Some(period) = &self.period {
            period.parse::<Period>().map_err(|e| WrongUse(e.to_string()))?;
            map.insert("period".into(), Value::text(period));
        }
        Ok(map)
    }
}
