//! What must be written cannot be: a disk, a folder or a file is read-only, from the start or all of a sudden.

use integration_tests::process::SERVE;
use tokio::process::Command;

use super::disk::Disk;
use crate::commands::program::{Caller, Installation};
use crate::load::Load;

const MIB: u64 = 1 << 20;

#[tokio::test]
async fn a_start_on_what_is_read_only_names_it() {
    let (mut disk, _) = Disk::with_partner(8 * MIB).await;
    let folder = disk.here.folder().display().to_string();

    disk.run(&format!("mount -o remount,bind,ro {folder}"))
        .await;
    let ran = disk.here.run(&SERVE).await;
    ran.assert_failed(
        1,
        "kobling.db-serving beside the database cannot be made: Read-only file system",
    );
    ran.assert_failed(1, "its folder must exist and be writable");
    let doctor = disk.here.run(&["doctor", "--listen", "127.0.0.1:0"]).await;
    assert_eq!(doctor.code, 4, "{doctor:?}");
    assert!(
        doctor
            .out
            .contains("kobling.db cannot be written by this user"),
        "{doctor:?}"
    );
    let here = disk.here.run(&["backup", "--to", "copy.db"]).await;
    here.assert_failed(1, "Read-only file system");
    disk.run(&format!("mount -o remount,bind,rw {folder}"))
        .await;

    disk.run("chmod 500 .").await;
    disk.run("rm -f kobling.db-serving").await;
    let ran = disk.here.run(&SERVE).await;
    ran.assert_failed(
        1,
        "kobling.db-serving beside the database cannot be made: Permission denied",
    );
    disk.run("chmod 700 . && chmod 400 kobling.db").await;
    let ran = disk.here.run(&SERVE).await;
    ran.assert_failed(
        1,
        "kobling.db cannot be written by the user that runs this; give that user the file",
    );
    disk.run("chmod 000 kobling.db").await;
    let ran = disk.here.run(&SERVE).await;
    ran.assert_failed(1, "writable for the user that runs this");
    disk.run("chmod 600 kobling.db").await;
    let _server = disk.here.serve().await;
}

/// Bounds the size of files that a running process may write. Every write beyond it fails, with another error than that of
/// a full disk: as those fail that a quota refuses, a failing disk, or one that the system has made read-only.
async fn bound_files(process: u32, bytes: &str) {
    let bound = format!("--fsize={bytes}:unlimited");
    let status = Command::new("prlimit")
        .args(["--pid", &process.to_string(), &bound])
        .status()
        .await
        .unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writes_that_fail_all_of_a_sudden_are_refused_until_they_work() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let load = Load::start(&caller, &account);
    load.more_acknowledged(50).await;

    bound_files(server.id(), "4096").await;
    load.more_refused(50).await;
    caller.get("/health/ready").await.assert_unavailable();
    assert_eq!(caller.get("/health/live").await.status, 200);
    let account = caller
        .get(&format!("/v1/accounts/T112/management/accounts/{account}"))
        .await;
    assert_eq!(account.status, 200, "{account:?}");
    let said = server.record("a batch was not written").await;
    assert!(
        said["error"].as_str().unwrap().contains("disk I/O error"),
        "{said}"
    );

    bound_files(server.id(), "unlimited").await;
    assert_eq!(caller.get("/health/ready").await.status, 200);
    load.more_acknowledged(50).await;
    load.stop_and_check(&caller).await;
}

#[tokio::test]
async fn a_server_without_changes_to_make_knows_that_it_could_not() {
    let (here, _) = Installation::with_partner().await;
    let server = here.serve().await;
    bound_files(server.id(), "0").await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ready = async || {
        let url = format!("http://{}/health/ready", server.address);
        http.get(url).send().await.unwrap().status().as_u16()
    };
    assert_eq!(ready().await, 503);
    bound_files(server.id(), "unlimited").await;
    assert_eq!(ready().await, 200);
}
