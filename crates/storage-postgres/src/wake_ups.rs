//! Whoever waits for entries of a log is woken by whoever writes them, on this node or on another.
//!
//! A batch that was committed marks its partners, and soon after one `NOTIFY` names all that were marked meanwhile. It is
//! no part of the transactions that write: PostgreSQL lets those with a `NOTIFY` commit only one after the other. A wake-up
//! may be lost, so whoever waits looks at the stream row as well, now and then.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::PartnerId;
use tokio::sync::{Notify, OnceCell, broadcast};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::connect::Connector;
use crate::connection_counts::ConnectionCounts;
use crate::error::Result;
use crate::session::Session;

/// How long marks are collected before they are told.
const COLLECTED_FOR: Duration = Duration::from_millis(10);

/// Before a connection that was lost is opened again.
const PAUSE: Duration = Duration::from_secs(1);

/// Partners named in one message, at most; it may have 8,000 bytes. Of more, all are meant.
const NAMED_MAX: usize = 1_000;

/// Messages that may wait for a slow listener, who then looks for itself.
const WAITING_MAX: usize = 64;

/// The name of all partners.
const ALL: &str = "*";

const LISTEN: &str = "LISTEN kobling_log";

const NOTIFY: &str = "SELECT pg_notify('kobling_log', $1)";

/// Tells others which logs have grown.
#[derive(Debug)]
pub(crate) struct Teller {
    connector: Connector,
    marked: Arc<Marked>,
    telling: OnceCell<Task>,
}

/// Hears which logs have grown.
#[derive(Debug)]
pub(crate) struct Listener {
    connector: Connector,
    heard: broadcast::Sender<Arc<str>>,
    listening: OnceCell<Task>,
}

/// One who waits for a partner's log to grow.
#[derive(Debug)]
pub(crate) struct Waiting(broadcast::Receiver<Arc<str>>);

#[derive(Debug, Default)]
struct Marked {
    partners: Mutex<BTreeSet<PartnerId>>,
    is_marked: Notify,
}

/// Work that ends with the value.
#[derive(Debug)]
struct Task(JoinHandle<()>);

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Teller {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            connector,
            marked: Arc::default(),
            telling: OnceCell::new(),
        }
    }

    /// What is counted of its connections and of those that hear.
    pub(crate) fn counts(&self) -> &ConnectionCounts {
        &self.connector.counts
    }

    /// The logs of these partners have grown.
    pub(crate) async fn tell(&self, partners: impl IntoIterator<Item = PartnerId>) {
        let tell = || async {
            let (connector, marked) = (self.connector.clone(), Arc::clone(&self.marked));
            Task(tokio::spawn(tell_all(connector, marked)))
        };
        self.telling.get_or_init(tell).await;
        self.marked.lock().extend(partners);
        self.marked.is_marked.notify_one();
    }
}

impl Marked {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<PartnerId>> {
        self.partners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is said of those that were marked, and marks nobody any more.
    fn take(&self) -> String {
        let partners = std::mem::take(&mut *self.lock());
        if partners.len() > NAMED_MAX {
            return ALL.to_owned();
        }
        let names: Vec<String> = partners.iter().map(PartnerId::to_string).collect();
        names.join(",")
    }
}

async fn tell_all(connector: Connector, marked: Arc<Marked>) {
    let mut session: Option<Session> = None;
    loop {
        marked.is_marked.notified().await;
        sleep(COLLECTED_FOR).await;
        let told = tell_once(&connector, &mut session, &marked.take()).await;
        if let Err(error) = told {
            tracing::debug!(%error, "nobody is woken");
            session = None;
            sleep(PAUSE).await;
        }
    }
}

async fn tell_once(
    connector: &Connector,
    session: &mut Option<Session>,
    names: &str,
) -> Result<()> {
    let open = match session.take().filter(|session| !session.is_closed()) {
        Some(open) => open,
        None => connector.connect().await?,
    };
    open.all(NOTIFY, &[&names]).await?;
    *session = Some(open);
    Ok(())
}

impl Listener {
    pub(crate) fn new(connector: Connector) -> Self {
        Self {
            connector,
            heard: broadcast::Sender::new(WAITING_MAX),
            listening: OnceCell::new(),
        }
    }

    /// Begins to hear. What grows from now on wakes.
    pub(crate) async fn wait(&self) -> Waiting {
        let waiting = Waiting(self.heard.subscribe());
        let listen = || async {
            let (connector, heard) = (self.connector.clone(), self.heard.clone());
            Task(tokio::spawn(listen_always(connector, heard)))
        };
        self.listening.get_or_init(listen).await;
        waiting
    }
}

impl Waiting {
    /// Done when a partner's log has grown, or may have.
    pub(crate) async fn woken(&mut self, partner: PartnerId) {
        let name = partner.to_string();
        let is_meant = |told: &str| told == ALL || told.split(',').any(|each| each == name);
        loop {
            match self.0.recv().await {
                Ok(told) if !is_meant(&told) => {}
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    }
}

/// Listens, and again when the connection was lost; what was missed meanwhile may concern everybody.
async fn listen_always(connector: Connector, heard: broadcast::Sender<Arc<str>>) {
    loop {
        match connector.connect_hearing(heard.clone()).await {
            Ok(session) => {
                if session.commands(LISTEN).await.is_ok() {
                    heard.send(ALL.into()).unwrap_or_default();
                    session.ended().await;
                }
            }
            Err(error) => tracing::debug!(%error, "nobody is heard"),
        }
        sleep(PAUSE).await;
    }
}
