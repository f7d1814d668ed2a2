//! `kobling backup` and `kobling restore`.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::program::{Caller, Installation};

/// Who reports at the same time.
const CLIENTS: usize = 4;

/// Reports that were acknowledged before the backup begins.
const BEFORE: usize = 200;

/// Clients that report without pause.
pub(super) struct Load {
    acknowledged: Arc<AtomicUsize>,
    reached: Arc<Notify>,
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn start(caller: &Caller, account: &str) -> Self {
        let mut load = Self {
            acknowledged: Arc::default(),
            reached: Arc::default(),
            stop: Arc::default(),
            clients: Vec::new(),
        };
        for client in 0..CLIENTS {
            let (caller, account) = (caller.clone(), account.to_owned());
            let acknowledged = Arc::clone(&load.acknowledged);
            let (reached, stop) = (Arc::clone(&load.reached), Arc::clone(&load.stop));
            load.clients.push(tokio::spawn(async move {
                for number in 0.. {
                    if stop.load(Ordering::SeqCst) {
                        return;
                    }
                    let event = format!("client {client}, report {number}");
                    caller.report(&account, "vipps", &event).await;
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                    reached.notify_one();
                }
            }));
        }
        load
    }

    /// Waits until so many reports were acknowledged.
    pub(super) async fn wait_for(&self, count: usize) {
        while self.acknowledged.load(Ordering::SeqCst) < count {
            self.reached.notified().await;
        }
    }

    /// Reports that were acknowledged so far.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::SeqCst)
    }

    pub(super) async fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        for client in self.clients {
            client.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_restored_elsewhere_entry_by_entry() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let load = Load::start(&caller, &account);
    load.wait_for(BEFORE).await;
    let before = load.acknowledged();

    let made = here.run(&["backup", "--to", "copy.db", "--json"]).await;

    // The load went on through the whole of it, and goes on after it.
    let after = load.acknowledged();
    load.wait_for(after + 1).await;
    load.stop().await;
    let made: Value = made.assert_ok().json();
    let entries = usize::try_from(made["entries"].as_u64().unwrap()).unwrap();
    assert!(
        after > before,
        "there was no load while the backup was made"
    );
    assert!(
        entries >= before,
        "{entries} entries, {before} acknowledged before"
    );
    let original = caller.log().await;
    assert!(
        entries < original.len(),
        "it is of a moment while the load ran"
    );

    let there = Installation::empty().await;
    let from = here.path("copy.db");
    std::fs::copy(here.path("kobling.key"), there.path("kobling.key")).unwrap();
    let restored = ["restore", "--from", from.to_str().unwrap()];
    let restored = there.run(&restored).await.assert_ok();
    assert!(
        restored
            .out
            .contains("The root key is there and is the right one"),
        "{restored:?}"
    );
    let second = there.serve().await;
    let second_caller = Caller::of(&there, &second, &client).await;
    let log = second_caller.log().await;
    // Whoever asked for a token made nothing new: the log is the beginning of the other, entry by entry.
    assert_eq!(log.len(), entries);
    assert!(log == original[..entries], "an entry differs");
    let done = second_caller.report(&account, "vipps", "goes on").await;
    assert_eq!(done["event"], "goes on");
}

#[tokio::test]
async fn a_backup_is_private_and_overwrites_nothing() {
    let (here, _) = Installation::with_partner().await;
    let told = here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    assert!(told.out.contains("The root key is not in it"), "{told:?}");
    assert!(
        told.err.is_empty(),
        "no progress where no terminal is: {told:?}"
    );
    let path = here.path("copy.db");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let first = std::fs::read(&path).unwrap();
    let key = std::fs::read_to_string(here.path("kobling.key")).unwrap();
    let has_key = first
        .windows(43)
        .any(|bytes| bytes == &key.as_bytes()[..43]);
    assert!(!has_key);

    here.run(&["backup", "--to", "copy.db"])
        .await
        .assert_failed(1, "--force to replace it");
    assert!(std::fs::read(&path).unwrap() == first);
    here.run(&["backup", "--to", "copy.db", "--force"])
        .await
        .assert_ok();
    here.run(&["backup", "--to", "missing/copy.db"])
        .await
        .assert_failed(1, "missing/copy.db");
    let expected = ["copy.db", "kobling.db", "kobling.db-opening", "kobling.key"];
    let mut names = here.names();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    assert_eq!(names, expected, "nothing unfinished is left");
}

#[tokio::test]
async fn a_damaged_backup_is_refused_and_changes_nothing() {
    let (here, _) = Installation::with_partner().await;
    here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    let whole = std::fs::read(here.path("copy.db")).unwrap();
    let there = Installation::empty().await;
    let damaged = there.path("damaged.db");
    let restore = ["restore", "--from", "damaged.db"];
    let middle = whole.len() / 2;
    let mut changed = whole.clone();
    changed[middle] ^= 1;
    for (bytes, why) in [
        (&whole[..0], "is no SQLite file"),
        (&whole[..middle], "was cut off or is damaged"),
        (&whole[..whole.len() - 1], "was cut off or is damaged"),
        (
            &changed,
            "its bytes are not those that its checksum was made of",
        ),
        (b"Dear diary, today".as_slice(), "is no SQLite file"),
    ] {
        std::fs::write(&damaged, bytes).unwrap();
        let ran = there.run(&restore).await;
        ran.assert_failed(1, why);
        ran.assert_failed(1, "nothing was changed");
        assert!(!there.file().exists(), "{:?}", there.names());
    }
    there
        .run(&["restore", "--from", "missing.db"])
        .await
        .assert_failed(1, "there is no database at");
    std::fs::write(&damaged, &whole).unwrap();
    there.run(&restore).await.assert_ok();
    assert!(there.file().exists());
}

#[tokio::test]
async fn a_restore_waits_for_no_server_and_keeps_what_was_there() {
    let (here, client) = Installation::with_partner().await;
    here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    caller.report(&account, "vipps", "after the backup").await;
    let newer = caller.log().await;
    let force = ["restore", "--from", "copy.db", "--force", "--json"];

    here.run(&force)
        .await
        .assert_failed(1, "another kobling already serves");
    server.kill();
    server.wait_until_gone().await;
    here.run(&["restore", "--from", "copy.db"])
        .await
        .assert_failed(1, "is there already");
    let told = here.run(&force).await.assert_ok().json();

    assert_eq!(told["root_key"], "right");
    assert_eq!(told["entries"], 3);
    let export = ["export", "--partner", "T112"];
    assert_eq!(here.run(&export).await.assert_ok().json_lines(), newer[..3]);
    // The killed server left its newest entries in the write-ahead log; they were kept with the file.
    let kept = told["kept"].as_str().unwrap();
    let kept = here
        .run(&["export", "--partner", "T112", "--database", kept])
        .await;
    assert_eq!(kept.assert_ok().json_lines(), newer);
}

#[tokio::test]
async fn what_the_root_key_means_is_told() {
    let (here, _) = Installation::with_partner().await;
    here.run(&["backup", "--to", "copy.db"]).await.assert_ok();
    let from = here.path("copy.db");
    let restore = ["restore", "--force", "--from", from.to_str().unwrap()];
    let there = Installation::empty().await;
    let missing = there.run(&restore).await.assert_ok();
    assert!(
        missing.out.contains("There is no usable root key"),
        "{missing:?}"
    );
    assert!(!there.path("kobling.key").exists(), "none is made");
    std::fs::write(
        there.path("kobling.key"),
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    )
    .unwrap();
    let wrong = there.run(&restore).await.assert_ok();
    assert!(wrong.out.contains("is another one"), "{wrong:?}");
}

#[tokio::test]
async fn a_database_in_use_is_no_backup() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    Caller::of(&here, &server, &client)
        .await
        .add_account()
        .await;
    let there = Installation::empty().await;
    let from = here.file();
    let ran = there
        .run(&["restore", "--from", from.to_str().unwrap()])
        .await;
    ran.assert_failed(1, "make one with kobling backup");
}

#[tokio::test]
async fn nothing_is_written_over_the_database_itself() {
    let (here, _) = Installation::with_partner().await;
    let before = std::fs::read(here.file()).unwrap();
    std::os::unix::fs::symlink("kobling.db", here.path("link.db")).unwrap();
    for to in ["kobling.db", "./kobling.db", "link.db"] {
        let backup = here.run(&["backup", "--force", "--to", to]).await;
        backup.assert_failed(2, "is the database itself");
        let export = ["export", "--partner", "T112", "--force", "--to", to];
        here.run(&export)
            .await
            .assert_failed(2, "is the database itself");
    }
    assert!(std::fs::read(here.file()).unwrap() == before);
}
