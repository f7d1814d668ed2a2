//! An entry of the log as it is answered, and as a line of a file.

use domain::{JsonText, PartnerId};
use serde::Serialize;
use service::log::StoredLogEntry;

use crate::answers::as_it_came;

/// An entry as CloudEvents 1.0 has it; `seq` and `actor` are extension attributes.
#[derive(Debug, Serialize)]
pub(crate) struct EntryAnswer<'a> {
    specversion: &'static str,
    id: String,
    source: &'a str,
    #[serde(rename = "type")]
    kind: String,
    subject: String,
    time: String,
    datacontenttype: &'static str,
    seq: u64,
    actor: &'a str,
    #[serde(serialize_with = "as_it_came")]
    data: &'a JsonText,
}

impl<'a> EntryAnswer<'a> {
    pub(crate) fn new(entry: &'a StoredLogEntry, source: &'a str) -> Self {
        let account = entry.subject.account;
        Self {
            specversion: "1.0",
            id: entry.seq.to_string(),
            source,
            kind: format!("kobling.{}", entry.kind.name()),
            subject: match entry.subject.connection {
                Some(connection) => format!("{account}/connections/{connection}"),
                None => account.to_string(),
            },
            time: entry.at.to_string(),
            datacontenttype: "application/json",
            seq: entry.seq,
            actor: entry.actor.as_str(),
            data: &entry.payload,
        }
    }
}

/// The `source` of a partner's entries.
pub(crate) fn source_of(partner: PartnerId) -> String {
    format!("/v1/accounts/{}", partner.own_account())
}

/// An entry as one line of JSON: the value that the log operation answers, without line breaks.
///
/// # Errors
/// What is stored is not JSON.
pub fn log_entry_line(
    entry: &StoredLogEntry,
    partner: PartnerId,
) -> Result<String, serde_json::Error> {
    let text = serde_json::to_string(&EntryAnswer::new(entry, &source_of(partner)))?;
    // Metadata keeps the text that came, line breaks too. Inside strings JSON has none, so these are white space.
    Ok(text.replace(['\n', '\r'], " "))
}
