//! Who gets the invoices of an account.

use crate::shape::{Field, Kind, Object};

use super::company::ADDRESS;

/// Who gets the invoices.
pub static BILLING: Object = Object::named(
    "AccountBilling",
    "Who gets the invoices of the account.",
    &[&[
        Field::required("business_name", Kind::TEXT).example("\"Fjord Kaffe AS\""),
        Field::optional("organization_number", Kind::TEXT),
        Field::required("address", Kind::Object(&ADDRESS)),
        Field::optional("email", Kind::TEXT),
        Field::optional("reference", Kind::text(120)).about("Printed on the invoices."),
        Field::optional("phone_number", Kind::PHONE).example("\"+4799999999\""),
    ]],
);
