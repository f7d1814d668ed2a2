//! A database for one test, and short words for what tests do with it.

use std::any::Any;
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use domain::connections::{ConnectionName, EventRecorded, RecordEvent};
use domain::{AccountId, Change, Clock, Decide, Entropy, PartnerId, Proposal, Stream};

use crate::conformance::{SeededEntropy, SteppingClock};
use crate::{
    ConnectionWithEvents, EventsPage, HistoryEvent, LogPage, Order, Storage, StoredLogEntry,
};

/// A fresh, empty database, and whatever must live as long as it.
#[derive(Debug)]
pub struct Fresh {
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// A temporary folder, a server: dropped after the database.
    pub resources: Box<dyn Any + Send + Sync>,
}

/// What a test works with.
#[derive(Debug)]
pub struct TestDatabase {
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// What the database takes for the present time.
    pub clock: Arc<SteppingClock>,
    /// Where the database and the test take randomness from.
    pub entropy: Arc<SeededEntropy>,
    _resources: Box<dyn Any + Send + Sync>,
}

/// Runs one behaviour against a fresh database.
pub fn check<F>(
    make: impl AsyncFn(Arc<dyn Clock>, Arc<dyn Entropy>) -> Fresh,
    behaviour: impl FnOnce(TestDatabase) -> F,
) where
    F: Future<Output = ()>,
{
    runtime().block_on(async { behaviour(TestDatabase::made_by(&make).await).await });
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

/// The outcome of a change that was in a written batch.
pub fn outcome<D: Decide>(proposal: Proposal<D>) -> Result<D::Done, D::Refused> {
    proposal.into_outcome().unwrap()
}

impl TestDatabase {
    pub(crate) async fn made_by(
        make: &impl AsyncFn(Arc<dyn Clock>, Arc<dyn Entropy>) -> Fresh,
    ) -> Self {
        let clock = Arc::new(SteppingClock::default());
        let entropy = Arc::new(SeededEntropy::new(1));
        let fresh = make(clock.clone(), entropy.clone()).await;
        Self {
            storage: fresh.storage,
            clock,
            entropy,
            _resources: fresh.resources,
        }
    }

    /// Writes a batch of one.
    pub async fn write<D: Decide>(&self, wish: D) -> Result<D::Done, D::Refused> {
        self.write_all([wish]).await.remove(0)
    }

    /// Writes a batch of changes of one kind.
    pub async fn write_all<D: Decide>(
        &self,
        wishes: impl IntoIterator<Item = D>,
    ) -> Vec<Result<D::Done, D::Refused>> {
        let mut proposals: Vec<_> = wishes.into_iter().map(Proposal::new).collect();
        let mut changes: Vec<&mut dyn Change> = Vec::with_capacity(proposals.len());
        for proposal in &mut proposals {
            changes.push(proposal);
        }
        self.write_batch(&mut changes).await;
        proposals.into_iter().map(outcome).collect()
    }

    /// Writes a batch of changes of several kinds; as several, one after the other, where the database takes no batch of so
    /// many partners.
    pub async fn write_batch(&self, changes: &mut [&mut dyn Change]) {
        let max = self.storage.partners_per_batch_max();
        let partners: BTreeSet<PartnerId> = changes.iter().map(|change| change.partner()).collect();
        if partners.len() <= max {
            return self.storage.write(changes).await.unwrap();
        }
        let partners: Vec<PartnerId> = partners.into_iter().collect();
        for some in partners.chunks(max) {
            let theirs = changes
                .iter_mut()
                .filter(|change| some.contains(&change.partner()));
            let mut theirs: Vec<&mut dyn Change> =
                theirs.map(|change| &mut **change as _).collect();
            self.storage.write(&mut theirs).await.unwrap();
        }
    }

    /// Sets a partner up.
    pub async fn partner(&self, id: &str) -> PartnerId {
        let partner: PartnerId = id.parse().unwrap();
        let Ok(stands) = self.write(self.add_partner(partner)).await;
        assert!(stands.added, "{partner} was there already");
        partner
    }

    /// Adds an account under a partner.
    pub async fn account(&self, partner: PartnerId) -> AccountId {
        self.write(self.add_account(partner)).await.unwrap().id
    }

    /// A partner and one account of it.
    pub async fn partner_with_account(&self, id: &str) -> (PartnerId, AccountId) {
        let partner = self.partner(id).await;
        (partner, self.account(partner).await)
    }

    /// Records an event, which must not be refused.
    pub async fn record(&self, wish: RecordEvent) -> EventRecorded {
        self.write(wish).await.unwrap()
    }

    /// The stream row of a partner that was set up.
    pub async fn stream(&self, partner: PartnerId) -> Stream {
        self.storage.find_stream(partner).await.unwrap().unwrap()
    }

    /// A connection with all of its events, or none.
    pub async fn connection(&self, account: AccountId, name: &str) -> Option<ConnectionWithEvents> {
        let name = ConnectionName::parse(name).unwrap();
        let found = self.storage.find_connection(account, name, usize::MAX);
        found.await.unwrap()
    }

    /// A page of a history that is there.
    pub async fn history(
        &self,
        account: AccountId,
        name: &str,
        page: EventsPage,
    ) -> Vec<HistoryEvent> {
        let name = ConnectionName::parse(name).unwrap();
        let found = self.storage.list_connection_events(account, name, page);
        found.await.unwrap().unwrap()
    }

    /// A whole history, read page by page.
    pub async fn history_by_pages(
        &self,
        account: AccountId,
        name: &str,
        order: Order,
        limit: usize,
    ) -> Vec<HistoryEvent> {
        let mut history: Vec<HistoryEvent> = Vec::new();
        loop {
            let after = history.last().map(|event| event.version);
            let page = EventsPage {
                order,
                after,
                limit,
            };
            let found = self.history(account, name, page).await;
            assert!(found.len() <= limit, "{} of {limit}", found.len());
            let goes_on = |event: &HistoryEvent| match (order, after) {
                (_, None) => true,
                (Order::Ascending, Some(after)) => event.version > after,
                (Order::Descending, Some(after)) => event.version < after,
            };
            assert!(found.iter().all(goes_on), "{page:?}");
            if found.is_empty() {
                return history;
            }
            history.extend(found);
        }
    }

    /// A partner's whole log, read page by page.
    pub async fn log_by_pages(&self, partner: PartnerId, limit: usize) -> Vec<StoredLogEntry> {
        let mut log: Vec<StoredLogEntry> = Vec::new();
        loop {
            let after = log.last().map_or(0, |entry| entry.seq);
            let page = LogPage { after, limit };
            let found = self.storage.list_log(partner, page).await.unwrap();
            assert!(found.len() <= limit, "{} of {limit}", found.len());
            assert!(found.iter().all(|entry| entry.seq > after), "{page:?}");
            if found.is_empty() {
                return log;
            }
            log.extend(found);
        }
    }

    /// A partner's whole log.
    pub async fn log(&self, partner: PartnerId) -> Vec<StoredLogEntry> {
        self.log_by_pages(partner, 1_000).await
    }

    /// What the log says about one account, read page by page.
    pub async fn account_log_by_pages(
        &self,
        account: AccountId,
        limit: usize,
    ) -> Vec<StoredLogEntry> {
        let mut log: Vec<StoredLogEntry> = Vec::new();
        loop {
            let after = log.last().map_or(0, |entry| entry.seq);
            let page = LogPage { after, limit };
            let found = self.storage.list_account_log(account, page).await.unwrap();
            assert!(found.len() <= limit, "{} of {limit}", found.len());
            assert!(found.iter().all(|entry| entry.seq > after), "{page:?}");
            if found.is_empty() {
                return log;
            }
            log.extend(found);
        }
    }
}
