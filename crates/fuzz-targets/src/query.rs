//! The query of each list: pages within their limits, and paging tokens that lead to one place.

use api::operation::{Operation, Place};
use api::readers;
use domain::PartnerId;

use crate::refusals;

pub(crate) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for operation in api::operations() {
        let mut parameters = operation.parameters.iter();
        if parameters.any(|parameter| parameter.place == Place::Query) {
            one(&text, operation);
        }
    }
    tokens(&text);
}

fn one(text: &str, operation: &'static Operation) {
    let given = match readers::query(text, operation) {
        Ok(given) => given,
        Err(refusal) => {
            assert!(!refusal.problems().is_empty());
            return refusals::check(refusal);
        }
    };
    for (index, (name, value)) in given.iter().enumerate() {
        let (_, rest) = given.split_at(index + 1);
        assert!(rest.iter().all(|(other, _)| other != name), "{name} twice");
        match *name {
            "limit" => {
                let limit: u64 = value.parse().expect("a number that was checked");
                assert!((1..=1_000).contains(&limit), "{limit}");
            }
            "after" => {
                let after: u64 = value.parse().expect("a number that was checked");
                assert!(i64::try_from(after).is_ok());
            }
            "starting_after" => tokens(value),
            _ => {}
        }
    }
}

fn tokens(text: &str) {
    match readers::parse_event_token(text) {
        Ok(version) => {
            let token = readers::event_token(version);
            assert_eq!(readers::parse_event_token(&token).ok(), Some(version));
        }
        Err(refusal) => refusals::check(refusal),
    }
    let partner: PartnerId = "T112".parse().unwrap();
    match readers::parse_account_token(text, partner) {
        Ok(number) => {
            let token = partner.account(number).map(readers::account_token);
            let again = token.and_then(|token| readers::parse_account_token(&token, partner).ok());
            assert_eq!(again, Some(number), "a token of an account that cannot be");
        }
        Err(refusal) => refusals::check(refusal),
    }
}
