//! The process that keeps the server: it starts it, says where it is, and stops it when its standard input ends.
//!
//! That end comes when `cargo xtask` wants it and when it is killed, so nothing needs to be caught. The keeper has a
//! process group of its own: Ctrl-C does not reach it, and it has the time to tidy up.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use clap::Args;

use crate::shell::{Failure, Outcome};

use super::Kind;
use super::cluster::Cluster;

/// How often it looks whether the server still runs.
const LOOK: Duration = Duration::from_millis(200);

#[derive(Args, Debug)]
pub(crate) struct Keeper {
    /// The folder of PostgreSQL's programs
    programs: PathBuf,
    #[arg(long)]
    durable: bool,
}

impl Keeper {
    /// Prints one line, the port, when the server takes connections.
    pub(crate) fn run(&self) -> Outcome {
        let mut cluster = Cluster::start(&self.programs, Kind::of(self.durable))?;
        let said = writeln!(io::stdout(), "{}", cluster.port());
        said.map_err(|error| Failure(format!("nobody wants the server any more: {error}")))?;
        let (sender, unwanted) = mpsc::channel::<()>();
        thread::spawn(move || {
            // However reading ends, nobody is there any more; the sender that goes says so.
            let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            drop(sender);
        });
        loop {
            match unwanted.recv_timeout(LOOK) {
                Err(RecvTimeoutError::Timeout) => cluster.still_runs()?,
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return cluster.stop(),
            }
        }
    }
}
