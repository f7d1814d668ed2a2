//! A fresh database for a test, of the engine that the tests run on: a SQLite file in a folder, or a database of its own on
//! the PostgreSQL server of the tests.

use std::path::{Path, PathBuf};

use server::config::{DatabaseOptions, DatabaseUrl, postgres_options};
use server::root_key::RootKeySource;
use storage_postgres::testing::TestDatabase;
use storage_sqlite::SqliteOptions;
use tempfile::TempDir;
use tokio::process::Command;
use tokio_postgres::NoTls;

/// Names the engine: `sqlite`, which is meant without it too, or `postgres`.
pub const ENGINE: &str = "TEST_ENGINE";

/// What every database on the server is set up with. No other program knows this key.
pub const ROOT_KEY: &str = "a29ibGluZy10ZXN0cy1yb290LWtleS1vZi0zMi1ieXQ=";

const ROOT_KEY_FILE: &str = "kobling.key";

/// Which kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database that nobody else uses, and a folder for what lies beside it. Both go with this value.
#[derive(Debug)]
pub struct Database {
    folder: TempDir,
    /// Where it is, unless it is a file.
    address: Option<String>,
    /// What drops it.
    _cloned: Option<TestDatabase>,
}

/// A connection of the test's own, beside those of the program.
#[derive(Debug)]
enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(tokio_postgres::Client),
}

/// A transaction that lets nobody else write, until it is ended.
#[derive(Debug)]
pub struct Held(Raw);

impl Engine {
    /// That of the tests.
    #[expect(
        clippy::disallowed_methods,
        reason = "the runner of the tests says it so"
    )]
    #[must_use]
    pub fn of_the_tests() -> Self {
        match std::env::var(ENGINE).as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("postgres") => Self::Postgres,
            Ok(other) => panic!("{ENGINE} is {other:?}; it must be sqlite or postgres"),
        }
    }
}

impl Database {
    /// Of the engine of the tests.
    pub async fn fresh() -> Self {
        Self::of(Engine::of_the_tests()).await
    }

    /// Without anything in it. The file of SQLite is not there yet, the tables of PostgreSQL are.
    pub async fn of(engine: Engine) -> Self {
        let cloned = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(TestDatabase::migrated().await),
        };
        let made = Self::with(cloned.as_ref().map(TestDatabase::address));
        Self {
            _cloned: cloned,
            ..made
        }
    }

    /// On a server of the test's own, or on none.
    #[must_use]
    pub fn at(address: &str) -> Self {
        Self::with(Some(address.to_owned()))
    }

    fn with(address: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        if address.is_some() {
            std::fs::write(folder.path().join(ROOT_KEY_FILE), ROOT_KEY).unwrap();
        }
        Self {
            folder,
            address,
            _cloned: None,
        }
    }

    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.address {
            None => Engine::Sqlite,
            Some(_) => Engine::Postgres,
        }
    }

    /// Where files may be put. The SQLite file is there, and the root key.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The SQLite file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.folder().join("kobling.db")
    }

    /// As `database.url` has it.
    #[must_use]
    pub fn url(&self) -> String {
        let file = || self.file().display().to_string();
        self.address.clone().unwrap_or_else(file)
    }

    /// The file with the root key, which the program makes beside a SQLite file.
    #[must_use]
    pub fn root_key_file(&self) -> PathBuf {
        self.folder().join(ROOT_KEY_FILE)
    }

    #[must_use]
    pub fn root_key(&self) -> RootKeySource {
        match self.engine() {
            Engine::Sqlite => RootKeySource::Beside(self.root_key_file()),
            Engine::Postgres => RootKeySource::File(self.root_key_file()),
        }
    }

    /// With the usual limits.
    #[must_use]
    pub fn options(&self) -> DatabaseOptions {
        match self.url().parse().unwrap() {
            DatabaseUrl::Sqlite(path) => DatabaseOptions::Sqlite(SqliteOptions::at(path)),
            DatabaseUrl::Postgres(url) => DatabaseOptions::Postgres(postgres_options(&url)),
        }
    }

    /// Names the database to a program, and nothing else of the environment.
    pub fn give_to(&self, program: &mut Command) {
        program.env_clear().env("KOBLING_DATABASE__URL", self.url());
        if self.engine() == Engine::Postgres {
            program.env("KOBLING_ROOT_KEY", ROOT_KEY);
        }
    }

    /// Runs commands in it, for what no request does.
    pub async fn run(&self, sql: &str) {
        self.raw().await.run(sql).await;
    }

    /// The number in the first row of the answer to a query that both engines understand.
    pub async fn count(&self, query: &str) -> i64 {
        match self.raw().await {
            Raw::Sqlite(db) => db.query_row(query, [], |row| row.get(0)).unwrap(),
            Raw::Postgres(client) => client.query_one(query, &[]).await.unwrap().get(0),
        }
    }

    /// What it takes on the disk.
    pub async fn bytes(&self) -> u64 {
        let bytes = match self.engine() {
            Engine::Sqlite => return std::fs::metadata(self.file()).unwrap().len(),
            Engine::Postgres => self.count("SELECT pg_database_size(current_database())"),
        };
        u64::try_from(bytes.await).unwrap()
    }

    /// Everybody who writes waits from now on.
    pub async fn hold(&self) -> Held {
        let raw = self.raw().await;
        let hold = match raw {
            Raw::Sqlite(_) => "BEGIN IMMEDIATE",
            Raw::Postgres(_) => "BEGIN; LOCK TABLE streams IN EXCLUSIVE MODE",
        };
        raw.run(hold).await;
        Held(raw)
    }

    /// Whether these bytes stand anywhere in what is stored.
    pub async fn has_text(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        let is_in = |stored: &[u8]| stored.windows(bytes.len()).any(|window| window == bytes);
        match self.raw().await {
            Raw::Sqlite(_) => {
                let files = std::fs::read_dir(self.folder()).unwrap();
                let mut files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
                files.any(|file| is_in(&file))
            }
            Raw::Postgres(client) => stored_bytes(&client).await.iter().any(|row| is_in(row)),
        }
    }

    async fn raw(&self) -> Raw {
        match &self.address {
            None => Raw::Sqlite(rusqlite::Connection::open(self.file()).unwrap()),
            Some(address) => {
                let connected = tokio_postgres::connect(address, NoTls).await;
                let (client, connection) = connected.unwrap();
                tokio::spawn(connection);
                Raw::Postgres(client)
            }
        }
    }
}

/// All rows of all tables, as `COPY` writes them, without the way in which it writes bytes.
async fn stored_bytes(client: &tokio_postgres::Client) -> Vec<Vec<u8>> {
    let tables = "SELECT c.table_name::text, c.column_name::text, c.data_type::text
        FROM information_schema.columns c WHERE c.table_schema = 'public'";
    let mut rows = Vec::new();
    for column in client.query(tables, &[]).await.unwrap() {
        let (table, name, kind): (String, String, String) =
            (column.get(0), column.get(1), column.get(2));
        let as_bytes = if kind == "bytea" {
            name
        } else {
            format!("convert_to({name}::text, 'UTF8')")
        };
        let sql = format!("SELECT {as_bytes} FROM {table} WHERE {as_bytes} IS NOT NULL");
        let found = client.query(&sql, &[]).await.unwrap();
        rows.extend(found.iter().map(|row| row.get::<_, Vec<u8>>(0)));
    }
    rows
}

impl Raw {
    async fn run(&self, sql: &str) {
        match self {
            Self::Sqlite(db) => db.execute_batch(sql).unwrap(),
            Self::Postgres(client) => client.batch_execute(sql).await.unwrap(),
        }
    }
}

impl Held {
    /// The others go on.
    pub async fn release(self) {
        self.0.run("COMMIT").await;
    }
}
