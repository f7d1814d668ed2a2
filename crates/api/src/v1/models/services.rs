//! The services that an account uses, and the gateways of its checkout.

use crate::shape::{Field, Kind, Object};

/// The services by name.
pub static SERVICES: Object = Object::named(
    "AccountServices",
    "The services that the account uses, by name.",
    &[&[
        Field::optional("checkout", Kind::Object(&CHECKOUT)),
        Field::optional("customers", Kind::Object(&SERVICE)),
        Field::optional("discounts", Kind::Object(&SERVICE)),
        Field::optional("shopping", Kind::Object(&SERVICE)),
        Field::optional("receipts", Kind::Object(&SERVICE)),
        Field::optional("wallets", Kind::Object(&SERVICE)),
    ]],
);

static SERVICE_FIELDS: &[Field] = &[
    Field::optional("status", Kind::OneOf(&["enabled", "disabled"])),
    Field::optional(
        "progression",
        Kind::OneOf(&["not_applied", "applied", "live", "frozen", "deactivated"]),
    ),
    Field::read_only("created_at", Kind::DATE_TIME),
    Field::read_only("created_by", Kind::TEXT),
    Field::read_only("updated_at", Kind::DATE_TIME),
    Field::read_only("updated_by", Kind::TEXT),
    Field::optional("metadata", Kind::Free).about("Keys and values of your own."),
];

static SERVICE: Object = Object::named(
    "AccountService",
    "How far the account is with one service.",
    &[SERVICE_FIELDS],
);

static CHECKOUT: Object = Object::named(
    "CheckoutAccountService",
    "How far the account is with the checkout, and with each of its gateways.",
    &[
        SERVICE_FIELDS,
        &[Field::optional("gateways", Kind::Object(&GATEWAYS))
            .about("Each gateway needs the connection of the same name to be enabled.")],
    ],
);

static GATEWAYS: Object = Object::inline(&[&[
    Field::optional("santander", Kind::Object(&GATEWAY)),
    Field::optional("collector", Kind::Object(&GATEWAY)),
    Field::optional("instabank", Kind::Object(&GATEWAY)),
    Field::optional("vipps", Kind::Object(&GATEWAY)),
    Field::optional("swish", Kind::Object(&GATEWAY)),
    Field::optional("bambora", Kind::Object(&GATEWAY)),
    Field::optional("payex", Kind::Object(&PAYEX)),
]]);

static PAYEX: Object = Object::inline(&[&[
    Field::optional("creditcard", Kind::Object(&GATEWAY)),
    Field::optional("swish", Kind::Object(&GATEWAY)),
]]);

static GATEWAY: Object = Object::named(
    "AccountCheckoutGateway",
    "How far the account is with one gateway.",
    &[&[
        Field::optional("progression", Kind::OneOf(GATEWAY_PROGRESSIONS)),
        Field::read_only("created_at", Kind::DATE_TIME),
        Field::read_only("created_by", Kind::TEXT),
    ]],
);

const GATEWAY_PROGRESSIONS: &[&str] = &[
    "not_applied",
    "waiting_for_dintero",
    "waiting_for_gateway",
    "waiting_for_merchant",
    "rejected",
    "live",
    "frozen",
    "deactivated",
];
