//! A database with a partner, a client and many accounts, and the real server over it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::{Actor, Caller, PartnerId};
use serde_json::Value;
use storage::Reader as _;
use storage_sqlite::{SqliteOptions, SqliteStorage};

use crate::client;
use crate::failure::{Failure, Outcome, Result, While};
use crate::loading::Loading;
use crate::process::{Process, free_port};
use crate::target;

/// The partner of every benchmark.
pub(crate) const PARTNER: &str = "T112";
/// The partner's own account.
pub(crate) const OWNER: &str = "T11200000";
/// The connections of the published page; `payex.creditcard` is another name of `payex`.
pub(crate) const CONNECTIONS: [&str; 7] = [
    "instabank",
    "vipps",
    "payex.creditcard",
    "payex",
    "collector",
    "swish",
    "bambora",
];
/// What the client holds: what the measured operations need. The whole catalogue would make every token, and with it
/// every request, four times as long.
pub(crate) const SCOPE: &str = "admin:accounts";
/// The path of the token operation.
pub(crate) const TOKEN_PATH: &str = "/v1/accounts/T11200000/auth/token";

/// The same for all processes, so that a token outlives a restart.
pub(crate) const PUBLIC_URL: &str = "http://kobling.test";

/// A database and what its client needs.
#[derive(Debug)]
pub(crate) struct Installation {
    folder: PathBuf,
    basic: String,
    audience: String,
    client: String,
}

impl Installation {
    /// Bootstraps a partner in a new database.
    pub(crate) fn bootstrap(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).while_doing(folder.display())?;
        let mut command = Command::new(target::kobling()?);
        command.args([
            "bootstrap",
            "--json",
            "--partner",
            PARTNER,
            "--scope",
            SCOPE,
        ]);
        command.args(["--public-url", PUBLIC_URL, "--database"]);
        let output = command.arg(folder.join("kobling.db")).env_clear().output();
        let output = output.while_doing("`kobling bootstrap`")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(Failure(format!("`kobling bootstrap` failed: {said}")));
        }
        let printed: Value =
            serde_json::from_slice(&output.stdout).while_doing("`kobling bootstrap`")?;
        let text = |name: &str| {
            let value = printed.get(name).and_then(Value::as_str);
            value.map(str::to_owned).while_doing(name)
        };
        let credentials = format!("{}:{}", text("client_id")?, text("client_secret")?);
        Ok(Self {
            folder: folder.to_owned(),
            basic: STANDARD.encode(credentials),
            audience: text("audience")?,
            client: text("id")?,
        })
    }

    fn database(&self) -> PathBuf {
        self.folder.join("kobling.db")
    }

    /// Starts `kobling serve`.
    pub(crate) fn serve(&self, algorithm: &str) -> Result<Process> {
        let port = free_port()?;
        let (database, listen) = (self.database(), format!("127.0.0.1:{port}"));
        let database = database.to_str().while_doing("the path of the database")?;
        let arguments = [
            "serve",
            "--database",
            database,
            "--listen",
            &listen,
            "--public-url",
            PUBLIC_URL,
            "--token-algorithm",
            algorithm,
        ];
        let log = self.folder.join("serve.log");
        Process::start(&target::kobling()?, &arguments, port, &log)
    }

    /// The headers and the body of a token request.
    pub(crate) fn token_request(&self) -> (String, String) {
        let (basic, audience) = (&self.basic, &self.audience);
        let headers = format!("Authorization: Basic {basic}\r\nContent-Type: application/json\r\n");
        let body = serde_json::json!({"grant_type": "client_credentials", "audience": audience});
        (headers, body.to_string())
    }

    /// Gets a token and answers the header that carries it.
    pub(crate) fn authorization(&self, server: &Process) -> Result<String> {
        let (headers, body) = self.token_request();
        let answer = client::send(server.port, "POST", TOKEN_PATH, &headers, &body)?;
        let token: Option<Value> = serde_json::from_str(&answer.body).ok();
        let token = token.as_ref().and_then(|body| body.get("access_token"));
        let token = token.and_then(Value::as_str);
        let token = token.while_doing(format_args!("a token in {}", answer.body))?;
        Ok(format!("Authorization: Bearer {token}\r\n"))
    }

    /// Entries in the partner's log. No server may be running.
    pub(crate) fn log_entries(&self) -> Result<u64> {
        let storage = self.open()?;
        let stream = runtime()?.block_on(storage.find_stream(partner()?));
        let stream = stream.while_doing("the partner's stream")?;
        Ok(stream.while_doing("the partner's stream")?.last_seq)
    }

    /// Adds accounts, each with all connections, each connection with two events. No server may be running.
    pub(crate) fn load(&self, accounts: u32) -> Outcome {
        let (storage, partner) = (self.open()?, partner()?);
        let loading = Loading::new(&storage, self.caller())?;
        let accounts: Vec<_> = (1..=accounts).map(|number| (partner, number)).collect();
        loading.load(&accounts)
    }

    /// Named like the client, so that answers are as long as if it had made the events.
    fn caller(&self) -> Caller {
        Caller {
            actor: Actor::named(&self.client),
            auth_epoch: None,
        }
    }

    fn open(&self) -> Result<SqliteStorage> {
        let options = SqliteOptions::at(self.database());
        let (clock, entropy) = (
            Arc::new(domain::SystemClock),
            Arc::new(oauth::SystemEntropy),
        );
        SqliteStorage::open(&options, clock, entropy).while_doing("the database")
    }
}

fn partner() -> Result<PartnerId> {
    PARTNER.parse().while_doing(PARTNER)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    let built = tokio::runtime::Builder::new_current_thread().build();
    built.while_doing("the runtime")
}
