//! The commands of the binary, a file each.

mod bootstrap;
mod config;
mod demo;
mod openapi;
mod serve;
mod version;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::config::{FileArgs, Parsed, help_of, parse};

/// What went wrong, for people.
pub type CommandError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps merchant accounts, their connections to payment providers, and the history of every connection.
#[derive(Debug, Parser)]
#[command(
    name = "kobling",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Kobling {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    file: FileArgs,
    /// The setting `log.level`.
    #[arg(long, global = true, env = "KOBLING_LOG", value_name = "LEVEL", help = help_of("KOBLING_LOG"))]
    log: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run everything on sample data, and show the calls to try.
    Demo(demo::Demo),
    /// Run the service.
    Serve(serve::Serve),
    /// Set up a partner where it is missing, and make it a client with a secret.
    Bootstrap(bootstrap::Bootstrap),
    /// Print the configuration in force, and where each value comes from.
    Config(config::Config),
    /// Print the OpenAPI document.
    Openapi(openapi::Openapi),
    /// Print the version.
    Version(version::Version),
}

impl Kobling {
    /// Reads the arguments and the configuration, and runs the command to its end.
    ///
    /// # Errors
    /// What went wrong, for people; a [`crate::config::ConfigError`] where nothing was begun.
    pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), CommandError> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let Parsed { arguments, config } = parse::<Self>(&arguments, "config")?;
        let directives = arguments.log.as_deref();
        match arguments.command {
            Command::Config(command) => command.run(config),
            Command::Demo(demo) => demo.run(&config?, directives),
            Command::Serve(serve) => serve.run(&config?, directives),
            Command::Bootstrap(bootstrap) => bootstrap.run(&config?, directives),
            Command::Openapi(openapi) => openapi.run(),
            Command::Version(version) => version.run(),
        }
    }
}
