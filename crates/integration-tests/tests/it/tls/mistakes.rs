//! Certificates that cannot be served stop the start, with the setting, the problem, and what to do.

use super::authority::{Authority, NAME, elliptic};
use super::served::{FILES, Place};

/// Starts on what a change has left behind, and expects these words.
async fn assert_refused(change: impl FnOnce(&Place, &Authority), words: &[&str]) {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    change(&place, &authority);
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let ran = place.run(&[&serve[..], &FILES].concat()).await;
    assert_eq!(ran.code, Some(2), "{ran:?}");
    for word in words {
        assert!(ran.err.contains(word), "{word}: {ran:?}");
    }
    assert!(!place.path("kobling.db").exists(), "nothing was begun");
}

#[tokio::test]
async fn files_that_are_missing_or_hold_something_else() {
    let missing = |name: &'static str| {
        move |place: &Place, _: &Authority| std::fs::remove_file(place.path(name)).unwrap()
    };
    assert_refused(
        missing("chain.pem"),
        &[
            "tls.certificate_file",
            "chain.pem",
            "No such file",
            "give a file",
        ],
    )
    .await;
    assert_refused(
        missing("key.pem"),
        &["tls.key_file", "key.pem", "No such file", "give a file"],
    )
    .await;
    let holds = |name: &'static str, text: &'static str| {
        move |place: &Place, _: &Authority| place.write(name, text)
    };
    assert_refused(
        holds("chain.pem", "no PEM"),
        &[
            "tls.certificate_file",
            "no certificate in chain.pem",
            "-----BEGIN CERTIFICATE-----",
        ],
    )
    .await;
    assert_refused(
        holds(
            "chain.pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ),
        &[
            "tls.certificate_file",
            "certificate 1 in chain.pem cannot be read",
        ],
    )
    .await;
    assert_refused(
        holds(
            "chain.pem",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
        ),
        &["tls.certificate_file", "chain.pem is not PEM"],
    )
    .await;
}

#[tokio::test]
async fn keys_that_are_none_or_cannot_be_used() {
    let holds = |name: &'static str, text: &'static str| {
        move |place: &Place, _: &Authority| place.write(name, text)
    };
    assert_refused(
        holds("key.pem", ""),
        &["tls.key_file", "no private key in key.pem"],
    )
    .await;
    assert_refused(
        holds(
            "key.pem",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        ),
        &[
            "tls.key_file",
            "the key in key.pem cannot be used",
            "PKCS#8",
        ],
    )
    .await;
    assert_refused(
        holds(
            "key.pem",
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        ),
        &["tls.key_file", "is encrypted", "openssl pkey"],
    )
    .await;
    let long = |place: &Place, _: &Authority| place.write("key.pem", &"x".repeat(1_048_577));
    assert_refused(long, &["tls.key_file", "more than 1048576 bytes"]).await;
}

#[tokio::test]
async fn certificates_out_of_their_time_or_of_another_key() {
    let of_days = |days: (i32, i32)| {
        move |place: &Place, authority: &Authority| {
            place.put(&authority.issue_with(&elliptic(), NAME, days));
        }
    };
    assert_refused(
        of_days((-30, -1)),
        &["tls.certificate_file", "expired at 20", "renew it"],
    )
    .await;
    assert_refused(
        of_days((2, 30)),
        &["tls.certificate_file", "not valid before 20", "clock"],
    )
    .await;
    assert_refused(
        |place, authority| place.write("key.pem", &authority.issue().key),
        &[
            "tls.key_file",
            "not that of the first certificate in chain.pem",
            "the server's own certificate before",
        ],
    )
    .await;
}

#[tokio::test]
async fn one_file_without_the_other() {
    let place = Place::empty().await;
    for (given, missing) in [("certificate", "key"), ("key", "certificate")] {
        let flag = format!("--tls-{given}-file");
        let ran = place.run(&["serve", &flag, "x.pem"]).await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        let said = format!(
            "flag {flag}: tls.{given}_file is given and tls.{missing}_file is not; give both"
        );
        assert!(ran.err.contains(&said), "{ran:?}");
    }
}
