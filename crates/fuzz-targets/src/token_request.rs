//! A token request, as JSON and as a form.

use api::readers::{self, Credentials};
use api::shape::Strictness;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use oauth::Audience;

use crate::refusals;

pub(crate) fn run(bytes: &[u8]) {
    as_json(bytes);
    as_form(bytes);
}

fn as_json(bytes: &[u8]) {
    for strictness in [Strictness::Lenient, Strictness::Strict] {
        match readers::token_json(bytes, strictness) {
            Ok(audience) => audience_names_its_account(&audience),
            Err(refusal) => {
                assert!(!refusal.problems().is_empty());
                refusals::check(refusal);
            }
        }
    }
}

fn as_form(bytes: &[u8]) {
    let alone = readers::token_form(&HeaderMap::new(), bytes);
    let mut headers = HeaderMap::new();
    headers.insert(AUTHORIZATION, "Basic aWQ6c2VjcmV0".parse().unwrap());
    let with_header = readers::token_form(&headers, bytes);
    match (alone, with_header) {
        (Ok(alone), Ok(with_header)) => {
            assert_eq!(alone.credentials, None, "two clients in one request");
            assert_eq!(alone.audience, with_header.audience);
            assert_eq!(alone.scopes, with_header.scopes);
            let of_header = Credentials {
                name: "id".to_owned(),
                secret: "secret".to_owned(),
            };
            assert_eq!(with_header.credentials, Some(of_header));
            alone
                .audience
                .iter()
                .for_each(|text| audience_names_its_account(text));
        }
        (Ok(_), Err(refusal)) => {
            assert!(shows_a_client(bytes), "refused without a reason");
            refusals::check_answer(refusal);
        }
        (Err(refusal), Err(other)) => {
            refusals::check_answer(refusal);
            refusals::check_answer(other);
        }
        (Err(_), Ok(_)) => panic!("a form without a client is refused, and with one is not"),
    }
}

/// A client in the form is one too many beside the header.
fn shows_a_client(form: &[u8]) -> bool {
    let mut names = form_urlencoded::parse(form).map(|(name, _)| name);
    names.any(|name| matches!(&*name, "client_secret" | "client_id"))
}

/// The id stands in the text as the last part of its path.
fn audience_names_its_account(text: &str) {
    if let Some(audience) = Audience::parse(text) {
        let end = format!("/v1/accounts/{}", audience.account());
        assert!(
            text.strip_suffix('/').unwrap_or(text).ends_with(&end),
            "{text:?}"
        );
    }
}
