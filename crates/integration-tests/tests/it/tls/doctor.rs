//! What `kobling doctor` finds about a certificate.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use super::authority::{Authority, NAME, elliptic};
use super::served::{FILES, Place};

/// Level, message and remedy of the finding about a check.
async fn finding(place: &Place, listen: &str, check: &str) -> (String, String, String) {
    let doctor = [
        "doctor",
        "--json",
        "--listen",
        listen,
        "--public-url",
        "https://kobling.test",
    ];
    let ran = place.run(&[&doctor[..], &FILES].concat()).await;
    let told: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{ran:?}"));
    let found = told["findings"].as_array().unwrap().iter();
    let found = found.clone().find(|finding| finding["check"] == check);
    let found = found.unwrap_or_else(|| panic!("{check}: {told}"));
    let text = |name: &str| found[name].as_str().unwrap_or_default().to_owned();
    (text("level"), text("message"), text("remedy"))
}

async fn assert_found(place: &Place, level: &str, message: &str, remedy: &str) {
    let found = finding(place, "127.0.0.1:0", "certificate").await;
    assert_eq!(found.0, level, "{found:?}");
    assert!(found.1.contains(message), "{message}: {found:?}");
    assert!(found.2.contains(remedy), "{remedy}: {found:?}");
}

fn only_owner(place: &Place) {
    std::fs::set_permissions(place.path("key.pem"), Permissions::from_mode(0o600)).unwrap();
}

#[tokio::test]
async fn certificates_are_looked_at() {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    only_owner(&place);
    assert_found(
        &place,
        "ok",
        "one for kobling.test, its key belongs to it",
        "",
    )
    .await;
    let put = |name: &str, days| {
        place.put(&authority.issue_with(&elliptic(), name, days));
    };
    put(NAME, (-1, 15));
    assert_found(&place, "ok", "valid until 20", "").await;
    put(NAME, (-1, 13));
    assert_found(&place, "warning", "less than 14 days", "renew it").await;
    put(NAME, (-10, -1));
    assert_found(&place, "error", "expired at", "renew it").await;
    put("other.test", (-1, 90));
    assert_found(
        &place,
        "warning",
        "not one for kobling.test",
        "get a certificate that names",
    )
    .await;
    place.write("key.pem", &authority.issue().key);
    assert_found(
        &place,
        "error",
        "not that of the first certificate",
        "give the key",
    )
    .await;
    put(NAME, (-1, 90));
    std::fs::set_permissions(place.path("key.pem"), Permissions::from_mode(0o644)).unwrap();
    assert_found(&place, "warning", "has mode 0644", "chmod o=").await;
    std::fs::remove_file(place.path("key.pem")).unwrap();
    assert_found(&place, "error", "No such file", "may read").await;
}

#[tokio::test]
async fn a_server_with_a_certificate_is_known_at_its_port() {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    let served = place.serve(&FILES).await;
    let found = finding(&place, &served.address.to_string(), "port").await;
    assert_eq!(found.0, "ok", "{found:?}");
    assert!(found.1.contains("is ready"), "{found:?}");
}
