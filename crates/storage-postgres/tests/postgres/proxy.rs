//! Stands between the engine and the server, and breaks one commit in a way that is asked for.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use storage_postgres::PostgresOptions;
use storage_postgres::testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Notify, watch};

/// What a commit of the write path is sent with.
const COMMIT: &[u8] = b"; COMMIT";

/// What the server says of a commit that it has done.
const COMMITTED: &[u8] = b"COMMIT\0";

/// The first thing that whoever looks up an outcome asks for.
const LOOK_UP: &[u8] = b"UPDATE streams SET last_seq = last_seq";

/// What happens to the next commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// It never reaches the server.
    Before,
    /// The server does it, and its answer never comes back.
    After,
    /// The same, and nothing reaches the server afterwards.
    AfterAndAway,
    /// It never reaches the server, and the connection stays, as when a node is stopped.
    Never,
    /// It reaches the server only when somebody looks up what became of it.
    Late,
}

/// A way to the server.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    port: u16,
}

struct Shared {
    server: String,
    next: Mutex<Option<Break>>,
    is_away: AtomicBool,
    /// Told when a commit was kept from the server.
    stopped: Notify,
    /// Told when somebody was sent away.
    sent_away: Notify,
    looked_up: Notify,
    /// Connections so far.
    carried: AtomicUsize,
    /// Of how many connections, from the first on, nothing reaches the server any more.
    stuck: AtomicUsize,
}

impl Proxy {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let address = database.address();
        let server = address.split(['@', '/']).nth(3).unwrap().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            server,
            next: Mutex::default(),
            is_away: AtomicBool::new(false),
            stopped: Notify::new(),
            sent_away: Notify::new(),
            looked_up: Notify::new(),
            carried: AtomicUsize::new(0),
            stuck: AtomicUsize::new(0),
        });
        let accepting = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if accepting.is_away.load(Ordering::SeqCst) {
                    accepting.sent_away.notify_one();
                } else {
                    tokio::spawn(Arc::clone(&accepting).carry(client));
                }
            }
        });
        Self { shared, port }
    }

    /// The same database by way of the proxy.
    pub(crate) fn options(&self, database: &TestDatabase) -> PostgresOptions {
        self.options_behind(database, &[])
    }

    /// The same, with other servers that are named before the proxy.
    pub(crate) fn options_behind(
        &self,
        database: &TestDatabase,
        others: &[SocketAddr],
    ) -> PostgresOptions {
        let proxy = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let servers = others.iter().chain([&proxy]).map(SocketAddr::to_string);
        let servers = servers.collect::<Vec<_>>().join(",");
        let url = database.address().replace(&self.shared.server, &servers);
        PostgresOptions::for_machine(url.parse().unwrap(), 1)
    }

    /// From now on nothing gets through on connections that are open. New ones are carried as before.
    pub(crate) fn get_stuck(&self) {
        let carried = self.shared.carried.load(Ordering::SeqCst);
        self.shared.stuck.store(carried, Ordering::SeqCst);
    }

    /// From now on nobody is let in, or everybody again.
    pub(crate) fn set_away(&self, is_away: bool) {
        self.shared.is_away.store(is_away, Ordering::SeqCst);
    }

    /// Done when somebody was sent away since this was last asked.
    pub(crate) async fn has_sent_away(&self) {
        self.shared.sent_away.notified().await;
    }

    /// Done when a commit was kept from the server since this was last asked.
    pub(crate) async fn has_stopped(&self) {
        self.shared.stopped.notified().await;
    }

    pub(crate) async fn break_next(&self, how: Break) {
        *self.shared.next.lock().await = Some(how);
    }
}

impl Shared {
    async fn carry(self: Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(&self.server).await else {
            return;
        };
        let number = self.carried.fetch_add(1, Ordering::SeqCst);
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (cut, is_cut) = watch::channel(());
        let (committed, commits) = watch::channel(());
        let answers = tokio::spawn(answer(from_server, to_client, is_cut, committed));
        self.ask(number, (from_client, to_server), cut, commits)
            .await;
        answers.await.unwrap();
    }

    /// Client to server. A batch with its commit comes in one piece.
    async fn ask(
        &self,
        number: usize,
        (mut from, mut to): (OwnedReadHalf, OwnedWriteHalf),
        cut: watch::Sender<()>,
        mut commits: watch::Receiver<()>,
    ) {
        let mut piece = vec![0; 1 << 20];
        while let Ok(bytes) = from.read(&mut piece).await {
            let piece = &piece[..bytes];
            if bytes == 0 {
                return;
            }
            if number < self.stuck.load(Ordering::SeqCst) {
                continue;
            }
            if contains(piece, LOOK_UP) {
                self.looked_up.notify_one();
            }
            let breaking = if contains(piece, COMMIT) {
                self.next.lock().await.take()
            } else {
                None
            };
            match breaking {
                None => to.write_all(piece).await.unwrap_or_default(),
                Some(Break::Before) => return,
                Some(Break::Never) => self.stopped.notify_one(),
                Some(how) => {
                    // Before anybody notices that the connection is cut.
                    if how == Break::AfterAndAway {
                        self.is_away.store(true, Ordering::SeqCst);
                    }
                    commits.mark_unchanged();
                    cut.send_replace(());
                    if how == Break::Late {
                        drop(from);
                        self.looked_up.notified().await;
                    }
                    to.write_all(piece).await.unwrap();
                    // Closed before the server has read all of it, the connection would take the rest along.
                    commits.changed().await.unwrap();
                    return;
                }
            }
        }
    }
}

/// Server to client, which hears nothing more once it is cut off.
async fn answer(
    mut from: OwnedReadHalf,
    to: OwnedWriteHalf,
    mut is_cut: watch::Receiver<()>,
    committed: watch::Sender<()>,
) {
    let mut to = Some(to);
    let mut piece = vec![0; 1 << 20];
    loop {
        tokio::select! {
            // The cut comes first: it was made before the commit was passed on, so before its answer came.
            biased;
            Ok(()) = is_cut.changed(), if to.is_some() => to = None,
            read = from.read(&mut piece) => {
                let Some(piece) = read.ok().and_then(|bytes| piece.get(..bytes)) else {
                    return;
                };
                if piece.is_empty() {
                    return;
                }
                if contains(piece, COMMITTED) {
                    committed.send_replace(());
                }
                if let Some(to) = &mut to {
                    to.write_all(piece).await.unwrap_or_default();
                }
            }
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
