//! The body of every error.

use crate::shape::{Field, Kind, List, Object};

/// The error body: the contract's members, and those of RFC 9457 beside them.
pub static ERROR_BODY: Object = Object::named(
    "ErrorBody",
    "Why a request was refused. The member error is the published shape; the others are those of RFC 9457.",
    &[&[
        Field::required("error", Kind::Object(&ERROR)).about("What went wrong."),
        Field::required("type", Kind::TEXT)
            .about("Where this error is described.")
            .example("\"/docs/errors#invalid_request_parameter\""),
        Field::required("title", Kind::TEXT)
            .about("The error in a few words, always the same for its code.")
            .example("\"The request is not valid\""),
        Field::required("status", Kind::Integer { min: 400, max: 599 })
            .about("The HTTP status.")
            .example("400"),
        Field::required("detail", Kind::TEXT).about("The same text as error.message."),
        Field::optional("request_id", Kind::TEXT)
            .about("The id of the request, as in the header X-Request-Id and in the server's log. Name it in a question.")
            .example("\"01a20729-cf19-775e-9f01-3f153fb8c09f\""),
    ]],
);

static ERROR: Object = Object::inline(&[&[
    Field::required("message", Kind::TEXT)
        .about("What was wrong, what is allowed and, where known, what to do.")
        .example("\"status is required; allowed are pending, enabled, failed, declined\""),
    Field::optional("code", Kind::TEXT)
        .about("Which error it is, for programs.")
        .example("\"INVALID_REQUEST_PARAMETER\""),
    Field::required(
        "errors",
        Kind::List(&List {
            of: Kind::Object(&PROBLEM),
            min: 0,
            max: 101,
        }),
    )
    .about("Every problem of the input at once; empty when it is about something else."),
]]);

static PROBLEM: Object = Object::named(
    "ErrorProblem",
    "One problem of the input, with its place: pointer, parameter or header.",
    &[&[
        Field::optional("pointer", Kind::TEXT)
            .about("A JSON pointer (RFC 6901) into the body; empty for the whole of it.")
            .example("\"/status\""),
        Field::optional("parameter", Kind::TEXT)
            .about("The name of a parameter in the path, the query or a form.")
            .example("\"limit\""),
        Field::optional("header", Kind::TEXT)
            .about("The name of a header.")
            .example("\"If-Match\""),
        Field::required("code", Kind::TEXT)
            .about("What kind of problem it is, for programs.")
            .example("\"required\""),
        Field::required("message", Kind::TEXT)
            .about("What was wrong, and what is allowed.")
            .example("\"status is required; allowed are pending, enabled, failed, declined\""),
        Field::required("description", Kind::TEXT).about("The same text as message."),
    ]],
);

/// The error body of form-encoded OAuth requests (RFC 6749, section 5.2).
pub static OAUTH_ERROR: Object = Object::named(
    "OAuthError",
    "Why a form-encoded token request was refused, as RFC 6749 has it.",
    &[&[
        Field::required("error", Kind::TEXT)
            .about("The word of the RFC.")
            .example("\"invalid_client\""),
        Field::optional("error_description", Kind::TEXT).about("A sentence for people."),
    ]],
);
