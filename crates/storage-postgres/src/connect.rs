//! Opening a connection: all servers at once, and the first that will do.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use storage::StorageError;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Notify, broadcast};
use tokio::time::sleep;
use tokio_postgres::config::Host;
use tokio_postgres::tls::NoTls;
use tokio_postgres::{AsyncMessage, Connection};

use crate::connection_counts::{ConnectionCounts, OpenConnection};
use crate::copy_lock;
use crate::error::{Result, from_postgres};
use crate::options::PostgresOptions;
use crate::sent::StatementsSent;
use crate::session::Session;
use crate::tls::{MakeTls, TlsError};
use crate::url::{HostAndPort, Tls};

/// Before a server that has refused is asked again while another one has not answered.
const ASKED_AGAIN: Duration = Duration::from_millis(250);

/// Plans are made once, but with Citus: it must see a partner to know on which server its rows are, and says by what a plan costs
/// which of them it can keep. Answers the new setting there, and nothing elsewhere.
const PLANS_OF_CITUS: &str =
    "SELECT set_config('plan_cache_mode', 'auto', false) FROM pg_extension WHERE extname = 'citus'";

/// Where goes what a server tells those who listen.
type Heard = broadcast::Sender<Arc<str>>;

/// Opens connections to one database.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) options: PostgresOptions,
    tls: Option<MakeTls>,
    pub(crate) sent: Arc<StatementsSent>,
    /// What is counted of the connections that it opens.
    pub(crate) counts: Arc<ConnectionCounts>,
    /// Whether its sessions are in the way of one who copies into the database.
    serves: bool,
}

impl Connector {
    pub(crate) fn new(options: &PostgresOptions) -> std::result::Result<Self, TlsError> {
        let roots = options.url.roots().map(std::path::PathBuf::as_path);
        let tls = match options.url.tls() {
            Tls::Off => None,
            Tls::Verified => Some(MakeTls::new(roots)?),
        };
        Ok(Self {
            options: options.clone(),
            tls,
            sent: Arc::default(),
            counts: Arc::default(),
            serves: false,
        })
    }

    /// The same for connections that are counted for themselves.
    pub(crate) fn counting(&self) -> Self {
        Self {
            counts: Arc::default(),
            ..self.clone()
        }
    }

    /// The same for one who serves from the database: no session is opened while a copy is written into it, and none is
    /// written while there is one.
    pub(crate) fn serving(self) -> Self {
        Self {
            serves: true,
            ..self
        }
    }

    /// A session with whichever server lets one in first and, where that is wanted, takes writes. A server that hangs is
    /// in nobody's way: as long as one has not answered, those that have refused are asked again, for one of them may take
    /// over meanwhile.
    pub(crate) async fn connect(&self) -> Result<Session> {
        self.connect_with(None).await
    }

    /// The same for one who listens: what the server tells it goes there.
    pub(crate) async fn connect_hearing(&self, heard: Heard) -> Result<Session> {
        self.connect_with(Some(heard)).await
    }

    async fn connect_with(&self, heard: Option<Heard>) -> Result<Session> {
        let servers = self.options.url.servers();
        let ask = async |index, server, pause| {
            sleep(pause).await;
            let answer = self.connect_to(server, heard.clone()).await;
            (index, server, answer)
        };
        let at_once = servers.iter().enumerate();
        let at_once = at_once.map(|(index, server)| ask(index, server, Duration::ZERO));
        let mut asked: FuturesUnordered<_> = at_once.collect();
        let mut refused = BTreeMap::new();
        while let Some((index, server, answer)) = asked.next().await {
            match answer {
                Ok(session) => return Ok(session),
                Err(StorageError::Unavailable(why) | StorageError::Damaged(why)) => {
                    refused.insert(index, why);
                }
            }
            if refused.len() == servers.len() {
                break;
            }
            asked.push(ask(index, server, ASKED_AGAIN));
        }
        let refused: Vec<String> = refused.into_values().collect();
        Err(StorageError::Unavailable(refused.join("; ")))
    }

    async fn connect_to(&self, server: &HostAndPort, heard: Option<Heard>) -> Result<Session> {
        let limit = self.options.connect_timeout;
        let opened = tokio::time::timeout(limit, self.open(server, heard)).await;
        opened.unwrap_or_else(|_| {
            let why = format!("{server} has not let a connection in for {limit:?}");
            Err(StorageError::Unavailable(why))
        })
    }

    async fn open(&self, server: &HostAndPort, heard: Option<Heard>) -> Result<Session> {
        let mut config = self.options.url.config_of(server);
        if config.get_application_name().is_none() {
            config.application_name(&self.options.application_name);
        }
        config.connect_timeout(self.options.connect_timeout);
        if matches!(server.host, Host::Tcp(_)) {
            config.tcp_user_timeout(self.options.answer_timeout());
        }
        let warned = Arc::new(AtomicBool::new(false));
        let failed = |error: tokio_postgres::Error| {
            StorageError::Unavailable(match from_postgres(&error) {
                StorageError::Unavailable(why) | StorageError::Damaged(why) => {
                    format!("{server}: {why}")
                }
            })
        };
        let ended = Arc::new(Notify::new());
        let attending = |open| Attending {
            warned: Arc::clone(&warned),
            ended: Arc::clone(&ended),
            heard,
            open,
        };
        let (client, counted) = match self.tls.clone() {
            None => {
                let (client, connection) = config.connect(NoTls).await.map_err(failed)?;
                let open = self.counts.opened();
                let counted = open.counted();
                tokio::spawn(attending(open).attend(connection));
                (client, counted)
            }
            Some(tls) => {
                let (client, connection) = config.connect(tls).await.map_err(failed)?;
                let open = self.counts.opened();
                let counted = open.counted();
                tokio::spawn(attending(open).attend(connection));
                (client, counted)
            }
        };
        let session = Session::new(client, warned, ended, Arc::clone(&self.sent), counted);
        self.begin(session).await
    }

    /// What every session is set to, whatever the server's own defaults are. A commit is always on disk.
    async fn begin(&self, session: Session) -> Result<Session> {
        let (statement, lock, idle) = (
            self.options.statement_timeout.as_millis(),
            self.options.lock_timeout.as_millis(),
            self.options.idle_timeout.as_millis(),
        );
        let settings = format!(
            "SET statement_timeout = {statement};
             SET lock_timeout = {lock};
             SET idle_in_transaction_session_timeout = {idle};
             SET default_transaction_isolation = 'read committed';
             SET client_min_messages = 'warning';
             SET plan_cache_mode = 'force_generic_plan';
             SET jit = off;
             {PLANS_OF_CITUS};
             SELECT set_config('synchronous_commit', 'on', false)
                 WHERE current_setting('synchronous_commit') = 'off';"
        );
        let share = if self.serves { copy_lock::SHARE } else { "" };
        let answers = session.answers(&format!("{settings} {share}")).await?;
        session.take_warning();
        if self.serves && answers.last().map(String::as_str) != Some("t") {
            return Err(StorageError::Unavailable(copy_lock::COPYING.to_owned()));
        }
        let is_spread = answers.iter().any(|answer| answer == "auto");
        Ok(session.spread(is_spread))
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Connector({:?})", self.options.url)
    }
}

/// Moves messages between the socket and those who ask, until the connection ends.
struct Attending {
    warned: Arc<AtomicBool>,
    ended: Arc<Notify>,
    heard: Option<Heard>,
    open: OpenConnection,
}

impl Attending {
    async fn attend<S, T>(self, mut connection: Connection<S, T>)
    where
        S: AsyncRead + AsyncWrite + Unpin,
        T: AsyncRead + AsyncWrite + Unpin,
    {
        while let Some(message) = poll_fn(|cx| connection.poll_message(cx)).await {
            match message {
                Ok(message) => self.take(message),
                Err(error) => {
                    let error = crate::error::told(&error);
                    tracing::debug!(%error, "a connection to the database has ended");
                    self.open.counted().lose();
                    break;
                }
            }
        }
        self.ended.notify_one();
    }

    fn take(&self, message: AsyncMessage) {
        match message {
            AsyncMessage::Notice(notice) => {
                self.warned.store(true, Ordering::SeqCst);
                let severity = notice.severity();
                tracing::debug!(severity, "the database says: {}", notice.message());
            }
            AsyncMessage::Notification(told) => {
                if let Some(heard) = &self.heard {
                    // Nobody may be waiting just now.
                    heard.send(told.payload().into()).unwrap_or_default();
                }
            }
            _ => {}
        }
    }
}
