//! An installation in a folder of its own, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use integration_tests::process::{PUBLIC_URL, Process, bootstrap, command};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::support::ACCOUNT;

pub(super) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kobling-under-test"))
}

/// A folder with a database, or one that is still empty.
#[derive(Debug)]
pub(super) struct Installation {
    folder: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(super) struct Ran {
    pub(super) code: i32,
    pub(super) out: String,
    pub(super) err: String,
}

/// A caller of a running server.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    http: reqwest::Client,
    pub(super) url: String,
    token: String,
}

impl Installation {
    pub(super) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { folder }
    }

    /// With the partner T112; answers what `bootstrap` printed too.
    pub(super) async fn with_partner() -> (Self, Value) {
        let here = Self::empty();
        let client = bootstrap(program(), &here.database()).await;
        (here, client)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn database(&self) -> PathBuf {
        self.path("kobling.db")
    }

    /// The database as a file, for damage that no command does.
    pub(super) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.database()).unwrap()
    }

    /// The names in the folder, in order.
    pub(super) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(program(), &self.database());
        command
            .current_dir(self.folder.path())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(super) async fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).spawn().unwrap()).await
    }

    /// Runs it with a text on standard input.
    pub(super) async fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        Ran::of(child).await
    }

    pub(super) async fn serve(&self) -> Process {
        Process::start(program(), &self.database()).await
    }
}

impl Ran {
    async fn of(child: Child) -> Self {
        let output = child.wait_with_output().await.unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It ended well and said nothing of errors.
    pub(super) fn assert_ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It ended with a code and said why.
    pub(super) fn assert_failed(&self, code: i32, why: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(why), "{why}: {self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(super) fn json_lines(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Caller {
    /// With a token from `kobling token`.
    pub(super) async fn of(here: &Installation, server: &Process, client: &Value) -> Self {
        let url = format!("http://{}", server.address);
        let token_url = token_url(server, client);
        let arguments = ["token", "--token-url", &token_url, "-"];
        let ran = here.run_with_input(&arguments, &client.to_string()).await;
        Self {
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            url,
            token: ran.assert_ok().out.trim().to_owned(),
        }
    }

    pub(super) async fn add_account(&self) -> String {
        let body: Value = serde_json::from_str(ACCOUNT).unwrap();
        let path = "/v1/accounts/T112/management/accounts";
        let added = self.post(path, &body).await;
        added["account_id"].as_str().unwrap().to_owned()
    }

    pub(super) async fn report(&self, account: &str, connection: &str, event: &str) -> Value {
        self.report_as(account, connection, "pending", event).await
    }

    pub(super) async fn report_as(
        &self,
        account: &str,
        connection: &str,
        status: &str,
        event: &str,
    ) -> Value {
        let path = format!(
            "/v1/accounts/T112/management/accounts/{account}/connections/{connection}/events"
        );
        // Metadata keeps line breaks.
        let body = json!({"status": status, "event": event, "metadata": {"about": event}});
        let body = serde_json::to_string_pretty(&body).unwrap();
        self.post_text(&path, body).await
    }

    /// The whole log of T112.
    pub(super) async fn log(&self) -> Vec<Value> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let path = format!("/v1/accounts/T112/log?limit=1000&after={}", log.len());
            let request = self.http.get(format!("{}{path}", self.url));
            let response = request.bearer_auth(&self.token).send().await.unwrap();
            assert_eq!(response.status(), 200);
            let page: Vec<Value> = response.json().await.unwrap();
            if page.is_empty() {
                return log;
            }
            log.extend(page);
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Value {
        self.post_text(path, body.to_string()).await
    }

    async fn post_text(&self, path: &str, body: String) -> Value {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request
            .bearer_auth(&self.token)
            .header("content-type", "application/json")
            .body(body);
        let response = request.send().await.unwrap();
        let status = response.status();
        let text = response.text().await.unwrap();
        assert_eq!(status, 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }
}

/// Where the server itself gives tokens; `bootstrap` prints the public URL.
pub(super) fn token_url(server: &Process, client: &Value) -> String {
    let path = client["token_url"].as_str().unwrap();
    let path = path.strip_prefix(PUBLIC_URL).unwrap();
    format!("http://{}{path}", server.address)
}

/// Sends a signal by its name, such as INT.
pub(super) async fn signal(child: &Child, name: &str) {
    let id = child.id().unwrap().to_string();
    let status = Command::new("kill")
        .args([format!("-{name}"), id])
        .status()
        .await
        .unwrap();
    assert!(status.success());
}
