//! TLS to the server, with certificates that are checked.

use integration_tests::database::Database;
use integration_tests::database_server::DatabaseServer;
use integration_tests::process::SERVE;

use super::Served;
use crate::commands::program::{Installation, Ran};
use crate::tls::authority::{Authority, elliptic};

const SETTINGS: [&str; 3] = [
    "ssl=on",
    "ssl_cert_file=server.pem",
    "ssl_key_file=server.key",
];

const NOT_TRUSTED: &str =
    "no authority that is trusted here has issued it; sslrootcert=FILE names one";

/// A server with a certificate for a name.
async fn server_named(authority: &Authority, name: &str) -> DatabaseServer {
    let issued = authority.issue_with(&elliptic(), name, (-1, 90));
    let files = [
        ("server.pem", issued.certificate.as_str()),
        ("server.key", issued.key.as_str()),
    ];
    DatabaseServer::start_with_files(&SETTINGS, &files).await
}

/// Tries to serve from an address, and does not come to it.
async fn refused(address: &str) -> Ran {
    let here = Installation::on(Database::at(address));
    Ran::of(here.command(&SERVE)).await
}

#[tokio::test]
async fn a_certificate_is_checked_against_the_authority_and_the_name() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let server = server_named(&ours, "localhost").await;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (right, wrong) = (
        write("right.pem", &ours.pem),
        write("wrong.pem", &theirs.pem),
    );
    let empty = write("empty.pem", "");
    let port = server.port();
    let at = |host: &str, roots: &str| {
        format!("postgres://kobling@{host}:{port}/kobling?sslmode=verify-full&sslrootcert={roots}")
    };

    let served = Served::of(Database::at(&at("localhost", &right)), &[]).await;
    served
        .caller
        .report(&served.account, "vipps", "in secret")
        .await;
    let watching = server.client().await;
    let open = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE datname = 'kobling' AND NOT ssl AND pid <> pg_backend_pid()";
    let in_tls = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE datname = 'kobling' AND ssl AND version IN ('TLSv1.2', 'TLSv1.3')";
    let count = async |sql: &str| -> i64 { watching.query_one(sql, &[]).await.unwrap().get(0) };
    assert_eq!(count(open).await, 0);
    assert!(count(in_tls).await > 0);

    let of_others = refused(&at("localhost", &wrong)).await;
    of_others.assert_failed(1, NOT_TRUSTED);
    let of_the_system = format!("postgres://kobling@localhost:{port}/kobling?sslmode=verify-full");
    refused(&of_the_system).await.assert_failed(1, NOT_TRUSTED);
    let other_name = refused(&at("127.0.0.1", &right)).await;
    other_name.assert_failed(1, "it is one for another name than the host in the address");
    let no_authority = refused(&at("localhost", &empty)).await;
    no_authority.assert_failed(1, "there is no certificate in it");
    let missing = refused(&at("localhost", "/nowhere.pem")).await;
    missing.assert_failed(1, "/nowhere.pem");
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_tls_is_wanted() {
    let server = DatabaseServer::start(&[]).await;
    let address = format!("{}?sslmode=verify-full", server.address());
    refused(&address)
        .await
        .assert_failed(1, "does not support TLS");
}
