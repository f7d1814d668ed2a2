//! Clients: how they are found, whose they are, and what their end takes with it.

use std::time::Duration;

use domain::clients::{AddClient, AddClientRefused, DeleteClient, DeleteClientRefused};
use domain::log::FactKind;
use domain::{Clock, PartnerId, Proposal, SecretHash};

use crate::conformance::wishes::delete_client;
use crate::conformance::{TestDatabase, outcome, texts};
use crate::{ClientKey, ClientWithGrants};

async fn find(db: &TestDatabase, partner: PartnerId, client_id: &str) -> Option<ClientWithGrants> {
    let key = ClientKey::ClientId(client_id.to_owned());
    db.storage.find_client(partner, &key).await.unwrap()
}

pub async fn a_client_comes_back_as_it_was_answered(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    for (text, byte) in texts::AWKWARD.into_iter().zip(0..) {
        let callbacks = ["https://shop.example/back?a='b'&c=%20", "", text];
        let wish = AddClient {
            name: Some(text.to_owned()),
            description: Some(text.to_owned()),
            callbacks: Some(callbacks.map(str::to_owned).to_vec()),
            secret: SecretHash([byte; 32]),
            ..db.add_client(account, text)
        };
        let client = db.write(wish).await.unwrap();
        assert_eq!(client.client_id, text);
        assert_eq!(client.secret, SecretHash([byte; 32]));
        assert_eq!(client.callbacks.as_ref().unwrap()[2], text);
        let by_id = ClientKey::Id(client.id);
        let expected = ClientWithGrants {
            client,
            grants: Vec::new(),
        };
        let found = db.storage.find_client(partner, &by_id).await;
        assert_eq!(found, Ok(Some(expected.clone())));
        assert_eq!(find(&db, partner, text).await, Some(expected));
    }
}

pub async fn what_a_client_does_not_say_stays_unsaid(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    let silent = db.write(db.add_client(account, "silent")).await.unwrap();
    db.clock.step(Duration::from_millis(1));
    let empty = AddClient {
        name: Some(String::new()),
        description: Some(String::new()),
        callbacks: Some(Vec::new()),
        ..db.add_client(account, "empty")
    };
    let empty = db.write(empty).await.unwrap();
    assert_eq!((&silent.name, &silent.callbacks), (&None, &None));
    assert_eq!(empty.callbacks, Some(Vec::new()));
    let found = db.storage.list_clients(account).await;
    assert_eq!(found, Ok(vec![silent, empty]));
}

pub async fn a_client_is_found_under_its_own_partner_alone(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let (elsewhere, _) = db.partner_with_account("P112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    assert!(find(&db, partner, "till").await.is_some());
    assert_eq!(find(&db, elsewhere, "till").await, None);
    let key = ClientKey::Id(client.id);
    assert_eq!(db.storage.find_client(elsewhere, &key).await, Ok(None));
    let key = ClientKey::ClientId(client.id.to_string());
    assert_eq!(db.storage.find_client(partner, &key).await, Ok(None));
}

pub async fn clients_are_listed_oldest_first_for_one_account(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let mut expected = Vec::new();
    for name in ["m", "z", "a", "Z", "10", "9"] {
        expected.push(db.write(db.add_client(account, name)).await.unwrap());
        let other = format!("neighbour's {name}");
        db.write(db.add_client(neighbour, &other)).await.unwrap();
        db.clock.step(Duration::from_millis(1));
    }
    assert_eq!(db.storage.list_clients(account).await, Ok(expected));
    let own = db.storage.list_clients(partner.own_account()).await;
    assert_eq!(own, Ok(Vec::new()));
}

pub async fn a_client_of_an_unknown_account_is_refused(db: TestDatabase) {
    let (partner, _) = db.partner_with_account("T112").await;
    for text in ["T11200002", "P11200001"] {
        let wish = db.add_client(text.parse().unwrap(), "till");
        let refused = Err(AddClientRefused::NoSuchAccount);
        assert_eq!(db.write(wish).await, refused, "{text}");
    }
    assert_eq!(find(&db, partner, "till").await, None);
}

pub async fn a_client_id_is_unique_within_a_partner_and_free_again_after_deletion(
    db: TestDatabase,
) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let (_, elsewhere) = db.partner_with_account("T113").await;
    let first = db.write(db.add_client(account, "till")).await.unwrap();
    let taken = Err(AddClientRefused::ClientIdTaken);
    assert_eq!(db.write(db.add_client(account, "till")).await, taken);
    assert_eq!(db.write(db.add_client(neighbour, "till")).await, taken);
    assert!(db.write(db.add_client(elsewhere, "till")).await.is_ok());
    db.write(delete_client(&first)).await.unwrap();
    assert_eq!(find(&db, partner, "till").await, None);
    let second = db.write(db.add_client(neighbour, "till")).await.unwrap();
    assert_ne!(second.id, first.id);
    assert_eq!(find(&db, partner, "till").await.unwrap().client, second);
}

pub async fn a_client_id_changes_hands_within_a_batch(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let first = db.write(db.add_client(account, "till")).await.unwrap();
    let mut early = Proposal::new(db.add_client(neighbour, "till"));
    let mut deleted = Proposal::new(delete_client(&first));
    let mut added = Proposal::new(db.add_client(neighbour, "till"));
    let mut late = Proposal::new(db.add_client(account, "till"));
    db.write_batch(&mut [&mut early, &mut deleted, &mut added, &mut late])
        .await;
    assert_eq!(outcome(early), Err(AddClientRefused::ClientIdTaken));
    assert_eq!(outcome(deleted), Ok((first, db.clock.now())));
    let second = outcome(added).unwrap();
    assert_eq!(outcome(late), Err(AddClientRefused::ClientIdTaken));
    assert_eq!(find(&db, partner, "till").await.unwrap().client, second);
    assert_eq!(db.storage.list_clients(account).await, Ok(Vec::new()));
}

pub async fn client_ids_are_told_apart_byte_by_byte(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let ids = [
        "till",
        "Till",
        "till ",
        " till",
        "tïll",
        "ti\u{308}ll",
        "till\u{200b}",
        "TILL",
    ];
    for outcome in db.write_all(ids.map(|id| db.add_client(account, id))).await {
        outcome.unwrap();
    }
    for id in ids {
        let found = find(&db, partner, id).await.unwrap();
        assert_eq!(found.client.client_id, id);
    }
    assert_eq!(find(&db, partner, "tiLL").await, None);
}

pub async fn a_client_is_deleted_by_its_own_account_and_once(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let neighbour = db.account(partner).await;
    let (_, elsewhere) = db.partner_with_account("T113").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let no_such = Err(DeleteClientRefused::NoSuchClient);
    for other in [neighbour, partner.own_account(), elsewhere] {
        let wish = DeleteClient {
            account: other,
            ..delete_client(&client)
        };
        assert_eq!(db.write(wish).await, no_such, "{other}");
    }
    let twice = [delete_client(&client), delete_client(&client)];
    let outcomes = db.write_all(twice).await;
    let ended = Ok((client.clone(), db.clock.now()));
    assert_eq!(outcomes, [ended, no_such.clone()]);
    assert_eq!(db.write(delete_client(&client)).await, no_such);
}

pub async fn a_deleted_client_takes_its_grants_with_it(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let other = db.write(db.add_client(account, "shop")).await.unwrap();
    for _ in 0..8 {
        db.write(db.add_grant(&client)).await.unwrap();
        db.clock.step(Duration::from_millis(1));
    }
    let kept = db.write(db.add_grant(&other)).await.unwrap();
    let granted = find(&db, partner, "till").await.unwrap().grants;
    assert_eq!(granted.len(), 8);
    let before = db.log(partner).await.len();
    db.write(delete_client(&client)).await.unwrap();
    assert_eq!(db.storage.list_grants(account).await, Ok(vec![kept]));
    assert_eq!(db.storage.list_clients(account).await, Ok(vec![other]));
    let said = &db.log(partner).await[before..];
    let kinds: Vec<FactKind> = said.iter().map(|entry| entry.kind).collect();
    assert_eq!(kinds[..8], [FactKind::GrantDeleted; 8]);
    assert_eq!(kinds[8..], [FactKind::ClientDeleted]);
    for (entry, grant) in said.iter().zip(granted) {
        let id = grant.id.to_string();
        assert!(entry.payload.as_str().contains(&id), "oldest grant first");
    }
}
