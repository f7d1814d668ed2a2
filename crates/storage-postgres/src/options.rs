//! Which database, and how long anything may take.

use std::time::Duration;

use crate::url::PostgresUrl;

/// The address of a database and the limits of its use.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    /// Which database.
    pub url: PostgresUrl,
    /// What its sessions call themselves (`application_name`), unless the address says it.
    pub application_name: String,
    /// Connections that read; each is shared by those who ask at the same time.
    pub readers_max: usize,
    /// Questions that may be under way on one connection that reads.
    pub questions_max: usize,
    /// Connections that write; a batch has one for itself.
    pub writers_max: usize,
    /// Partners whose changes one batch may hold, 1 or more. With the extension Citus in the database it is always 1.
    pub partners_per_batch_max: usize,
    /// How long a server may take to let a connection in.
    pub connect_timeout: Duration,
    /// How long one statement may take.
    pub statement_timeout: Duration,
    /// How long a statement may wait for another transaction.
    pub lock_timeout: Duration,
    /// How long a transaction may stand open while this side says nothing. Between the two round trips of a batch this side
    /// only computes; a node that is stopped there holds its partners' stream rows until then.
    pub idle_timeout: Duration,
    /// How long it is tried to learn what became of a batch whose connection was lost in the middle of its commit.
    pub outcome_timeout: Duration,
    /// How often one who waits for entries looks at the stream row, since a wake-up may be lost.
    pub look_every: Duration,
}

impl PostgresOptions {
    /// The usual limits, for a machine with so many processors.
    ///
    /// A connection that writes is busy for two round trips and one commit, so few fill the server; more than twice the
    /// processors of this side would only make batches smaller.
    #[must_use]
    pub fn for_machine(url: PostgresUrl, processors: usize) -> Self {
        let connections = (2 * processors).clamp(4, 16);
        Self {
            url,
            application_name: "kobling".to_owned(),
            readers_max: connections,
            questions_max: 256,
            writers_max: connections,
            partners_per_batch_max: 512,
            connect_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            lock_timeout: Duration::from_secs(5),
            idle_timeout: Duration::from_secs(2),
            outcome_timeout: Duration::from_secs(30),
            look_every: Duration::from_secs(1),
        }
    }

    /// The same for sessions that call themselves so, such as `kobling serve`.
    #[must_use]
    pub fn named(self, application_name: &str) -> Self {
        Self {
            application_name: application_name.to_owned(),
            ..self
        }
    }

    /// How long an answer to a statement is waited for on this side. The server gives up before, if it is alive.
    pub(crate) fn answer_timeout(&self) -> Duration {
        self.statement_timeout + Duration::from_secs(1)
    }
}
