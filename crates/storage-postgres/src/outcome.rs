//! What became of a batch whose connection was lost in the middle of its commit.
//!
//! Nobody but the transaction itself can say whether it will still be committed, but the partner's stream row is locked
//! until it ends. So that row is taken first: whoever has it knows that the other is over, and then finds its first entry
//! in the log, or does not. The look-up commits something of its own: on a server that waits for standbys, that makes sure
//! that what it has seen is as durable as itself.

use std::time::Duration;

use domain::PartnerId;
use domain::log::LogEntry;
use storage::{SealedEntry, StorageError};
use tokio::time::{Instant, sleep, timeout};

use crate::columns::signed;
use crate::error::Result;
use crate::log_entries;
use crate::session::{Batch, Session};
use crate::writers::Writers;

/// Between two tries; a server that takes over needs seconds.
const PAUSE: Duration = Duration::from_millis(250);

/// Writes the row as it is, as soon as no other transaction holds it.
const TAKE_STREAM: &str = "UPDATE streams SET last_seq = last_seq WHERE partner = $1";

/// By what a batch is recognised: its first entry under a partner that was there before. The hash is salted, so that no
/// other batch has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    partner: PartnerId,
    seq: u64,
    content_hash: [u8; 32],
}

impl Mark {
    /// None where all partners are new: what locks nothing cannot be waited for.
    pub(crate) fn of(entries: &[(LogEntry, SealedEntry)], known: &[PartnerId]) -> Option<Self> {
        let first = entries
            .iter()
            .find(|(entry, _)| known.contains(&entry.partner));
        first.map(|(entry, sealed)| Self {
            partner: entry.partner,
            seq: entry.seq,
            content_hash: sealed.content_hash,
        })
    }
}

/// Whether the batch is stored; nothing where that could not be learned in time.
pub(crate) async fn look_up(writers: &Writers, mark: &Mark) -> Option<bool> {
    let options = &writers.connector.options;
    let until = Instant::now() + options.outcome_timeout;
    loop {
        let trying = timeout(options.answer_timeout(), try_once(writers, mark)).await;
        match trying {
            Ok(Ok(is_stored)) => return Some(is_stored),
            Ok(Err(error)) => tracing::debug!(%error, "the outcome of a batch is not known yet"),
            Err(_) => tracing::debug!("the outcome of a batch is not known yet: no answer"),
        }
        if Instant::now() + PAUSE >= until {
            return None;
        }
        sleep(PAUSE).await;
    }
}

async fn try_once(writers: &Writers, mark: &Mark) -> Result<bool> {
    let session = writers.open().await?;
    session.commands("BEGIN").await?;
    let taken = session
        .execute(TAKE_STREAM, &[&mark.partner.to_string()])
        .await?;
    if taken == 0 {
        return Err(StorageError::Unavailable(
            "the partner is not there".to_owned(),
        ));
    }
    let is_stored = is_stored(&session, mark).await?;
    session.take_warning();
    Batch(&session).commit().await?;
    if session.take_warning() {
        return Err(StorageError::Unavailable(
            "no standby has confirmed it".to_owned(),
        ));
    }
    Ok(is_stored)
}

async fn is_stored(session: &Session, mark: &Mark) -> Result<bool> {
    let found = log_entries::find_hash(session, mark.partner, mark.seq).await?;
    let is_stored = found == Some(mark.content_hash);
    if !is_stored && found.is_some() {
        tracing::debug!(seq = signed(mark.seq), "another batch stands in its place");
    }
    Ok(is_stored)
}
