//! Bad bodies, addresses and queries, a line each.

use super::{keys, long, nested};

/// What it is about, the body, and the code of the problem at the root of the body.
pub(super) const SYNTAX: &[(&str, &[u8], &str)] = &[
    ("no body", b"", "required"),
    ("white space", b" \n\t", "required"),
    ("half an object", b"{\"status\":\"pending\"", "malformed"),
    ("half a text", b"{\"status\":\"pend", "malformed"),
    ("a comma too many", b"{\"event\":\"e\",}", "malformed"),
    ("two documents", b"{}{}", "malformed"),
    ("a word", b"pending", "malformed"),
    ("single quotes", b"{'event':'e'}", "malformed"),
    ("a key without quotes", b"{event:\"e\"}", "malformed"),
    ("a leading zero", b"{\"metadata\":{\"a\":01}}", "malformed"),
    ("not a number", b"{\"metadata\":{\"a\":NaN}}", "malformed"),
    (
        "a line break in a text",
        b"{\"event\":\"a\nb\"}",
        "malformed",
    ),
    ("a byte order mark", b"\xef\xbb\xbf{}", "malformed"),
    ("no UTF-8", b"{\"event\":\"\xff\"}", "invalid_utf8"),
    (
        "a surrogate in UTF-8",
        b"{\"event\":\"\xed\xa0\x80\"}",
        "invalid_utf8",
    ),
    ("a list", b"[]", "wrong_type"),
    ("a text", b"\"pending\"", "wrong_type"),
    ("null", b"null", "wrong_type"),
];

/// What it is about, a member, its value (none: left out), the place of the problem and its code.
pub(super) const MEMBERS: &[(&str, &str, &str, &str, &str)] = &[
    ("status is missing", "status", "", "/status", "required"),
    ("event is missing", "event", "", "/event", "required"),
    ("status is null", "status", "null", "/status", "required"),
    ("event is null", "event", "null", "/event", "required"),
    (
        "an unknown status",
        "status",
        "\"done\"",
        "/status",
        "not_allowed",
    ),
    (
        "a status in capitals",
        "status",
        "\"Pending\"",
        "/status",
        "not_allowed",
    ),
    (
        "an empty status",
        "status",
        "\"\"",
        "/status",
        "not_allowed",
    ),
    ("status is a number", "status", "1", "/status", "wrong_type"),
    (
        "status is a list",
        "status",
        "[\"pending\"]",
        "/status",
        "wrong_type",
    ),
    ("event is empty", "event", "\"\"", "/event", "too_short"),
    ("event is true", "event", "true", "/event", "wrong_type"),
    ("event is an object", "event", "{}", "/event", "wrong_type"),
    (
        "event has a NUL",
        "event",
        "\"a\\u0000\"",
        "/event",
        "nul_character",
    ),
    (
        "half a pair",
        "event",
        "\"\\ud800\"",
        "/event",
        "lone_surrogate",
    ),
    (
        "a pair turned round",
        "event",
        "\"\\udc00\\ud800\"",
        "/event",
        "lone_surrogate",
    ),
    (
        "description is a number",
        "description",
        "0",
        "/description",
        "wrong_type",
    ),
    (
        "a NUL",
        "description",
        "\"\\u0000\"",
        "/description",
        "nul_character",
    ),
    (
        "metadata is a list",
        "metadata",
        "[1]",
        "/metadata",
        "wrong_type",
    ),
    (
        "metadata is a text",
        "metadata",
        "\"{}\"",
        "/metadata",
        "wrong_type",
    ),
    (
        "a key twice",
        "metadata",
        "{\"a\":1,\"a\":1}",
        "/metadata/a",
        "duplicate_key",
    ),
    (
        "further in",
        "metadata",
        "{\"a\":[{\"b\":1,\"b\":2}]}",
        "/metadata/a/0/b",
        "duplicate_key",
    ),
    (
        "a NUL in metadata",
        "metadata",
        "{\"a\":[\"\\u0000\"]}",
        "/metadata/a/0",
        "nul_character",
    ),
    (
        "a NUL in a key",
        "metadata",
        "{\"\\u0000\":1}",
        "/metadata",
        "nul_character",
    ),
    (
        "half a pair",
        "metadata",
        "{\"a/b~\":\"\\udfff\"}",
        "/metadata/a~1b~0",
        "lone_surrogate",
    ),
    (
        "half a pair in a key",
        "metadata",
        "{\"\\ud800\":1}",
        "/metadata",
        "lone_surrogate",
    ),
    (
        "status twice",
        "x",
        "1,\"status\":\"failed\"",
        "/status",
        "duplicate_key",
    ),
    (
        "by an escape",
        "x",
        "1,\"st\\u0061tus\":\"failed\"",
        "/status",
        "duplicate_key",
    ),
    (
        "an unknown member twice",
        "x",
        "1,\"x\":1",
        "/x",
        "duplicate_key",
    ),
];

/// What it is about, a member, its value, and the code of the problem.
type Long = (&'static str, &'static str, fn() -> String, &'static str);

pub(super) const LONG: &[Long] = &[
    ("a long event", "event", || long(257), "too_long"),
    (
        "a long description",
        "description",
        || long(1_001),
        "too_long",
    ),
    ("deep metadata", "metadata", || nested(33), "too_deep"),
    ("many keys", "metadata", || keys(257), "too_many_keys"),
];

/// What it is about, the owner and the account in the path, and which of them is wrong.
pub(super) const ADDRESSES: &[(&str, &str, &str, &str)] = &[
    ("a short owner", "T11", "T11200001", "oid"),
    ("an owner of 4 digits", "T1120", "T11200001", "oid"),
    ("an owner of another letter", "X112", "T11200001", "oid"),
    ("a partner for an account", "T112", "T112", "aid"),
    ("a small letter", "T112", "t11200001", "aid"),
    ("other digits", "T112", "T1120000%D9%A1", "aid"),
    ("an escaped slash", "T112", "T1120000%2F", "aid"),
];

/// A query of a history, the parameter that is wrong, and the code of the problem.
pub(super) const QUERIES: &[(&str, &str, &str)] = &[
    ("?limit=0", "limit", "out_of_range"),
    ("?limit=101", "limit", "out_of_range"),
    ("?limit=-1", "limit", "out_of_range"),
    ("?limit=ten", "limit", "wrong_type"),
    ("?limit=1.5", "limit", "wrong_type"),
    ("?limit=1e1", "limit", "wrong_type"),
    ("?limit=5.0", "limit", "wrong_type"),
    ("?limit=%2B5", "limit", "wrong_type"),
    ("?limit=", "limit", "wrong_type"),
    ("?limit=1&limit=1", "limit", "too_many_items"),
    ("?order=up", "order", "not_allowed"),
    ("?order=ASC", "order", "not_allowed"),
    ("?starting_after=", "starting_after", "pattern"),
    ("?starting_after=1", "starting_after", "pattern"),
    ("?starting_after=YTE", "starting_after", "pattern"),
    ("?starting_after=T11200001", "starting_after", "pattern"),
];
