//! The disk is full: in the midst of a load, at a start, for a backup and for a restore.

use std::fs::File;

use integration_tests::process::{Process, SERVE};
use serde_json::Value;

use super::disk::Disk;
use crate::commands::older_schema::of_schema_1;
use crate::commands::program::{Answer, Caller};
use crate::load::Load;

const MIB: u64 = 1 << 20;

fn said(records: &[Value], message: &str) -> usize {
    let said = records.iter().filter(|record| record["message"] == message);
    said.count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_changes_and_goes_on_when_there_is_room() {
    let (disk, client) = Disk::with_partner(32 * MIB).await;
    let server = disk.here.serve().await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    let account = caller.add_account().await;
    let connection = format!("/v1/accounts/T112/management/accounts/{account}/connections/vipps");
    let ready = async || -> Answer { caller.get("/health/ready").await };
    assert_eq!(ready().await.status, 200);
    let load = Load::start(&caller, &account);
    load.more_acknowledged(100).await;

    disk.fill(0);
    load.more_refused(200).await;
    ready().await.assert_unavailable();
    assert_eq!(caller.get("/health/live").await.status, 200);
    let read = caller.get(&connection).await;
    assert_eq!(
        (read.status, &read.body["status"]),
        (200, &"pending".into())
    );
    load.more_refused(1).await;
    let records = server.records();
    // While the last pages were given out, a small batch may have found room where a larger one did not.
    assert!(
        said(&records, "a batch was not written") <= 3,
        "{records:?}"
    );
    let full = records
        .iter()
        .find(|record| record["message"] == "a batch was not written");
    assert!(
        full.unwrap()["error"]
            .as_str()
            .unwrap()
            .contains("disk is full"),
        "{full:?}"
    );
    assert!(records.len() < 100, "{} records", records.len());

    disk.make_room();
    assert_eq!(ready().await.status, 200);
    load.more_acknowledged(100).await;
    load.stop_and_check(&caller).await;
    assert_eq!(ready().await.status, 200);
    assert!((1..=3).contains(&said(&server.records(), "batches are written again")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_on_the_full_disk_is_missed_and_nothing_else() {
    let (disk, client) = Disk::with_partner(32 * MIB).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let listen = address.to_string();
    let mut serving =
        disk.here
            .command(&["serve", "--token-algorithm", "EdDSA", "--listen", &listen]);
    serving.stderr(File::create(disk.path("log")).unwrap());
    let server = Process::spawn_at(serving, address).await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    let account = caller.add_account().await;
    let load = Load::start(&caller, &account);
    load.more_acknowledged(50).await;

    disk.fill(0);
    load.more_refused(100).await;
    disk.make_room();
    load.more_acknowledged(50).await;

    load.stop_and_check(&caller).await;
    let log = std::fs::read_to_string(disk.path("log")).unwrap();
    assert!(log.contains("batches are written again"), "{log}");
    assert!(!log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn a_start_on_a_full_disk_says_so_and_leaves_the_database_alone() {
    let (disk, client) = Disk::with_partner(8 * MIB).await;
    let before = std::fs::read(disk.path("kobling.db")).unwrap();
    disk.fill(0);
    let ran = disk.here.run(&SERVE).await;
    ran.assert_failed(1, "its disk takes nothing more: No space left on device");
    ran.assert_failed(1, "make room and start again");
    let log = File::create(disk.path("log")).unwrap();
    let mut silent = disk.here.command(&SERVE);
    let ended = silent.stderr(log).status().await.unwrap();
    assert_eq!(ended.code(), Some(1), "with nowhere to say it");
    let doctor = disk.here.run(&["doctor", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(doctor.code, 4, "{doctor:?}");
    assert!(doctor.out.contains("0 bytes is free"), "{doctor:?}");
    disk.make_room();
    assert!(std::fs::read(disk.path("kobling.db")).unwrap() == before);

    let server = disk.here.serve().await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    caller.add_account().await;
}

#[tokio::test]
async fn a_database_without_room_for_its_copy_is_not_brought_up_to_date() {
    let disk = Disk::of(8 * MIB).await;
    let (older, client, _) = of_schema_1().await;
    for name in ["kobling.db", "kobling.key"] {
        std::fs::copy(older.path(name), disk.path(name)).unwrap();
    }
    let before = std::fs::read(disk.path("kobling.db")).unwrap();
    // Enough for SQLite to open it (its shared memory), and not for a second one.
    disk.fill(u64::try_from(before.len()).unwrap() / 2);

    let ran = disk.here.run(&SERVE).await;

    ran.assert_failed(1, "that copy cannot be made");
    ran.assert_failed(1, "disk is full");
    ran.assert_failed(1, &format!("give it {} bytes of room", before.len()));
    disk.make_room();
    assert!(std::fs::read(disk.path("kobling.db")).unwrap() == before);
    let mut names = disk.names();
    names.retain(|name| name.contains(".schema-"));
    assert!(names.is_empty(), "nothing unfinished is left: {names:?}");
    let server = disk.here.serve().await;
    assert!(disk.names().contains(&"kobling.db.schema-1".to_owned()));
    let caller = Caller::of(&disk.here, &server, &client).await;
    caller.add_account().await;
}

#[tokio::test]
async fn a_first_start_on_a_full_disk_can_be_tried_again() {
    let disk = Disk::of(8 * MIB).await;
    disk.fill(0);
    disk.here
        .run(&SERVE)
        .await
        .assert_failed(1, "make room and start again");
    assert!(!disk.path("kobling.key").exists());
    disk.make_room();
    let _server = disk.here.serve().await;
    assert!(disk.path("kobling.key").exists());
}

#[tokio::test]
async fn a_backup_without_room_leaves_nothing_and_disturbs_nobody() {
    let (disk, client) = Disk::with_partner(8 * MIB).await;
    let server = disk.here.serve().await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    let account = caller.add_account().await;
    disk.here
        .run(&["backup", "--to", "older.db"])
        .await
        .assert_ok();
    let older = std::fs::read(disk.path("older.db")).unwrap();
    // Enough for a few changes, not for a copy.
    disk.fill(60 * 1_024);
    let names = disk.names();

    for to in ["new.db", "older.db"] {
        let ran = disk.here.run(&["backup", "--force", "--to", to]).await;
        ran.assert_failed(1, "full");
    }

    assert_eq!(disk.names(), names);
    assert!(std::fs::read(disk.path("older.db")).unwrap() == older);
    disk.make_room();
    caller.report(&account, "vipps", "goes on").await;
    disk.here
        .run(&["backup", "--to", "new.db"])
        .await
        .assert_ok();
}

#[tokio::test]
async fn a_restore_without_room_leaves_what_was_there() {
    let (disk, client) = Disk::with_partner(8 * MIB).await;
    disk.here
        .run(&["backup", "--to", "copy.db"])
        .await
        .assert_ok();
    let mut server = disk.here.serve().await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    caller.add_account().await;
    let log = caller.log().await;
    server.kill();
    server.wait_until_gone().await;
    disk.fill(20 * 1_024);
    let names = disk.names();
    let restore = ["restore", "--force", "--from", "copy.db"];

    let ran = disk.here.run(&restore).await;

    ran.assert_failed(1, "No space left on device");
    ran.assert_failed(1, "nothing was changed");
    assert_eq!(disk.names(), names);
    disk.make_room();
    let server = disk.here.serve().await;
    let caller = Caller::of(&disk.here, &server, &client).await;
    assert_eq!(caller.log().await, log);
}
