//! The ids in a path: what is accepted is what is published, and says itself again.

use api::operation::{AID, CONNECTION, ID, OID};
use domain::connections::{ACCEPTED_NAMES, ConnectionName};
use domain::{AccountId, OwnerId, PartnerId};

use crate::refusals;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let partner = text.parse::<PartnerId>().ok();
    let account = text.parse::<AccountId>().ok();
    let owner = text.parse::<OwnerId>().ok();

    assert_eq!(partner.is_some(), is_id(text, 3), "{text:?}");
    assert_eq!(account.is_some(), is_id(text, 8), "{text:?}");
    assert_eq!(owner.is_some(), partner.is_some() || account.is_some());
    if let Some(partner) = partner {
        assert_eq!(partner.to_string(), text);
        assert_eq!(owner.map(OwnerId::account), Some(partner.own_account()));
        assert!(partner.ordinal() < 2_000);
    }
    if let Some(account) = account {
        assert_eq!(account.to_string(), text);
        assert_eq!(owner.map(OwnerId::account), Some(account));
        assert_eq!(account.partner().account(account.number()), Some(account));
    }
    let connection = ConnectionName::parse(text).ok();
    assert_eq!(connection.is_some(), ACCEPTED_NAMES.contains(&text));
    if let Some(connection) = connection {
        assert_eq!(ConnectionName::parse(connection.as_str()), Ok(connection));
    }

    // What the path's check lets through is what can be parsed, and nothing else.
    for (parameter, is_accepted) in [
        (OID, owner.is_some()),
        (AID, account.is_some()),
        (CONNECTION, connection.is_some()),
    ] {
        let checked = parameter.check(text);
        assert_eq!(checked.is_ok(), is_accepted, "{} {text:?}", parameter.name);
        checked
            .map_err(|problem| refusals::check(problem.into()))
            .ok();
    }
    if let Err(problem) = ID.check(text) {
        refusals::check(problem.into());
    }
}

/// `^[PT]\d{n}$` with the digits of ASCII.
fn is_id(text: &str, digits: usize) -> bool {
    let rest = text.strip_prefix(['P', 'T']);
    rest.is_some_and(|rest| rest.len() == digits && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
