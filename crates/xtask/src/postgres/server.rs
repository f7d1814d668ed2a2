//! The private server as the other commands see it: an address that is good until the value is dropped.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};
use std::time::Instant;

use rustix::io::{FdFlags, fcntl_setfd};

use crate::shell::{Failure, Outcome, cannot_start, command};

use super::programs::{Programs, search_path};
use super::{Kind, SUPERUSER};

/// A running server of PostgreSQL with nothing in it.
#[derive(Debug)]
pub(crate) struct Server {
    port: u16,
    programs: PathBuf,
    keeper: Child,
}

impl Server {
    /// Takes a second or two; more where PostgreSQL is to be installed first.
    pub(crate) fn start(kind: Kind) -> Result<Self, Failure> {
        let Programs { folder, version } = Programs::found_or_installed()?;
        let begun = Instant::now();
        let mut keeper = keeper(kind, &folder)?;
        let Some(port) = keeper.stdout.take().and_then(port_in) else {
            // It gets to say why.
            let _ = keeper.wait();
            return Err(Failure(
                "the PostgreSQL server did not start; see above why".to_owned(),
            ));
        };
        let server = Self {
            port,
            programs: folder,
            keeper,
        };
        println!(
            "PostgreSQL {version} of {} serves at {} after {:.1} s",
            server.programs.display(),
            server.url(),
            begun.elapsed().as_secs_f64()
        );
        Ok(server)
    }

    /// Where the superuser finds the database `postgres`, as `postgres://kobling@127.0.0.1:PORT/postgres`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://{SUPERUSER}@127.0.0.1:{}/postgres", self.port)
    }

    /// The same for PostgreSQL's own programs, by the names that they read.
    pub(crate) fn variables(&self) -> [(&'static str, OsString); 5] {
        [
            ("PGHOST", "127.0.0.1".into()),
            ("PGPORT", self.port.to_string().into()),
            ("PGUSER", SUPERUSER.into()),
            ("PGDATABASE", "postgres".into()),
            ("PATH", self.search_path()),
        ]
    }

    /// `PATH` with the server's own programs first.
    fn search_path(&self) -> OsString {
        let before = search_path();
        let folders = std::iter::once(self.programs.clone()).chain(env::split_paths(&before));
        env::join_paths(folders).unwrap_or(before)
    }

    /// Lets the server live as long as what this process becomes, and all that is started by it.
    pub(super) fn follow_what_is_started(&self) -> Outcome {
        let Some(input) = &self.keeper.stdin else {
            return Ok(());
        };
        fcntl_setfd(input, FdFlags::empty())
            .map_err(|error| Failure(format!("the server cannot be handed on: {error}")))
    }

    /// Waits until the server ends by itself, which it does for no good reason.
    pub(super) fn wait(&mut self) -> Failure {
        // The keeper's standard input must stay open, which `Child::wait` would close.
        let input = self.keeper.stdin.take();
        let ended = self.keeper.wait();
        drop(input);
        match ended {
            Ok(status) => Failure(format!("the server has ended by itself: {status}")),
            Err(error) => Failure(format!("the server is lost: {error}")),
        }
    }
}

/// The one line that the keeper prints.
fn port_in(told: ChildStdout) -> Option<u16> {
    let mut line = String::new();
    BufReader::new(told).read_line(&mut line).ok()?;
    line.trim_end().parse().ok()
}

/// This program once more, out of the terminal's reach.
fn keeper(kind: Kind, programs: &Path) -> Result<Child, Failure> {
    let this = env::current_exe()
        .map_err(|error| Failure(format!("this program does not find itself: {error}")))?;
    let mut keeper = command(this);
    keeper.arg("postgres-keeper").arg(programs);
    if kind == Kind::Durable {
        keeper.arg("--durable");
    }
    keeper.stdin(Stdio::piped()).stdout(Stdio::piped());
    keeper.process_group(0);
    keeper
        .spawn()
        .map_err(|error| cannot_start(&keeper, &error))
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // What goes wrong while it stops, the keeper itself has told.
        let _ = self.keeper.wait();
    }
}
