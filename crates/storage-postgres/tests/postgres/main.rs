//! The engine for several nodes: the suite of every engine, and what only a server has.

use std::sync::Arc;

use domain::{Clock, Entropy};
use storage::conformance::Fresh;
use storage_postgres::testing::TestDatabase;
use storage_postgres::{Migrate, PostgresStorage};

storage::conformance_suite!(make);

async fn make(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Fresh {
    let database = TestDatabase::migrated().await;
    let opened = PostgresStorage::open(&database.options(), Migrate::No, clock, entropy).await;
    Fresh {
        storage: Arc::new(opened.unwrap()),
        resources: Box::new(database),
    }
}
