//! `kobling events`.

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::program::{Caller, Installation, signal};

fn seqs(events: &[Value]) -> Vec<u64> {
    events
        .iter()
        .map(|event| event["seq"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn events_are_listed_by_filter_and_in_either_order() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let (first, second) = (caller.add_account().await, caller.add_account().await);
    for (account, connection, status) in [
        (&first, "vipps", "pending"),
        (&second, "vipps", "failed"),
        (&first, "swish", "failed"),
        (&first, "vipps", "enabled"),
    ] {
        caller.report_as(account, connection, status, "step").await;
    }
    let log = caller.log().await;
    let of_events: Vec<Value> = log
        .iter()
        .filter(|entry| entry["type"] == "kobling.connection_event.recorded")
        .cloned()
        .collect();
    let list = async |arguments: &[&str]| {
        let arguments = [&["events", "--json"], arguments].concat();
        here.run(&arguments).await.assert_ok().json_lines()
    };
    let pick = |places: &[usize]| -> Vec<Value> {
        places
            .iter()
            .map(|place| of_events[*place].clone())
            .collect()
    };

    let partner = ["--partner", "T112"];
    assert_eq!(list(&partner).await, pick(&[3, 2, 1, 0]));
    let with = |more: &[&'static str]| [&partner[..], more].concat();
    assert_eq!(list(&with(&["--order", "asc"])).await, of_events);
    assert_eq!(list(&with(&["--limit", "2"])).await, pick(&[3, 2]));
    assert_eq!(
        list(&with(&["--connection", "vipps"])).await,
        pick(&[3, 1, 0])
    );
    assert_eq!(list(&with(&["--status", "failed"])).await, pick(&[2, 1]));
    let of_account = ["--account", &first];
    assert_eq!(list(&of_account).await, pick(&[3, 2, 0]));
    let after = of_events[1]["seq"].to_string();
    assert_eq!(
        list(&["--partner", "T112", "--after", &after]).await,
        pick(&[2, 3])
    );
    let since = of_events[2]["time"].as_str().unwrap();
    let since = list(&["--partner", "T112", "--since", since]).await;
    assert!(since.ends_with(&pick(&[2, 3])), "{since:?}");
    assert!(!since.contains(&log[0]));
    let mut all = list(&with(&["--all", "--limit", "1000"])).await;
    all.reverse();
    assert_eq!(all, log);
    let table = here
        .run(&["events", "--partner", "T112"])
        .await
        .assert_ok()
        .out;
    assert_eq!(table.lines().count(), 5, "{table}");
    assert!(table.lines().nth(1).unwrap().contains("enabled"), "{table}");
    assert!(!table.contains('\u{1b}'), "no colours into a pipe: {table}");
}

#[tokio::test]
async fn unknown_partners_accounts_and_names_are_refused() {
    let (here, _) = Installation::with_partner().await;
    here.run(&["events", "--partner", "T113"])
        .await
        .assert_failed(1, "there is no partner T113");
    here.run(&["events", "--account", "T11200009"])
        .await
        .assert_failed(1, "there is no account T11200009");
    here.run(&["events", "--partner", "T112", "--connection", "paypal"])
        .await
        .assert_failed(2, "a connection is one of: instabank, vipps");
    here.run(&["events"])
        .await
        .assert_failed(2, "--account <ACCOUNT>");
    let names = here.names();
    let elsewhere = ["events", "--partner", "T112", "--database", "missing.db"];
    here.run(&elsewhere)
        .await
        .assert_failed(1, "there is no database at");
    assert_eq!(here.names(), names);
}

#[tokio::test]
async fn following_shows_events_as_they_come_until_it_is_interrupted() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    let arguments = [
        "events",
        "--partner",
        "T112",
        "--follow",
        "--after",
        "0",
        "--json",
    ];
    let mut following = here.command(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();

    for name in ["one", "two", "three"] {
        let reported = caller.report(&account, "vipps", name).await;
        let line = lines.next_line().await.unwrap().unwrap();
        let seen: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(seen["data"]["event"]["id"], reported["id"]);
        assert_eq!(seen["data"]["event"]["event"], name);
    }

    signal(&following, "INT").await;
    assert_eq!(following.wait().await.unwrap().code(), Some(0));
    assert_eq!(lines.next_line().await.unwrap(), None);
    let enough = [
        "events",
        "--partner",
        "T112",
        "--follow",
        "--after",
        "0",
        "--limit",
        "2",
        "--json",
    ];
    let enough = here.run(&enough).await.assert_ok().json_lines();
    assert_eq!(seqs(&enough).len(), 2);
}

#[tokio::test]
async fn following_an_account_skips_what_is_of_others() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let (mine, other) = (caller.add_account().await, caller.add_account().await);
    let arguments = [
        "events",
        "--account",
        &mine,
        "--follow",
        "--after",
        "0",
        "--json",
    ];
    let mut following = here.command(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();

    for name in ["one", "two"] {
        caller.report(&other, "vipps", "not mine").await;
        caller.report(&mine, "vipps", name).await;
        let line = lines.next_line().await.unwrap().unwrap();
        let seen: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(seen["data"]["event"]["event"], name);
    }
    signal(&following, "TERM").await;
    assert_eq!(following.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_closed_pipe_ends_it_without_a_word() {
    let (here, client) = Installation::with_partner().await;
    let server = here.serve().await;
    let caller = Caller::of(&here, &server, &client).await;
    let account = caller.add_account().await;
    caller.report(&account, "vipps", "one").await;
    let arguments = ["events", "--partner", "T112", "--follow", "--after", "0"];
    let mut following = here.command(&arguments).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().unwrap().contains("SEQ"));
    assert!(lines.next_line().await.unwrap().unwrap().contains("one"));

    // Nothing more is reported: it notices by itself.
    drop(lines);

    let output = following.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
