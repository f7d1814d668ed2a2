//! `cargo xtask postgres`, and the private PostgreSQL server that `cargo xtask test` gives the tests.
//!
//! The server is this command's own: a free port of the loopback address, a fresh folder, and a keeper beside it that
//! stops it and removes the folder when it is no longer wanted, in whatever way this command ends.

mod cluster;
pub(crate) mod integration;
mod keeper;
mod place;
mod programs;
mod server;
mod user;

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use clap::Args;

use crate::shell::{Failure, Outcome, line};

pub(crate) use keeper::Keeper;
pub(crate) use programs::Programs;
pub(crate) use server::Server;

/// The variable that tells tests where the server is; they make databases of their own there.
pub(crate) const URL: &str = "TEST_POSTGRES";

/// Who may do everything there. The server asks nobody for a password.
const SUPERUSER: &str = "kobling";

/// What the server does for what it has committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing is forced onto the disk: for tests, which lose nothing when the machine fails.
    Fast,
    /// All that PostgreSQL does by default: for figures that are to be worth something.
    Durable,
}

impl Kind {
    fn of(durable: bool) -> Self {
        if durable { Self::Durable } else { Self::Fast }
    }
}

#[derive(Args, Debug)]
pub(crate) struct Postgres {
    /// Force commits onto the disk, as for benchmarks
    #[arg(long)]
    durable: bool,
    /// The command and its arguments; without it, the server stays until Ctrl-C
    #[arg(last = true)]
    command: Vec<OsString>,
}

impl Postgres {
    /// Becomes the command, which gets the terminal, its signals and its exit code for itself. Returns only for a
    /// reason, as the server that nobody else uses is stopped by Ctrl-C, which ends this program.
    pub(crate) fn run(&self) -> Outcome {
        let mut server = Server::start(Kind::of(self.durable))?;
        let Some((program, arguments)) = self.command.split_first() else {
            println!(
                "{URL}={}\nCtrl-C stops it and removes what it holds.",
                server.url()
            );
            return Err(server.wait());
        };
        let mut command = Command::new(program);
        command.args(arguments).env(URL, server.url());
        println!("$ {}", line(&command));
        command.envs(server.variables());
        server.follow_what_is_started()?;
        let error = command.exec();
        Err(Failure(format!(
            "{} cannot be started: {error}",
            program.display()
        )))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct CommandLine {
        #[command(flatten)]
        postgres: Postgres,
    }

    fn parsed(line: &str) -> Result<Postgres, clap::Error> {
        let words = std::iter::once("postgres").chain(line.split_whitespace());
        Ok(CommandLine::try_parse_from(words)?.postgres)
    }

    #[test]
    fn what_follows_the_dashes_is_the_command_with_its_own_flags() {
        let postgres = parsed("-- psql --durable -c x").unwrap();
        assert!(!postgres.durable);
        assert_eq!(postgres.command, ["psql", "--durable", "-c", "x"]);
    }

    #[test]
    fn without_a_command_there_is_none() {
        let postgres = parsed("--durable").unwrap();
        assert_eq!(Kind::of(postgres.durable), Kind::Durable);
        assert!(postgres.command.is_empty());
    }

    #[test]
    fn a_command_without_the_dashes_is_refused() {
        assert!(parsed("psql").is_err());
    }
}
