//! Operations for the tests of the document and the docs page; the real ones stand next to their handlers.

use domain::Scope;

use crate::error::ErrorCode;
use crate::shape::{Kind, List};
use crate::v1::models::{access_token, account, client, connection, connection_event};

use super::*;

const CONNECTIONS: Tag = Tag {
    name: "Connections",
    about: "What an account is to its payment providers, and every step on the way.",
};
const ACCOUNTS: Tag = Tag {
    name: "Accounts",
    about: "The merchants of a partner.",
};
const ACCESS: Tag = Tag {
    name: "Access",
    about: "Tokens, clients and what they may do.",
};
const WRITE: Access = Access::AnyOf(&[Scope::ADMIN_ACCOUNTS, Scope::WRITE_ACCOUNTS]);
const READ: Access = Access::AnyOf(&[Scope::ADMIN_ACCOUNTS, Scope::READ_ACCOUNTS]);

const VERSION: ResponseHeader = ResponseHeader {
    name: "ETag",
    kind: Kind::TEXT,
    about: "The version of the connection after this event.",
};

pub(crate) static RECORD_EVENT: Operation = Operation {
    id: "aid_accounts_aid_connections_events_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}/events",
    tag: CONNECTIONS,
    summary: "Record a connection event",
    description: "Reports one step of a connection. The connection takes the status of the event, and the event \
                  is added to its history. When the answer is 200, it is on disk.\n\n\
                  A connection that nobody signed up for is created by its first event.",
    access: WRITE,
    parameters: &[OID, AID, CONNECTION, IF_MATCH, IDEMPOTENCY_KEY],
    body: Some(&BodyDescription {
        shape: &connection_event::CONNECTION_EVENT,
        form: None,
        is_required: true,
        media: &[Media {
            media_type: JSON,
            examples: &[
                Example {
                    name: "minimal",
                    text: connection_event::EXAMPLE_MINIMAL,
                },
                Example {
                    name: "full",
                    text: connection_event::EXAMPLE_FULL,
                },
            ],
        }],
    }),
    answers: &[Answer::json(
        200,
        "The event as it was recorded.",
        Kind::Object(&connection_event::CONNECTION_EVENT),
        connection_event::EXAMPLE,
    )
    .headers(&[VERSION])],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
        ErrorCode::VersionMismatch,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
        ErrorCode::IdempotencyKeyReused,
    ],
};

pub(crate) static READ_CONNECTION: Operation = Operation {
    id: "aid_accounts_aid_connections_connection_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/management/accounts/{aid}/connections/{connection}",
    tag: CONNECTIONS,
    summary: "Read a connection",
    description: "Answers what all events of the connection add up to, with its newest events.",
    access: READ,
    parameters: &[OID, AID, CONNECTION],
    body: None,
    answers: &[Answer::json(
        200,
        "The connection.",
        Kind::Object(&connection::CONNECTION),
        connection::EXAMPLE,
    )],
    errors: &[
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::NotFound,
    ],
};

pub(crate) static CREATE_ACCOUNT: Operation = Operation {
    id: "aid_mgmnt_accounts_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/management/accounts",
    tag: ACCOUNTS,
    summary: "Create an account",
    description: "Creates an account under the partner of the path and gives it the next number.",
    access: WRITE,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &account::ACCOUNT_BODY,
        form: None,
        is_required: true,
        media: &[Media {
            media_type: JSON,
            examples: &[Example {
                name: "account",
                text: account::EXAMPLE_BODY,
            }],
        }],
    }),
    answers: &[Answer::json(
        200,
        "The new account.",
        Kind::Object(&account::EXTENDED_ACCOUNT),
        account::EXAMPLE,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::Unauthorized,
        ErrorCode::Forbidden,
        ErrorCode::AccountNumbersExhausted,
        ErrorCode::BodyTooLarge,
        ErrorCode::UnsupportedMediaType,
    ],
};

pub(crate) static LIST_CLIENTS: Operation = Operation {
    id: "aid_auth_clients_get",
    method: Method::Get,
    path: "/v1/accounts/{oid}/auth/clients",
    tag: ACCESS,
    summary: "List clients",
    description: "Answers the clients of the account, without their secrets.",
    access: READ,
    parameters: &[OID, LIMIT, STARTING_AFTER],
    body: None,
    answers: &[Answer::json(
        200,
        "The clients.",
        Kind::List(&List {
            of: Kind::Object(&client::CLIENT),
            min: 0,
            max: 100,
        }),
        "[]",
    )],
    errors: &[ErrorCode::Unauthorized, ErrorCode::Forbidden],
};

pub(crate) static TOKEN: Operation = Operation {
    id: "aid_auths_oauth_token_post",
    method: Method::Post,
    path: "/v1/accounts/{oid}/auth/token",
    tag: ACCESS,
    summary: "Get a token",
    description: "Answers an access token for a client with a grant for the audience.",
    access: Access::ClientCredentials,
    parameters: &[OID],
    body: Some(&BodyDescription {
        shape: &access_token::TOKEN_REQUEST,
        form: None,
        is_required: true,
        media: &[
            Media {
                media_type: JSON,
                examples: &[Example {
                    name: "json",
                    text: access_token::EXAMPLE_BODY,
                }],
            },
            Media {
                media_type: FORM,
                examples: &[Example {
                    name: "form",
                    text: access_token::EXAMPLE_FORM,
                }],
            },
        ],
    }),
    answers: &[Answer::json(
        200,
        "The token.",
        Kind::Object(&access_token::ACCESS_TOKEN),
        access_token::EXAMPLE,
    )],
    errors: &[
        ErrorCode::InvalidRequestParameter,
        ErrorCode::InvalidClient,
        ErrorCode::NoGrant,
    ],
};

pub(crate) static HEALTH: Operation = Operation {
    id: "health_live_get",
    method: Method::Get,
    path: "/health/live",
    tag: Tag {
        name: "Service",
        about: "The service itself.",
    },
    summary: "Is it running?",
    description: "Answers as soon as the process can answer at all.",
    access: Access::Anonymous,
    parameters: &[],
    body: None,
    answers: &[Answer::empty(204, "It is.")],
    errors: &[],
};

pub(crate) static ALL: &[&Operation] = &[
    &RECORD_EVENT,
    &READ_CONNECTION,
    &CREATE_ACCOUNT,
    &TOKEN,
    &LIST_CLIENTS,
    &HEALTH,
];
