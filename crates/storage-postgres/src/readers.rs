//! Connections that only read, shared by whoever asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use storage::StorageError;
use tokio::sync::Mutex;

use crate::connect::Connector;
use crate::error::Result;
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
    session: Mutex<Option<Arc<Session>>>,
    under_way: AtomicUsize,
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

    /// Asks one question, and once more where the connection had been lost meanwhile.
    pub(crate) async fn ask<T, F, Fut>(&self, question: F) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let (line, _under_way) = self.emptiest()?;
        let first = line.session(&self.connector).await?;
        let answer = self.wait(line, &first, question(Arc::clone(&first))).await;
        if answer.is_ok() || !first.is_closed() {
            return answer;
        }
        let second = line.session(&self.connector).await?;
        self.wait(line, &second, question(Arc::clone(&second)))
            .await
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

    /// A server that is stopped would keep its callers for ever; its connection is given up.
    async fn wait<T>(
        &self,
        line: &Line,
        session: &Arc<Session>,
        asking: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        let limit = self.connector.options.answer_timeout();
        if let Ok(answer) = tokio::time::timeout(limit, asking).await {
            return answer;
        }
        line.give_up(session).await;
        let why = format!("the database has not answered for {limit:?}");
        Err(StorageError::Unavailable(why))
    }
}

impl Line {
    async fn session(&self, connector: &Connector) -> Result<Arc<Session>> {
        let mut place = self.session.lock().await;
        if let Some(session) = place.as_ref().filter(|session| !session.is_closed()) {
            return Ok(Arc::clone(session));
        }
        *place = None;
        let session = Arc::new(connector.connect().await?);
        *place = Some(Arc::clone(&session));
        Ok(session)
    }

    async fn give_up(&self, session: &Arc<Session>) {
        let mut place = self.session.lock().await;
        if place
            .as_ref()
            .is_some_and(|held| Arc::ptr_eq(held, session))
        {
            *place = None;
        }
    }
}
