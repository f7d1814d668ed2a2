//! The commands of the binary, a file each.

mod bootstrap;
mod demo;
mod openapi;
mod serve;
mod version;

use clap::{Parser, Subcommand};

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
    /// What to log: off, error, warn, info, debug, trace, or levels for targets such as info,access=debug, which adds a
    /// record for each request.
    #[arg(long, global = true, env = "KOBLING_LOG", value_name = "LEVEL",
          value_parser = crate::logging::checked_directives)]
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
    /// Print the OpenAPI document.
    Openapi(openapi::Openapi),
    /// Print the version.
    Version(version::Version),
}

impl Kobling {
    /// Runs the command to its end.
    ///
    /// # Errors
    /// What went wrong, for people.
    pub fn run(self) -> Result<(), CommandError> {
        let directives = self.log.as_deref();
        match self.command {
            Command::Demo(demo) => demo.run(directives),
            Command::Serve(serve) => serve.run(directives),
            Command::Bootstrap(bootstrap) => bootstrap.run(directives),
            Command::Openapi(openapi) => openapi.run(),
            Command::Version(version) => version.run(),
        }
    }
}
