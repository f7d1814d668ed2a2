//! `kobling copy`, between files and a PostgreSQL server.

mod refusals;
mod serving;

use std::path::Path;
use std::process::Stdio;

use integration_tests::filling::fill;
use integration_tests::process::{Process, SERVE};
use serde_json::Value;
use storage_postgres::testing::TestDatabase;

use super::backup::Load;
use super::program::{Caller, Installation, Ran};

/// Events, where a few pages of them are enough.
const EVENTS: usize = 5_000;

/// Entries after which a copy is held up, so that it can be killed: three pages.
const HELD_AT: usize = 6_000;

async fn copy(here: &Installation, from: &str, to: &str, more: &[&str]) -> Ran {
    let mut arguments = vec!["copy", "--from", from, "--to", to];
    arguments.extend(more);
    here.run(&arguments).await
}

/// With `T112` and events, and `P113` with a client of its own.
async fn filled(events: usize) -> (Installation, Value) {
    let (here, client) = Installation::with_partner().await;
    fill(&here.path("kobling.db"), "T112".parse().unwrap(), events, 7).await;
    let another = here.run(&["bootstrap", "--partner", "P113", "--json"]);
    another.await.assert_ok();
    (here, client)
}

async fn export(here: &Installation, database: &str, partner: &str) -> String {
    let arguments = ["export", "--database", database, "--partner", partner];
    here.run(&arguments).await.assert_ok().out
}

/// Every row of every table but those that are of the installation alone, as text.
fn rows(database: &Path) -> Vec<String> {
    let db = rusqlite::Connection::open(database).unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name <> 'leases'
         ORDER BY name";
    let mut tables = db.prepare(tables).unwrap();
    let tables = tables.query_map([], |row| row.get(0)).unwrap();
    let tables: Vec<String> = tables.map(Result::unwrap).collect();
    let mut all = Vec::new();
    for table in tables {
        let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let values = (0..columns).map(|index| row.get::<_, rusqlite::types::Value>(index));
            values.collect::<Result<Vec<_>, _>>()
        });
        let mut rows: Vec<String> = rows
            .unwrap()
            .map(|row| format!("{table}: {:?}", row.unwrap()))
            .collect();
        rows.sort();
        all.extend(rows);
    }
    all
}

fn root_key(here: &Installation) -> String {
    let key = std::fs::read_to_string(here.path("kobling.key")).unwrap();
    key.trim().to_owned()
}

async fn serve_from(here: &Installation, database: &str) -> Process {
    let mut serving = here.command(&SERVE);
    serving
        .env("KOBLING_DATABASE__URL", database)
        .env("KOBLING_ROOT_KEY", root_key(here));
    Process::spawn(serving).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_goes_to_postgresql_and_back_and_is_the_same() {
    let (here, client) = filled(EVENTS).await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    caller.report(&account, "vipps", "before").await;
    server.stop().await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();

    let told = copy(&here, "kobling.db", &there, &["--json"]).await;

    let told = told.assert_ok().json();
    assert_eq!(told["entries_before"], 0);
    assert_eq!(told["entries_added"], told["entries"]);
    assert_eq!(told["partners"][1]["partner"], "T112");
    let tables = &told["partners"][1]["tables"];
    let accounts = EVENTS.div_ceil(12) + 2;
    assert_eq!(tables["accounts"]["rows"], accounts);
    assert_eq!(tables["answers"]["rows"], EVENTS / 10);
    assert_eq!(tables["signing_keys"]["rows"], 1);
    assert_eq!(tables["streams"]["rows"], 1);
    let back = copy(&here, &there, "back.db", &["--json"]).await;
    let back = back.assert_ok().json();
    assert_eq!(back["partners"], told["partners"]);
    assert_eq!(rows(&here.path("back.db")), rows(&here.path("kobling.db")));
    for partner in ["T112", "P113"] {
        let expected = export(&here, "kobling.db", partner).await;
        assert!(expected.lines().count() >= 3);
        for database in [&there, "back.db"] {
            assert!(export(&here, database, partner).await == expected);
        }
    }
    let compared = copy(&here, &there, "back.db", &["--compare-only"]).await;
    assert!(
        compared
            .assert_ok()
            .out
            .contains("hold the same 2 partners")
    );
    // What was issued before holds in both, and they go on where the first one ended.
    for database in [&there, "back.db"] {
        let server = serve_from(&here, database).await;
        let caller = caller.at(&server);
        let event = caller.report(&account, "vipps", "after").await;
        assert_eq!(event["event"], "after");
        let read = caller.get("/v1/accounts/T112/log?limit=1&after=3").await;
        assert_eq!(read.status, 200);
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_to_postgresql_that_was_killed_goes_on() {
    let (here, _) = filled(2 * HELD_AT).await;
    let postgres = TestDatabase::migrated().await;
    let there = postgres.address();
    let hold = format!(
        "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END';
         CREATE TRIGGER hold BEFORE INSERT ON log_entries FOR EACH ROW WHEN (NEW.seq = {}) EXECUTE FUNCTION hold()",
        HELD_AT + 1
    );
    postgres.run(&hold).await;
    let mut killed = here.command(&["copy", "--from", "kobling.db", "--to", &there]);
    let mut killed = killed.stderr(Stdio::null()).spawn().unwrap();
    let reached = "SELECT count(*)::text FROM log_entries WHERE partner = 'T112'";
    while postgres.texts(reached).await != [HELD_AT.to_string()] {}

    killed.start_kill().unwrap();
    killed.wait().await.unwrap();

    // Its statement waits on; the server does not know that nobody waits for it.
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()";
    postgres.run(end).await;
    let others = "SELECT pid::text FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%INSERT INTO log_entries%'";
    while !postgres.texts(others).await.is_empty() {}
    postgres.run("DROP FUNCTION hold CASCADE").await;
    refuses_half_a_copy(&here, &there).await;
    let other = TestDatabase::empty().await;
    let from_half = copy(&here, &there, &other.address(), &[]).await;
    from_half.assert_failed(
        1,
        "--from: the database cannot be used now: a copy into it has begun",
    );
    let told = copy(&here, "kobling.db", &there, &["--json"]).await;
    let told = told.assert_ok().json();
    assert_eq!(told["entries_before"], HELD_AT + 3);
    let rest = told["entries"].as_u64().unwrap() - told["entries_before"].as_u64().unwrap();
    assert_eq!(told["entries_added"], rest);
    for partner in ["T112", "P113"] {
        let expected = export(&here, "kobling.db", partner).await;
        assert!(export(&here, &there, partner).await == expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_to_a_file_that_was_killed_goes_on_from_a_source_that_moved_on() {
    let (here, _) = filled(2 * HELD_AT).await;
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();
    copy(&here, "kobling.db", &there, &[]).await.assert_ok();
    here.run(&["migrate", "--database", "back.db"])
        .await
        .assert_ok();
    let target = rusqlite::Connection::open(here.path("back.db")).unwrap();
    let hold = format!(
        "CREATE TRIGGER hold BEFORE INSERT ON log_entries WHEN NEW.position & 0xffffffffff = {} BEGIN
             SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n);
         END",
        HELD_AT + 1
    );
    target.execute_batch(&hold).unwrap();
    let mut killed = here.command(&["copy", "--from", &there, "--to", "back.db"]);
    let mut killed = killed.stderr(Stdio::null()).spawn().unwrap();
    let reached = || -> i64 {
        let sql = "SELECT count(*) FROM log_entries WHERE partner = 'T112'";
        target.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    while reached() != 6_000 {}

    killed.start_kill().unwrap();
    killed.wait().await.unwrap();

    target.execute_batch("DROP TRIGGER hold").unwrap();
    drop(target);
    refuses_half_a_copy(&here, "back.db").await;
    let more = here.command(&["bootstrap", "--partner", "T112", "--json"]);
    let mut more = more;
    more.env("KOBLING_DATABASE__URL", &there)
        .env("KOBLING_ROOT_KEY", root_key(&here));
    assert!(more.output().await.unwrap().status.success());
    let told = copy(&here, &there, "back.db", &["--json"]).await;
    let told = told.assert_ok().json();
    assert_eq!(told["entries_before"], HELD_AT + 3);
    let expected = export(&here, &there, "T112").await;
    assert!(export(&here, "back.db", "T112").await == expected);
}

/// No command opens it, and none sets it up as something new.
async fn refuses_half_a_copy(here: &Installation, database: &str) {
    let key = root_key(here);
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["bootstrap", "--partner", "T112"],
        &["export", "--partner", "T112"],
        &["events", "--partner", "T112"],
    ] {
        let mut command = here.command(arguments);
        command
            .env("KOBLING_DATABASE__URL", database)
            .env("KOBLING_ROOT_KEY", &key);
        let output = command.output().await.unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("a copy into it has begun"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_beside_a_server_that_is_written_to_is_of_one_moment() {
    let (here, client) = filled(EVENTS).await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let load = Load::start(&caller, &account);
    load.wait_for(50).await;
    let before = load.acknowledged();
    let postgres = TestDatabase::empty().await;
    let there = postgres.address();

    let first = copy(&here, "kobling.db", &there, &["--json"]).await;

    let after = load.acknowledged();
    load.wait_for(after + 1).await;
    load.stop().await;
    server.stop().await;
    let first = first.assert_ok().json();
    assert!(after > before, "nothing was written while it was copied");
    let (copied, whole) = (
        export(&here, &there, "T112").await,
        export(&here, "kobling.db", "T112").await,
    );
    assert!(whole.starts_with(&copied));
    assert!(whole.len() > copied.len());
    // What has come since is added, where that is asked for.
    let again = copy(&here, "kobling.db", &there, &[]).await;
    again.assert_failed(
        1,
        "the database is set up already, with the root key of --from",
    );
    let second = copy(&here, "kobling.db", &there, &["--update", "--json"]).await;
    let second = second.assert_ok().json();
    assert_eq!(second["entries_before"], first["entries"]);
    assert!(second["entries_added"].as_u64().unwrap() > 0);
    assert!(export(&here, &there, "T112").await == whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_was_written_to_is_not_brought_up_to_date() {
    let (here, _) = filled(100).await;
    copy(&here, "kobling.db", "back.db", &[]).await.assert_ok();
    let bootstrap = ["bootstrap", "--partner", "T112", "--json", "--database"];
    let in_copy = [&bootstrap[..], &["back.db"]].concat();
    here.run(&in_copy).await.assert_ok();
    let ahead = copy(&here, "kobling.db", "back.db", &["--update"]).await;
    ahead.assert_failed(1, "of the log of T112 is not that of --from");
    // As long as the other, and with another entry at its end.
    let in_source = [&bootstrap[..], &["kobling.db"]].concat();
    here.run(&in_source).await.assert_ok();
    let other = copy(&here, "kobling.db", "back.db", &["--update"]).await;
    other.assert_failed(1, "of the log of T112 is not that of --from");
    here.run(&in_source).await.assert_ok();
    let longer = copy(&here, "kobling.db", "back.db", &["--update"]).await;
    longer.assert_failed(1, "of the log of T112 is not that of --from");
    // It was not touched.
    here.run(&in_copy).await.assert_ok();
    let new = ["bootstrap", "--partner", "T114", "--database", "back.db"];
    here.run(&new).await.assert_ok();
    let partner = copy(&here, "kobling.db", "back.db", &["--update"]).await;
    partner.assert_failed(1, "has a partner T114 that is not in --from");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_entry_is_not_copied() {
    let (here, _) = filled(EVENTS).await;
    let damage = "UPDATE log_entries SET payload = replace(payload, 'underskrift', 'betaling')
         WHERE partner = 'T112' AND seq = 3456";
    assert_eq!(here.raw().execute(damage, []).unwrap(), 1);
    let postgres = TestDatabase::empty().await;
    for there in [postgres.address(), "back.db".to_owned()] {
        let stopped = copy(&here, "kobling.db", &there, &[]).await;
        stopped.assert_failed(
            1,
            "--from: the log of T112 is damaged: entry 3456 is not what was written",
        );
        refuses_half_a_copy(&here, &there).await;
    }
    let gap = "DELETE FROM log_entries WHERE partner = 'T112' AND seq = 3456";
    assert_eq!(here.raw().execute(gap, []).unwrap(), 1);
    let stopped = copy(&here, "kobling.db", "another.db", &[]).await;
    stopped.assert_failed(1, "entry 3456 is missing");
    let end = "DELETE FROM log_entries WHERE partner = 'T112' AND seq >= 3456";
    here.raw().execute(end, []).unwrap();
    let stopped = copy(&here, "kobling.db", "one_more.db", &[]).await;
    stopped.assert_failed(1, "entry 3456 is missing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_difference_is_told_by_partner_and_table() {
    let (here, _) = filled(100).await;
    copy(&here, "kobling.db", "back.db", &[]).await.assert_ok();
    let back = rusqlite::Connection::open(here.path("back.db")).unwrap();
    for (change, undo, told) in [
        (
            "UPDATE connections SET updated_at = updated_at + 1 WHERE account = 1",
            "UPDATE connections SET updated_at = updated_at - 1 WHERE account = 1",
            "connections of T112 differ: --from has 54 rows, --to has 54, with other content",
        ),
        (
            "UPDATE log_entries SET jump_seq = 1 WHERE partner = 'P113' AND seq = 1",
            "UPDATE log_entries SET jump_seq = NULL WHERE partner = 'P113' AND seq = 1",
            "log_entries of P113 differ: --from has 3 rows, --to has 3, with other content",
        ),
        (
            "INSERT INTO answers SELECT 'T999', key, request, seq, version, at FROM answers LIMIT 1",
            "DELETE FROM answers WHERE partner = 'T999'",
            "--to: answers has 11 rows, and those of its partners are 10",
        ),
        (
            "UPDATE streams SET partner = 'P114' WHERE partner = 'P113'",
            "UPDATE streams SET partner = 'P113' WHERE partner = 'P114'",
            "the partner P114 is in --to alone",
        ),
        (
            "UPDATE clients SET secret = zeroblob(32) WHERE partner = 'P113'",
            "SELECT 1",
            "clients of P113 differ: --from has 1 rows, --to has 1, with other content",
        ),
    ] {
        back.execute_batch(change).unwrap();
        let compared = copy(&here, "kobling.db", "back.db", &["--compare-only"]).await;
        compared.assert_failed(1, told);
        back.execute_batch(undo).unwrap();
    }
}
