//! Tokens that must be refused, and the few that must not.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::*;
use crate::SigningKey;
use crate::key_pair::KeyPair;
use crate::testing::{ISSUER, claims, decoded_part, now, signing_key};

fn verifying_key(algorithm: Algorithm) -> VerifyingKey {
    VerifyingKey::from_jwk(signing_key(algorithm).public_jwk()).unwrap()
}

fn verify(algorithm: Algorithm, token: &str) -> Result<AccessTokenClaims, TokenError> {
    verifying_key(algorithm).verify(token, ISSUER, now())
}

fn header(alg: &str, kid: &str) -> String {
    json!({"alg": alg, "typ": "at+jwt", "kid": kid}).to_string()
}

fn message(header: &str, claims: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

/// Signs any claims with the test key, as a broken issuer might.
fn signed(claims: &str) -> String {
    let key = signing_key(Algorithm::EdDsa);
    let message = message(&header("EdDSA", key.kid()), claims);
    let pair = KeyPair::from_pkcs8(Algorithm::EdDsa, &key.private_pkcs8().unwrap()).unwrap();
    let signature = pair.sign(message.as_bytes()).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn claims_json() -> Value {
    serde_json::to_value(claims()).unwrap()
}

#[test]
fn a_token_comes_back_as_its_claims() {
    for algorithm in Algorithm::ALL {
        let token = signing_key(algorithm).sign(&claims()).unwrap();
        assert_eq!(verify(algorithm, &token), Ok(claims()), "{algorithm}");
    }
}

#[test]
fn a_token_of_another_key_is_refused() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let other = SigningKey::generate(algorithm).unwrap();
        let token = other.sign(&claims()).unwrap();
        assert_eq!(verify(algorithm, &token), Err(TokenError::UnknownKey));

        let claims = decoded_part(&token, 1);
        let message = message(
            &header(algorithm.as_str(), signing_key(algorithm).kid()),
            &claims,
        );
        let pair = KeyPair::from_pkcs8(algorithm, &other.private_pkcs8().unwrap()).unwrap();
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(message.as_bytes()).unwrap());
        let forged = format!("{message}.{signature}");
        assert_eq!(verify(algorithm, &forged), Err(TokenError::BadSignature));
    }
}

#[test]
fn changing_any_character_is_noticed() {
    for algorithm in Algorithm::ALL {
        let token = signing_key(algorithm).sign(&claims()).unwrap();
        for index in 0..token.len() {
            let replacement = if token.as_bytes()[index] == b'A' {
                "B"
            } else {
                "A"
            };
            let mut changed = token.clone();
            changed.replace_range(index..=index, replacement);
            assert!(verify(algorithm, &changed).is_err(), "{algorithm} {index}");
        }
    }
}

#[test]
fn a_truncated_or_lengthened_token_is_refused() {
    for algorithm in Algorithm::ALL {
        let token = signing_key(algorithm).sign(&claims()).unwrap();
        for length in 0..token.len() {
            assert!(
                verify(algorithm, &token[..length]).is_err(),
                "{algorithm} {length}"
            );
        }
        for changed in [
            format!("{token}A"),
            format!("{token}AAAA"),
            format!("{token}="),
        ] {
            assert_eq!(verify(algorithm, &changed), Err(TokenError::BadSignature));
        }
        for changed in [
            format!(" {token}"),
            format!("{token}."),
            format!("{token}.AA"),
        ] {
            assert!(verify(algorithm, &changed).is_err());
        }
    }
}

#[test]
fn the_public_rsa_key_is_no_hmac_secret() {
    let key = signing_key(Algorithm::Rs256);
    let json = key.public_jwk().to_json();
    let modulus = serde_json::from_str::<Value>(&json).unwrap()["n"]
        .as_str()
        .unwrap()
        .to_owned();
    let message = message(&header("HS256", key.kid()), &claims_json().to_string());
    for secret in [json.into_bytes(), URL_SAFE_NO_PAD.decode(modulus).unwrap()] {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&secret, message.as_bytes()));
        let forged = format!("{message}.{signature}");
        assert_eq!(
            verify(Algorithm::Rs256, &forged),
            Err(TokenError::UnsupportedAlgorithm)
        );
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    for algorithm in Algorithm::ALL {
        let kid = signing_key(algorithm).kid();
        let claims = claims_json().to_string();
        let unsigned = format!("{}.", message(&header("none", kid), &claims));
        assert_eq!(
            verify(algorithm, &unsigned),
            Err(TokenError::UnsupportedAlgorithm)
        );
        let empty = format!("{}.", message(&header(algorithm.as_str(), kid), &claims));
        assert_eq!(verify(algorithm, &empty), Err(TokenError::BadSignature));
    }
}

#[test]
fn a_swapped_algorithm_is_refused() {
    for algorithm in Algorithm::ALL {
        let kid = signing_key(algorithm).kid();
        for other in Algorithm::ALL
            .into_iter()
            .filter(|other| *other != algorithm)
        {
            let foreign = signing_key(other).sign(&claims()).unwrap();
            assert_eq!(
                verify(algorithm, &foreign),
                Err(TokenError::UnsupportedAlgorithm)
            );
            let signature = foreign.rsplit_once('.').unwrap().1;
            for alg in [algorithm, other] {
                let message = message(&header(alg.as_str(), kid), &claims_json().to_string());
                assert!(verify(algorithm, &format!("{message}.{signature}")).is_err());
            }
        }
    }
}

#[test]
fn zero_signatures_are_refused() {
    for (algorithm, length) in [(Algorithm::Rs256, 256), (Algorithm::Es256, 64)] {
        let kid = signing_key(algorithm).kid();
        let message = message(&header(algorithm.as_str(), kid), &claims_json().to_string());
        let signature = URL_SAFE_NO_PAD.encode(vec![0; length]);
        let forged = format!("{message}.{signature}");
        assert_eq!(verify(algorithm, &forged), Err(TokenError::BadSignature));
    }
}

#[test]
fn a_token_ends_with_the_second_of_exp() {
    let key = verifying_key(Algorithm::EdDsa);
    let token = signed(&claims_json().to_string());
    let at = |millis| {
        key.verify(&token, ISSUER, Timestamp::from_millis(millis))
            .map(|_| ())
    };
    let exp_millis = claims().exp * 1000;
    assert_eq!(at(exp_millis - 1), Ok(()));
    assert_eq!(at(exp_millis), Err(TokenError::Expired));
    assert_eq!(at(u64::MAX), Err(TokenError::Expired));
}

#[test]
fn a_token_may_be_one_minute_ahead() {
    let key = verifying_key(Algorithm::EdDsa);
    let token = signed(&claims_json().to_string());
    let at = |seconds| {
        key.verify(&token, ISSUER, Timestamp::from_millis(seconds * 1000))
            .map(|_| ())
    };
    assert_eq!(at(claims().iat - 60), Ok(()));
    assert_eq!(at(claims().iat - 61), Err(TokenError::NotYetValid));
    assert_eq!(at(0), Err(TokenError::NotYetValid));
}

#[test]
fn another_issuer_is_refused() {
    let key = verifying_key(Algorithm::EdDsa);
    let token = signed(&claims_json().to_string());
    for issuer in [
        "",
        "http://127.0.0.1:8080/v1/accounts/T11200000/",
        "https://elsewhere",
    ] {
        assert_eq!(
            key.verify(&token, issuer, now()),
            Err(TokenError::WrongIssuer),
            "{issuer}"
        );
    }
}

#[test]
fn every_claim_is_required_and_has_its_type() {
    for name in [
        "iss",
        "aud",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
    ] {
        let mut missing = claims_json();
        missing.as_object_mut().unwrap().remove(name);
        assert_eq!(
            verify(Algorithm::EdDsa, &signed(&missing.to_string())),
            Err(TokenError::Malformed)
        );
        for value in [
            json!(null),
            json!([]),
            json!(true),
            json!(-1),
            json!(1.5),
            json!({}),
        ] {
            let mut wrong = claims_json();
            wrong[name] = value;
            let refused = verify(Algorithm::EdDsa, &signed(&wrong.to_string()));
            assert_eq!(refused, Err(TokenError::Malformed), "{wrong}");
        }
    }
    for name in ["iat", "exp"] {
        let mut text = claims_json();
        text[name] = json!("4102444800");
        assert_eq!(
            verify(Algorithm::EdDsa, &signed(&text.to_string())),
            Err(TokenError::Malformed)
        );
    }
}

#[test]
fn a_claim_that_stands_twice_is_refused() {
    let once = claims_json().to_string();
    for (name, value) in claims_json().as_object().unwrap() {
        let twice = once.replacen('{', &format!("{{\"{name}\":{value},"), 1);
        let refused = verify(Algorithm::EdDsa, &signed(&twice));
        assert_eq!(refused, Err(TokenError::Malformed), "{name}");
    }
}

#[test]
fn claims_are_an_object_and_unknown_ones_are_ignored() {
    let mut more = claims_json();
    more["acr"] = json!({"a": 1});
    assert_eq!(
        verify(Algorithm::EdDsa, &signed(&more.to_string())),
        Ok(claims())
    );
    for text in ["", "null", "[]", "{", "{} {}"] {
        assert_eq!(
            verify(Algorithm::EdDsa, &signed(text)),
            Err(TokenError::Malformed),
            "{text}"
        );
    }
    let values: Vec<Value> = [
        "iss",
        "aud",
        "sub",
        "client_id",
        "iat",
        "exp",
        "jti",
        "scope",
    ]
    .map(|name| claims_json()[name].clone())
    .to_vec();
    let array = Value::from(values).to_string();
    assert_eq!(
        verify(Algorithm::EdDsa, &signed(&array)),
        Err(TokenError::Malformed)
    );
}

#[test]
fn keys_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<VerifyingKey>();
    shared::<SigningKey>();
    shared::<crate::RootKey>();
    shared::<crate::DataKey>();
}
