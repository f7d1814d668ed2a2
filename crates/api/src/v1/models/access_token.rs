//! The token request and its answer.

use crate::shape::{Field, Kind, Object};

/// The body of a token request by client credentials, as JSON or as a form.
pub static TOKEN_REQUEST: Object = Object::named(
    "TokenRequest",
    "A request for an access token.",
    &[&[
        Field::required("grant_type", Kind::OneOf(&["client_credentials"]))
            .about("How the caller shows who it is.")
            .example("\"client_credentials\""),
        Field::required("audience", Kind::text(2_048))
            .about(
                "The account that the token is for; the account id at the end is what counts. In a form it may \
                 be left out, and is then the account of the path.",
            )
            .example("\"https://api.dintero.com/v1/accounts/T11200000\""),
        Field::optional("scope", Kind::TEXT)
            .about("In a form: fewer scopes than are granted, parted by spaces. In JSON it is ignored."),
    ]],
);

/// The answer.
pub static ACCESS_TOKEN: Object = Object::named(
    "AccessToken",
    "An access token and how long it lives.",
    &[&[
        Field::required("access_token", Kind::TEXT)
            .about("A JWT, to be sent as Authorization: Bearer {access_token}."),
        Field::required("token_type", Kind::OneOf(&["Bearer"])).example("\"Bearer\""),
        Field::required(
            "expires_in",
            Kind::Integer {
                min: 1,
                max: i64::MAX,
            },
        )
        .about("Its lifetime in seconds.")
        .example("14400"),
        Field::optional("refresh_token", Kind::TEXT)
            .about("A token to get further access tokens with, where one is granted."),
        Field::optional("scope", Kind::TEXT).about("The scopes of the token, parted by spaces."),
    ]],
);

/// A request.
pub const EXAMPLE_BODY: &str = r#"{
  "grant_type": "client_credentials",
  "audience": "https://api.dintero.com/v1/accounts/T11200000"
}"#;

/// The same as a form.
pub const EXAMPLE_FORM: &str = "grant_type=client_credentials&audience=https%3A%2F%2Fapi.dintero.com%2Fv1%2Faccounts%2FT11200000";

/// The answer.
pub const EXAMPLE: &str = r#"{
  "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IjEifQ.e30.c2lnbmF0dXJl",
  "token_type": "Bearer",
  "expires_in": 14400
}"#;
