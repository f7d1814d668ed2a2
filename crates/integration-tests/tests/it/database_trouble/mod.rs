//! What befalls a PostgreSQL server, and how the service behaves meanwhile and afterwards. Never is a file concerned, so it
//! is always PostgreSQL, whatever engine the tests run on.

mod connections;
mod doctor;
mod frozen;
mod full;
mod pooler;
mod read_only;
mod restarted;
mod sessions;
mod tls;
mod too_many;

use std::time::{Duration, Instant};

use integration_tests::database::{Database, Engine};
use integration_tests::database_server::DatabaseServer;
use integration_tests::process::Process;

use crate::commands::program::{Caller, Installation};

/// How long anything may take that is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// A node that serves from PostgreSQL, and an account of T112.
struct Served {
    here: Installation,
    process: Process,
    caller: Caller,
    account: String,
}

impl Served {
    /// On a database of the server that all tests share.
    async fn on_shared(settings: &[(&str, &str)]) -> Self {
        Self::of(Database::of(Engine::Postgres).await, settings).await
    }

    async fn on(server: &DatabaseServer, settings: &[(&str, &str)]) -> Self {
        Self::of(Database::at(&server.address()), settings).await
    }

    async fn of(database: Database, settings: &[(&str, &str)]) -> Self {
        let here = Installation::on(database);
        let client = here.bootstrap().await;
        let process = here.serve_with(settings).await;
        let caller = Caller::of(&here, &process, &client).await;
        let account = caller.add_account().await;
        Self {
            here,
            process,
            caller,
            account,
        }
    }

    async fn readiness(&self) -> u16 {
        self.caller.get("/health/ready").await.status
    }

    /// Asks until it is ready, or not ready any more.
    async fn becomes(&self, readiness: u16) {
        let began = Instant::now();
        while self.readiness().await != readiness {
            assert!(began.elapsed() < PATIENCE, "never {readiness}");
        }
        assert_eq!(self.caller.get("/health/live").await.status, 200);
    }

    /// A read that nothing remembered answers.
    async fn read(&self) -> crate::commands::program::Answer {
        self.caller.get("/v1/accounts/T112/log?limit=1").await
    }
}
