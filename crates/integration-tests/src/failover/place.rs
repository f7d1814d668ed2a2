//! Where everything of a run lies, and as whom PostgreSQL runs there.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::geteuid;
use tokio::process::{Child, Command};

use crate::Dice;

/// Below the ports that the kernel gives to outgoing connections, so that a server which is away finds its own again.
const PORTS: std::ops::Range<u16> = 20_000..32_000;

/// Whom PostgreSQL runs as: it refuses the superuser.
#[derive(Clone, Copy, Debug)]
pub struct User {
    pub uid: u32,
    pub gid: u32,
}

/// The folder of a run.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) folder: PathBuf,
    /// None where this process is not the superuser: then everything runs as the one who called.
    pub(super) user: Option<User>,
    /// What was unpacked: looked into before what is installed.
    unpacked: PathBuf,
    ports: Vec<u16>,
}

impl Place {
    /// Unpacks the packages, and finds so many free ports.
    pub(super) async fn prepare(folder: &Path, packages: &Path, ports: usize) -> Self {
        // Others may pass through it; what lies in it is closed to them.
        std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o711)).unwrap();
        let unpacked = folder.join("programs");
        std::fs::create_dir(&unpacked).unwrap();
        for entry in std::fs::read_dir(packages).unwrap() {
            let package = entry.unwrap().path();
            if package.extension().is_some_and(|kind| kind == "deb") {
                let mut unpack = Command::new("dpkg-deb");
                let unpack = unpack.arg("--extract").arg(&package).arg(&unpacked);
                assert!(unpack.status().await.unwrap().success(), "{package:?}");
            }
        }
        Self {
            folder: folder.to_owned(),
            user: geteuid().is_root().then(postgres_or_nobody),
            unpacked,
            ports: free_ports(ports),
        }
    }

    /// A free port that nobody else here got.
    pub(super) fn port(&mut self) -> u16 {
        self.ports.pop().unwrap()
    }

    /// A new folder that only whom PostgreSQL runs as may look into.
    pub(super) fn new_folder(&self, name: &str) -> PathBuf {
        let folder = self.folder.join(name);
        std::fs::create_dir(&folder).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).unwrap();
        self.hand_over(&folder);
        folder
    }

    /// A new file there.
    pub(super) fn new_file(&self, file: &Path, text: &str) {
        std::fs::write(file, text).unwrap();
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o600)).unwrap();
        self.hand_over(file);
    }

    fn hand_over(&self, path: &Path) {
        if let Some(User { uid, gid }) = self.user {
            std::os::unix::fs::chown(path, Some(uid), Some(gid)).unwrap();
        }
    }

    /// A program that was unpacked or is installed.
    fn program(&self, name: &str) -> PathBuf {
        let unpacked = self.unpacked.join("usr/bin").join(name);
        if unpacked.is_file() {
            unpacked
        } else {
            PathBuf::from(name)
        }
    }

    /// Where Python finds what was unpacked for it.
    fn libraries(&self) -> PathBuf {
        self.unpacked.join("usr/lib/python3/dist-packages")
    }

    /// The version that a program tells, such as `patroni 3.0.2`.
    pub(super) async fn version(&self, name: &str) -> String {
        let mut asked = Command::new(self.program(name));
        asked.arg("--version").env("PYTHONPATH", self.libraries());
        first_line(&mut asked).await.replace(" Version:", "")
    }

    /// Starts a program that was unpacked or is installed, under a guard. Its log is `name.log` in its folder.
    pub(super) fn start(&self, folder: &Path, name: &str, arguments: &[String]) -> Child {
        let log = std::fs::File::options();
        let log = log
            .clone()
            .append(true)
            .create(true)
            .open(log_of(folder, name));
        let log = log.unwrap();
        let mut guard = Command::new(std::env::current_exe().unwrap());
        guard.arg("guard");
        if let Some(User { uid, gid }) = self.user {
            guard.args(["--uid", &uid.to_string(), "--gid", &gid.to_string()]);
        }
        guard.arg("--").arg(self.program(name)).args(arguments);
        guard
            .env("PYTHONPATH", self.libraries())
            .env("HOME", folder)
            .current_dir(folder)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        guard.spawn().unwrap()
    }
}

/// The first line that a command writes.
pub(super) async fn first_line(command: &mut Command) -> String {
    let output = command.output().await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().next().unwrap_or_default().to_owned()
}

/// What a program said.
pub(super) fn log_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.log"))
}

fn postgres_or_nobody() -> User {
    let text = std::fs::read_to_string("/etc/passwd").unwrap();
    let entry = |name: &str| {
        let mut lines = text.lines().map(|line| line.split(':').collect::<Vec<_>>());
        let line = lines.find(|line| line.first() == Some(&name))?;
        let number = |field: usize| line.get(field)?.parse().ok();
        Some(User {
            uid: number(2)?,
            gid: number(3)?,
        })
    };
    entry("postgres").or_else(|| entry("nobody")).unwrap()
}

fn free_ports(count: usize) -> Vec<u16> {
    let mut dice = Dice::new(u64::from(std::process::id()));
    let mut held = Vec::new();
    while held.len() < count {
        let port = PORTS.start + u16::try_from(dice.below(PORTS.len())).unwrap();
        held.extend(TcpListener::bind(("127.0.0.1", port)));
    }
    let ports = held.iter().map(|held| held.local_addr().unwrap().port());
    ports.collect()
}
