//! Connections that only read, shared by whoever asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use storage::StorageError;
use tokio::sync::Mutex;

use crate::connect::Connector;
use crate::connection_counts::ConnectionCounts;
use crate::error::Result;
use crate::figures::InUse;
use crate::options::PostgresOptions;
use crate::session::Session;

/// A few connections. Questions that come at the same time go down the same ones, one behind the other.
#[derive(Debug)]
pub(crate) struct Readers {
    connector: Connector,
    lines: Vec<Line>,
}

/// One connection, opened when it is first needed and again when it was lost.
#[derive(Debug, Default)]
struct Line {
    place: Mutex<Place>,
    under_way: AtomicUsize,
}

#[derive(Debug, Default)]
struct Place {
    session: Option<Arc<Session>>,
    /// When the last try to open it failed, and why.
    failed: Option<(Instant, StorageError)>,
}

/// A question on its way; counted until it is dropped.
struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Readers {
    pub(crate) fn new(connector: Connector) -> Self {
        let lines = (0..connector.options.readers_max.max(1)).map(|_| Line::default());
        Self {
            lines: lines.collect(),
            connector,
        }
    }

    pub(crate) fn options(&self) -> &PostgresOptions {
        &self.connector.options
    }

    pub(crate) fn counts(&self) -> &ConnectionCounts {
        &self.connector.counts
    }

    /// How many are asked on, and how many questions are behind another one.
    pub(crate) fn in_use(&self) -> InUse {
        let under_way = |line: &Line| line.under_way.load(Ordering::Relaxed);
        let all: usize = self.lines.iter().map(under_way).sum();
        let connections = self.lines.iter().filter(|line| under_way(line) > 0).count();
        InUse {
            connections,
            max: self.lines.len(),
            waiting: all.saturating_sub(connections),
        }
    }

    /// Asks one question, and once more where the connection had been lost meanwhile.
    pub(crate) async fn ask<T, F, Fut>(&self, question: F) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let (line, _under_way) = self.emptiest()?;
        let began = Instant::now();
        let first = line.session(&self.connector).await?;
        let answer = self.wait(&first, question(Arc::clone(&first))).await;
        let has_waited = began.elapsed() >= self.connector.options.answer_timeout();
        if answer.is_ok() || !first.is_closed() || has_waited {
            return answer;
        }
        let second = line.session(&self.connector).await?;
        self.wait(&second, question(Arc::clone(&second))).await
    }

    /// The connection with the fewest questions under way, the first of them where there are several.
    fn emptiest(&self) -> Result<(&Line, UnderWay<'_>)> {
        let load = |line: &&Line| line.under_way.load(Ordering::Relaxed);
        let line = self.lines.iter().min_by_key(load);
        let max = self.connector.options.questions_max;
        match line.filter(|line| load(line) < max) {
            Some(line) => {
                line.under_way.fetch_add(1, Ordering::Relaxed);
                Ok((line, UnderWay(&line.under_way)))
            }
            None => Err(StorageError::Unavailable(format!(
                "{max} questions wait on each of {} connections",
                self.lines.len()
            ))),
        }
    }

    /// A server that is stopped would keep its callers for ever; its connection is given up, and those to it that were opened
    /// before. So it is when a caller goes away who has waited for long: nobody else might stay until the limit.
    async fn wait<T>(
        &self,
        session: &Arc<Session>,
        asking: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let limit = self.connector.options.answer_timeout();
        let mut unanswered = Unanswered {
            lines: &self.lines,
            session,
            began: Instant::now(),
            patience: limit.min(self.connector.options.connect_timeout),
            is_over: false,
        };
        let answer = tokio::time::timeout(limit, asking).await;
        unanswered.is_over = answer.is_ok();
        answer.unwrap_or_else(|_| {
            let why = format!("the database has not answered for {limit:?}");
            Err(StorageError::Unavailable(why))
        })
    }
}

/// A question that waits for its answer.
struct Unanswered<'a> {
    lines: &'a [Line],
    session: &'a Session,
    began: Instant,
    patience: Duration,
    is_over: bool,
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if !self.is_over && self.began.elapsed() >= self.patience {
            self.session.give_up();
            for line in self.lines {
                line.give_up_old();
            }
        }
    }
}

impl Line {
    /// One opens the connection, and whoever waited meanwhile shares it, or the reason why there is none.
    async fn session(&self, connector: &Connector) -> Result<Arc<Session>> {
        let asked = Instant::now();
        let mut place = self.place.lock().await;
        let open = place.session.as_ref();
        if let Some(session) = open.filter(|session| !session.is_closed()) {
            return Ok(Arc::clone(session));
        }
        let failed = place.failed.as_ref();
        if let Some((_, error)) = failed.filter(|(at, _)| *at >= asked) {
            return Err(error.clone());
        }
        *place = Place::default();
        match connector.connect().await {
            Ok(session) => {
                let session = Arc::new(session);
                place.session = Some(Arc::clone(&session));
                Ok(session)
            }
            Err(error) => {
                place.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// A server that did not answer on one connection is not asked again on those that were opened before. Questions that
    /// are under way there keep them until they are answered.
    fn give_up_old(&self) {
        if let Ok(mut place) = self.place.try_lock() {
            place.session = None;
        }
    }
}
