//! Pages out of chains: the events of a connection, and what the log says about one account.
//!
//! The log is only ever appended to, so a chain that was read a moment ago leads to the same entries for ever, and the
//! statements that follow need no common snapshot.

use domain::connections::{Connection, ConnectionName};
use domain::log::Chain;
use domain::{AccountId, PartnerId};
use futures_util::future::try_join_all;
use storage::{EventsPage, HistoryEvent, LogPage, Order, StoredLogEntry, decode_event};

use crate::columns::{column, number, signed, unsigned};
use crate::error::Result;
use crate::session::{Session, Value};
use crate::{chain, connections, log_entries};

/// From one index of a chain back to another, newest first. The search begins at an entry that is known ($2), takes jumps
/// while they do not lead beyond the newest wanted ($3), and then follows the entries before it down to the oldest ($4).
const WALK_BACK: &str = "
    WITH RECURSIVE search AS (
        SELECT seq, link_index, previous_seq, jump_seq FROM log_entries
        WHERE partner = $1 AND seq = $2
        UNION ALL
        SELECT n.seq, n.link_index, n.previous_seq, n.jump_seq
        FROM search s CROSS JOIN LATERAL (
            SELECT e.seq, e.link_index, e.previous_seq, e.jump_seq FROM log_entries e
            WHERE e.partner = $1 AND e.seq IN (s.jump_seq, s.previous_seq) AND e.link_index >= $3
            ORDER BY e.link_index LIMIT 1
        ) n
        WHERE s.link_index > $3
    ), walk AS (
        SELECT e.seq, e.link_index, e.previous_seq, e.kind, e.payload
        FROM search s JOIN log_entries e ON e.partner = $1 AND e.seq = s.seq
        WHERE s.link_index = $3
        UNION ALL
        SELECT e.seq, e.link_index, e.previous_seq, e.kind, e.payload
        FROM walk w JOIN log_entries e ON e.partner = $1 AND e.seq = w.previous_seq
        WHERE w.link_index > $4
    )
    SELECT seq, link_index, kind, payload FROM walk ORDER BY seq DESC";

/// The index of the first entry of a chain with a higher `seq` ($3), searched from its last entry ($2).
const FIRST_AFTER: &str = "
    WITH RECURSIVE search AS (
        SELECT link_index, CASE WHEN jump_seq > $3 THEN jump_seq WHEN previous_seq > $3 THEN previous_seq END AS next
        FROM log_entries WHERE partner = $1 AND seq = $2
        UNION ALL
        SELECT e.link_index, CASE WHEN e.jump_seq > $3 THEN e.jump_seq WHEN e.previous_seq > $3 THEN e.previous_seq END
        FROM search s JOIN log_entries e ON e.partner = $1 AND e.seq = s.next
    )
    SELECT min(link_index) FROM search";

/// The chains of an account and of its connections, of one moment.
const CHAINS: &str = "
    SELECT chain_length, chain_spine FROM accounts WHERE partner = $1 AND account = $2
    UNION ALL
    SELECT chain_length, chain_spine FROM connections WHERE partner = $1 AND account = $2";

/// A page of a connection's events. Entries of its chain that are no events are passed over.
pub(crate) async fn page(
    session: &Session,
    of: AccountId,
    name: ConnectionName,
    page: EventsPage,
) -> Result<Option<Vec<HistoryEvent>>> {
    let Some(connection) = connections::find(session, of, name).await? else {
        return Ok(None);
    };
    page_of(session, of.partner(), &connection, page)
        .await
        .map(Some)
}

async fn page_of(
    session: &Session,
    partner: PartnerId,
    connection: &Connection,
    page: EventsPage,
) -> Result<Vec<HistoryEvent>> {
    let length = connection.chain.length();
    let limit = u64::try_from(page.limit).unwrap_or(u64::MAX);
    let mut events: Vec<HistoryEvent> = Vec::new();
    let missing = |events: &Vec<HistoryEvent>| {
        limit.saturating_sub(u64::try_from(events.len()).unwrap_or(limit))
    };
    match page.order {
        Order::Descending => {
            let mut newest = page
                .after
                .map_or(length, |after| after.saturating_sub(1).min(length));
            while newest > 0 && missing(&events) > 0 {
                let oldest = newest.saturating_sub(missing(&events) - 1).max(1);
                events.extend(back(session, partner, &connection.chain, newest, oldest).await?);
                newest = oldest - 1;
            }
        }
        Order::Ascending => {
            let mut oldest = page.after.unwrap_or(0).saturating_add(1);
            while oldest <= length && missing(&events) > 0 {
                let newest = oldest.saturating_add(missing(&events) - 1).min(length);
                let part = back(session, partner, &connection.chain, newest, oldest).await?;
                events.extend(part.into_iter().rev());
                oldest = newest + 1;
            }
        }
    }
    Ok(events)
}

/// The events from one index of a chain back to another, newest first.
async fn back(
    session: &Session,
    partner: PartnerId,
    chain: &Chain,
    newest: u64,
    oldest: u64,
) -> Result<Vec<HistoryEvent>> {
    let rows = walk(session, partner, chain, newest, oldest).await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in &rows {
        if column::<&str>(row, 2)? == log_entries::EVENT_KIND.name() {
            events.push(HistoryEvent {
                version: unsigned(row, 1)?,
                event: decode_event(column(row, 3)?)?,
            });
        }
    }
    Ok(events)
}

async fn walk(
    session: &Session,
    partner: PartnerId,
    chain: &Chain,
    newest: u64,
    oldest: u64,
) -> Result<Vec<tokio_postgres::Row>> {
    let Some((_, nearest)) = chain.nearest(newest) else {
        return Ok(Vec::new());
    };
    let (partner, nearest) = (partner.to_string(), signed(nearest));
    let (newest, oldest) = (signed(newest), signed(oldest));
    let values: [Value<'_>; 4] = [&partner, &nearest, &newest, &oldest];
    session.all(WALK_BACK, &values).await
}

/// The entries about one account: its own chain and those of its connections, merged by `seq`.
pub(crate) async fn account_log(
    session: &Session,
    of: AccountId,
    page: LogPage,
) -> Result<Vec<StoredLogEntry>> {
    let (partner, account) = (of.partner().to_string(), number(of));
    let rows = session.all(CHAINS, &[&partner, &account]).await?;
    let chains: Result<Vec<Chain>> = rows.iter().map(|row| chain::read(row, 0)).collect();
    let chains = chains?;
    let each = chains
        .iter()
        .map(|chain| seqs_after(session, of.partner(), chain, page));
    let mut seqs: Vec<i64> = try_join_all(each).await?.into_iter().flatten().collect();
    seqs.sort_unstable();
    seqs.truncate(page.limit);
    log_entries::find_all(session, of.partner(), &seqs).await
}

/// The first entries of a chain after a `seq`, as many as the page has.
async fn seqs_after(
    session: &Session,
    partner: PartnerId,
    chain: &Chain,
    page: LogPage,
) -> Result<Vec<i64>> {
    let Some(last) = chain.last_seq().filter(|last| *last > page.after) else {
        return Ok(Vec::new());
    };
    let (name, last, after) = (partner.to_string(), signed(last), signed(page.after));
    let found = session.one(FIRST_AFTER, &[&name, &last, &after]).await?;
    let Some(row) = found else {
        return Ok(Vec::new());
    };
    let oldest = unsigned(&row, 0)?;
    let limit = u64::try_from(page.limit).unwrap_or(u64::MAX);
    let newest = oldest.saturating_add(limit.saturating_sub(1));
    let rows = walk(session, partner, chain, newest.min(chain.length()), oldest).await?;
    rows.iter().map(|row| column(row, 0)).collect()
}
