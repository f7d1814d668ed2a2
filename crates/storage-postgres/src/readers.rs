//! Connections that only read, shared by whoever asks.

use std::sync::Arc;
use std::time::{Duration, Instant};

use storage::StorageError;
use tokio::sync::Mutex;

use crate::connect::Connector;
use crate::connection_counts::ConnectionCounts;
use crate::error::Result;
use crate::figures::InUse;
use crate::options::PostgresOptions;
use crate::session::Session;
use crate::turns::{Size, Turns};

/// A few connections. Questions that come at the same time go down the same ones, a few of them one behind the other.
#[derive(Debug)]
pub(crate) struct Readers {
    connector: Connector,
    lines: Vec<Line>,
    turns: Turns,
}

/// One connection, opened when it is first needed and again when it was lost.
#[derive(Debug, Default)]
struct Line(Mutex<Place>);

#[derive(Debug, Default)]
struct Place {
    /// With the moment from which on it was opened.
    session: Option<(Arc<Session>, Instant)>,
    /// When the last try to open it failed, and why.
    failed: Option<(Instant, StorageError)>,
}

impl Readers {
    pub(crate) fn new(connector: Connector) -> Self {
        let (readers, questions) = {
            let options = &connector.options;
            (options.readers_max.max(1), options.questions_max)
        };
        Self {
            lines: (0..readers).map(|_| Line::default()).collect(),
            turns: Turns::new(readers, questions),
            connector,
        }
    }

    pub(crate) fn options(&self) -> &PostgresOptions {
        &self.connector.options
    }

    pub(crate) fn counts(&self) -> &ConnectionCounts {
        &self.connector.counts
    }

    /// How many are asked on, and how many questions wait for a place or are behind another one.
    pub(crate) fn in_use(&self) -> InUse {
        self.turns.in_use()
    }

    /// Asks for a few rows by their keys, and once more where the connection had been lost meanwhile.
    pub(crate) async fn ask<T, F, Fut>(&self, question: F) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.ask_sized(Size::Short, question).await
    }

    /// The same for a page: what is asked for a few rows meanwhile does not wait for it.
    pub(crate) async fn ask_long<T, F, Fut>(&self, question: F) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.ask_sized(Size::Long, question).await
    }

    /// A server that is stopped would keep its callers for ever: there is a limit, in which waiting for a place is included.
    async fn ask_sized<T, F, Fut>(&self, size: Size, question: F) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let limit = self.connector.options.answer_timeout();
        let mut unanswered = Unanswered {
            readers: self,
            session: None,
            began: Instant::now(),
            patience: limit.min(self.connector.options.connect_timeout),
            is_over: false,
        };
        let asking = self.ask_on_a_line(size, question, &mut unanswered.session);
        let answer = tokio::time::timeout(limit, asking).await;
        unanswered.is_over = answer.is_ok();
        answer.unwrap_or_else(|_| {
            let why = format!("the database has not answered for {limit:?}");
            Err(StorageError::Unavailable(why))
        })
    }

    async fn ask_on_a_line<T, F, Fut>(
        &self,
        size: Size,
        question: F,
        asked: &mut Option<Arc<Session>>,
    ) -> Result<T>
    where
        F: Fn(Arc<Session>) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let turn = self.turns.take(size).await?;
        let line = self.lines.get(turn.line());
        let no_line = || StorageError::Unavailable("there is no connection to read on".to_owned());
        let line = line.ok_or_else(no_line)?;
        let first = line.session(&self.connector).await?;
        *asked = Some(Arc::clone(&first));
        let answer = question(Arc::clone(&first)).await;
        if answer.is_ok() || !first.is_closed() {
            return answer;
        }
        let second = line.session(&self.connector).await?;
        *asked = Some(Arc::clone(&second));
        question(second).await
    }

    /// Gives up the connections that were opened before a moment, so that nobody asks on them again. Questions that are on
    /// their way there keep them until they are answered, and are in nobody's way.
    fn give_up_older_than(&self, moment: Instant) {
        for (line, number) in self.lines.iter().zip(0..) {
            if line.give_up_older_than(moment) {
                self.turns.renew(number);
            }
        }
    }
}

/// A question that waits for its answer. When its caller goes away, or the limit is reached, after it has waited for long,
/// the connection is given up and those that were opened before: nobody else might stay until the limit.
struct Unanswered<'a> {
    readers: &'a Readers,
    session: Option<Arc<Session>>,
    began: Instant,
    patience: Duration,
    is_over: bool,
}

impl Drop for Unanswered<'_> {
    fn drop(&mut self) {
        if !self.is_over && self.began.elapsed() >= self.patience {
            if let Some(session) = &self.session {
                session.give_up();
            }
            self.readers.give_up_older_than(self.began);
        }
    }
}

impl Line {
    /// One opens the connection, and whoever waited meanwhile shares it, or the reason why there is none.
    async fn session(&self, connector: &Connector) -> Result<Arc<Session>> {
        let asked = Instant::now();
        let mut place = self.0.lock().await;
        let open = place.session.as_ref().map(|(session, _)| session);
        if let Some(session) = open.filter(|session| !session.is_closed()) {
            return Ok(Arc::clone(session));
        }
        let failed = place.failed.as_ref();
        if let Some((_, error)) = failed.filter(|(at, _)| *at >= asked) {
            return Err(error.clone());
        }
        *place = Place::default();
        let begun = Instant::now();
        match connector.connect().await {
            Ok(session) => {
                let session = Arc::new(session);
                place.session = Some((Arc::clone(&session), begun));
                Ok(session)
            }
            Err(error) => {
                place.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    /// Whether there was one that was opened before this moment, or is of no use.
    fn give_up_older_than(&self, moment: Instant) -> bool {
        let Ok(mut place) = self.0.try_lock() else {
            return false;
        };
        let is_old =
            |(session, begun): &mut (Arc<Session>, Instant)| *begun < moment || session.is_closed();
        place.session.take_if(is_old).is_some()
    }
}
