//! The statements for each table. `$1` is the partner; of the log, `$2` is the `seq` to begin after. In insertions the
//! columns of the rows follow, from `$2` on. Numbers travel as `bigint`, ids as text.

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
    select: "SELECT seq, at, kind, actor, account::bigint AS account, connection, link_index, previous_seq, jump_seq, salt,
             content_hash, payload
         FROM log_entries WHERE partner = $1 AND seq > $2 ORDER BY seq",
    insert: "INSERT INTO log_entries (partner, seq, at, kind, actor, account, connection, link_index, previous_seq, jump_seq,
             salt, content_hash, payload)
         SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[],
             $8::bigint[], $9::bigint[], $10::bigint[], $11::bytea[], $12::bytea[], $13::text[])",
    delete: "DELETE FROM log_entries WHERE partner = $1",
    count: "SELECT count(*) FROM log_entries",
};

const ACCOUNTS: Statements = Statements {
    select: "SELECT account::bigint AS account, id::text AS id, active::integer::bigint AS active, created_at, created_by,
             updated_at, deleted_at, deleted_by, chain_length, chain_spine
         FROM accounts WHERE partner = $1 ORDER BY accounts.account",
    insert: "INSERT INTO accounts (partner, account, id, active, created_at, created_by, updated_at, deleted_at, deleted_by,
             chain_length, chain_spine)
         SELECT $1, account, id::uuid, active <> 0, created_at, created_by, updated_at, deleted_at, deleted_by,
             chain_length, chain_spine
         FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::bigint[],
             $9::text[], $10::bigint[], $11::text[])
             AS row (account, id, active, created_at, created_by, updated_at, deleted_at, deleted_by, chain_length,
                 chain_spine)",
    delete: "DELETE FROM accounts WHERE partner = $1",
    count: "SELECT count(*) FROM accounts",
};

const ACCOUNT_DOCUMENTS: Statements = Statements {
    select: "SELECT account::bigint AS account, document
         FROM account_documents WHERE partner = $1 ORDER BY account_documents.account",
    insert: "INSERT INTO account_documents (partner, account, document)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[])",
    delete: "DELETE FROM account_documents WHERE partner = $1",
    count: "SELECT count(*) FROM account_documents",
};

const CONNECTIONS: Statements = Statements {
    select: "SELECT account::bigint AS account, connection, status, created_at, created_by, updated_at, chain_length,
             chain_spine
         FROM connections WHERE partner = $1 ORDER BY connections.account, connection",
    insert: "INSERT INTO connections (partner, account, connection, status, created_at, created_by, updated_at, chain_length,
             chain_spine)
         SELECT $1, * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::bigint[],
             $8::bigint[], $9::text[])",
    delete: "DELETE FROM connections WHERE partner = $1",
    count: "SELECT count(*) FROM connections",
};

const ANSWERS: Statements = Statements {
    select: "SELECT key, request, seq, version, at FROM answers WHERE partner = $1 ORDER BY key",
    insert: "INSERT INTO answers (partner, key, request, seq, version, at)
         SELECT $1, * FROM unnest($2::bytea[], $3::bytea[], $4::bigint[], $5::bigint[], $6::bigint[])",
    delete: "DELETE FROM answers WHERE partner = $1",
    count: "SELECT count(*) FROM answers",
};

const CLIENTS: Statements = Statements {
    select: "SELECT id::text AS id, account::bigint AS account, client_id, name, description, callbacks, secret, created_at,
             created_by
         FROM clients WHERE partner = $1 ORDER BY clients.id",
    insert: "INSERT INTO clients (partner, id, account, client_id, name, description, callbacks, secret, created_at,
             created_by)
         SELECT $1, id::uuid, account, client_id, name, description, callbacks, secret, created_at, created_by
         FROM unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[], $9::bigint[],
             $10::text[])
             AS row (id, account, client_id, name, description, callbacks, secret, created_at, created_by)",
    delete: "DELETE FROM clients WHERE partner = $1",
    count: "SELECT count(*) FROM clients",
};

const GRANTS: Statements = Statements {
    select: "SELECT id::text AS id, client::text AS client, account::bigint AS account, audience,
             audience_account::bigint AS audience_account, scope, type, created_at, created_by
         FROM grants WHERE partner = $1 ORDER BY grants.id",
    insert: "INSERT INTO grants (partner, id, client, account, audience, audience_account, scope, type, created_at,
             created_by)
         SELECT $1, id::uuid, client::uuid, account, audience, audience_account, scope, type, created_at, created_by
         FROM unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[],
             $10::text[])
             AS row (id, client, account, audience, audience_account, scope, type, created_at, created_by)",
    delete: "DELETE FROM grants WHERE partner = $1",
    count: "SELECT count(*) FROM grants",
};

const SIGNING_KEYS: Statements = Statements {
    select: "SELECT kid, algorithm, public_jwk, private_key, created_at, created_by
         FROM signing_keys WHERE partner = $1 ORDER BY kid",
    insert: "INSERT INTO signing_keys (partner, kid, algorithm, public_jwk, private_key, created_at, created_by)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::text[])",
    delete: "DELETE FROM signing_keys WHERE partner = $1",
    count: "SELECT count(*) FROM signing_keys",
};

const STREAMS: Statements = Statements {
    select: "SELECT last_seq, last_at, auth_epoch, last_account_number::bigint AS last_account_number, data_key
         FROM streams WHERE partner = $1",
    insert: "INSERT INTO streams (partner, last_seq, last_at, auth_epoch, last_account_number, data_key)
         SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[])",
    delete: "DELETE FROM streams WHERE partner = $1",
    count: "SELECT count(*) FROM streams",
};
