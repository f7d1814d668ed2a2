//! A fresh database for each test, cloned from a migrated template on a server that is there.
//!
//! `cargo xtask test` starts the server and says where it is; `cargo xtask postgres -- COMMAND` does the same for any command.
//!
//! What cannot be cloned, such as tables that are spread over several servers, can be tried all the same: tests that run one
//! after the other empty one database that was made by hand (`TEST_POSTGRES_DATABASE`).

#![expect(clippy::expect_used, clippy::panic, reason = "tests fail by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};

use domain::{Clock as _, SystemClock};
use storage::{Storage as _, StorageError};

use crate::connect::Connector;
use crate::migrations::{self, SCHEMA_VERSION};
use crate::open::PostgresStorage;
use crate::options::PostgresOptions;
use crate::session::Session;
use crate::url::PostgresUrl;

/// Where the server is, as a role that may make databases.
pub const SERVER: &str = "TEST_POSTGRES";

/// A database with the newest schema, for tests that run one after the other, in place of one for each. What stands in its
/// tables is deleted.
pub const DATABASE: &str = "TEST_POSTGRES_DATABASE";

/// All tables that a test can leave something in.
const TABLES: &str = "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'kobling_migrations'";

/// The key of the lock of those who make the template.
const LOCK: i64 = 0x7465_6d70_6c61_7465;

const HAS_DATABASE: &str = "SELECT 1 FROM pg_database WHERE datname = $1";

/// Databases that this process has made.
static MADE: AtomicUsize = AtomicUsize::new(0);

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    /// Where it is.
    pub url: PostgresUrl,
    /// What is dropped with it, and where; nothing where it was there before.
    made: Option<(PostgresUrl, String)>,
}

impl TestDatabase {
    /// A database with the newest schema and nothing in it.
    pub async fn migrated() -> Self {
        if let Some(url) = address_in(DATABASE) {
            return Self::emptied(url).await;
        }
        let server = server();
        let template = template(&server).await;
        Self::make(server, &format!("TEMPLATE {template}")).await
    }

    async fn emptied(url: PostgresUrl) -> Self {
        let there = Self { url, made: None };
        let tables = there.texts(TABLES).await.concat();
        let of_others = format!("DELETE FROM kobling_migrations WHERE version > {SCHEMA_VERSION}");
        there.run(&format!("TRUNCATE {tables}; {of_others}")).await;
        there
    }

    /// A database without a table.
    pub async fn empty() -> Self {
        Self::make(server(), "TEMPLATE template0 ENCODING 'UTF8'").await
    }

    /// A database as an earlier version left it: with the first so many migrations.
    pub async fn with_schema(version: usize) -> Self {
        let made = Self::empty().await;
        let connector = connector(&made.url);
        migrations::migrate(&connector, version)
            .await
            .expect("migrations run on an empty database");
        made
    }

    async fn make(server: PostgresUrl, how: &str) -> Self {
        let millis = SystemClock.now().millis();
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("kobling_test_{}_{number}_{millis}", std::process::id());
        let session = session(&server).await;
        session
            .commands(&format!("CREATE DATABASE {name} {how}"))
            .await
            .expect("the server makes a database");
        Self {
            url: server.with_database(&name),
            made: Some((server, name)),
        }
    }

    /// What it is called.
    fn name(&self) -> &str {
        self.made.as_ref().map_or("", |(_, name)| name)
    }

    /// The address as a text that `PostgresUrl` reads.
    #[must_use]
    pub fn address(&self) -> String {
        self.url.to_string()
    }

    /// Runs commands in it.
    pub async fn run(&self, sql: &str) {
        let session = session(&self.url).await;
        if let Err(error) = session.commands(sql).await {
            panic!("{sql}: {error}");
        }
    }

    /// The first column of what it answers, as texts.
    pub async fn texts(&self, sql: &'static str) -> Vec<String> {
        let session = session(&self.url).await;
        let rows = match session.all(sql, &[]).await {
            Ok(rows) => rows,
            Err(error) => panic!("{sql}: {error}"),
        };
        let text = |row: &tokio_postgres::Row| row.try_get(0).expect("the first column is a text");
        rows.iter().map(text).collect()
    }

    /// Runs commands in a session that stays open, with whatever they have begun, until the value is dropped.
    pub async fn hold(&self, sql: &str) -> Held {
        let session = session(&self.url).await;
        let sql = format!("SET idle_in_transaction_session_timeout = 0; {sql}");
        if let Err(error) = session.commands(&sql).await {
            panic!("{sql}: {error}");
        }
        Held { _session: session }
    }

    /// The limits of tests.
    #[must_use]
    pub fn options(&self) -> PostgresOptions {
        options(&self.url)
    }
}

/// A session that is still open.
#[derive(Debug)]
pub struct Held {
    _session: Session,
}

impl Drop for TestDatabase {
    /// On a thread of its own: a test may end inside a runtime.
    fn drop(&mut self) {
        let Some((server, name)) = self.made.take() else {
            return;
        };
        let label = name.clone();
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let session = session(&server).await;
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                if let Err(error) = session.commands(&drop).await {
                    tracing::warn!(%error, name, "a test's database was not dropped");
                }
            });
        });
        if dropping.join().is_err() {
            tracing::warn!(name = label, "a test's database was not dropped");
        }
    }
}

impl PostgresStorage {
    /// Makes something durable, however short ago that was done.
    ///
    /// # Errors
    /// Nothing can be made durable.
    pub async fn check_writes_now(&self) -> Result<(), StorageError> {
        self.writing.durability.failed();
        self.check_writes().await
    }

    /// The texts of all statements that were prepared so far.
    #[must_use]
    pub fn statements_sent(&self) -> Vec<&'static str> {
        self.writing.writers.connector.sent.all()
    }
}

fn server() -> PostgresUrl {
    let Some(url) = address_in(SERVER) else {
        panic!(
            "{SERVER} names no server; run the tests by cargo xtask test, or cargo xtask postgres -- cargo nextest run ..."
        );
    };
    url
}

#[expect(
    clippy::disallowed_methods,
    reason = "whoever starts the tests says where the server is"
)]
fn address_in(variable: &str) -> Option<PostgresUrl> {
    let url = std::env::var(variable).ok()?;
    Some(url.parse().expect("the address of the server is one"))
}

fn options(url: &PostgresUrl) -> PostgresOptions {
    PostgresOptions::for_machine(url.clone(), 2)
}

fn connector(url: &PostgresUrl) -> Connector {
    Connector::new(&options(url)).expect("a local server needs no TLS")
}

async fn session(url: &PostgresUrl) -> Session {
    let connector = connector(url);
    match connector.connect().await {
        Ok(session) => session,
        Err(error) => panic!("{url}: {error}"),
    }
}

/// The name of the migrated template, which the first test makes.
async fn template(server: &PostgresUrl) -> String {
    let name = format!("kobling_template_{}", migrations::fingerprint());
    let session = session(server).await;
    session
        .commands(&format!(
            "SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({LOCK})"
        ))
        .await
        .expect("the lock is given");
    let found = session.one(HAS_DATABASE, &[&name]).await;
    if found.expect("the server answers").is_none() {
        let unfinished = TestDatabase::empty().await;
        migrations::migrate(&connector(&unfinished.url), SCHEMA_VERSION)
            .await
            .expect("migrations run on an empty database");
        session
            .commands(&format!(
                "CREATE DATABASE {name} TEMPLATE {}",
                unfinished.name()
            ))
            .await
            .expect("the server makes a database");
    }
    session
        .commands(&format!("SELECT pg_advisory_unlock({LOCK})"))
        .await
        .expect("the lock is given back");
    name
}
