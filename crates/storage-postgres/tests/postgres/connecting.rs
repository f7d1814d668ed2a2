//! Finding the server that serves, among several.

use std::time::Duration;

use storage::{Reader, StorageError};
use storage_postgres::testing::TestDatabase;
use storage_postgres::{OpenError, PostgresOptions, ReadOnlyPostgres};
use tokio::net::TcpListener;

use crate::proxy::Proxy;
use crate::{begin, open};

/// The database by way of a proxy that lets nobody in yet, behind a server that hangs: it takes connections and never
/// says a word.
async fn behind_one_that_hangs() -> (TestDatabase, Proxy, TcpListener, PostgresOptions) {
    let database = TestDatabase::migrated().await;
    let proxy = Proxy::start(&database).await;
    let hanging = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = proxy.options_behind(&database, &[hanging.local_addr().unwrap()]);
    proxy.set_away(true);
    (database, proxy, hanging, options)
}

#[tokio::test]
async fn one_that_takes_over_is_found_while_another_hangs() {
    let (_database, proxy, _hanging, mut options) = behind_one_that_hangs().await;
    // The one that hangs does not end the try within this test.
    options.connect_timeout = Duration::from_secs(3_600);
    let opening = open(&options, 1);
    let taking_over = async {
        proxy.has_sent_away().await;
        proxy.has_sent_away().await;
        proxy.set_away(false);
    };
    let (node, ()) = tokio::join!(opening, taking_over);
    let partner = begin(&node, "T112").await[0].partner();
    assert!(node.find_stream(partner).await.unwrap().is_some());
}

#[tokio::test]
async fn a_try_is_over_when_every_server_has_refused_or_hung_for_long() {
    let (_database, _proxy, hanging, mut options) = behind_one_that_hangs().await;
    options.connect_timeout = Duration::from_secs(1);
    let opened = ReadOnlyPostgres::open(&options).await;
    let Err(OpenError::Storage(StorageError::Unavailable(why))) = opened.map(drop) else {
        panic!("it was opened");
    };
    let hung = format!(
        "{} has not let a connection in for 1s",
        hanging.local_addr().unwrap()
    );
    assert!(why.contains(&hung), "{why}");
    assert_eq!(why.matches(';').count(), 1, "{why}");
}
