//! Whether a session is one, or a pooler hands each transaction to whichever connection to the server is free.
//!
//! Settings, prepared statements, locks and `LISTEN` belong to a session. Behind a pooler in transaction mode they would be
//! left to others, and a statement of one name could be that of somebody else.

use storage::StorageError;

use crate::connect::Connector;
use crate::error::Result;
use crate::open::OpenError;
use crate::session::Session;

/// Which process of the server answers. Two servers may have processes of one number, so its beginning is a part of it.
const BACKEND: &str = "
    SELECT pid || ' of ' || backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()";

/// Looks at a session while others keep a pooler busy: each time it may be given its first connection by chance.
const LOOKS: usize = 8;

/// Looks before and while another session is in a transaction. A pooler that gives out the connection which was free last
/// gives that one the connection of this session; one that takes turns gives this session another one at the second look.
pub(crate) async fn refuse_transaction_pooling(
    connector: &Connector,
    session: &Session,
) -> std::result::Result<(), OpenError> {
    let other = connector.connect().await?;
    let before = backend(session).await?;
    let mut is_one = backend(session).await? == before;
    other.commands("BEGIN").await?;
    is_one &= backend(&other).await? != before;
    for _ in 0..LOOKS {
        is_one = is_one && backend(session).await? == before;
    }
    if !is_one {
        return Err(OpenError::TransactionPooling);
    }
    Ok(other.commands("ROLLBACK").await?)
}

async fn backend(session: &Session) -> Result<String> {
    let found = session.answers(BACKEND).await?.pop();
    found.ok_or_else(|| {
        StorageError::Unavailable("the server does not list its processes".to_owned())
    })
}
