//! The company behind an account, and addresses.

use crate::shape::{Field, Kind, List, Object};

/// The company behind an account.
pub static COMPANY: Object = Object::named(
    "AccountCompany",
    "The company behind the account.",
    &[NAMES, CONTACTS, FIGURES],
);

static NAMES: &[Field] = &[
    Field::required("business_name", Kind::TEXT)
        .about("The name that the company is registered under.")
        .example("\"Fjord Kaffe AS\""),
    Field::optional("display_name", Kind::TEXT).about("The name that customers know."),
    Field::optional("organization_number", Kind::TEXT)
        .about("The registration number. Signups of most connections need it.")
        .example("\"999999999\""),
    Field::optional("industry", Kind::TEXT),
    Field::optional("website", Kind::text(120)).example("\"https://fjordkaffe.example\""),
    Field::optional("terms_url", Kind::text(240)).about("Where the terms of sale stand."),
    Field::optional("bank_name", Kind::TEXT),
    Field::optional("account_number", Kind::TEXT).about("The bank account of the company."),
    Field::required("address", Kind::Object(&ADDRESS)),
];

static CONTACTS: &[Field] = &[
    Field::optional("email", Kind::TEXT),
    Field::optional("technical_email", Kind::TEXT).about("Whom to ask about technical matters."),
    Field::optional("phone_number", Kind::PHONE).example("\"+4799999999\""),
    Field::optional("branding", Kind::Object(&BRANDING)).about("Pictures that customers see."),
    Field::optional("contacts", Kind::List(&CONTACT_LIST))
        .about("Further ways to reach the company."),
    Field::optional("terms", Kind::List(&TERM_LIST)).about("Terms by kind."),
];

static FIGURES: &[Field] = &[
    Field::optional("merchant_category_code", Kind::TEXT).example("\"5499\""),
    Field::optional("average_transaction_value", Kind::TEXT),
    Field::optional("most_expensive_product_price", Kind::TEXT),
    Field::optional("projected_sales", Kind::TEXT),
];

static BRANDING: Object = Object::inline(&[&[
    Field::optional("icon_url", Kind::text(240)).about("A square picture of about 50 pixels."),
    Field::optional("logo_url", Kind::text(240)),
]]);

static CONTACT_LIST: List = List {
    of: Kind::Object(&CONTACT),
    min: 0,
    max: 100,
};

static CONTACT: Object = Object::inline(&[&[
    Field::optional("phone_number", Kind::TEXT),
    Field::optional("email", Kind::TEXT),
    Field::optional("website", Kind::TEXT),
]]);

static TERM_LIST: List = List {
    of: Kind::Object(&TERM),
    min: 0,
    max: 100,
};

static TERM: Object = Object::inline(&[&[
    Field::optional("type", Kind::TEXT)
        .about("What the terms are about.")
        .example("\"all\""),
    Field::optional("href", Kind::TEXT).about("Where they stand."),
]]);

/// A postal address.
pub static ADDRESS: Object = Object::named(
    "Address",
    "A postal address.",
    &[&[
        Field::required("address_line", Kind::TEXT).example("\"Bryggen 7\""),
        Field::optional("address_line_2", Kind::TEXT),
        Field::optional("postal_code", Kind::TEXT).example("\"5003\""),
        Field::required("postal_place", Kind::TEXT).example("\"Bergen\""),
        Field::required("country", Kind::TEXT)
            .about("A code of ISO 3166-1.")
            .example("\"NO\""),
    ]],
);
