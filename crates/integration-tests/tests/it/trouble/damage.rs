//! The database is damaged: a page of a table, its beginning, its end, or all of it.

use std::fs;
use std::path::Path;

use integration_tests::process::{Process, SERVE};

use crate::commands::program::{Caller, Installation};

const PAGE: usize = 4_096;
const ACCOUNTS: usize = 12;
const NAMES: [&str; 6] = ["vipps", "payex", "swish", "klarna", "collector", "bambora"];

/// Carries the log into the file, so that the file alone is the database.
fn carry(here: &Installation) {
    let db = here.raw();
    db.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

fn path_of(account: &str, name: &str) -> String {
    format!("/v1/accounts/T112/management/accounts/{account}/connections/{name}")
}

/// The pages of a table that hold its rows, in the order of its key, numbered from 0.
fn leaves(here: &Installation, table: &str) -> Vec<usize> {
    let db = here.raw();
    let sql = "SELECT pageno FROM dbstat WHERE name = ?1 AND pagetype = 'leaf' ORDER BY path";
    let mut statement = db.prepare(sql).unwrap();
    let pages = statement
        .query_map([table], |row| row.get::<_, u32>(0))
        .unwrap();
    pages
        .map(|page| usize::try_from(page.unwrap() - 1).unwrap())
        .collect()
}

fn destroy_page(database: &Path, page: usize) {
    let mut bytes = fs::read(database).unwrap();
    bytes[page * PAGE..(page + 1) * PAGE].fill(0xa5);
    fs::write(database, bytes).unwrap();
}

/// Kills the server and has the file alone be the database.
async fn end(here: &Installation, mut server: Process) {
    server.kill();
    server.wait_until_gone().await;
    carry(here);
}

/// Many connections, each with an event `before`.
async fn add_connections(caller: &Caller) -> Vec<(String, &'static str)> {
    let mut connections = Vec::new();
    for _ in 0..ACCOUNTS {
        let account = caller.add_account().await;
        for name in NAMES {
            caller.report(&account, name, "before").await;
            connections.push((account.clone(), name));
        }
    }
    connections
}

/// Whether the record of each connection is out of reach; those that are not are as they were.
async fn out_of_reach(caller: &Caller, connections: &[(String, &'static str)]) -> Vec<bool> {
    let mut found = Vec::new();
    for (account, name) in connections {
        let read = caller.get(&path_of(account, name)).await;
        match read.status {
            200 => assert_eq!(read.body["status"], "pending", "{read:?}"),
            _ => assert_eq!(read.body["error"]["code"], "INTERNAL", "{read:?}"),
        }
        found.push(read.status != 200);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_page_is_in_the_way_of_those_alone_that_need_it() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let connections = add_connections(&caller).await;
    end(&here, server).await;
    let pages = leaves(&here, "connections");
    assert!(pages.len() > 1, "{pages:?}");
    let whole = fs::read(here.file()).unwrap();
    destroy_page(&here.file(), pages[1]);

    // It is not the page of any row that a start reads: it starts, and is ready.
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    assert_eq!(caller.get("/health/ready").await.status, 200);
    let damaged = out_of_reach(&caller, &connections).await;
    // All at once, so that they share batches.
    let reports = connections.iter().map(|(account, name)| {
        let (caller, account, name) = (caller.clone(), account.clone(), *name);
        tokio::spawn(async move { caller.try_to_report(&account, name, "after").await.status })
    });
    let reports: Vec<_> = reports.collect();
    for (report, is_damaged) in reports.into_iter().zip(&damaged) {
        assert_eq!(report.await.unwrap(), if *is_damaged { 500 } else { 200 });
    }
    let said = server.record("request failed").await;
    let context = said["context"].as_str().unwrap();
    assert!(context.contains("the database is damaged"), "{said}");
    assert!(context.contains("kobling restore"), "{said}");
    let doctor = here.run(&["doctor", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(doctor.code, 4, "{doctor:?}");
    assert!(doctor.out.contains("kobling restore"), "{doctor:?}");
    let backup = here.run(&["backup", "--to", "copy.db"]).await;
    backup.assert_failed(1, "the database is damaged");
    assert!(!here.path("copy.db").exists());

    // What was acknowledged beside the damage is there once the page is whole again.
    end(&here, server).await;
    let mut mended = fs::read(here.file()).unwrap();
    let place = pages[1] * PAGE..(pages[1] + 1) * PAGE;
    mended[place.clone()].copy_from_slice(&whole[place]);
    fs::write(here.file(), mended).unwrap();
    let server = here.serve().await;
    let log = Caller::of(&here, &server, &client).await.log().await;
    let events = log.iter().map(|entry| &entry["data"]["event"]["event"]);
    let sound = damaged.iter().filter(|is_damaged| !**is_damaged).count();
    assert!(sound > 0 && sound < connections.len(), "{sound}");
    assert_eq!(events.filter(|event| **event == "after").count(), sound);
}

#[tokio::test]
async fn a_damaged_page_of_the_log_is_not_backed_up() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    for number in 0..30 {
        let event = format!("report {number}");
        caller.report(&account, "vipps", &event).await;
    }
    end(&here, server).await;
    let pages = leaves(&here, "log_entries");
    assert!(pages.len() > 2, "{pages:?}");
    destroy_page(&here.file(), pages[1]);

    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let log = caller.get("/v1/accounts/T112/log?limit=1000").await;
    assert_eq!(log.status, 500, "{log:?}");
    let newest = caller.get("/v1/accounts/T112/log?limit=2&after=30").await;
    assert_eq!(newest.status, 200, "{newest:?}");
    caller.report(&account, "vipps", "goes on").await;
    let backup = here.run(&["backup", "--to", "copy.db"]).await;
    backup.assert_failed(
        1,
        "The database itself is damaged, so nothing was kept of the copy",
    );
    let copies = here.names();
    let mut copies = copies
        .iter()
        .filter(|name| name.contains("copy") || name.contains("backup"));
    assert_eq!(copies.next(), None);
}

#[tokio::test]
async fn a_start_on_a_damaged_file_says_what_to_do() {
    let (here, _) = Installation::with_partner().await;
    carry(&here);
    here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    let whole = fs::read(here.file()).unwrap();
    let mut without_beginning = whole.clone();
    without_beginning[..100].fill(0);
    let mut without_schema = whole.clone();
    without_schema[100..PAGE].fill(0xa5);
    let half = &whole[..whole.len() / 2 / PAGE * PAGE];
    for (bytes, why) in [
        (without_beginning.as_slice(), "file is not a database"),
        (
            without_schema.as_slice(),
            "database disk image is malformed",
        ),
        (half, "database disk image is malformed"),
        (
            b"Dear diary, today I was told to be a database".as_slice(),
            "file is not a database",
        ),
        (b"".as_slice(), "is empty, and there is a root key in"),
    ] {
        fs::write(here.file(), bytes).unwrap();
        let ran = here.run(&SERVE).await;
        ran.assert_failed(1, why);
        ran.assert_failed(1, "kobling restore");
        assert!(
            fs::read(here.file()).unwrap() == bytes,
            "it is left as it was"
        );
        let backup = here.run(&["backup", "--to", "new.db"]).await;
        assert_eq!(backup.code, 1, "{backup:?}");
        assert!(!here.path("new.db").exists());
    }

    here.run(&["restore", "--force", "--from", "copy.db"])
        .await
        .assert_ok();
    let _server = here.serve().await;
}
