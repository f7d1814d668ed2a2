//! One connection to the server, and asking it with prepared statements.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::future::try_join_all;
use storage::StorageError;
use tokio::sync::Notify;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, RowStream, SimpleQueryMessage, Statement};

use crate::connection_counts::CountedConnection;
use crate::error::{
    OrStorageError, Result, ends_connection, from_postgres, is_conflict, is_without_code,
};
use crate::sent::StatementsSent;

/// A value of a statement.
pub(crate) type Value<'a> = &'a (dyn ToSql + Sync);

/// A connection with its session. It may be asked by several callers at the same time: the server answers in the order in
/// which it was asked, and nobody waits for an answer before the next question is on its way.
#[derive(Debug)]
pub(crate) struct Session {
    client: Client,
    statements: Mutex<HashMap<&'static str, Statement>>,
    sent: Arc<StatementsSent>,
    /// Whether the server has refused a statement and goes on; the transaction around it can only be rolled back.
    refused: AtomicBool,
    /// Whether that was because another transaction was in its way.
    conflicted: AtomicBool,
    /// Whether a statement could not be sent, or its answer is that the connection ends.
    lost: AtomicBool,
    /// Whether the server has warned of something, such as a commit that no standby has confirmed.
    warned: Arc<AtomicBool>,
    /// Told when the connection has ended.
    ended: Arc<Notify>,
    counted: Arc<CountedConnection>,
    /// Whether tables can be spread over several servers, by Citus.
    is_spread: bool,
}

impl Session {
    pub(crate) fn new(
        client: Client,
        warned: Arc<AtomicBool>,
        ended: Arc<Notify>,
        sent: Arc<StatementsSent>,
        counted: Arc<CountedConnection>,
    ) -> Self {
        Self {
            client,
            statements: Mutex::new(HashMap::new()),
            sent,
            refused: AtomicBool::new(false),
            conflicted: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            warned,
            ended,
            counted,
            is_spread: false,
        }
    }

    /// The same, with whether tables can be spread over several servers.
    pub(crate) fn spread(self, is_spread: bool) -> Self {
        Self { is_spread, ..self }
    }

    /// Whether tables can be spread over several servers: then a transaction should keep to one partner, and there is no
    /// snapshot of all of them.
    pub(crate) fn is_spread(&self) -> bool {
        self.is_spread
    }

    /// Whether the connection has ended.
    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed() || self.lost.load(Ordering::SeqCst)
    }

    /// Nobody asks on it any more.
    pub(crate) fn give_up(&self) {
        self.lost.store(true, Ordering::SeqCst);
        self.counted.lose();
    }

    /// It is counted as lost; whoever has it lets go of it now.
    pub(crate) fn count_as_lost(&self) {
        self.counted.lose();
    }

    /// Done when the connection has ended. For one who waits alone.
    pub(crate) async fn ended(&self) {
        if !self.is_closed() {
            self.ended.notified().await;
        }
    }

    /// Whether a statement was refused since this was last asked, and the connection holds.
    pub(crate) fn take_refusal(&self) -> bool {
        self.refused.swap(false, Ordering::SeqCst)
    }

    fn is_refused(&self) -> bool {
        self.refused.load(Ordering::SeqCst)
    }

    /// Whether another transaction was in the way since this was last asked.
    pub(crate) fn take_conflict(&self) -> bool {
        self.conflicted.swap(false, Ordering::SeqCst)
    }

    /// Whether the server has warned of something since this was last asked.
    pub(crate) fn take_warning(&self) -> bool {
        self.warned.swap(false, Ordering::SeqCst)
    }

    /// Prepares statements in one round trip, those that are not yet.
    pub(crate) async fn prepare_all(&self, statements: &[&'static str]) -> Result<()> {
        let each = statements.iter().map(|sql| self.prepare(sql));
        try_join_all(each).await.map(drop)
    }

    /// All rows.
    pub(crate) async fn all(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        let statement = self.prepare(sql).await?;
        self.said(self.client.query(&statement, values).await)
    }

    /// The first row, if there is one.
    pub(crate) async fn one(&self, sql: &'static str, values: &[Value<'_>]) -> Result<Option<Row>> {
        Ok(self.all(sql, values).await?.into_iter().next())
    }

    /// Writes; answers the number of rows.
    pub(crate) async fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<usize> {
        let statement = self.prepare(sql).await?;
        let rows = self.said(self.client.execute(&statement, values).await)?;
        Ok(usize::try_from(rows).unwrap_or(usize::MAX))
    }

    /// All rows, one after another as they come; nothing else may be asked before the last.
    pub(crate) async fn stream(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
    ) -> Result<RowStream> {
        let statement = self.prepare(sql).await?;
        let values = values.iter().map(|value| *value as &dyn ToSql);
        self.said(self.client.query_raw(&statement, values).await)
    }

    /// Writes rows of a table, behind a value that they share.
    pub(crate) async fn execute_for(
        &self,
        sql: &'static str,
        shared: Value<'_>,
        table: &Table<'_>,
    ) -> Result<()> {
        let statement = self.prepare(sql).await?;
        let columns = table.columns.iter().map(|column| &**column as Value<'_>);
        let values: Vec<Value<'_>> = std::iter::once(shared).chain(columns).collect();
        self.said(self.client.execute(&statement, &values).await)
            .map(drop)
    }

    /// Several commands without values, sent as one.
    pub(crate) async fn commands(&self, sql: &str) -> Result<()> {
        self.said(self.client.batch_execute(sql).await)
    }

    /// The same, with the first column of every row that they answer.
    pub(crate) async fn answers(&self, sql: &str) -> Result<Vec<String>> {
        let said = self.said(self.client.simple_query(sql).await)?;
        let rows = said.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
            _ => None,
        });
        Ok(rows.collect())
    }

    async fn prepare(&self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.prepared(sql) {
            return Ok(statement);
        }
        self.sent.add(sql);
        let statement = self.client.prepare(sql).await.or_storage_error()?;
        self.known().insert(sql, statement.clone());
        Ok(statement)
    }

    fn prepared(&self, sql: &'static str) -> Option<Statement> {
        self.known().get(sql).cloned()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<&'static str, Statement>> {
        self.statements
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn said<T>(&self, said: std::result::Result<T, tokio_postgres::Error>) -> Result<T> {
        said.map_err(|error| {
            let flag = if ends_connection(&error) {
                &self.lost
            } else {
                &self.refused
            };
            flag.store(true, Ordering::SeqCst);
            if is_conflict(&error) {
                self.conflicted.store(true, Ordering::SeqCst);
            }
            match from_postgres(&error) {
                StorageError::Damaged(why) if self.is_spread && is_without_code(&error) => {
                    StorageError::Unavailable(why)
                }
                other => other,
            }
        })
    }
}

/// Statements that go to the server one behind the other, in the order in which they are first polled, without waiting
/// for answers. They must have been prepared: preparing one would let those behind it overtake it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Batch<'a>(pub(crate) &'a Session);

impl Batch<'_> {
    pub(crate) async fn begin(self) -> Result<()> {
        self.0.commands("BEGIN").await
    }

    /// Commits, unless a statement before it could not even be sent: the server would know nothing of that. Where the
    /// server has refused one, it answers a commit by rolling back.
    ///
    /// Nothing limits the time of the commit on the server. A limit that strikes while it waits for a standby would make it
    /// a success that no standby has.
    pub(crate) async fn commit(self) -> Result<()> {
        if self.0.is_refused() {
            return self.0.commands("ROLLBACK").await;
        }
        self.0
            .commands("SET LOCAL statement_timeout = 0; COMMIT")
            .await
    }

    /// All rows; nothing is sent where there is nothing to ask for.
    pub(crate) async fn rows(
        self,
        sql: &'static str,
        values: &[Value<'_>],
        asked: usize,
    ) -> Result<Vec<Row>> {
        if asked == 0 {
            return Ok(Vec::new());
        }
        let statement = self.prepared(sql)?;
        self.0.said(self.0.client.query(&statement, values).await)
    }

    /// Writes rows; nothing is sent where there are none.
    pub(crate) async fn write(self, sql: &'static str, table: &Table<'_>) -> Result<()> {
        if table.rows == 0 {
            return Ok(());
        }
        let statement = self.prepared(sql)?;
        let values = table.columns.iter().map(|column| &**column as Value<'_>);
        let values: Vec<Value<'_>> = values.collect();
        self.0
            .said(self.0.client.execute(&statement, &values).await)
            .map(drop)
    }

    fn prepared(self, sql: &'static str) -> Result<Statement> {
        self.0.prepared(sql).ok_or_else(|| {
            self.0.refused.store(true, Ordering::SeqCst);
            StorageError::Damaged(format!("a statement was not prepared in time: {sql}"))
        })
    }
}

/// Rows to be written, column by column, as `unnest` takes them.
pub(crate) struct Table<'a> {
    rows: usize,
    columns: Vec<Box<dyn ToSql + Sync + Send + 'a>>,
}

impl<'a> Table<'a> {
    /// As many rows, without columns yet.
    pub(crate) fn of(rows: usize) -> Self {
        Self {
            rows,
            columns: Vec::new(),
        }
    }

    /// One more column.
    pub(crate) fn column<T: ToSql + Sync + Send + 'a>(
        mut self,
        values: impl Iterator<Item = T>,
    ) -> Self {
        self.columns.push(Box::new(values.collect::<Vec<T>>()));
        self
    }

    /// One value that all rows share, as a parameter behind the columns so far.
    pub(crate) fn value<T: ToSql + Sync + Send + 'a>(mut self, value: T) -> Self {
        self.columns.push(Box::new(value));
        self
    }
}
