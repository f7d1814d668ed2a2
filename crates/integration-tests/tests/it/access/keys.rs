//! The public keys: found and used as a standard library does, and as the contract's clients do.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header,
};
use oauth::Algorithm as Ours;
use serde_json::Value;

use crate::support::{PUBLIC_URL, TestApp, audience};

const METADATA: &str = "/.well-known/oauth-authorization-server/v1/accounts/T11200000";

/// Verifies the token with nothing but what can be found from its issuer.
async fn verify(app: &TestApp, token: &str) -> jsonwebtoken::errors::Result<Value> {
    let metadata = app.get(METADATA).await;
    let issuer = metadata.assert_ok().text_at("/issuer");
    assert_eq!(issuer, format!("{PUBLIC_URL}/v1/accounts/T11200000"));
    let jwks = metadata.text_at("/jwks_uri");
    let jwks = app.get(TestApp::path_of(&jwks)).await;
    let jwks: JwkSet = serde_json::from_slice(&jwks.assert_ok().body).unwrap();
    let header = decode_header(token).unwrap();
    let jwk = jwks.find(&header.kid.unwrap()).unwrap();
    let mut validation = Validation::new(header.alg);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience("T11200000")]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    let key = DecodingKey::from_jwk(jwk).unwrap();
    decode::<Value>(token, &key, &validation).map(|data| data.claims)
}

async fn assert_verified_by_a_standard_library(ours: Ours, theirs: Algorithm) {
    let app = TestApp::start_with(|settings| settings.token_algorithm = ours).await;
    app.clock.set(domain::Clock::now(&domain::SystemClock));
    let partner = app.partner("T112").await;

    let token = &partner.token;

    assert_eq!(decode_header(token).unwrap().alg, theirs);
    assert_eq!(decode_header(token).unwrap().typ.as_deref(), Some("at+jwt"));
    let claims = verify(&app, token).await.unwrap();
    assert_eq!(claims["sub"], *partner.client.id);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, payload) = message.split_once('.').unwrap();
    let other = format!("{header}.{}A.{signature}", &payload[..payload.len() - 1]);
    assert!(verify(&app, &other).await.is_err());
}

#[tokio::test]
async fn rs256_is_verified_by_a_standard_library() {
    assert_verified_by_a_standard_library(Ours::Rs256, Algorithm::RS256).await;
}

#[tokio::test]
async fn es256_is_verified_by_a_standard_library() {
    assert_verified_by_a_standard_library(Ours::Es256, Algorithm::ES256).await;
}

#[tokio::test]
async fn eddsa_is_verified_by_a_standard_library() {
    assert_verified_by_a_standard_library(Ours::EdDsa, Algorithm::EdDSA).await;
}

#[tokio::test]
async fn the_metadata_is_that_of_rfc_8414() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;

    let response = app.get(METADATA).await;

    let metadata = response.assert_ok().json();
    let endpoint = metadata["token_endpoint"].as_str().unwrap();
    let token = app.post(TestApp::path_of(endpoint)).form(format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        partner.client.client_id, partner.client.client_secret
    ));
    token.await.assert_ok();
    assert_eq!(
        metadata["grant_types_supported"],
        serde_json::json!(["client_credentials"])
    );
    let documentation = metadata["service_documentation"].as_str().unwrap();
    app.get(TestApp::path_of(documentation)).await.assert_ok();
    app.get("/.well-known/oauth-authorization-server/v1/accounts/T112")
        .await
        .assert_ok();
    let path = METADATA.replace("T11200000", &account.id);
    app.get(&path).await.assert_error(404, "NOT FOUND");
    app.get(&METADATA.replace("T112", "T113"))
        .await
        .assert_error(404, "NOT FOUND");
}

#[tokio::test]
async fn the_key_set_is_for_anybody_and_the_bare_list_for_callers() {
    let app = TestApp::start_with(|settings| settings.token_algorithm = Ours::Rs256).await;
    let partner = app.partner("T112").await;
    let account = partner.account().await;

    let set = app
        .get("/v1/accounts/T11200000/auth/jwks")
        .await
        .assert_ok()
        .json();
    let list = partner.get("/auth/keys").await;

    assert_eq!(list.assert_ok().json(), set["keys"]);
    let keys = list.list();
    assert_eq!(keys.len(), 1);
    assert_eq!(keys[0]["kty"], "RSA");
    assert_eq!(keys[0]["alg"], "RS256");
    assert_eq!(keys[0]["use"], "sig");
    assert_eq!(keys[0]["e"], "AQAB");
    assert_eq!(
        keys[0]["kid"],
        *decode_header(&partner.token).unwrap().kid.unwrap()
    );
    let mut members: Vec<&String> = keys[0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(
        members,
        ["alg", "e", "kid", "kty", "n", "use"],
        "no private part"
    );
    let path = format!("/v1/accounts/{}/auth/keys", account.id);
    let token = partner
        .client_of(&account.id, &["read:accounts"])
        .await
        .token(&app)
        .await;
    assert_eq!(app.get(&path).token(&token).await.list(), keys);
    app.get(&path).await.assert_error(401, "UNAUTHORIZED");
    let path = format!("/v1/accounts/{}/auth/jwks", account.id);
    app.get(&path).await.assert_error(404, "NOT FOUND");
}

#[tokio::test]
async fn keys_outlive_a_restart_and_a_change_of_algorithm() {
    let mut app = TestApp::start_with(|settings| settings.token_algorithm = Ours::Es256).await;
    let old = app.partner("T112").await.token;
    app.settings.token_algorithm = Ours::EdDsa;

    let app = app.restart().await;

    let partner = app.partner("T112").await;
    assert_eq!(decode_header(&partner.token).unwrap().alg, Algorithm::EdDSA);
    partner.with_token(&old).get("/log").await.assert_ok();
    let set = app
        .get("/v1/accounts/T112/auth/jwks")
        .await
        .assert_ok()
        .json();
    assert_eq!(set["keys"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_public_key_is_no_secret_to_sign_with() {
    let app = TestApp::start_with(|settings| settings.token_algorithm = Ours::Rs256).await;
    let partner = app.partner("T112").await;
    let set = app.get("/v1/accounts/T112/auth/jwks").await.json();
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some("at+jwt".to_owned());
    header.kid = decode_header(&partner.token).unwrap().kid;
    let claims: Value = jsonwebtoken::dangerous::insecure_decode(&partner.token)
        .unwrap()
        .claims;
    let modulus = set["keys"][0]["n"].as_str().unwrap();
    let secret = EncodingKey::from_secret(modulus.as_bytes());

    let forged = jsonwebtoken::encode(&header, &claims, &secret).unwrap();

    partner
        .with_token(&forged)
        .get("/log")
        .await
        .assert_error(401, "UNAUTHORIZED");
}

#[tokio::test]
async fn a_key_of_ones_own_signs_nothing() {
    let app = TestApp::start().await;
    let partner = app.partner("T112").await;
    let kid = decode_header(&partner.token).unwrap().kid.unwrap();
    let now = domain::Clock::now(&app.clock).seconds();
    let claims = oauth::AccessTokenClaims {
        iss: format!("{PUBLIC_URL}/v1/accounts/T11200000"),
        aud: audience("T11200000"),
        sub: partner.client.id.clone(),
        client_id: partner.client.client_id.clone(),
        iat: now,
        exp: now + 60,
        jti: "1".to_owned(),
        scope: "admin:accounts".to_owned(),
    };
    let mine = oauth::SigningKey::generate(Ours::EdDsa).unwrap();
    let unknown = mine.sign(&claims).unwrap();
    let private = EncodingKey::from_ed_der(&mine.private_pkcs8().unwrap());
    let mut header = Header::new(Algorithm::EdDSA);
    header.typ = Some("at+jwt".to_owned());
    header.kid = Some(kid);
    let borrowed = jsonwebtoken::encode(&header, &claims, &private).unwrap();

    for token in [unknown, borrowed] {
        partner
            .with_token(&token)
            .get("/log")
            .await
            .assert_error(401, "UNAUTHORIZED");
    }
}
