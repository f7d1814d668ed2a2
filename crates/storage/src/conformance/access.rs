//! The auth epoch: what moves it, and what a caller with an older one may still do.

use domain::accounts::{AddAccount, AddAccountRefused};
use domain::clients::{AddClient, AddClientRefused, DeleteClient, DeleteClientRefused};
use domain::connections::ConnectionStatus::{Enabled, Pending};
use domain::connections::{RecordEvent, RecordEventRefused};
use domain::grants::{AddGrant, AddGrantRefused, DeleteGrant, DeleteGrantRefused};
use domain::signing_keys::{AddSigningKey, AddSigningKeyRefused};
use domain::{CallerStale, PartnerId, Proposal};

use crate::conformance::wishes::{caller_at, delete_client, delete_grant, key};
use crate::conformance::{TestDatabase, outcome};

async fn epoch(db: &TestDatabase, partner: PartnerId) -> u64 {
    db.stream(partner).await.auth_epoch
}

pub async fn access_changes_move_the_epoch(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let start = epoch(&db, partner).await;
    let first = db.write(db.add_grant(&client)).await.unwrap();
    assert_eq!(epoch(&db, partner).await, start + 1);
    db.write(db.add_grant(&client)).await.unwrap();
    assert_eq!(epoch(&db, partner).await, start + 2);
    db.write(delete_grant(&first)).await.unwrap();
    assert_eq!(epoch(&db, partner).await, start + 3);
    db.write(delete_client(&client)).await.unwrap();
    assert!(epoch(&db, partner).await > start + 3);
}

pub async fn other_changes_leave_the_epoch(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let start = epoch(&db, partner).await;
    db.record(db.event(account, "vipps", Enabled)).await;
    db.account(partner).await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    db.write(db.add_signing_key(partner, "RS256"))
        .await
        .unwrap();
    assert_eq!(epoch(&db, partner).await, start);
    let elsewhere = db.partner("T113").await;
    db.write(db.add_grant(&client)).await.unwrap();
    assert_eq!(epoch(&db, partner).await, start + 1);
    assert_eq!(epoch(&db, elsewhere).await, 1);
}

pub async fn a_stale_epoch_is_refused(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let old = epoch(&db, partner).await;
    let grant = db.write(db.add_grant(&client)).await.unwrap();
    let before = db.log(partner).await;
    for wrong in [old, old + 2] {
        let caller = caller_at(wrong);
        let event = RecordEvent {
            caller: caller.clone(),
            ..db.event(account, "vipps", Enabled)
        };
        let refused = Err(RecordEventRefused::CallerStale(CallerStale));
        assert_eq!(db.write(event).await, refused);
        let wish = AddAccount {
            caller: caller.clone(),
            ..db.add_account(partner)
        };
        let refused = Err(AddAccountRefused::CallerStale(CallerStale));
        assert_eq!(db.write(wish).await, refused);
        let wish = AddClient {
            caller: caller.clone(),
            ..db.add_client(account, "other")
        };
        let refused = Err(AddClientRefused::CallerStale(CallerStale));
        assert_eq!(db.write(wish).await, refused);
        let wish = AddGrant {
            caller,
            ..db.add_grant(&client)
        };
        let refused = Err(AddGrantRefused::CallerStale(CallerStale));
        assert_eq!(db.write(wish).await, refused);
    }
    assert_eq!(db.log(partner).await, before);
    let event = RecordEvent {
        caller: caller_at(old + 1),
        ..db.event(account, "vipps", Enabled)
    };
    db.record(event).await;
    assert_eq!(grant.client, client.id);
}

pub async fn a_stale_epoch_deletes_and_signs_nothing(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let grant = db.write(db.add_grant(&client)).await.unwrap();
    let caller = caller_at(epoch(&db, partner).await - 1);
    let wish = DeleteGrant {
        caller: caller.clone(),
        ..delete_grant(&grant)
    };
    let refused = Err(DeleteGrantRefused::CallerStale(CallerStale));
    assert_eq!(db.write(wish).await, refused);
    let wish = DeleteClient {
        caller: caller.clone(),
        ..delete_client(&client)
    };
    let refused = Err(DeleteClientRefused::CallerStale(CallerStale));
    assert_eq!(db.write(wish).await, refused);
    let wish = AddSigningKey {
        caller,
        ..db.add_signing_key(partner, "RS256")
    };
    let refused = Err(AddSigningKeyRefused::CallerStale(CallerStale));
    assert_eq!(db.write(wish).await, refused);
    assert_eq!(db.storage.list_clients(account).await, Ok(vec![client]));
    assert_eq!(db.storage.list_grants(account).await, Ok(vec![grant]));
    let keys = db.storage.list_signing_keys(partner).await;
    assert_eq!(keys, Ok(Vec::new()));
}

pub async fn an_access_change_makes_later_changes_of_its_batch_stale(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let caller = caller_at(epoch(&db, partner).await);
    let by_client = || RecordEvent {
        caller: caller.clone(),
        ..db.event(account, "vipps", Pending)
    };
    let mut before = Proposal::new(by_client());
    let mut deleted = Proposal::new(delete_client(&client));
    let mut after = Proposal::new(by_client());
    db.write_batch(&mut [&mut before, &mut deleted, &mut after])
        .await;
    assert_eq!(outcome(before).unwrap().version, 1);
    assert!(outcome(deleted).is_ok());
    let refused = Err(RecordEventRefused::CallerStale(CallerStale));
    assert_eq!(outcome(after), refused);
}

pub async fn a_stale_caller_gets_no_earlier_answer(db: TestDatabase) {
    let (partner, account) = db.partner_with_account("T112").await;
    let client = db.write(db.add_client(account, "till")).await.unwrap();
    let present = epoch(&db, partner).await;
    let wish = || RecordEvent {
        caller: caller_at(present),
        idempotency: key(1, 1),
        ..db.event(account, "vipps", Enabled)
    };
    db.record(wish()).await;
    db.write(delete_client(&client)).await.unwrap();
    let refused = Err(RecordEventRefused::CallerStale(CallerStale));
    assert_eq!(db.write(wish()).await, refused);
}
