-- Who does which work in the background, until when. This belongs to no partner: one node does a job for all of them.

CREATE TABLE leases (
    name TEXT NOT NULL,
    holder TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
