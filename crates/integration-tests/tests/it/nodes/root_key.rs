//! Every node has the same root key, and none starts without it.

use integration_tests::database::{Database, Engine};
use integration_tests::process::SERVE;

use crate::commands::program::{Caller, Installation, Ran};

const ANOTHER: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

#[tokio::test]
async fn a_second_node_is_refused_without_the_key_of_the_first() {
    let here = Installation::on(Database::of(Engine::Postgres).await);
    let client = here.bootstrap().await;
    let first = here.serve().await;
    let caller = Caller::of(&here, &first, &client).await;
    let account = caller.add_account().await;

    let mut none = here.command(&SERVE);
    none.env_remove("KOBLING_ROOT_KEY");
    let none = Ran::of(none).await;
    none.assert_failed(
        2,
        "with PostgreSQL the root key must be given, the same on every node",
    );
    none.assert_failed(2, "--root-key-file");

    let mut another = here.command(&SERVE);
    another.env("KOBLING_ROOT_KEY", ANOTHER);
    Ran::of(another).await.assert_failed(
        2,
        "this is not the root key that the database was set up with",
    );

    let mut half = here.command(&SERVE);
    half.env("KOBLING_ROOT_KEY", "AAAA");
    Ran::of(half).await.assert_failed(2, "32 bytes in base64");

    // The first was not disturbed, and a second one with the right key serves the same.
    caller.report(&account, "vipps", "through the first").await;
    let second = here.serve().await;
    let caller = Caller::of(&here, &second, &client).await;
    caller.report(&account, "vipps", "through the second").await;
    let log = caller.log().await;
    assert_eq!(log.last().unwrap()["data"]["version"], 2);
}
