//! PgBouncer in front of a server of a test's own.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::database_server::{DatabaseServer, free_port, other_user};

/// Where Debian puts it, which is not in everybody's `PATH`.
const DEBIAN: &str = "/usr/sbin/pgbouncer";

/// How long it may take to let somebody in.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// A pooler that lets everybody in whom the server lets in.
#[derive(Debug)]
pub struct Pooler {
    folder: TempDir,
    port: u16,
    /// The numbers of user and group, where it does not run as whoever runs the tests.
    user: Option<(u32, u32)>,
    running: Option<Child>,
}

impl Pooler {
    /// In a mode of pooling: `session` or `transaction`.
    pub async fn start(server: &DatabaseServer, mode: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let user = rustix::process::geteuid().is_root().then(other_user);
        let port = free_port();
        let path = folder.path().display();
        let settings = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=kobling\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = trust\nauth_file = {path}/users\n\
             pool_mode = {mode}\nserver_login_retry = 1\n",
            server.port()
        );
        fs::write(folder.path().join("users"), "\"kobling\" \"\"\n").unwrap();
        fs::write(folder.path().join("settings"), settings).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o700)).unwrap();
        if let Some((user, group)) = user {
            for path in [folder.path(), &folder.path().join("users")] {
                chown(path, Some(user), Some(group)).unwrap();
            }
        }
        let mut pooler = Self {
            folder,
            port,
            user,
            running: None,
        };
        pooler.start_again().await;
        pooler
    }

    /// Starts it at its port, and waits until it lets somebody in.
    pub async fn start_again(&mut self) {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.user {
            command.args(["--reuid", &user.to_string(), "--regid", &group.to_string()]);
            command.arg("--clear-groups");
        }
        let is_debians = Path::new(DEBIAN).exists();
        let program = if is_debians { DEBIAN } else { "pgbouncer" };
        command.args(["--pdeathsig", "KILL", "--", program, "-q"]);
        command.arg(self.folder.path().join("settings"));
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null()).kill_on_drop(true);
        let mut running = command.spawn().unwrap();
        let end = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.port)).await.is_err() {
            let ended = running.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "{program}: {ended:?}; Debian's package pgbouncer must be installed"
            );
            assert!(Instant::now() < end, "{program} listens nowhere");
            sleep(LOOK).await;
        }
        self.running = Some(running);
    }

    /// SIGKILL: whoever is connected is cut off.
    pub async fn kill(&mut self) {
        self.running.take().unwrap().kill().await.unwrap();
    }

    /// As `database.url` has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://kobling@127.0.0.1:{}/kobling", self.port)
    }
}
