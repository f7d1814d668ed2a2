//! New files are taken while the server runs.

use std::os::unix::fs::symlink;

use domain::{Clock, SystemClock};
use reqwest::Client;
use reqwest::tls::TlsInfo;

use super::authority::{Authority, Issued, NAME};
use super::served::{FILES, Place, Served};
use crate::support::Metrics;

const TAKEN: &str = "the certificate was read again";
const REFUSED: &str = "the new certificate cannot be used; the one before goes on";
const METRICS: [&str; 2] = ["--metrics-listen", "127.0.0.1:0"];
const OFTEN: [(&str, &str); 1] = [("KOBLING_TLS__RELOAD_SECONDS", "1")];
const NEVER: [(&str, &str); 1] = [("KOBLING_TLS__RELOAD_SECONDS", "86400")];

/// The certificate that a connection was begun with.
async fn shown(http: &Client, served: &Served) -> Vec<u8> {
    let url = format!("https://{NAME}:{}/health/live", served.address.port());
    let answer = http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let info = answer.extensions().get::<TlsInfo>().unwrap();
    info.peer_certificate().unwrap().to_vec()
}

async fn shown_anew(authority: &Authority, served: &Served) -> Vec<u8> {
    shown(&authority.client(served.address).build().unwrap(), served).await
}

#[tokio::test]
async fn files_that_are_written_over_are_noticed() {
    let authority = Authority::new();
    let (one, other) = (authority.issue(), authority.issue());
    let place = Place::with(&authority, &one).await;
    let mut served = place.serve_set(&FILES, &OFTEN).await;
    let open = authority.client(served.address).build().unwrap();
    assert_eq!(shown(&open, &served).await, one.der);

    place.put(&other);
    served.record(TAKEN).await;
    assert_eq!(shown_anew(&authority, &served).await, other.der);
    assert_eq!(
        shown(&open, &served).await,
        one.der,
        "open connections live on"
    );
}

#[tokio::test]
async fn a_link_that_is_pointed_elsewhere_is_noticed() {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    // As Kubernetes mounts secrets: the files lead through a link to a folder, which is replaced at once.
    let lay = |folder: &str, issued: &Issued| {
        std::fs::create_dir(place.path(folder)).unwrap();
        place.write(&format!("{folder}/chain.pem"), &issued.certificate);
        place.write(&format!("{folder}/key.pem"), &issued.key);
        symlink(folder, place.path("next")).unwrap();
        std::fs::rename(place.path("next"), place.path("data")).unwrap();
    };
    let (one, other) = (authority.issue(), authority.issue());
    lay("first", &one);
    for name in ["chain.pem", "key.pem"] {
        std::fs::remove_file(place.path(name)).unwrap();
        symlink(format!("data/{name}"), place.path(name)).unwrap();
    }
    let mut served = place.serve_set(&FILES, &OFTEN).await;
    assert_eq!(shown_anew(&authority, &served).await, one.der);
    lay("second", &other);
    served.record(TAKEN).await;
    assert_eq!(shown_anew(&authority, &served).await, other.der);
}

#[tokio::test]
async fn a_signal_is_enough_and_bad_files_change_nothing() {
    let authority = Authority::new();
    let (one, other) = (authority.issue(), authority.issue());
    let place = Place::with(&authority, &one).await;
    let mut served = place.serve_set(&FILES, &NEVER).await;

    place.write("key.pem", &other.key);
    served.signal("HUP").await;
    let refused = served.record(REFUSED).await;
    let problem = refused["problem"].as_str().unwrap();
    assert!(problem.starts_with("tls.key_file: "), "{refused}");
    assert_eq!(shown_anew(&authority, &served).await, one.der);
    std::fs::remove_file(place.path("chain.pem")).unwrap();
    served.signal("HUP").await;
    let refused = served.record(REFUSED).await;
    assert!(
        refused["problem"]
            .as_str()
            .unwrap()
            .contains("No such file"),
        "{refused}"
    );
    assert_eq!(shown_anew(&authority, &served).await, one.der);

    place.put(&other);
    served.signal("HUP").await;
    served.record(TAKEN).await;
    assert_eq!(shown_anew(&authority, &served).await, other.der);
}

#[tokio::test]
async fn the_end_of_the_certificate_and_what_became_of_new_ones_are_metrics() {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    let (mut served, said) = place
        .serve_saying(&[&FILES[..], &METRICS].concat(), &NEVER)
        .await;
    let served = &mut served;
    let metrics = format!("http://{}/metrics", said["address"].as_str().unwrap());
    let read = async || {
        let text = reqwest::get(&metrics).await.unwrap().text().await.unwrap();
        Metrics::read(&text)
    };
    let first = read().await;
    let in_days = |days: f64| {
        let now = SystemClock.now().seconds();
        f64::from(u32::try_from(now).unwrap()) + days * 86_400.0
    };
    let not_after = first.get("kobling_tls_certificate_not_after_seconds");
    assert!((not_after - in_days(90.0)).abs() < 3_600.0, "{not_after}");

    let key = super::authority::elliptic();
    place.put(&authority.issue_with(&key, NAME, (-1, 10)));
    served.signal("HUP").await;
    served.record(TAKEN).await;
    place.write("chain.pem", "");
    served.signal("HUP").await;
    served.record(REFUSED).await;
    shown_anew(&authority, served).await;

    let then = read().await;
    let not_after = then.get("kobling_tls_certificate_not_after_seconds");
    assert!((not_after - in_days(10.0)).abs() < 3_600.0, "{not_after}");
    for (series, count) in [
        (
            "kobling_tls_certificate_reloads_total{outcome=\"taken\"}",
            1.0,
        ),
        (
            "kobling_tls_certificate_reloads_total{outcome=\"refused\"}",
            1.0,
        ),
        ("kobling_tls_handshakes_total{outcome=\"done\"}", 1.0),
    ] {
        assert_eq!(then.get(series) - first.get(series), count, "{series}");
    }
}
