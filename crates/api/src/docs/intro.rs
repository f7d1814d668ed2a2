//! The beginning of the page: what the API is, how to get in, and what holds everywhere.

use maud::{Markup, html};

use super::OPENAPI_PATH;
use super::json;

pub(super) fn section(version: &str) -> Markup {
    html! {
        section.intro #top {
            p.eyebrow { "API reference · version " (version) }
            h1 { "Kobling API" }
            p.standfirst {
                "Merchant accounts, their connections to payment providers, and the history of every connection. \
                 Report that a connection moved on; know at any time which merchant can take which payment."
            }
            p {
                "Programs written against the published API work here by changing only the host name. The same \
                 reference for programs is the "
                a href=(OPENAPI_PATH) { "OpenAPI 3.1 document" } "; as text it is at "
                a href="/docs/api.md" { "/docs/api.md" } "."
            }
        }
        (access())
        (conventions())
    }
}

fn access() -> Markup {
    html! {
        section.intro.split #access {
            div.words {
                h2 { "Getting a token" }
                p {
                    "A client has an id and a secret. It exchanges them for an access token, and sends that token \
                     with every request. The examples on this page use three variables of the shell."
                }
                p {
                    "The audience is the account that the token is for. A partner's token may act on every account \
                     of the partner; any other token only on its own account."
                }
            }
            div.example {
                (json::block("Shell", SHELL))
            }
        }
    }
}

const SHELL: &str = "\
export KOBLING=\"https://kobling.example.com\"
export CLIENT_ID=\"…\" CLIENT_SECRET=\"…\"

export TOKEN=$(curl --silent \\
  --url \"$KOBLING/v1/accounts/T11200000/auth/token\" \\
  --user \"$CLIENT_ID:$CLIENT_SECRET\" \\
  --header 'Content-Type: application/json' \\
  --data-raw '{
    \"grant_type\": \"client_credentials\",
    \"audience\": \"'\"$KOBLING\"'/v1/accounts/T11200000\"
  }' | jq --raw-output .access_token)";

fn conventions() -> Markup {
    html! {
        section.intro #conventions {
            h2 { "Conventions" }
            div.cards {
                div { h3 { "Ids" } p {
                    code { "T112" } " is a partner, " code { "T11200001" } " one of its accounts. "
                    code { "T" } " is for tests, " code { "P" } " for production."
                } }
                div { h3 { "Bodies" } p {
                    "JSON of at most 64 KiB, unless the installation sets another limit. "
                    "Members that are read-only or not known are ignored; "
                    code { "null" } " means that an optional member is left out."
                } }
                div { h3 { "Times" } p {
                    "RFC 3339 in UTC with milliseconds: " code { "2023-11-07T05:31:56.000Z" } "."
                } }
                div { h3 { "Repeating" } p {
                    "A change sent with an " code { "Idempotency-Key" }
                    " can be repeated: it happens once, and the first answer comes again."
                } }
                div { h3 { "Conditions" } p {
                    "Reads of a connection carry an " code { "ETag" } ". Sent back in "
                    code { "If-Match" } ", it makes a change only if nothing else changed since."
                } }
                div { h3 { "Errors" } p {
                    "One body for all of them, with every problem of the input at once. "
                    a href="/docs/errors" { "All codes" } " have a page with causes and remedies."
                } }
                div { h3 { "Questions" } p {
                    "Every answer has an " code { "X-Request-Id" } ", your own where you send one. Name it when you ask "
                    "about a request: the server's log has it too."
                } }
            }
        }
    }
}
