//! The price plan of an account. It has nothing to do with webhooks.

use crate::shape::{Field, Kind, Object};

/// The price plan.
pub static SUBSCRIPTION: Object = Object::named(
    "Subscription",
    "The price plan of the account.",
    &[&[
        Field::required("interval", Kind::OneOf(&["month", "year"])),
        Field::required(
            "plan",
            Kind::OneOf(&["transaction_fee", "per_customer_fee"]),
        ),
        Field::optional("support", Kind::OneOf(&["office_hours", "24_7_extended"])),
        Field::optional("metadata", Kind::Free).about("Keys and values of your own."),
    ]],
);
