//! `kobling config`: the effective configuration, the file with all defaults, and the reference page.

use std::io::Write;

use clap::Args;
use serde_json::{Value, json};

use super::CommandError;
use crate::config::{self, ConfigError, Effective, Origin, SettingFlags};

const EXAMPLES: &str = "\
Examples:
  What is in force, and where each value comes from:
    kobling config
  A file to begin with:
    kobling config --default > kobling.toml
  The value of one setting, for a program:
    kobling config --json | jq '.settings[] | select(.name == \"limits.queue_max\").value'";

/// The arguments of `kobling config`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Config {
    /// Print a file with every setting, its meaning and its default, commented out.
    #[arg(long)]
    default: bool,
    /// Print a JSON object.
    #[arg(long, conflicts_with = "default")]
    json: bool,
    /// Print the reference page as Markdown.
    #[arg(long, hide = true, conflicts_with_all = ["default", "json"])]
    reference: bool,
    #[command(flatten)]
    flags: SettingFlags,
}

impl Config {
    pub(super) fn run(
        self,
        config: Result<config::Config, ConfigError>,
    ) -> Result<(), CommandError> {
        let text = if self.default {
            config::default_file()
        } else if self.reference {
            config::reference_page()
        } else if self.json {
            let told = serde_json::to_string_pretty(&told(&config))? + "\n";
            print(&told)?;
            return Ok(config.map(drop)?);
        } else {
            config::effective_file(&config?)
        };
        print(&text)
    }
}

fn print(text: &str) -> Result<(), CommandError> {
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

fn told(config: &Result<config::Config, ConfigError>) -> Value {
    match config {
        Ok(config) => json!({
            "file": config.file,
            "settings": config.values.iter().map(setting).collect::<Vec<_>>(),
        }),
        Err(error) => {
            let problems = error.problems.iter().map(|problem| {
                json!({
                    "name": problem.name,
                    "origin": origin(&problem.origin),
                    "message": problem.message,
                })
            });
            json!({"problems": problems.collect::<Vec<_>>()})
        }
    }
}

/// A value is written as in the environment; `null` where it is not set, and for secrets.
fn setting(effective: &Effective) -> Value {
    let setting = &effective.setting;
    json!({
        "name": setting.name(),
        "value": effective.shown(),
        "is_set": effective.is_set(),
        "is_secret": setting.is_secret,
        "origin": origin(&effective.origin),
        "default": setting.default,
        "allowed": setting.kind.to_string(),
        "environment": setting.env_name(),
        "flag": setting.flag.map(|flag| format!("--{flag}")),
    })
}

fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::Default => json!({"kind": "default"}),
        Origin::File { path, line } => json!({"kind": "file", "path": path, "line": line}),
        Origin::Environment(name) => json!({"kind": "environment", "name": name}),
        Origin::Flag(name) => json!({"kind": "flag", "name": name}),
    }
}
