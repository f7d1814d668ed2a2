//! An account: what a merchant is to its partner, and to itself.

use crate::shape::{Field, Kind, Object, Rule, Text};

use super::account_connections::ACCOUNT_CONNECTIONS;
use super::applicant::APPLICANT;
use super::billing::BILLING;
use super::company::COMPANY;
use super::entity::ENTITY;
use super::private_details::PRIVATE_DETAILS;
use super::services::SERVICES;
use super::subscription::SUBSCRIPTION;

/// Who the account is for, as it must be sent.
static PARTIES_SENT: &[Field] = &[
    Field::required("applicant", Kind::Object(&APPLICANT)).about("Who registered the account."),
    Field::required("company", Kind::Object(&COMPANY)).about("The company behind it."),
    Field::required("billing", Kind::Object(&BILLING)).about("Who gets the invoices."),
];

/// Who the account is for, as it is answered: a partner's own account has none of it.
static PARTIES_ANSWERED: &[Field] = &[
    Field::optional("applicant", Kind::Object(&APPLICANT))
        .about("Who registered the account; a partner's own account has none."),
    Field::optional("company", Kind::Object(&COMPANY))
        .about("The company behind it; a partner's own account may have none."),
    Field::optional("billing", Kind::Object(&BILLING))
        .about("Who gets the invoices; a partner's own account may have none."),
];

/// The other fields of an account, which the account itself sees too.
static DETAILS: &[Field] = &[
    Field::optional("subscription", Kind::Object(&SUBSCRIPTION)).about("The price plan."),
    Field::read_only("account_id", Kind::text(9))
        .about("The id of the account, with its prefix letter.")
        .example("\"T11200001\""),
    Field::read_only("partner_id", Kind::Text(Text::at_most(4).rule(PARTNER)))
        .about("The partner that owns the account. It is the partner of the path and cannot be chosen.")
        .example("\"T112\""),
    Field::optional("livemode", Kind::Boolean)
        .about("Whether the account exists in live mode.")
        .example("false"),
    Field::read_only("active", Kind::Boolean).about("Whether the account is in use."),
    Field::optional("language_code", Kind::text(35))
        .about("The language of the account, a BCP 47 tag.")
        .example("\"nb-NO\""),
    Field::read_only("connections", Kind::Object(&ACCOUNT_CONNECTIONS))
        .about("The connections to payment providers. Events change them; in a request they are ignored."),
    Field::optional("services", Kind::Object(&SERVICES)).about("The services that the account uses."),
    Field::optional("jwks", Kind::Object(&EXTERNAL_KEYS))
        .about("Where the keys are that sign ID tokens of users with external authentication."),
    Field::read_only("paging_token", Kind::text(512))
        .about("In lists only: give it as starting_after, and the list goes on after this account."),
];

static EXTERNAL_KEYS: Object = Object::inline(&[&[
    Field::required("name", Kind::TEXT).about("The name of the issuer."),
    Field::required("uri", Kind::URI).about("The address of its key set."),
]]);

const PARTNER: Rule = Rule {
    regex: Some(r"^[PT]{1}(?=(?:.{3})$)[0-9]*$"),
    holds: |text| text.parse::<domain::PartnerId>().is_ok(),
    words: "T or P and 3 digits, such as T112",
};

/// The body that creates or changes an account.
pub static ACCOUNT_BODY: Object = Object::named(
    "AccountBody",
    "What a partner says about an account, its private details included.",
    &[ENTITY, PARTIES_SENT, DETAILS, PRIVATE_DETAILS],
);

/// What the account's partner is answered: the account and the partner's private details, in one flat object.
pub static EXTENDED_ACCOUNT: Object = Object::named(
    "ExtendedAccount",
    "An account as its partner sees it, private details included.",
    &[ENTITY, PARTIES_ANSWERED, DETAILS, PRIVATE_DETAILS],
);

/// A body that creates an account.
pub const EXAMPLE_BODY: &str = r#"{
  "applicant": {
    "first_name": "Kari",
    "last_name": "Nordmann",
    "email": "kari@fjordkaffe.example",
    "agreement": {"name": "merchant", "version": "2026-01"}
  },
  "company": {
    "business_name": "Fjord Kaffe AS",
    "organization_number": "999999999",
    "website": "https://fjordkaffe.example",
    "address": {
      "address_line": "Bryggen 7",
      "postal_code": "5003",
      "postal_place": "Bergen",
      "country": "NO"
    }
  },
  "billing": {
    "business_name": "Fjord Kaffe AS",
    "address": {
      "address_line": "Bryggen 7",
      "postal_code": "5003",
      "postal_place": "Bergen",
      "country": "NO"
    }
  },
  "progression": "applied"
}"#;

/// An answer to a partner.
pub const EXAMPLE: &str = r#"{
  "id": "0198c0d0-6c1f-7b1e-9d58-2f6a9e0c4b71",
  "created_at": "2023-11-06T14:20:03.115Z",
  "created_by": "0198c0cf-0a4d-7d33-8a7b-91b6f2d0c5e4",
  "updated_at": "2023-11-06T14:20:03.115Z",
  "applicant": {
    "first_name": "Kari",
    "last_name": "Nordmann",
    "email": "kari@fjordkaffe.example",
    "agreement": {"name": "merchant", "version": "2026-01"}
  },
  "company": {
    "business_name": "Fjord Kaffe AS",
    "organization_number": "999999999",
    "website": "https://fjordkaffe.example",
    "address": {
      "address_line": "Bryggen 7",
      "postal_code": "5003",
      "postal_place": "Bergen",
      "country": "NO"
    }
  },
  "billing": {
    "business_name": "Fjord Kaffe AS",
    "address": {
      "address_line": "Bryggen 7",
      "postal_code": "5003",
      "postal_place": "Bergen",
      "country": "NO"
    }
  },
  "account_id": "T11200001",
  "partner_id": "T112",
  "active": true,
  "connections": {},
  "progression": "applied"
}"#;

/// A page of accounts.
pub const EXAMPLE_LIST: &str = r#"[
  {
    "id": "0198c0d0-6c1f-7b1e-9d58-2f6a9e0c4b71",
    "account_id": "T11200001",
    "partner_id": "T112",
    "created_at": "2023-11-06T14:20:03.115Z",
    "created_by": "0198c0cf-0a4d-7d33-8a7b-91b6f2d0c5e4",
    "updated_at": "2023-11-06T14:20:03.115Z",
    "active": false,
    "livemode": false,
    "company": {
      "business_name": "Fjord Kaffe AS",
      "address": {"address_line": "Bryggen 7", "postal_place": "Bergen", "country": "NO"}
    },
    "connections": {},
    "paging_token": "YTE"
  }
]"#;
