//! Grants: how they come back, whose they are, and how many a client can have.

use std::time::Duration;

use domain::grants::{
    AddGrant, AddGrantRefused, DeleteGrant, DeleteGrantRefused, GRANTS_PER_CLIENT_MAX, Grant,
    GrantType,
};
use domain::{AccountId, Clock, PartnerId, Scope, Scopes};
use uuid::Uuid;

use crate::ClientKey;
use crate::conformance::wishes::{delete_client, delete_grant};
use crate::conformance::{TestDatabase, texts};

async fn of_client(db: &TestDatabase, partner: PartnerId, id: Uuid) -> Vec<Grant> {
    let found = db.storage.find_client(partner, &ClientKey::Id(id)).await;
    found.unwrap().unwrap().grants
}

pub async fn a_grant_comes_back_as_it_was_answered(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let audience_account = db.account(partner).await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let mut scopes = vec![
        Scopes::NONE,
        Scopes::for_bootstrap(),
        Scope::all().collect(),
    ];
    scopes.extend(Scope::all().map(|scope| [scope].into_iter().collect::<Scopes>()));
    let audiences = texts::AWKWARD.into_iter().cycle();
    let mut expected = Vec::new();
    let types = GrantType::ALL.into_iter().cycle();
    for ((scopes, audience), grant_type) in scopes.into_iter().zip(audiences).zip(types) {
        let wish = AddGrant {
            audience: audience.to_owned(),
            audience_account,
            scopes,
            grant_type,
            ..db.add_grant(&client)
        };
        let grant = db.write(wish).await.unwrap();
        assert_eq!((grant.scopes, grant.grant_type), (scopes, grant_type));
        assert_eq!(grant.audience, audience);
        expected.push(grant);
        db.clock.step(Duration::from_millis(1));
    }
    assert_eq!(of_client(&db, partner, client.id).await, expected);
    assert_eq!(db.storage.list_grants(account).await, Ok(expected));
    let none = db.storage.list_grants(audience_account).await;
    assert_eq!(
        none,
        Ok(Vec::new()),
        "grants are listed under the client's account"
    );
}

pub async fn grants_are_listed_oldest_first_for_one_account(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let mut clients = Vec::new();
    for (owner, name) in [(account, "a"), (neighbour, "b"), (account, "c")] {
        clients.push(db.write(db.add_client(owner, name)).await.unwrap());
    }
    let mut expected = Vec::new();
    for _ in 0..4 {
        for client in &clients {
            db.clock.step(Duration::from_millis(1));
            expected.push(db.write(db.add_grant(client)).await.unwrap());
        }
    }
    for owner in [account, neighbour] {
        let mut of_owner = expected.clone();
        of_owner.retain(|grant| grant.account == owner);
        assert_eq!(db.storage.list_grants(owner).await, Ok(of_owner));
    }
    for client in &clients {
        let mut of_one = expected.clone();
        of_one.retain(|grant| grant.client == client.id);
        assert_eq!(of_client(&db, partner, client.id).await, of_one);
    }
}

pub async fn a_grant_needs_a_client_and_an_audience_that_stand(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let (_, elsewhere) = db.partner_with_account("T113").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let wish = AddGrant {
        account: neighbour,
        ..db.add_grant(&client)
    };
    let no_client = Err(AddGrantRefused::NoSuchClient);
    assert_eq!(db.write(wish).await, no_client);
    let wish = AddGrant {
        client: Uuid::from_u128(1),
        ..db.add_grant(&client)
    };
    assert_eq!(db.write(wish).await, no_client);
    let missing = ["T11200003", "P11200001"].map(|text| text.parse::<AccountId>().unwrap());
    for audience_account in missing.into_iter().chain([elsewhere]) {
        let wish = AddGrant {
            audience_account,
            ..db.add_grant(&client)
        };
        let refused = Err(AddGrantRefused::NoSuchAudience);
        assert_eq!(db.write(wish).await, refused, "{audience_account}");
    }
    db.write(delete_client(&client)).await.unwrap();
    assert_eq!(db.write(db.add_grant(&client)).await, no_client);
    assert_eq!(db.storage.list_grants(account).await, Ok(Vec::new()));
}

pub async fn a_deleted_grant_is_gone_and_the_others_stay(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let mut grants = Vec::new();
    for _ in 0..3 {
        grants.push(db.write(db.add_grant(&client)).await.unwrap());
        db.clock.step(Duration::from_millis(1));
    }
    let gone = grants.remove(1);
    let no_such = Err(DeleteGrantRefused::NoSuchGrant);
    let foreign = DeleteGrant {
        account: neighbour,
        ..delete_grant(&gone)
    };
    assert_eq!(db.write(foreign).await, no_such);
    let outcomes = db
        .write_all([delete_grant(&gone), delete_grant(&gone)])
        .await;
    let ended = Ok((gone.clone(), db.clock.now()));
    assert_eq!(outcomes, [ended, no_such.clone()]);
    assert_eq!(db.write(delete_grant(&gone)).await, no_such);
    assert_eq!(of_client(&db, partner, client.id).await, grants);
    assert_eq!(db.storage.list_grants(account).await, Ok(grants));
}

pub async fn a_client_has_so_many_grants_and_no_more(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let other = db.write(db.add_client(account, "shop")).await.unwrap();
    let one_less = (1..GRANTS_PER_CLIENT_MAX).map(|_| db.add_grant(&client));
    let outcomes = db.write_all(one_less).await;
    let first = outcomes[0].clone().unwrap();
    assert!(outcomes.iter().all(Result::is_ok));
    let too_many = Err(AddGrantRefused::TooManyGrants);
    let two = [&client, &client].map(|client| db.add_grant(client));
    let outcomes = db.write_all(two).await;
    assert!(outcomes[0].is_ok());
    assert_eq!(outcomes[1], too_many);
    assert_eq!(db.write(db.add_grant(&client)).await, too_many);
    assert!(db.write(db.add_grant(&other)).await.is_ok());
    db.write(delete_grant(&first)).await.unwrap();
    assert!(db.write(db.add_grant(&client)).await.is_ok());
    assert_eq!(db.write(db.add_grant(&client)).await, too_many);
}
