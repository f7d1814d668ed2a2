//! An installation in a folder of its own, and the program run on it.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use integration_tests::database::Database;
use integration_tests::process::{PUBLIC_URL, Process, SERVE, bootstrap, command};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::{Child, Command};

use crate::support::ACCOUNT;

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_kobling-under-test"))
}

/// A folder with a database, or one that is still empty.
#[derive(Debug)]
pub(crate) struct Installation {
    database: Database,
    /// What the program is started by: words before its own name.
    through: Vec<String>,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A caller of a running server.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    http: reqwest::Client,
    pub(crate) url: String,
    token: String,
}

/// An answer, whatever it is.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Value,
}

impl Installation {
    pub(crate) async fn empty() -> Self {
        Self::on(Database::fresh().await)
    }

    pub(crate) fn on(database: Database) -> Self {
        Self {
            database,
            through: Vec::new(),
        }
    }

    /// Where every command, and so all of what it reads and writes, is started by another program.
    pub(crate) fn through(self, through: Vec<String>) -> Self {
        Self { through, ..self }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.database.folder()
    }

    /// With the partner T112; answers what `bootstrap` printed too.
    pub(crate) async fn with_partner() -> (Self, Value) {
        let here = Self::empty().await;
        let client = here.bootstrap().await;
        (here, client)
    }

    /// The partner T112; answers what the command printed.
    pub(crate) async fn bootstrap(&self) -> Value {
        bootstrap(program(), &self.database).await
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// The SQLite file, for tests of what befalls it.
    pub(crate) fn file(&self) -> PathBuf {
        self.database.file()
    }

    /// A connection to that file, for damage that no command does.
    pub(crate) fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.file()).unwrap()
    }

    /// The names in the folder, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let program = program();
        let mut command = match self.through.split_first() {
            None => command(program, &self.database),
            Some((first, rest)) => {
                let mut command = command(Path::new(first), &self.database);
                command.args(rest).arg(program);
                command
            }
        };
        command
            .current_dir(self.folder())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments)).await
    }

    /// Runs it with a text on standard input.
    pub(crate) async fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        Ran::of_child(child).await
    }

    pub(crate) async fn serve(&self) -> Process {
        self.serve_with(&[]).await
    }

    /// The same with settings, as variables of the environment.
    pub(crate) async fn serve_with(&self, settings: &[(&str, &str)]) -> Process {
        let mut serving = self.command(&SERVE);
        serving.envs(settings.iter().copied());
        Process::spawn(serving).await
    }
}

impl Ran {
    pub(crate) async fn of(mut command: Command) -> Self {
        Self::of_child(command.spawn().unwrap()).await
    }

    pub(crate) async fn of_child(child: Child) -> Self {
        let output = child.wait_with_output().await.unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// It ended well and said nothing of errors.
    pub(crate) fn assert_ok(self) -> Self {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// It ended with a code and said why.
    pub(crate) fn assert_failed(&self, code: i32, why: &str) {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.err.contains(why), "{why}: {self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn json_lines(&self) -> Vec<Value> {
        let lines = self.out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

impl Caller {
    /// With a token from `kobling token`.
    pub(crate) async fn of(here: &Installation, server: &Process, client: &Value) -> Self {
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

    /// The same token, sent to another server.
    pub(crate) fn at(&self, server: &Process) -> Self {
        Self {
            url: format!("http://{}", server.address),
            ..self.clone()
        }
    }

    pub(crate) async fn add_account(&self) -> String {
        let body: Value = serde_json::from_str(ACCOUNT).unwrap();
        let path = "/v1/accounts/T112/management/accounts";
        let added = self.post(path, &body).await;
        added["account_id"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn report(&self, account: &str, connection: &str, event: &str) -> Value {
        self.report_as(account, connection, "pending", event).await
    }

    pub(crate) async fn report_as(
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

    /// Reports, and answers whatever comes of it.
    pub(crate) async fn try_to_report(&self, account: &str, name: &str, event: &str) -> Answer {
        self.ask_to_report(account, name, event).await.unwrap()
    }

    /// The same; none where no whole answer comes.
    pub(crate) async fn ask_to_report(
        &self,
        account: &str,
        name: &str,
        event: &str,
    ) -> Option<Answer> {
        let partner = &account[..4];
        let path = format!(
            "/v1/accounts/{partner}/management/accounts/{account}/connections/{name}/events"
        );
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token);
        let body = json!({"status": "pending", "event": event});
        Answer::read(request.json(&body).send().await.ok()?).await
    }

    /// Asks for something, with the token, and answers whatever comes.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.http.get(format!("{}{path}", self.url));
        Answer::of(request.bearer_auth(&self.token).send().await.unwrap()).await
    }

    /// The whole log of T112.
    pub(crate) async fn log(&self) -> Vec<Value> {
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

impl Answer {
    async fn of(response: reqwest::Response) -> Self {
        Self::read(response).await.unwrap()
    }

    async fn read(response: reqwest::Response) -> Option<Self> {
        let retry_after = response.headers().get("retry-after");
        Some(Self {
            status: response.status().as_u16(),
            retry_after: retry_after.map(|value| value.to_str().unwrap().to_owned()),
            body: response.json().await.ok()?,
        })
    }

    /// 500: a change of which nobody knows whether it was stored.
    pub(crate) fn is_of_unknown_outcome(&self) -> bool {
        let message = self.body["error"]["message"].as_str().unwrap_or_default();
        self.status == 500 && message.contains("it is not known whether")
    }

    /// 503: the database cannot be used, nothing was stored, and when to try again.
    pub(crate) fn assert_unavailable(&self) {
        assert_eq!(self.status, 503, "{self:?}");
        assert_eq!(self.retry_after.as_deref(), Some("5"), "{self:?}");
        assert_eq!(self.body["error"]["code"], "UNAVAILABLE", "{self:?}");
        let message = self.body["error"]["message"].as_str().unwrap();
        let expected =
            "the database cannot be used just now, and nothing was stored; try again in 5 seconds";
        assert_eq!(message, expected);
    }
}

/// Where the server itself gives tokens; `bootstrap` prints the public URL.
pub(crate) fn token_url(server: &Process, client: &Value) -> String {
    let path = client["token_url"].as_str().unwrap();
    let path = path.strip_prefix(PUBLIC_URL).unwrap();
    format!("http://{}{path}", server.address)
}

/// Sends a signal by its name, such as INT.
pub(crate) async fn signal(child: &Child, name: &str) {
    let id = child.id().unwrap().to_string();
    let status = Command::new("kill")
        .args([format!("-{name}"), id])
        .status()
        .await
        .unwrap();
    assert!(status.success());
}
