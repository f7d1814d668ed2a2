//! Two merchants, and what has happened between them and their providers.

use serde_json::{Value, json};

use super::CommandError;
use super::calls::{Caller, text};

const ACCOUNTS_PATH: &str = "/v1/accounts/T112/management/accounts";

/// Connection, status, event, description.
type Step = (&'static str, &'static str, &'static str, &'static str);

const FJORD_KAFFE: [Step; 8] = [
    (
        "vipps",
        "pending",
        "signup_started",
        "Vipps signup sent to the merchant",
    ),
    (
        "payex",
        "pending",
        "application_received",
        "PayEx has the application",
    ),
    (
        "payex",
        "pending",
        "documents_requested",
        "PayEx asks for a bank statement",
    ),
    (
        "payex",
        "pending",
        "documents_received",
        "Bank statement received",
    ),
    (
        "payex",
        "enabled",
        "approved",
        "PayEx card payments are open",
    ),
    (
        "swish",
        "pending",
        "certificate_requested",
        "Waiting for the Swish certificate",
    ),
    (
        "collector",
        "pending",
        "credit_check",
        "Walley checks the company",
    ),
    (
        "collector",
        "declined",
        "credit_check_failed",
        "Walley does not offer invoices to this company",
    ),
];

const NORDLYS_SYKLER: [Step; 6] = [
    (
        "instabank",
        "pending",
        "application_received",
        "Instabank has the application",
    ),
    (
        "instabank",
        "enabled",
        "approved",
        "Instabank financing is open",
    ),
    (
        "bambora",
        "pending",
        "signature_required",
        "The agreement awaits a signature",
    ),
    ("bambora", "pending", "signed", "The agreement was signed"),
    (
        "bambora",
        "enabled",
        "merchant_number_assigned",
        "Card payments are open",
    ),
    (
        "vipps",
        "failed",
        "signup_expired",
        "The Vipps link ran out after 30 days",
    ),
];

/// One connection for the overview.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) account: String,
    pub(super) business: String,
    pub(super) connection: String,
    pub(super) status: String,
    pub(super) version: u64,
}

/// Adds the samples, unless the partner has accounts already.
pub(super) async fn fill(caller: &Caller<'_>) -> Result<(), CommandError> {
    let standing = caller.get(ACCOUNTS_PATH).await?.body;
    if standing
        .as_array()
        .is_some_and(|accounts| !accounts.is_empty())
    {
        return Ok(());
    }
    let shops = [
        (
            "Fjord Kaffe AS",
            "kari@fjordkaffe.example",
            "Bergen",
            FJORD_KAFFE.as_slice(),
        ),
        (
            "Nordlys Sykler AS",
            "ola@nordlyssykler.example",
            "Troms\u{f8}",
            NORDLYS_SYKLER.as_slice(),
        ),
    ];
    for (business, email, place, steps) in shops {
        let added = caller
            .post(ACCOUNTS_PATH, account(business, email, place))
            .await?
            .body;
        let id = text(&added, "/account_id");
        for (connection, status, event, description) in steps {
            let path = format!("{ACCOUNTS_PATH}/{id}/connections/{connection}/events");
            let body = json!({"status": status, "event": event, "description": description});
            caller.post(&path, body).await?;
        }
    }
    Ok(())
}

/// What the partner's accounts are connected to.
pub(super) async fn overview(caller: &Caller<'_>) -> Result<Vec<Line>, CommandError> {
    let accounts = caller.get(ACCOUNTS_PATH).await?.body;
    let mut lines = Vec::new();
    for account in accounts.as_array().into_iter().flatten() {
        let connections = account.pointer("/connections").and_then(Value::as_object);
        for (name, connection) in connections.into_iter().flatten() {
            let version = connection.pointer("/version").and_then(Value::as_u64);
            lines.push(Line {
                account: text(account, "/account_id").to_owned(),
                business: text(account, "/company/business_name").to_owned(),
                connection: name.clone(),
                status: text(connection, "/status").to_owned(),
                version: version.unwrap_or_default(),
            });
        }
    }
    Ok(lines)
}

fn account(business: &str, email: &str, place: &str) -> Value {
    let address = json!({"address_line": "Storgata 1", "postal_place": place, "country": "NO"});
    json!({
        "applicant": {"email": email, "agreement": {"name": "merchant", "version": "2026-01"}},
        "company": {"business_name": business, "organization_number": "999999999", "address": address},
        "billing": {"business_name": business, "address": address},
    })
}
