//! The person who registered an account.

use crate::shape::{Field, Kind, List, Object};

/// Who registered the account, and what they agreed to.
pub static APPLICANT: Object = Object::named(
    "AccountApplicant",
    "The person who registered the account.",
    &[&[
        Field::optional("first_name", Kind::TEXT),
        Field::optional("last_name", Kind::TEXT),
        Field::required("email", Kind::TEXT).example("\"kari@fjordkaffe.example\""),
        Field::optional("phone_number", Kind::TEXT)
            .about("In the form of E.164.")
            .example("\"+4799999999\""),
        Field::required("agreement", Kind::Object(&AGREEMENT))
            .about("What the applicant agreed to."),
        Field::optional("recaptcha_sitekey", Kind::TEXT),
        Field::optional("recaptcha_response", Kind::TEXT),
        Field::optional("promo_code", Kind::TEXT),
        Field::optional("utm", Kind::Object(&UTM))
            .about("The campaign that brought the applicant."),
        Field::optional("signup_reference", Kind::TEXT)
            .about("A reference from the query of the onboarding address."),
    ]],
);

static AGREEMENT: Object = Object::named(
    "AccountApplicantAgreement",
    "The agreement that the applicant accepted.",
    &[&[
        Field::optional("name", Kind::TEXT).example("\"merchant\""),
        Field::optional("version", Kind::TEXT).example("\"2026-01\""),
        Field::optional("personal_guarantee_accepted", Kind::Boolean),
        Field::optional("attachments", Kind::List(&ATTACHMENTS))
            .about("Documents that belong to it."),
        Field::read_only("accepted_at", Kind::DATE_TIME).about("When it was accepted."),
    ]],
);

static ATTACHMENTS: List = List {
    of: Kind::Object(&ATTACHMENT),
    min: 0,
    max: 100,
};

static ATTACHMENT: Object = Object::inline(&[&[
    Field::optional("name", Kind::TEXT),
    Field::optional("version", Kind::TEXT),
]]);

static UTM: Object = Object::named(
    "UtmCampaign",
    "The parameters of a campaign.",
    &[&[
        Field::required("utm_source", Kind::TEXT),
        Field::required("utm_medium", Kind::TEXT),
        Field::required("utm_campaign", Kind::TEXT),
        Field::optional("utm_term", Kind::TEXT),
        Field::optional("utm_content", Kind::TEXT),
    ]],
);
