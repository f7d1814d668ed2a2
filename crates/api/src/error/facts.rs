//! What the documents say about each error code.

use super::code::Facts;

pub(super) const INVALID_REQUEST_PARAMETER: Facts = Facts {
    code: "INVALID_REQUEST_PARAMETER",
    status: 400,
    title: "The request is not valid",
    cause: "A parameter, a header or a member of the body is missing or not what the operation allows.",
    remedy: "Read errors: it lists every problem at once, each with its place and what is allowed there. \
             Mend them all and send the request again.",
};

pub(super) const UNAUTHORIZED: Facts = Facts {
    code: "UNAUTHORIZED",
    status: 401,
    title: "No valid access token",
    cause: "The header Authorization is missing, or its token is malformed, expired, revoked, signed by \
            an unknown key, or issued under another public URL.",
    remedy: "Get a new token from the token operation and send it as Authorization: Bearer {access_token}. \
             The header WWW-Authenticate of the answer says what was wrong with the old one.",
};

pub(super) const INVALID_CLIENT: Facts = Facts {
    code: "INVALID_CLIENT",
    status: 401,
    title: "Unknown client or wrong secret",
    cause: "The token request has no client credentials, or the partner named in the path has no client \
            with this id and secret.",
    remedy: "Send Authorization: Basic with the client_id (or id) and the client_secret, and check that the \
             path names the client's own account or its partner. A lost secret is replaced, never shown again.",
};

pub(super) const FORBIDDEN: Facts = Facts {
    code: "FORBIDDEN",
    status: 403,
    title: "Not allowed with this token",
    cause: "The token has none of the scopes that the operation lists, or it is not a token for the owner \
            named in the path.",
    remedy: "Ask for a grant with one of the listed scopes, or use a token whose audience is the owner in \
             the path. A changed grant holds for tokens issued after it.",
};

pub(super) const NO_GRANT: Facts = Facts {
    code: "NO_GRANT",
    status: 403,
    title: "No grant for this audience",
    cause: "The client is known, but none of its grants names the account in the audience.",
    remedy: "Create a client grant for the audience, or ask for a token for an audience that is granted.",
};

pub(super) const NOT_FOUND: Facts = Facts {
    code: "NOT FOUND",
    status: 404,
    title: "There is no such thing here",
    cause: "What the path names does not exist, was deleted, or belongs to somebody else: the answer is the \
            same in all three cases.",
    remedy: "Check the ids in the path, and whether they belong to the owner named there. A connection \
             exists from its first event.",
};

pub(super) const UNKNOWN_PATH: Facts = Facts {
    code: "UNKNOWN_PATH",
    status: 404,
    title: "No operation has this path",
    cause: "The path is not one of the API.",
    remedy: "Compare the path with the operations at /docs/api: no trailing slash, and /v1 in front.",
};

pub(super) const METHOD_NOT_ALLOWED: Facts = Facts {
    code: "METHOD_NOT_ALLOWED",
    status: 405,
    title: "This path has no such method",
    cause: "The path exists, but not with this method.",
    remedy: "Use one of the methods in the header Allow of the answer.",
};

pub(super) const REQUEST_TIMEOUT: Facts = Facts {
    code: "REQUEST_TIMEOUT",
    status: 408,
    title: "The request came too slowly",
    cause: "The body of the request did not arrive in full within the time that the server allows.",
    remedy: "Send it again. If it changes something, send it with an Idempotency-Key, so that nothing is \
             done twice.",
};

pub(super) const CLIENT_ID_TAKEN: Facts = Facts {
    code: "CLIENT_ID_TAKEN",
    status: 409,
    title: "This client_id is taken",
    cause: "Another client of the same partner has the client_id that was chosen.",
    remedy: "Choose another client_id, or leave it out and take the one that is made.",
};

pub(super) const ACCOUNT_NUMBERS_EXHAUSTED: Facts = Facts {
    code: "ACCOUNT_NUMBERS_EXHAUSTED",
    status: 409,
    title: "The partner has no account number left",
    cause: "A partner has at most 99,999 accounts, and numbers are never used again.",
    remedy: "Create the account under another partner.",
};

pub(super) const VERSION_MISMATCH: Facts = Facts {
    code: "VERSION_MISMATCH",
    status: 412,
    title: "It has changed since it was read",
    cause: "If-Match names a version that is not the present one, or the connection does not exist yet.",
    remedy: "Read the connection again, decide with what it says now, and send the request with its new ETag.",
};

pub(super) const BODY_TOO_LARGE: Facts = Facts {
    code: "BODY_TOO_LARGE",
    status: 413,
    title: "The body is too large",
    cause: "The body has more bytes than the server reads; 64 KiB unless it is configured otherwise.",
    remedy: "Send less. Put large documents elsewhere, and a link to them into metadata.",
};

pub(super) const URI_TOO_LONG: Facts = Facts {
    code: "URI_TOO_LONG",
    status: 414,
    title: "The address is too long",
    cause: "Path and query together are longer than the server reads.",
    remedy: "Send fewer filters in one request.",
};

pub(super) const UNSUPPORTED_MEDIA_TYPE: Facts = Facts {
    code: "UNSUPPORTED_MEDIA_TYPE",
    status: 415,
    title: "The body is of another type",
    cause: "The header Content-Type is missing, or names a type that the operation does not read.",
    remedy: "Send Content-Type: application/json, or another type that the operation lists.",
};

pub(super) const IDEMPOTENCY_KEY_REUSED: Facts = Facts {
    code: "IDEMPOTENCY_KEY_REUSED",
    status: 422,
    title: "This idempotency key belongs to another request",
    cause: "A request with the same Idempotency-Key succeeded within the last 24 hours, with other bytes in \
            its body.",
    remedy: "Make a new key for each new request, and repeat a request with exactly the same bytes.",
};

pub(super) const HEADERS_TOO_LARGE: Facts = Facts {
    code: "HEADERS_TOO_LARGE",
    status: 431,
    title: "The headers are too large",
    cause: "There are more headers, or longer ones, than the server reads.",
    remedy: "Send fewer and shorter headers.",
};

pub(super) const INTERNAL: Facts = Facts {
    code: "INTERNAL",
    status: 500,
    title: "A fault in the server",
    cause: "Something went wrong that is not the caller's fault. The server's log says what.",
    remedy: "Try again later. If it changes something, send it with an Idempotency-Key. Tell whoever runs \
             the server, with the time of the request.",
};

pub(super) const UNAVAILABLE: Facts = Facts {
    code: "UNAVAILABLE",
    status: 503,
    title: "The server cannot answer just now",
    cause: "The server is starting, stopping or overloaded, or its database does not answer or takes no changes, as when \
            the disk is full. Nothing was stored.",
    remedy: "Wait as many seconds as the header Retry-After says, then try again.",
};
