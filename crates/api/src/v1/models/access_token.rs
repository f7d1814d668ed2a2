//! The token request and its answer.

use crate::shape::{Field, Kind, Object, Rule, Text};

macro_rules! audience {
    () => {
        concat!(
            r"https?://([A-Za-z0-9._~%!$&'()*+,;=:-]*@)?",
            r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~-]+)(:[0-9]{1,5})?",
            r"/v1/accounts/[PT][0-9]{8}/?"
        )
    };
}

/// The body of a token request by client credentials, as JSON or as a form.
pub static TOKEN_REQUEST: Object = Object::named(
    "TokenRequest",
    "A request for an access token.",
    &[&[
        Field::required("grant_type", Kind::OneOf(&["client_credentials"]))
            .about("How the caller shows who it is.")
            .example("\"client_credentials\""),
        Field::required("audience", AUDIENCE_TEXT)
            .about("The account that the token is for; the account id at the end is what counts.")
            .example("\"https://api.dintero.com/v1/accounts/T11200000\""),
        Field::optional("scope", Kind::TEXT)
            .about("Ignored in JSON; in a form it narrows the scopes of the token."),
    ]],
);

/// The same as a form (RFC 6749, section 4.4.2; RFC 8707).
pub static TOKEN_FORM: Object = Object::named(
    "TokenForm",
    "A request for an access token, as OAuth 2.0 has it.",
    &[&[
        Field::required("grant_type", Kind::OneOf(&["client_credentials"]))
            .about("How the caller shows who it is.")
            .example("\"client_credentials\""),
        Field::optional("audience", AUDIENCE_IN_FORM)
            .about("The account that the token is for; without it, the account of the path.")
            .example("\"https://api.dintero.com/v1/accounts/T11200000\""),
        Field::optional("resource", AUDIENCE_IN_FORM)
            .about("Another word for audience (RFC 8707)."),
        Field::optional("scope", Kind::TEXT)
            .about("Fewer scopes than are granted, parted by spaces."),
        Field::optional("client_id", Kind::TEXT)
            .about("The client, where it does not show itself by HTTP Basic."),
        Field::optional("client_secret", Kind::TEXT).about("Its secret."),
    ]],
);

/// A URL that names an account.
pub(crate) const AUDIENCE_TEXT: Kind = Kind::Text(Text::at_most(512).rule(Rule {
    regex: Some(concat!("^", audience!(), "$")),
    holds: |text| service::grants::audience_account(text).is_some(),
    words: AUDIENCE_WORDS,
}));

/// The same in a form, where an empty value is as good as none (RFC 6749, section 3.2).
const AUDIENCE_IN_FORM: Kind = Kind::Text(Text::at_most(512).rule(Rule {
    regex: Some(concat!("^(", audience!(), ")?$")),
    holds: |text| text.is_empty() || service::grants::audience_account(text).is_some(),
    words: AUDIENCE_WORDS,
}));

const AUDIENCE_WORDS: &str =
    "the address of an account, such as https://api.example.com/v1/accounts/T11200000";

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
