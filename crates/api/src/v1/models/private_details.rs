//! What a partner notes about an account. The account itself does not see it.

use crate::shape::{Field, Kind, Object};

/// The progressions of an account.
pub const PROGRESSIONS: &[&str] = &["applied", "live", "frozen", "deactivated"];

/// The partner's own fields of an account.
pub static PRIVATE_DETAILS: &[Field] = &[
    Field::optional("progression", Kind::OneOf(PROGRESSIONS))
        .about("How far the partner is with the account.")
        .example("\"applied\""),
    Field::optional("reseller_id", Kind::TEXT).about("Who sold it."),
    Field::optional("account_manager", Kind::Object(&ACCOUNT_MANAGER))
        .about("Who looks after the account."),
    Field::optional("statistics", Kind::Free).about("Figures of the account."),
];

static ACCOUNT_MANAGER: Object = Object::inline(&[&[
    Field::required("email", Kind::TEXT).example("\"account.manager@partner.example\"")
]]);
