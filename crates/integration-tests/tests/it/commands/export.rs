//! `kobling export`.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::program::{Caller, Installation, signal};

const EVENTS: usize = 40;

/// A partner with some events, and its log as the service answers it.
async fn with_log() -> (Installation, Vec<Value>) {
    let (here, client) = Installation::with_partner().await;
    let mut server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    for number in 0..EVENTS {
        caller
            .report(&account, "vipps", &format!("step\n{number}"))
            .await;
    }
    let log = caller.log().await;
    server.kill();
    server.wait_until_gone().await;
    (here, log)
}

fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[tokio::test]
async fn an_export_is_the_log_that_the_service_answers() {
    let (here, log) = with_log().await;

    let to_output = here.run(&["export", "--partner", "T112"]).await.assert_ok();
    let part = [
        "export",
        "--partner",
        "T112",
        "--after",
        "5",
        "--until",
        "9",
    ];
    let part = here.run(&part).await.assert_ok();
    let to_file = ["export", "--partner", "T112", "--to", "T112.ndjson"];
    let told = here.run(&to_file).await.assert_ok();

    assert_eq!(to_output.json_lines(), log);
    assert_eq!(part.json_lines(), log[5..9]);
    assert!(
        told.err
            .contains(&format!("Exported {} entries", log.len())),
        "{told:?}"
    );
    assert!(told.out.is_empty() && !told.err.contains('\r'), "{told:?}");
    let written = std::fs::read_to_string(here.path("T112.ndjson")).unwrap();
    assert_eq!(written, to_output.out);
    here.run(&to_file)
        .await
        .assert_failed(1, "is there already; --resume goes on");
    here.run(&[&to_file[..], &["--force"]].concat())
        .await
        .assert_ok();
    assert_eq!(
        std::fs::read_to_string(here.path("T112.ndjson")).unwrap(),
        written
    );
}

#[tokio::test]
async fn an_export_goes_on_wherever_it_was_cut() {
    let (here, log) = with_log().await;
    let path = here.path("T112.ndjson");
    let resume = [
        "export",
        "--partner",
        "T112",
        "--to",
        "T112.ndjson",
        "--resume",
    ];
    here.run(&resume).await.assert_ok();
    let whole = std::fs::read(&path).unwrap();
    let first_line = whole.iter().position(|byte| *byte == b'\n').unwrap();

    for length in [
        0,
        1,
        first_line,
        first_line + 1,
        whole.len() / 2,
        whole.len() - 1,
    ] {
        std::fs::write(&path, &whole[..length]).unwrap();
        let told = here.run(&resume).await.assert_ok();
        assert!(told.err.contains("Exported"), "{length}: {told:?}");
        assert!(std::fs::read(&path).unwrap() == whole, "cut at {length}");
    }
    let nothing = here.run(&resume).await.assert_ok();
    assert!(nothing.err.contains("Nothing new"), "{nothing:?}");
    assert_eq!(lines(std::str::from_utf8(&whole).unwrap()), log);
}

#[tokio::test]
async fn an_interrupted_export_says_where_to_go_on() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let reporting = (0..8).map(|reporter| {
        let (caller, account) = (caller.clone(), account.clone());
        tokio::spawn(async move {
            for number in 0..150 {
                caller
                    .report(&account, "vipps", &format!("{reporter}, {number}"))
                    .await;
            }
        })
    });
    for reporter in reporting.collect::<Vec<_>>() {
        reporter.await.unwrap();
    }
    let mut exporting = here
        .command(&["export", "--partner", "T112"])
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(exporting.stdout.take().unwrap()).lines();
    // It writes now, and will soon wait for its reader, because a pipe holds a part of the log only.
    let first = lines.next_line().await.unwrap().unwrap();
    signal(&exporting, "INT").await;
    let mut read = vec![first];
    while let Some(line) = lines.next_line().await.unwrap() {
        read.push(line);
    }

    let output = exporting.wait_with_output().await.unwrap();

    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(read.len() < 1_200, "{}", read.len());
    assert!(
        said.contains(&format!("--after {} goes on", read.len())),
        "{said}"
    );
}

#[tokio::test]
async fn a_file_that_is_no_export_is_left_alone() {
    let (here, _) = with_log().await;
    let resume = ["export", "--partner", "T112", "--to", "file", "--resume"];
    let other = r#"{"specversion":"1.0","source":"/v1/accounts/P77700000","seq":7}"#;
    for (text, why) in [
        ("Dear diary", "does not begin as an entry does"),
        ("Dear diary,\ntoday", "no entry of a log"),
        (
            &format!("{other}\n"),
            "it holds the log of /v1/accounts/P77700000",
        ),
    ] {
        std::fs::write(here.path("file"), text).unwrap();
        here.run(&resume).await.assert_failed(1, why);
        assert_eq!(std::fs::read_to_string(here.path("file")).unwrap(), text);
    }
    let backwards = [
        "export",
        "--partner",
        "T112",
        "--after",
        "9",
        "--until",
        "5",
    ];
    here.run(&backwards)
        .await
        .assert_failed(2, "--until must not be below --after");
    here.run(&["export", "--partner", "P999"])
        .await
        .assert_failed(1, "there is no partner P999");
}
