//! Whether a database answers every question as the model would.

use domain::connections::ConnectionEvent;
use domain::log::Subject;
use domain::{AccountId, PartnerId};

use crate::conformance::TestDatabase;
use crate::conformance::model::{Entry, Model, Partner};
use crate::{
    AccountsPage, ClientKey, ClientWithGrants, EventsPage, HistoryEvent, Order, StoredLogEntry,
};

impl Model {
    /// Asks everything, lists in pages of the given length.
    pub(crate) async fn compare(&self, db: &TestDatabase, limit: usize) {
        for (id, partner) in &self.partners {
            partner.compare_stream(db, *id).await;
            partner.compare_logs(db, *id, limit).await;
            partner.compare_accounts(db, *id, limit).await;
            partner.compare_histories(db, limit).await;
            partner.compare_access(db, *id).await;
        }
    }
}

fn assert_log(found: &[StoredLogEntry], expected: &[(u64, &Entry)]) {
    assert_eq!(found.len(), expected.len());
    for (entry, (seq, said)) in found.iter().zip(expected) {
        assert_eq!(entry.seq, *seq);
        assert_eq!(entry.at, said.at);
        assert_eq!(entry.kind, said.kind);
        assert_eq!(entry.actor, said.actor);
        let subject = Subject {
            account: said.account,
            connection: said.connection,
        };
        assert_eq!(entry.subject, subject);
        assert!(entry.is_intact());
    }
}

impl Partner {
    async fn compare_stream(&self, db: &TestDatabase, id: PartnerId) {
        let stream = db.stream(id).await;
        assert_eq!(stream.last_seq, self.entries.len() as u64);
        assert_eq!(stream.last_at, self.last_at());
        assert_eq!(stream.auth_epoch, self.epoch);
        assert_eq!(stream.last_account_number as usize, self.accounts.len() - 1);
        assert!(self.entries.is_sorted_by_key(|entry| entry.at));
    }

    async fn compare_logs(&self, db: &TestDatabase, id: PartnerId, limit: usize) {
        let whole: Vec<(u64, &Entry)> = (1..).zip(&self.entries).collect();
        assert_log(&db.log_by_pages(id, limit).await, &whole);
        for account in &self.accounts {
            let mut about = whole.clone();
            about.retain(|(_, entry)| entry.account == account.id);
            let found = db.account_log_by_pages(account.id, limit).await;
            assert_log(&found, &about);
        }
    }

    async fn compare_accounts(&self, db: &TestDatabase, id: PartnerId, limit: usize) {
        for account in &self.accounts {
            let found = db.storage.find_account(account.id).await.unwrap();
            assert_eq!(found.as_ref(), Some(account));
        }
        let mut after = None;
        for expected in self.accounts[1..].chunks(limit) {
            let page = AccountsPage { after, limit };
            let found = db.storage.list_accounts(id, page).await.unwrap();
            assert_eq!(found, expected);
            after = found.last().map(|account| account.id.number());
        }
        let page = AccountsPage { after, limit };
        assert_eq!(db.storage.list_accounts(id, page).await, Ok(Vec::new()));
    }

    async fn compare_histories(&self, db: &TestDatabase, limit: usize) {
        for ((account, name), told) in &self.histories {
            let (account, name) = (*account, name.as_str());
            let record = db.connection(account, name).await.unwrap();
            let connection = record.connection;
            let (first, last) = (&told[0], &told[told.len() - 1]);
            assert_eq!(connection.version(), told.len() as u64);
            assert_eq!(connection.status, last.reported.status);
            assert_eq!(connection.updated_at, last.created_at);
            assert_eq!(connection.created_at, first.created_at);
            assert_eq!(connection.created_by, first.created_by);
            assert_eq!(&record.events, told);
            compare_history(db, account, name, told, limit).await;
        }
        for account in &self.accounts {
            let found = db
                .storage
                .list_connections(account.id, limit)
                .await
                .unwrap();
            let of_account = |(owner, _): &&(AccountId, _)| *owner == account.id;
            let expected = self.histories.keys().filter(of_account).count();
            assert_eq!(found.len(), expected);
            for named in found {
                let told = &self.histories[&(account.id, named.name)];
                let newest = told.iter().skip(told.len().saturating_sub(limit));
                assert!(newest.eq(&named.record.events));
            }
        }
    }

    async fn compare_access(&self, db: &TestDatabase, id: PartnerId) {
        for account in &self.accounts {
            let mut clients = self.clients.clone();
            clients.retain(|client| client.account == account.id);
            clients.sort_by_key(|client| client.id);
            assert_eq!(db.storage.list_clients(account.id).await, Ok(clients));
            let mut grants = self.grants.clone();
            grants.retain(|grant| grant.account == account.id);
            grants.sort_by_key(|grant| grant.id);
            assert_eq!(db.storage.list_grants(account.id).await, Ok(grants));
        }
        for client in &self.clients {
            let mut grants = self.grants.clone();
            grants.retain(|grant| grant.client == client.id);
            grants.sort_by_key(|grant| grant.id);
            let expected = ClientWithGrants {
                client: client.clone(),
                grants,
            };
            for key in [
                ClientKey::Id(client.id),
                ClientKey::ClientId(client.client_id.clone()),
            ] {
                let found = db.storage.find_client(id, &key).await;
                assert_eq!(found, Ok(Some(expected.clone())));
            }
        }
        for client in &self.ended_clients {
            let found = db.storage.find_client(id, &ClientKey::Id(client.id)).await;
            assert_eq!(found, Ok(None));
        }
    }
}

/// In both orders, by pages, and from every place.
async fn compare_history(
    db: &TestDatabase,
    account: AccountId,
    name: &str,
    told: &[ConnectionEvent],
    limit: usize,
) {
    let numbered = (1..).zip(told.iter().cloned());
    let whole: Vec<HistoryEvent> = numbered
        .map(|(version, event)| HistoryEvent { version, event })
        .collect();
    for order in [Order::Ascending, Order::Descending] {
        let mut expected = whole.clone();
        if order == Order::Descending {
            expected.reverse();
        }
        let found = db.history_by_pages(account, name, order, limit).await;
        assert_eq!(found, expected);
        for (place, passed) in expected.iter().zip(1..) {
            let page = EventsPage {
                order,
                after: Some(place.version),
                limit,
            };
            let found = db.history(account, name, page).await;
            assert!(expected.iter().skip(passed).take(limit).eq(&found));
        }
    }
}
