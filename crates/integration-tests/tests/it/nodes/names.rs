//! What the sessions of each command call themselves on the server.

use integration_tests::database::Database;
use integration_tests::database_server::DatabaseServer;

use crate::commands::program::Installation;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_command_says_who_it_is_unless_the_address_does() {
    let server = DatabaseServer::start(&["log_connections=on"]).await;
    let here = Installation::on(Database::at(&server.address()));
    here.run(&["migrate"]).await.assert_ok();
    here.bootstrap().await;
    here.serve().await.stop().await;
    for arguments in [
        &["events", "--partner", "T112"][..],
        &["export", "--partner", "T112"],
        &["copy", "--from", &server.address(), "--to", "a.db"],
        &["copy", "--from", "a.db", "--to", &server.address()],
    ] {
        here.run(arguments).await;
    }
    here.run(&["doctor"]).await;
    let named = format!("{}?application_name=till", server.address());
    let export = ["export", "--partner", "T112", "--database", &named];
    here.run(&export).await.assert_ok();

    let said = server.said();
    let ours = said
        .lines()
        .filter_map(|line| line.split_once("connection authorized: user=kobling database=kobling "))
        .filter_map(|(_, rest)| rest.strip_prefix("application_name="));
    let names: std::collections::BTreeSet<&str> = ours.collect();
    let expected = [
        "bootstrap",
        "copy",
        "doctor",
        "events",
        "export",
        "migrate",
        "serve",
    ];
    let mut expected: Vec<String> = expected.map(|name| format!("kobling {name}")).into();
    expected.push("till".to_owned());
    assert!(names.iter().eq(&expected), "{names:?}");
}
