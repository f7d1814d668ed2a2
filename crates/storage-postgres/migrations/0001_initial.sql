-- Every key starts with the partner. Times are milliseconds since 1970. A chain is the end of a linked list of log
-- entries: its length, and the seq of its last entry, of that one's jump target and so on, as numbers with commas.
-- Texts that are keys are compared byte by byte, whatever the language of the database.

CREATE TABLE installation (
    id integer PRIMARY KEY CHECK (id = 1),
    root_key_check bytea NOT NULL,
    created_at bigint NOT NULL
);

-- One row of each partner is written by every batch: with room in its page, a new version of it needs no index entry.
CREATE TABLE streams (
    partner text COLLATE "C" NOT NULL,
    last_seq bigint NOT NULL,
    last_at bigint NOT NULL,
    auth_epoch bigint NOT NULL,
    last_account_number integer NOT NULL,
    data_key bytea NOT NULL,
    PRIMARY KEY (partner)
) WITH (fillfactor = 20);

CREATE TABLE log_entries (
    partner text COLLATE "C" NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    actor text NOT NULL,
    account integer NOT NULL,
    connection text COLLATE "C",
    link_index bigint NOT NULL,
    previous_seq bigint,
    jump_seq bigint,
    salt bytea NOT NULL,
    content_hash bytea NOT NULL,
    payload text NOT NULL,
    PRIMARY KEY (partner, seq)
);

CREATE TABLE accounts (
    partner text COLLATE "C" NOT NULL,
    account integer NOT NULL,
    id uuid NOT NULL,
    active boolean NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    deleted_at bigint,
    deleted_by text,
    chain_length bigint NOT NULL,
    chain_spine text NOT NULL,
    PRIMARY KEY (partner, account)
);

-- Apart from accounts, so that the rows that every event looks at stay small.
CREATE TABLE account_documents (
    partner text COLLATE "C" NOT NULL,
    account integer NOT NULL,
    document text NOT NULL,
    PRIMARY KEY (partner, account)
);

CREATE TABLE connections (
    partner text COLLATE "C" NOT NULL,
    account integer NOT NULL,
    connection text COLLATE "C" NOT NULL,
    status text NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    updated_at bigint NOT NULL,
    chain_length bigint NOT NULL,
    chain_spine text NOT NULL,
    PRIMARY KEY (partner, account, connection)
) WITH (fillfactor = 70);

CREATE TABLE answers (
    partner text COLLATE "C" NOT NULL,
    key bytea NOT NULL,
    request bytea NOT NULL,
    seq bigint NOT NULL,
    version bigint NOT NULL,
    at bigint NOT NULL,
    PRIMARY KEY (partner, key)
);

CREATE INDEX answers_by_time ON answers (at);

CREATE TABLE clients (
    partner text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    account integer NOT NULL,
    client_id text COLLATE "C" NOT NULL,
    name text,
    description text,
    callbacks text,
    secret bytea NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (partner, id),
    UNIQUE (partner, client_id)
);

CREATE TABLE grants (
    partner text COLLATE "C" NOT NULL,
    id uuid NOT NULL,
    client uuid NOT NULL,
    account integer NOT NULL,
    audience text NOT NULL,
    audience_account integer NOT NULL,
    scope text NOT NULL,
    type text NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (partner, id)
);

CREATE INDEX grants_by_client ON grants (partner, client);

CREATE TABLE signing_keys (
    partner text COLLATE "C" NOT NULL,
    kid text COLLATE "C" NOT NULL,
    algorithm text NOT NULL,
    public_jwk text NOT NULL,
    private_key bytea NOT NULL,
    created_at bigint NOT NULL,
    created_by text NOT NULL,
    PRIMARY KEY (partner, kid)
);
