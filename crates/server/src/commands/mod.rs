//! The commands of the binary, a file each.

mod backup;
mod bootstrap;
mod completions;
mod config;
mod copy;
mod database_file;
mod demo;
mod doctor;
mod events;
mod exit;
mod export;
mod http_client;
mod log_reader;
mod man;
mod migrate;
mod openapi;
mod output;
mod progress;
mod reference;
mod restore;
mod serve;
mod token;
mod version;
mod watching;

pub use exit::close;

use std::ffi::OsString;

use clap::{Parser, Subcommand};

use crate::config::{FileArgs, Parsed, help_of, parse};

/// What went wrong, for people.
pub type CommandError = Box<dyn std::error::Error + Send + Sync>;

const EXIT_CODES: &str = "\
Exit codes: 0 done, 1 failed, 2 an argument or a setting is wrong; kobling doctor also 3 for warnings and 4 for errors.";

/// Keeps merchant accounts, their connections to payment providers, and the history of every connection.
#[derive(Debug, Parser)]
#[command(
    name = "kobling",
    version,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = EXIT_CODES
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
    /// Get an access token from a running service.
    Token(token::Token),
    /// List connection events from the database, and follow new ones.
    Events(events::Events),
    /// Write a partner's log as lines of JSON.
    Export(export::Export),
    /// Look for what is wrong with an installation, and say what to do.
    Doctor(doctor::Doctor),
    /// Bring the schema of a database up to date.
    Migrate(migrate::Migrate),
    /// Copy the database, beside a running server, into a checked file.
    Backup(backup::Backup),
    /// Put a backup in the place of the database.
    Restore(restore::Restore),
    /// Copy a whole database into another, from a file to PostgreSQL or back, and compare them.
    Copy(copy::CopyStore),
    /// Print the configuration in force, and where each value comes from.
    Config(config::Config),
    /// Print the OpenAPI document.
    Openapi(openapi::Openapi),
    /// Print the version, and what the program is made of.
    Version(version::Version),
    /// Print what makes a shell complete commands and flags.
    Completions(completions::Completions),
    /// Write the manual pages.
    Man(man::Man),
    /// Print the reference of all commands as Markdown.
    #[command(hide = true)]
    Reference(reference::Reference),
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
            Command::Token(token) => token.run(directives),
            Command::Events(events) => events.run(directives),
            Command::Export(export) => export.run(directives),
            Command::Doctor(doctor) => doctor.run(directives),
            Command::Migrate(migrate) => migrate.run(&config?, directives),
            Command::Backup(backup) => backup.run(directives),
            Command::Restore(restore) => restore.run(directives),
            Command::Copy(copy) => copy.run(directives),
            Command::Openapi(openapi) => openapi.run(),
            Command::Version(version) => version.run(),
            Command::Completions(completions) => completions.run(),
            Command::Man(man) => man.run(),
            Command::Reference(reference) => reference.run(),
        }
    }
}
