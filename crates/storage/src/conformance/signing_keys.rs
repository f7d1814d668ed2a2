//! Signing keys: one for each algorithm, the first that came.

use std::time::Duration;

use domain::signing_keys::{AddSigningKey, AddSigningKeyRefused};
use domain::{JsonText, SealedBytes};

use crate::conformance::{TestDatabase, texts};

pub async fn a_signing_key_comes_back_as_it_was_answered(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let elsewhere = db.partner("P112").await;
    let mut expected = Vec::new();
    for (public, name) in texts::AWKWARD_JSON.into_iter().zip(texts::AWKWARD) {
        let wish = AddSigningKey {
            kid: name.to_owned(),
            public_jwk: JsonText::from_checked(public),
            private_key: SealedBytes((0..=255).collect()),
            ..db.add_signing_key(partner, name)
        };
        let key = db.write(wish).await.unwrap();
        assert_eq!((key.kid.as_str(), key.algorithm.as_str()), (name, name));
        assert_eq!(key.public_jwk.as_str(), public);
        expected.push(key);
        db.clock.step(Duration::from_millis(1));
    }
    let found = db.storage.list_signing_keys(partner).await;
    assert_eq!(found, Ok(expected), "oldest first");
    let none = db.storage.list_signing_keys(elsewhere).await;
    assert_eq!(none, Ok(Vec::new()));
}

pub async fn the_first_key_for_an_algorithm_stands(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let later = |kid: &str| AddSigningKey {
        kid: kid.to_owned(),
        private_key: SealedBytes(kid.as_bytes().to_vec()),
        ..db.add_signing_key(partner, "RS256")
    };
    let wishes = [later("one"), later("two")];
    let outcomes = db.write_all(wishes).await;
    let first = outcomes[0].clone().unwrap();
    assert_eq!(first.kid, "one");
    assert_eq!(outcomes[1], Ok(first.clone()));
    assert_eq!(db.write(later("three")).await, Ok(first.clone()));
    let other = db
        .write(db.add_signing_key(partner, "ES256"))
        .await
        .unwrap();
    assert_eq!(other.algorithm, "ES256");
    assert_eq!(db.log(partner).await.len(), 3);
    let found = db.storage.list_signing_keys(partner).await.unwrap();
    assert_eq!(found.len(), 2);
    assert!(found.contains(&first) && found.contains(&other));
}

pub async fn one_kid_may_stand_under_two_partners(db: TestDatabase) {
    let mut expected = Vec::new();
    let partners = [db.partner("T112").await, db.partner("P112").await];
    let wishes = partners.map(|partner| AddSigningKey {
        kid: "one".to_owned(),
        private_key: SealedBytes(partner.to_string().into_bytes()),
        ..db.add_signing_key(partner, "RS256")
    });
    for outcome in db.write_all(wishes).await {
        expected.push(outcome.unwrap());
    }
    for (partner, key) in partners.into_iter().zip(expected) {
        assert_eq!(key.private_key.0, partner.to_string().into_bytes());
        let found = db.storage.list_signing_keys(partner).await;
        assert_eq!(found, Ok(vec![key]));
    }
}

pub async fn a_key_for_an_unknown_partner_is_refused(db: TestDatabase) {
    let partner = "T112".parse().unwrap();
    let refused = Err(AddSigningKeyRefused::NoSuchPartner);
    assert_eq!(
        db.write(db.add_signing_key(partner, "RS256")).await,
        refused
    );
    let none = db.storage.list_signing_keys(partner).await;
    assert_eq!(none, Ok(Vec::new()));
}
