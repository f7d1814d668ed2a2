//! A file system that a test may fill up or make read-only, and nobody else sees.
//!
//! It is a small one in memory, mounted over the installation's folder in a mount namespace of its own, which a user
//! namespace allows to everybody. A shell holds the namespace open; the program is started inside it, without
//! capabilities, so that it meets permissions as a service does. When the test ends, however it ends, all of it is gone.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use integration_tests::process::bootstrap_by;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::commands::program::Installation;

const FILLER: &str = "filler";

/// What is missing where the shell cannot be had.
const NEEDS: &str = "this test mounts a small file system in a user namespace; it needs unshare, nsenter and setpriv \
                     (util-linux), and a system that allows user namespaces: as root, sysctl user.max_user_namespaces \
                     above 0 and kernel.apparmor_restrict_unprivileged_userns 0 where there is one; in a container, \
                     a seccomp profile that allows unshare and mount";

/// An installation on a file system of its own.
#[derive(Debug)]
pub(super) struct Disk {
    pub(super) here: Installation,
    shell: Child,
    stdin: ChildStdin,
    stdout: Lines<BufReader<ChildStdout>>,
}

impl Disk {
    /// Empty, with room for so many bytes.
    pub(super) async fn of(bytes: u64) -> Self {
        let here = Installation::empty().await;
        let mut shell = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{error}; {NEEDS}"));
        let id = shell.id().unwrap();
        let through = format!(
            "nsenter --target {id} --user --mount --wd --preserve-credentials -- \
             setpriv --bounding-set=-all --"
        );
        let through = through.split_whitespace().map(str::to_owned).collect();
        let folder = here.folder().display().to_string();
        let mut disk = Self {
            here: here.through(through),
            stdin: shell.stdin.take().unwrap(),
            stdout: BufReader::new(shell.stdout.take().unwrap()).lines(),
            shell,
        };
        disk.run(&format!(
            "mount -t tmpfs -o size={bytes},mode=0700 tmpfs {folder} && cd {folder}"
        ))
        .await;
        disk
    }

    /// With the partner T112; answers what `bootstrap` printed too.
    pub(super) async fn with_partner(bytes: u64) -> (Self, Value) {
        let disk = Self::of(bytes).await;
        let client = bootstrap_by(disk.here.command(&[])).await;
        (disk, client)
    }

    /// Runs a command of the shell inside.
    pub(super) async fn run(&mut self, script: &str) {
        let line = format!("{{ {script}; }} 2>&1; echo \"=$?\"\n");
        let written = self.stdin.write_all(line.as_bytes()).await;
        written.unwrap_or_else(|error| panic!("{error}; {NEEDS}"));
        let mut said = Vec::new();
        while let Some(line) = self.stdout.next_line().await.unwrap() {
            match line.as_str() {
                "=0" => return,
                _ if line.starts_with('=') => break,
                _ => said.push(line),
            }
        }
        panic!("{script}: {said:?}; {NEEDS}");
    }

    /// A file on it, by a name that this process can use.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        let inside = self.here.path(name);
        let id = self.shell.id().unwrap();
        Path::new(&format!("/proc/{id}/root")).join(inside.strip_prefix("/").unwrap())
    }

    /// The names on it, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path("")).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Takes all the room that is left, but for so many bytes.
    pub(super) fn fill(&self, but: u64) {
        let mut filler = File::create(self.path(FILLER)).unwrap();
        let zeros = vec![0; 4_096];
        let full = loop {
            if let Err(error) = filler.write_all(&zeros) {
                break error;
            }
        };
        assert_eq!(full.kind(), ErrorKind::StorageFull, "{full}");
        let bytes = filler.metadata().unwrap().len();
        filler.set_len(bytes - but).unwrap();
    }

    /// Gives back the room that was taken.
    pub(super) fn make_room(&self) {
        fs::remove_file(self.path(FILLER)).unwrap();
    }
}
