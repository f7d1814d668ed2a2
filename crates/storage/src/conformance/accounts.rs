//! Partners and their accounts: numbers, documents and lists.

use domain::accounts::{Account, AddAccount, AddAccountRefused};
use domain::connections::ConnectionStatus::Enabled;
use domain::partners::PartnerStands;
use domain::{ACCOUNT_NUMBER_MAX, AccountId, Actor, Caller, Clock, JsonText, PartnerId, Proposal};

use crate::AccountsPage;
use crate::conformance::{TestDatabase, outcome, texts};

async fn numbers(db: &TestDatabase, partner: PartnerId, page: AccountsPage) -> Vec<u32> {
    let accounts = db.storage.list_accounts(partner, page).await.unwrap();
    accounts.iter().map(|account| account.id.number()).collect()
}

pub async fn a_partner_begins_with_its_own_account(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let found = db.storage.find_account("T11200000".parse().unwrap()).await;
    let account = found.unwrap().unwrap();
    assert_eq!(account.id, partner.own_account());
    assert_eq!(account.created_at, db.clock.now());
    assert_eq!(account.created_by, Actor::named("bootstrap"));
    assert!(account.active);
    let stream = db.stream(partner).await;
    assert_eq!(stream.data_key.0, b"data key of T112");
    assert_eq!((stream.last_seq, stream.last_account_number), (1, 0));
    assert_eq!(stream.last_at, db.clock.now());
}

pub async fn a_partner_that_stands_is_left_as_it_is(db: TestDatabase) {
    let partner: PartnerId = "T112".parse().unwrap();
    let mut again = db.add_partner(partner);
    again.data_key.0 = b"another".to_vec();
    let outcomes = db.write_all([db.add_partner(partner), again.clone()]).await;
    let added: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
    assert_eq!(added, [true, false].map(|added| PartnerStands { added }));
    let stream = db.stream(partner).await;
    assert_eq!(db.write(again).await, Ok(PartnerStands { added: false }));
    assert_eq!(db.stream(partner).await, stream);
    assert_eq!(stream.data_key.0, b"data key of T112");
    assert_eq!(db.log(partner).await.len(), 1);
}

pub async fn an_account_comes_back_as_it_was_answered(db: TestDatabase) {
    let partner = db.partner("T112").await;
    for (text, number) in texts::AWKWARD_JSON.into_iter().zip(1..) {
        let wish = AddAccount {
            caller: Caller::command(texts::AWKWARD[number as usize]),
            document: JsonText::from_checked(text),
            ..db.add_account(partner)
        };
        let answered = db.write(wish).await.unwrap();
        assert_eq!(answered.document.as_str(), text);
        assert_eq!(
            answered.created_by.as_str(),
            texts::AWKWARD[number as usize]
        );
        assert_eq!(answered.id.number(), number);
        let found = db.storage.find_account(answered.id).await;
        assert_eq!(found, Ok(Some(answered)));
    }
}

pub async fn an_account_that_was_never_added_is_none(db: TestDatabase) {
    let (_, account) = db.partner_with_account("T112").await;
    assert_eq!(account.to_string(), "T11200001");
    for text in ["T11200002", "T11300001", "P11200001", "P11200000"] {
        let id: AccountId = text.parse().unwrap();
        assert_eq!(db.storage.find_account(id).await, Ok(None), "{text}");
    }
}

pub async fn an_account_of_an_unknown_partner_is_refused(db: TestDatabase) {
    db.partner("T112").await;
    let wish = db.add_account("P112".parse().unwrap());
    let refused = Err(AddAccountRefused::NoSuchPartner);
    assert_eq!(db.write(wish).await, refused);
}

pub async fn account_numbers_are_given_in_order_and_run_out(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let added = db.write_all((0..3).map(|_| db.add_account(partner))).await;
    let given = |outcomes: Vec<Result<Account, AddAccountRefused>>| -> Vec<_> {
        let number = |account: Account| account.id.number();
        outcomes.into_iter().map(|one| one.map(number)).collect()
    };
    assert_eq!(given(added), [Ok(1), Ok(2), Ok(3)]);
    let near_the_end = partner.account(ACCOUNT_NUMBER_MAX - 2).unwrap();
    let Ok(()) = db.write(db.say_account(near_the_end)).await;
    let added = db.write_all((0..3).map(|_| db.add_account(partner))).await;
    let none_left = Err(AddAccountRefused::NumbersExhausted);
    assert_eq!(given(added), [Ok(99_998), Ok(99_999), none_left]);
    let refused = db.write(db.add_account(partner)).await.unwrap_err();
    assert_eq!(refused, AddAccountRefused::NumbersExhausted);
    assert_eq!(db.stream(partner).await.last_account_number, 99_999);
    let last = db.storage.find_account("T11299999".parse().unwrap()).await;
    assert!(last.unwrap().is_some());
    let page = AccountsPage {
        after: Some(3),
        limit: 10,
    };
    assert_eq!(numbers(&db, partner, page).await, [99_997, 99_998, 99_999]);
}

pub async fn accounts_are_listed_by_number_without_the_partners_own(db: TestDatabase) {
    let partner = db.partner("T112").await;
    let elsewhere = db.partner("P112").await;
    let wishes = (0..12).map(|at| db.add_account(if at % 4 == 3 { elsewhere } else { partner }));
    db.write_all(wishes).await;
    let all: Vec<u32> = (1..=9).collect();
    for limit in [1, 2, 8, 9, 10, usize::MAX] {
        let mut found: Vec<u32> = Vec::new();
        loop {
            let after = found.last().copied();
            let page = numbers(&db, partner, AccountsPage { after, limit }).await;
            assert!(page.len() <= limit);
            assert!(page.iter().all(|number| Some(*number) > after));
            if page.is_empty() {
                break;
            }
            found.extend(page);
        }
        assert_eq!(found, all, "by {limit}");
    }
    for (after, limit) in [(None, 0), (Some(9), 5), (Some(u32::MAX), 5)] {
        let found = numbers(&db, partner, AccountsPage { after, limit }).await;
        assert!(found.is_empty(), "{after:?} {limit}");
    }
    let page = AccountsPage {
        after: None,
        limit: 100,
    };
    assert_eq!(numbers(&db, elsewhere, page).await, [1, 2, 3]);
    assert!(numbers(&db, "T999".parse().unwrap(), page).await.is_empty());
}

pub async fn a_partner_its_account_and_a_first_event_may_share_a_batch(db: TestDatabase) {
    let partner: PartnerId = "T112".parse().unwrap();
    let account = partner.account(1).unwrap();
    let mut stands = Proposal::new(db.add_partner(partner));
    let mut added = Proposal::new(db.add_account(partner));
    let mut event = Proposal::new(db.event(account, "vipps", Enabled));
    db.write_batch(&mut [&mut stands, &mut added, &mut event])
        .await;
    assert_eq!(outcome(stands), Ok(PartnerStands { added: true }));
    let answered = outcome(added).unwrap();
    assert_eq!(answered.id, account);
    assert_eq!(outcome(event).unwrap().version, 1);
    assert_eq!(db.storage.find_account(account).await, Ok(Some(answered)));
    assert_eq!(db.account_log_by_pages(account, 10).await.len(), 2);
    assert_eq!(db.log(partner).await.len(), 3);
}
