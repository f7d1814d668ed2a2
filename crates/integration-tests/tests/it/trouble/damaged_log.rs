//! The write-ahead log of a killed server is damaged.

use std::fs;

use integration_tests::process::SERVE;

use crate::commands::program::{Caller, Installation};

const HEADER: usize = 32;
const FRAME: usize = 24 + 4_096;

#[tokio::test]
async fn acknowledged_changes_are_not_dropped_with_a_damaged_log() {
    let (here, client) = Installation::with_partner().await;
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    for number in 0..20 {
        caller
            .report(&account, "vipps", &format!("report {number}"))
            .await;
    }
    let log = caller.log().await;
    server.kill();
    server.wait_until_gone().await;
    let wal = here.path("kobling.db-wal");
    let whole = fs::read(&wal).unwrap();
    let database = fs::read(here.file()).unwrap();
    let middle = HEADER + (whole.len() / FRAME / 2) * FRAME;

    for (at, place) in [(middle + 1_000, middle), (middle + 5, middle), (17, 0)] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        fs::write(&wal, &damaged).unwrap();
        let why = format!(
            "kobling.db-wal is damaged at byte {place}, and changes that were acknowledged lie behind"
        );
        here.run(&SERVE).await.assert_failed(1, &why);
        here.run(&["bootstrap", "--partner", "T113"])
            .await
            .assert_failed(1, &why);
        here.run(&["backup", "--to", "copy.db"])
            .await
            .assert_failed(1, &why);
        assert!(!here.path("copy.db").exists());
        let doctor = here.run(&["doctor", "--listen", "127.0.0.1:0"]).await;
        assert_eq!(doctor.code, 4, "{doctor:?}");
        assert!(doctor.out.contains(&why), "{doctor:?}");
        assert!(fs::read(&wal).unwrap() == damaged, "it is left as it was");
        assert!(fs::read(here.file()).unwrap() == database);
    }

    fs::write(&wal, &whole).unwrap();
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    assert_eq!(caller.log().await, log);
}

#[tokio::test]
async fn a_batch_that_was_cut_off_was_never_acknowledged() {
    let (here, client) = Installation::with_partner().await;
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    caller.report(&account, "vipps", "acknowledged").await;
    let log = caller.log().await;
    caller.report(&account, "vipps", "the last").await;
    server.kill();
    server.wait_until_gone().await;
    let wal = here.path("kobling.db-wal");
    let mut cut = fs::read(&wal).unwrap();
    cut.truncate(cut.len() - 100);
    fs::write(&wal, cut).unwrap();

    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    assert_eq!(caller.log().await, log);
}
