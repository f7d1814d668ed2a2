//! Where a server has its data, its socket and its log: a fresh folder, removed with the value.

use std::env;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::fs::statfs;
use tempfile::TempDir;

use crate::shell::{Failure, Outcome, cannot_start, command, line};

use super::user::User;
use super::{Kind, SUPERUSER};

/// How much of the log is shown.
const LOG_LINES: usize = 30;
/// The number of the file system in memory, as statfs(2) has it.
const TMPFS: u64 = 0x0102_1994;

/// The settings of both kinds. Tests run side by side, each with connections of its own.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "max_connections=300",
    "shared_buffers=128MB",
    "jit=off",
    "synchronous_commit=on",
];

impl Kind {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Fast => &["fsync=off", "full_page_writes=off"],
            Self::Durable => &["fsync=on", "full_page_writes=on"],
        }
    }
}

#[derive(Debug)]
pub(super) struct Place {
    user: User,
    programs: PathBuf,
    kind: Kind,
    folder: TempDir,
}

impl Place {
    /// A folder with an empty database in it, below `TMPDIR` or `/tmp`.
    pub(super) fn new(programs: &Path, kind: Kind) -> Result<Self, Failure> {
        let place = Self {
            user: User::find()?,
            programs: programs.to_owned(),
            kind,
            folder: new_folder(kind)?,
        };
        place.user.make_folder(&place.data())?;
        place.user.make_folder(&place.socket())?;
        place.initialise()?;
        Ok(place)
    }

    /// The server at this port, with an empty log.
    pub(super) fn server(&self, port: u16) -> Result<Command, Failure> {
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data());
        server.arg("-k").arg(self.socket());
        server.args(["-p", &port.to_string()]);
        for setting in SETTINGS.iter().chain(self.kind.settings()) {
            server.args(["-c", setting]);
        }
        self.write_to_log(&mut server)?;
        Ok(server)
    }

    /// Succeeds when this very server takes connections: nobody else has its socket.
    pub(super) fn readiness(&self, port: u16) -> Command {
        let mut asked = command(self.programs.join("pg_isready"));
        asked.arg("--host").arg(self.socket());
        asked.args(["--port", &port.to_string(), "--username", SUPERUSER]);
        asked.args(["--dbname", "postgres", "--timeout", "1"]);
        asked
    }

    pub(super) fn log(&self) -> String {
        let bytes = fs::read(self.log_path()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The failure, and below it the end of the log.
    pub(super) fn failure(&self, what: &str) -> Failure {
        Failure(format!("{what}; the end of its log:\n{}", end(&self.log())))
    }

    /// Everybody on this machine may connect as the superuser: there is nothing in it, and no more right to it than
    /// the user has as whom it runs.
    fn initialise(&self) -> Outcome {
        let mut initdb = self.command("initdb");
        initdb.arg("--pgdata").arg(self.data());
        initdb.args(["--username", SUPERUSER, "--auth=trust"]);
        initdb.args(["--encoding=UTF8", "--locale=C", "--no-instructions"]);
        if self.kind == Kind::Fast {
            initdb.arg("--no-sync");
        }
        self.write_to_log(&mut initdb)?;
        let status = initdb.status();
        let status = status.map_err(|error| cannot_start(&initdb, &error))?;
        if status.success() {
            return Ok(());
        }
        Err(self.failure(&format!("`{}` ended with {status}", line(&initdb))))
    }

    fn command(&self, program: &str) -> Command {
        let program = self.programs.join(program);
        self.user.command(&program, self.folder())
    }

    fn write_to_log(&self, command: &mut Command) -> Outcome {
        let path = self.log_path();
        let unusable = |error| Failure(format!("cannot write {}: {error}", path.display()));
        let log = File::create(&path).map_err(unusable)?;
        let again = log.try_clone().map_err(unusable)?;
        command.stdin(Stdio::null()).stdout(log).stderr(again);
        Ok(())
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    fn socket(&self) -> PathBuf {
        self.folder().join("socket")
    }

    fn log_path(&self) -> PathBuf {
        self.folder().join("log")
    }
}

/// Others may go through it, as the user of the server has to, but not look into it.
fn new_folder(kind: Kind) -> Result<TempDir, Failure> {
    let above = env::temp_dir();
    let unusable = |error: &dyn std::fmt::Display| {
        Failure(format!(
            "cannot make a folder in {}: {error}; name another place in TMPDIR",
            above.display()
        ))
    };
    if kind == Kind::Durable {
        let system = statfs(&above).map_err(|error| unusable(&error))?;
        if u64::try_from(system.f_type) == Ok(TMPFS) {
            return Err(unusable(&"it is in memory, where nothing is durable"));
        }
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix("kobling-postgres-");
    builder.permissions(fs::Permissions::from_mode(0o711));
    builder.tempdir().map_err(|error| unusable(&error))
}

fn end(log: &str) -> String {
    let mut lines: Vec<&str> = log.lines().rev().take(LOG_LINES).collect();
    lines.reverse();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_its_last_lines_in_order() {
        let log: String = (1..=LOG_LINES + 2)
            .map(|line| format!("{line}\n"))
            .collect();
        let end = end(&log);
        assert!(end.starts_with("3\n4\n"), "{end}");
        assert!(end.ends_with(&format!("\n{}", LOG_LINES + 2)), "{end}");
    }

    #[test]
    fn the_end_of_a_short_log_is_all_of_it() {
        assert_eq!(end("a\nb\n"), "a\nb");
        assert_eq!(end(""), "");
    }
}
