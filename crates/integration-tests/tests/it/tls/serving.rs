//! What is served inside TLS is what is served without it.

use reqwest::Version;
use reqwest::tls::TlsInfo;
use serde_json::Value;

use super::authority::{Authority, NAME, elliptic, rsa, traditional};
use super::served::{FILES, Place};

const PUBLIC: [&str; 2] = ["--public-url", "https://kobling.test"];

#[tokio::test]
async fn the_handshake_settles_the_protocol() {
    let authority = Authority::new();
    let place = Place::with(&authority, &authority.issue()).await;
    let served = place.serve(&[&FILES[..], &PUBLIC].concat()).await;
    let url = format!("https://{NAME}:{}/health/ready", served.address.port());

    let either = authority.client(served.address).build().unwrap();
    let answer = either.get(&url).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.version()),
        (200, Version::HTTP_2)
    );
    let older = authority
        .client(served.address)
        .http1_only()
        .build()
        .unwrap();
    let answer = older.get(&url).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.version()),
        (200, Version::HTTP_11)
    );

    let tls12 = authority.client(served.address);
    let tls12 = tls12
        .tls_version_max(reqwest::tls::Version::TLS_1_2)
        .build()
        .unwrap();
    assert_eq!(tls12.get(&url).send().await.unwrap().status(), 200);
    let stranger = Authority::new().client(served.address).build().unwrap();
    assert!(
        stranger.get(&url).send().await.is_err(),
        "another authority"
    );
}

#[tokio::test]
async fn a_token_is_given_and_an_event_recorded() {
    let authority = Authority::new();
    let place = Place::with(
        &authority,
        &authority.issue_with(&elliptic(), "127.0.0.1", (-1, 90)),
    )
    .await;
    let served = place.serve(&FILES).await;
    let listen = served.address.to_string();
    let at = [&["--listen", &listen][..], &FILES].concat();
    let client = place.bootstrap(&at).await;
    let token_url = client["token_url"].as_str().unwrap();
    assert_eq!(
        token_url,
        format!("https://{listen}/v1/accounts/T11200000/auth/token"),
        "with a certificate the address is one of TLS"
    );
    place.write("client.json", &client.to_string());

    let ran = place
        .run(&["token", "client.json", "--ca-file", "ca.pem"])
        .await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let token = ran.out.trim();
    let http = authority.client(served.address).build().unwrap();
    let url = format!(
        "https://{listen}/v1/accounts/T112/management/accounts/T11200000/connections/vipps/events"
    );
    let request = http.post(url).bearer_auth(token);
    let body: Value = serde_json::json!({"status": "pending", "event": "signed"});
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.version()),
        (200, Version::HTTP_2)
    );
}

#[tokio::test]
async fn a_token_is_not_asked_of_a_server_that_nobody_vouches_for() {
    let authority = Authority::new();
    let place = Place::with(
        &authority,
        &authority.issue_with(&elliptic(), "127.0.0.1", (-1, 90)),
    )
    .await;
    let served = place.serve(&FILES).await;
    let listen = served.address.to_string();
    let client = place
        .bootstrap(&[&["--listen", &listen][..], &FILES].concat())
        .await;
    place.write("client.json", &client.to_string());
    place.write("other.pem", &Authority::new().pem);
    place.write("none.pem", "nothing");

    let wrong = place
        .run(&["token", "client.json", "--ca-file", "other.pem"])
        .await;
    assert_eq!(wrong.code, Some(1), "{wrong:?}");
    assert!(wrong.err.contains("cannot be asked"), "{wrong:?}");
    assert!(
        wrong.err.contains("vouches for the service with --ca-file"),
        "{wrong:?}"
    );
    assert!(
        wrong.err.to_lowercase().contains("certificate"),
        "{wrong:?}"
    );
    for (file, why) in [
        ("none.pem", "no certificate in it"),
        ("missing.pem", "No such file"),
    ] {
        let ran = place
            .run(&["token", "client.json", "--ca-file", file])
            .await;
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(why) && ran.err.contains(file), "{ran:?}");
    }
}

#[tokio::test]
async fn keys_of_every_form_are_served() {
    let authority = Authority::new();
    let (curve, rsa) = (elliptic(), rsa());
    let keys = [
        (&curve, curve.serialize_pem()),
        (&curve, traditional(&curve, "EC PRIVATE KEY")),
        (&rsa, rsa.serialize_pem()),
        (&rsa, traditional(&rsa, "RSA PRIVATE KEY")),
    ];
    for (key, pem) in keys {
        let issued = authority.issue_with(key, NAME, (-1, 90));
        let place = Place::with(&authority, &issued).await;
        place.write("key.pem", &pem);
        let served = place.serve(&FILES).await;
        let http = authority.client(served.address).build().unwrap();
        let url = format!("https://{NAME}:{}/health/live", served.address.port());
        let answer = http.get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let shown = answer.extensions().get::<TlsInfo>().unwrap();
        assert_eq!(shown.peer_certificate(), Some(&issued.der[..]));
    }
}
