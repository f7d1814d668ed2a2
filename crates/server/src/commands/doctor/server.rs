//! The database on a server: does it let us in, does it take writes, does it keep what it acknowledged, and is its schema
//! known.

use storage_postgres::{OpenError, PostgresUrl, ReadOnlyPostgres, ServerSettings};

use super::finding::Finding;
use crate::config::postgres_options;

const CHECK: &str = "database";
const SCHEMA: &str = "schema";

/// What was found, and the database where it can be read.
pub(super) async fn examine(url: &PostgresUrl) -> (Vec<Finding>, Option<ReadOnlyPostgres>) {
    let options = postgres_options(url).named("kobling doctor");
    let opened = ReadOnlyPostgres::open(&options).await;
    let reader = match opened {
        Ok(reader) => reader,
        Err(error) => return (vec![not_opened(url, &error)], None),
    };
    let mut findings = match reader.server_settings().await {
        Ok(settings) => judged(url, &settings),
        Err(error) => vec![Finding::error(
            CHECK,
            error.to_string(),
            "see the log of the server",
        )],
    };
    let message = format!(
        "schema {}, which this version works with",
        reader.schema_version()
    );
    findings.push(Finding::ok(SCHEMA, message));
    (findings, Some(reader))
}

fn not_opened(url: &PostgresUrl, error: &OpenError) -> Finding {
    let (check, remedy) = match error {
        OpenError::Storage(_) => (
            CHECK,
            "see that the server runs, that it can be reached from here, and that it lets this user into this database",
        ),
        OpenError::Older { .. } => (SCHEMA, "run kobling migrate"),
        OpenError::FromTheFuture { .. } => {
            (SCHEMA, "run the version that migrated it, or a later one")
        }
        OpenError::Empty => (CHECK, "start kobling serve: it makes them"),
        _ => (CHECK, "correct what it says"),
    };
    Finding::error(check, format!("{url}: {error}"), remedy)
}

fn judged(url: &PostgresUrl, settings: &ServerSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    if settings.is_read_only {
        findings.push(Finding::error(
            CHECK,
            format!("{url} takes no writes: it is a standby, or set to read-only"),
            "name the leader; with several servers in --database the one that takes writes is found",
        ));
    }
    if !settings.fsync || !settings.full_page_writes {
        findings.push(Finding::error(
            CHECK,
            "the server runs with fsync or full_page_writes off: a crash of its machine loses or damages what was acknowledged",
            "set both on in postgresql.conf",
        ));
    }
    if settings.synchronous_commit == "local" && !settings.standby_names.is_empty() {
        findings.push(Finding::warning(
            CHECK,
            "synchronous_commit is local: standbys are not waited for, so a failover can lose what was acknowledged",
            "set synchronous_commit to on",
        ));
    }
    if findings.is_empty() {
        let standbys = if settings.standby_names.is_empty() {
            "no standby is waited for"
        } else {
            "commits wait for a standby"
        };
        findings.push(Finding::ok(
            CHECK,
            format!(
                "{url} is PostgreSQL {}, takes writes, and {standbys}",
                settings.version
            ),
        ));
    }
    findings
}
