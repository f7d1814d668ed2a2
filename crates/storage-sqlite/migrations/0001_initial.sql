-- Every key starts with the partner. Times are milliseconds since 1970. A chain is the end of a linked list of log
-- entries: its length, and the seq of its last entry, of that one's jump target and so on, as numbers with commas.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    root_key_check BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE streams (
    partner TEXT NOT NULL,
    last_seq INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    auth_epoch INTEGER NOT NULL,
    last_account_number INTEGER NOT NULL,
    data_key BLOB NOT NULL,
    PRIMARY KEY (partner)
) STRICT, WITHOUT ROWID;

-- The key is one number, so that an entry is found in one tree and appended at the end of its partner's part: the
-- partner's ordinal (its digits, plus 1000 for T) above 40 bits of seq.
CREATE TABLE log_entries (
    position INTEGER PRIMARY KEY,
    partner TEXT GENERATED ALWAYS AS (
        CASE WHEN position >> 40 < 1000 THEN 'P' ELSE 'T' END || printf('%03d', (position >> 40) % 1000)
    ) VIRTUAL,
    seq INTEGER GENERATED ALWAYS AS (position & 0xffffffffff) VIRTUAL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    account INTEGER NOT NULL,
    connection TEXT,
    link_index INTEGER NOT NULL,
    previous_seq INTEGER,
    jump_seq INTEGER,
    salt BLOB NOT NULL,
    content_hash BLOB NOT NULL,
    payload TEXT NOT NULL
) STRICT;

CREATE TABLE accounts (
    partner TEXT NOT NULL,
    account INTEGER NOT NULL,
    id TEXT NOT NULL,
    active INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    deleted_by TEXT,
    chain_length INTEGER NOT NULL,
    chain_spine TEXT NOT NULL,
    PRIMARY KEY (partner, account)
) STRICT, WITHOUT ROWID;

-- Apart from accounts, so that the rows that every event looks at stay small.
CREATE TABLE account_documents (
    partner TEXT NOT NULL,
    account INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (partner, account)
) STRICT;

CREATE TABLE connections (
    partner TEXT NOT NULL,
    account INTEGER NOT NULL,
    connection TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    chain_length INTEGER NOT NULL,
    chain_spine TEXT NOT NULL,
    PRIMARY KEY (partner, account, connection)
) STRICT, WITHOUT ROWID;

CREATE TABLE answers (
    partner TEXT NOT NULL,
    key BLOB NOT NULL,
    request BLOB NOT NULL,
    seq INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (partner, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX answers_by_time ON answers (at);

CREATE TABLE clients (
    partner TEXT NOT NULL,
    id TEXT NOT NULL,
    account INTEGER NOT NULL,
    client_id TEXT NOT NULL,
    name TEXT,
    description TEXT,
    callbacks TEXT,
    secret BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (partner, id),
    UNIQUE (partner, client_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    partner TEXT NOT NULL,
    id TEXT NOT NULL,
    client TEXT NOT NULL,
    account INTEGER NOT NULL,
    audience TEXT NOT NULL,
    audience_account INTEGER NOT NULL,
    scope TEXT NOT NULL,
    type TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (partner, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX grants_by_client ON grants (partner, client);

CREATE TABLE signing_keys (
    partner TEXT NOT NULL,
    kid TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    public_jwk TEXT NOT NULL,
    private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (partner, kid)
) STRICT, WITHOUT ROWID;
