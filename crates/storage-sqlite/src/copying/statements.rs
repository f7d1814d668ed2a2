//! The statements for each table. `?1` is the partner and `?2` the position before its first log entry; of the log, `?3`
//! is the `seq` to begin after. In insertions the values of the row follow, from `?3` on.

use storage::copying::CopiedTable;

/// What is asked of one table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statements {
    pub(super) select: &'static str,
    pub(super) insert: &'static str,
    pub(super) delete: &'static str,
    pub(super) count: &'static str,
}

pub(super) fn of(table: CopiedTable) -> &'static Statements {
    match table {
        CopiedTable::LogEntries => &LOG_ENTRIES,
        CopiedTable::Accounts => &ACCOUNTS,
        CopiedTable::AccountDocuments => &ACCOUNT_DOCUMENTS,
        CopiedTable::Connections => &CONNECTIONS,
        CopiedTable::Answers => &ANSWERS,
        CopiedTable::Clients => &CLIENTS,
        CopiedTable::Grants => &GRANTS,
        CopiedTable::SigningKeys => &SIGNING_KEYS,
        CopiedTable::Streams => &STREAMS,
    }
}

const LOG_ENTRIES: Statements = Statements {
    select: "SELECT seq, at, kind, actor, account, connection, link_index, previous_seq, jump_seq, salt, content_hash,
             payload
         FROM log_entries WHERE position > ?2 + ?3 AND position <= ?2 + 0xffffffffff ORDER BY position",
    insert: "INSERT INTO log_entries (position, at, kind, actor, account, connection, link_index, previous_seq, jump_seq,
             salt, content_hash, payload)
         VALUES (?2 + ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    delete: "DELETE FROM log_entries WHERE position > ?2 AND position <= ?2 + 0xffffffffff",
    count: "SELECT count(*) FROM log_entries",
};

const ACCOUNTS: Statements = Statements {
    select: "SELECT account, id, active, created_at, created_by, updated_at, deleted_at, deleted_by, chain_length, chain_spine
         FROM accounts WHERE partner = ?1 ORDER BY account",
    insert: "INSERT INTO accounts (partner, account, id, active, created_at, created_by, updated_at, deleted_at, deleted_by,
             chain_length, chain_spine)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    delete: "DELETE FROM accounts WHERE partner = ?1",
    count: "SELECT count(*) FROM accounts",
};

const ACCOUNT_DOCUMENTS: Statements = Statements {
    select: "SELECT account, document FROM account_documents WHERE partner = ?1 ORDER BY account",
    insert: "INSERT INTO account_documents (partner, account, document) VALUES (?1, ?3, ?4)",
    delete: "DELETE FROM account_documents WHERE partner = ?1",
    count: "SELECT count(*) FROM account_documents",
};

const CONNECTIONS: Statements = Statements {
    select: "SELECT account, connection, status, created_at, created_by, updated_at, chain_length, chain_spine
         FROM connections WHERE partner = ?1 ORDER BY account, connection",
    insert: "INSERT INTO connections (partner, account, connection, status, created_at, created_by, updated_at, chain_length,
             chain_spine)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    delete: "DELETE FROM connections WHERE partner = ?1",
    count: "SELECT count(*) FROM connections",
};

const ANSWERS: Statements = Statements {
    select: "SELECT key, request, seq, version, at FROM answers WHERE partner = ?1 ORDER BY key",
    insert: "INSERT INTO answers (partner, key, request, seq, version, at) VALUES (?1, ?3, ?4, ?5, ?6, ?7)",
    delete: "DELETE FROM answers WHERE partner = ?1",
    count: "SELECT count(*) FROM answers",
};

const CLIENTS: Statements = Statements {
    select: "SELECT id, account, client_id, name, description, callbacks, secret, created_at, created_by
         FROM clients WHERE partner = ?1 ORDER BY id",
    insert: "INSERT INTO clients (partner, id, account, client_id, name, description, callbacks, secret, created_at,
             created_by)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    delete: "DELETE FROM clients WHERE partner = ?1",
    count: "SELECT count(*) FROM clients",
};

const GRANTS: Statements = Statements {
    select: "SELECT id, client, account, audience, audience_account, scope, type, created_at, created_by
         FROM grants WHERE partner = ?1 ORDER BY id",
    insert: "INSERT INTO grants (partner, id, client, account, audience, audience_account, scope, type, created_at,
             created_by)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    delete: "DELETE FROM grants WHERE partner = ?1",
    count: "SELECT count(*) FROM grants",
};

const SIGNING_KEYS: Statements = Statements {
    select: "SELECT kid, algorithm, public_jwk, private_key, created_at, created_by
         FROM signing_keys WHERE partner = ?1 ORDER BY kid",
    insert: "INSERT INTO signing_keys (partner, kid, algorithm, public_jwk, private_key, created_at, created_by)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7, ?8)",
    delete: "DELETE FROM signing_keys WHERE partner = ?1",
    count: "SELECT count(*) FROM signing_keys",
};

const STREAMS: Statements = Statements {
    select: "SELECT last_seq, last_at, auth_epoch, last_account_number, data_key FROM streams WHERE partner = ?1",
    insert:
        "INSERT INTO streams (partner, last_seq, last_at, auth_epoch, last_account_number, data_key)
         VALUES (?1, ?3, ?4, ?5, ?6, ?7)",
    delete: "DELETE FROM streams WHERE partner = ?1",
    count: "SELECT count(*) FROM streams",
};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::*;

    /// A migration that adds a column must add it here too.
    #[test]
    fn every_table_and_every_column_is_copied() {
        let mut db = Connection::open_in_memory().unwrap();
        crate::migrations::migrate(&mut db, std::path::Path::new("memory")).unwrap();
        let names = |sql: &str, column: &str| -> BTreeSet<String> {
            let mut statement = db.prepare(sql).unwrap();
            let rows = statement.query_map([], |row| row.get(column)).unwrap();
            rows.map(Result::unwrap).collect()
        };
        let tables = names(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
            "name",
        );
        let mut copied: BTreeSet<String> =
            CopiedTable::ALL.map(|table| table.name().to_owned()).into();
        copied.extend(["installation", "leases"].map(str::to_owned));
        assert_eq!(&(&tables - &copied), &BTreeSet::new());
        for table in CopiedTable::ALL {
            let columns = names(&format!("PRAGMA table_xinfo({table})"), "name");
            let mut expected: BTreeSet<String> = table
                .columns()
                .iter()
                .map(|column| column.name.to_owned())
                .collect();
            expected.insert("partner".to_owned());
            if table == CopiedTable::LogEntries {
                expected.insert("position".to_owned());
            }
            assert_eq!(columns, expected, "{table}");
            let selected = db.prepare(of(table).select).unwrap();
            let in_order: Vec<_> = table.columns().iter().map(|column| column.name).collect();
            assert_eq!(selected.column_names(), in_order);
        }
    }
}
