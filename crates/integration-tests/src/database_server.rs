//! A PostgreSQL server of a test's own, for what would be in the way of others: it is stopped, frozen, filled up, or set up
//! in another way. Its programs are those of the server that all tests share.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};
use tokio_postgres::{Client, NoTls};

/// The server that all tests share.
const SHARED: &str = "TEST_POSTGRES";

const SETTINGS: [&str; 4] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "shared_buffers=16MB",
];

/// How long a server may take to let somebody in, or to end.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(20);

/// Whom root becomes, as PostgreSQL refuses it.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A server with an empty database `kobling` and a superuser of that name, whom it asks for no password.
#[derive(Debug)]
pub struct DatabaseServer {
    folder: TempDir,
    programs: PathBuf,
    /// The numbers of user and group, where it does not run as whoever runs the tests.
    user: Option<(u32, u32)>,
    settings: Vec<String>,
    port: u16,
    running: Option<Child>,
}

impl DatabaseServer {
    /// Started with these settings beside its own, such as `max_connections=5`.
    pub async fn start(settings: &[&str]) -> Self {
        Self::start_with_files(settings, &[]).await
    }

    /// The same with files that its settings name, by name and content.
    pub async fn start_with_files(settings: &[&str], files: &[(&str, &str)]) -> Self {
        let mut server = Self::prepare(settings).await;
        let mut initdb = server.command("initdb");
        initdb.args(server.arguments_of_initdb());
        let ended = initdb.stdout(Stdio::null()).output().await.unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{said}");
        for (name, text) in files {
            let path = server.data().join(name);
            fs::write(&path, text).unwrap();
            server.hand_over(&path, 0o600);
        }
        server.start_again().await;
        server.make_database().await;
        server
    }

    /// On a file system of its own, in memory, with room for so many bytes. Its write-ahead log is elsewhere. It needs a
    /// user namespace.
    pub async fn start_on_small_disk(bytes: u64) -> Self {
        let mut server = Self::prepare(&[]).await;
        let data = server.data().display().to_string();
        let log = server.folder.path().join("wal");
        fs::create_dir(&log).unwrap();
        server.hand_over(&log, 0o700);
        let mut words = server.arguments_of_initdb();
        words.extend(["--waldir".to_owned(), log.display().to_string()]);
        let programs = server.programs.display();
        let script = format!(
            "set -e; mount -t tmpfs -o size={bytes},mode=0700 tmpfs {data}; {programs}/initdb {} >&2; \
             exec setpriv --pdeathsig INT -- {programs}/postgres {}",
            words.join(" "),
            server.arguments().join(" ")
        );
        let mut command = server.as_user();
        command.args(["--", "unshare", "--user", "--map-current-user"]);
        command.args(["--keep-caps", "--mount", "sh", "-c", &script]);
        server.run(command).await;
        server.make_database().await;
        server
    }

    /// A folder, without anything in it yet.
    async fn prepare(settings: &[&str]) -> Self {
        let folder = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o711))
            .tempdir()
            .unwrap();
        let user = rustix::process::geteuid().is_root().then(other_user);
        let server = Self {
            programs: programs().await,
            user,
            settings: settings.iter().map(|&text| text.to_owned()).collect(),
            port: free_port(),
            running: None,
            folder,
        };
        fs::create_dir(server.data()).unwrap();
        server.hand_over(&server.data(), 0o700);
        server
    }

    fn arguments_of_initdb(&self) -> Vec<String> {
        let data = self.data().display().to_string();
        let words = ["--pgdata", &data, "--username", "kobling", "--auth=trust"];
        let more = ["--no-sync", "--encoding=UTF8", "--locale=C"];
        words
            .iter()
            .chain(&more)
            .map(|&word| word.to_owned())
            .collect()
    }

    fn arguments(&self) -> Vec<String> {
        let data = self.data().display().to_string();
        let mut words = vec![
            "-D".to_owned(),
            data,
            "-p".to_owned(),
            self.port.to_string(),
        ];
        let settings = SETTINGS.iter().map(|&setting| setting.to_owned());
        for setting in settings.chain(self.settings.iter().cloned()) {
            words.extend(["-c".to_owned(), setting]);
        }
        words
    }

    /// Starts it at its port, and waits until it lets somebody in.
    pub async fn start_again(&mut self) {
        let mut command = self.command("postgres");
        command.args(self.arguments());
        self.run(command).await;
    }

    async fn run(&mut self, mut command: Command) {
        let log = fs::File::create(self.log()).unwrap();
        command.stdout(log.try_clone().unwrap()).stderr(log);
        let mut running = command.spawn().unwrap();
        let end = Instant::now() + PATIENCE;
        while let Err(error) = self.connect("postgres").await {
            let log = || fs::read_to_string(self.log()).unwrap();
            assert!(running.try_wait().unwrap().is_none(), "{}", log());
            assert!(Instant::now() < end, "{error}: {}", log());
            sleep(LOOK).await;
        }
        self.running = Some(running);
    }

    async fn make_database(&self) {
        let client = self.connect("postgres").await.unwrap();
        let make = "CREATE DATABASE kobling";
        client.batch_execute(make).await.unwrap();
    }

    /// Ends it in the way that its documentation calls fast: those who are connected are thrown out.
    pub async fn stop(&mut self) {
        self.signal(Signal::INT);
        self.ended().await;
    }

    /// SIGKILL of all its processes: nothing can be finished.
    pub async fn kill(&mut self) {
        self.freeze();
        let all = self.processes();
        all.iter().for_each(|id| send(*id, Signal::KILL));
        self.ended().await;
        let end = Instant::now() + PATIENCE;
        while !all.iter().all(|id| is_zombie(*id)) {
            assert!(
                Instant::now() < end,
                "processes of a killed server are left"
            );
            sleep(LOOK).await;
        }
    }

    async fn ended(&mut self) {
        let mut running = self.running.take().unwrap();
        let ended = tokio::time::timeout(PATIENCE, running.wait()).await;
        ended.unwrap().unwrap();
    }

    /// Stops all its processes where they are: they hold what they hold and answer nothing.
    pub fn freeze(&self) {
        self.signal_all(Signal::STOP);
    }

    /// Lets them go on.
    pub fn thaw(&self) {
        self.signal_all(Signal::CONT);
    }

    /// Takes no writes from now on, or takes them again.
    pub async fn set_read_only(&self, is_read_only: bool) {
        let value = if is_read_only { "on" } else { "off" };
        let client = self.client().await;
        let change = format!("ALTER SYSTEM SET default_transaction_read_only = {value}");
        client.batch_execute(&change).await.unwrap();
        let reload = "SELECT pg_reload_conf()";
        client.batch_execute(reload).await.unwrap();
    }

    /// A connection of the test's own.
    pub async fn client(&self) -> Client {
        self.connect("kobling").await.unwrap()
    }

    /// The same where the server may refuse it.
    pub async fn try_client(&self) -> Result<Client, tokio_postgres::Error> {
        self.connect("kobling").await
    }

    async fn connect(&self, database: &str) -> Result<Client, tokio_postgres::Error> {
        let address = format!("postgres://kobling@127.0.0.1:{}/{database}", self.port);
        let (client, connection) = tokio_postgres::connect(&address, NoTls).await?;
        tokio::spawn(async move { drop(connection.await) });
        Ok(client)
    }

    /// As `database.url` has it.
    #[must_use]
    pub fn address(&self) -> String {
        format!("postgres://kobling@127.0.0.1:{}/kobling", self.port)
    }

    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Takes all the room that is left on its disk.
    pub async fn fill(&self) {
        self.shell("dd if=/dev/zero of=filler bs=4096 2>/dev/null || true")
            .await;
    }

    /// Gives back the room that was taken.
    pub async fn make_room(&self) {
        self.shell("rm filler").await;
    }

    /// Runs a command as the server does, in the folder of its data.
    async fn shell(&self, script: &str) {
        let script = script.replace('\'', "\'\'");
        let run = format!("COPY (SELECT '') TO PROGRAM 'cat >/dev/null; {script}'");
        self.client().await.batch_execute(&run).await.unwrap();
    }

    /// Where it keeps what it stores.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What it has written about itself so far.
    #[must_use]
    pub fn said(&self) -> String {
        fs::read_to_string(self.log()).unwrap()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn hand_over(&self, path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        if let Some((user, group)) = self.user {
            chown(path, Some(user), Some(group)).unwrap();
        }
    }

    /// One of its programs. It is interrupted when the test's thread ends, however that happens.
    fn command(&self, program: &str) -> Command {
        let mut command = self.as_user();
        command.args(["--pdeathsig", "INT", "--"]);
        command.arg(self.programs.join(program));
        command
    }

    fn as_user(&self) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.user {
            command.args(["--reuid", &user.to_string(), "--regid", &group.to_string()]);
            command.arg("--clear-groups");
        }
        command.current_dir(self.folder.path());
        command.env("LC_ALL", "C").stdin(Stdio::null());
        command
    }

    fn id(&self) -> u32 {
        self.running.as_ref().and_then(Child::id).unwrap()
    }

    /// The first, and those that it has started.
    fn processes(&self) -> Vec<u32> {
        let id = self.id();
        let started = fs::read_to_string(format!("/proc/{id}/task/{id}/children")).unwrap();
        let started = started
            .split_whitespace()
            .map(|child| child.parse().unwrap());
        std::iter::once(id).chain(started).collect()
    }

    fn signal(&self, signal: Signal) {
        send(self.id(), signal);
    }

    /// Its first process goes before those that it has started, so that it does not start more meanwhile.
    fn signal_all(&self, signal: Signal) {
        self.signal(signal);
        self.processes().iter().for_each(|id| send(*id, signal));
    }
}

impl Drop for DatabaseServer {
    fn drop(&mut self) {
        if let Some(id) = self.running.as_ref().and_then(Child::id) {
            self.signal_all(Signal::CONT);
            send(id, Signal::QUIT);
            while Path::new(&format!("/proc/{id}/task")).exists() && !is_zombie(id) {
                std::thread::sleep(LOOK);
            }
        }
    }
}

/// Whether it has ended, or there is none of that number any more.
fn is_zombie(id: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(") ")
        .is_none_or(|(_, state)| state.starts_with('Z'))
}

fn send(id: u32, signal: Signal) {
    let id = Pid::from_raw(i32::try_from(id).unwrap()).unwrap();
    // One that has ended meanwhile needs no signal.
    let _ = kill_process(id, signal);
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.local_addr().unwrap().port()
}

/// Where the programs of the shared server are.
#[expect(
    clippy::disallowed_methods,
    reason = "the runner of the tests says it so"
)]
async fn programs() -> PathBuf {
    let shared = std::env::var(SHARED);
    let shared =
        shared.unwrap_or_else(|_| panic!("{SHARED} names no server; cargo xtask test starts one"));
    let (client, connection) = tokio_postgres::connect(&shared, NoTls).await.unwrap();
    tokio::spawn(connection);
    let asked = "SELECT setting FROM pg_config() WHERE name = 'BINDIR'";
    let found: String = client.query_one(asked, &[]).await.unwrap().get(0);
    found.into()
}

pub(crate) fn other_user() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap();
    let ids = |name: &str| {
        let line = users
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
    };
    let found = USERS.iter().find_map(|name| ids(name));
    found.unwrap_or_else(|| {
        panic!("PostgreSQL does not run as root, and there is none of {USERS:?}")
    })
}
