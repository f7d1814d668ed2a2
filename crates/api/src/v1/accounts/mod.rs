//! Accounts: added and read by their partner.

pub(crate) mod add;
pub(crate) mod find;
pub(crate) mod list;

use domain::accounts::Account;
use serde::ser::{Error, Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use service::connections::NamedConnection;

use crate::error::Problems;
use crate::json::{Content, read};
use crate::v1::connections::by_name;

/// An account as its partner reads it: what was said about it, around what only the server sets.
#[derive(Debug)]
pub(crate) struct AccountAnswer<'a> {
    pub(crate) account: &'a Account,
    pub(crate) connections: &'a [NamedConnection],
    pub(crate) with_events: bool,
    pub(crate) paging_token: Option<String>,
}

impl Serialize for AccountAnswer<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account = self.account;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &account.uuid)?;
        map.serialize_entry("account_id", &account.id.to_string())?;
        map.serialize_entry("partner_id", &account.id.partner().to_string())?;
        map.serialize_entry("created_at", &account.created_at.to_string())?;
        map.serialize_entry("created_by", account.created_by.as_str())?;
        map.serialize_entry("updated_at", &account.updated_at.to_string())?;
        if let Some(deletion) = &account.deletion {
            map.serialize_entry("deleted_at", &deletion.at.to_string())?;
            map.serialize_entry("deleted_by", deletion.by.as_str())?;
        }
        map.serialize_entry("active", &account.active)?;
        self.serialize_document(&mut map)?;
        map.serialize_entry("connections", &by_name(self.connections, self.with_events))?;
        if let Some(token) = &self.paging_token {
            map.serialize_entry("paging_token", token)?;
        }
        map.end()
    }
}

impl AccountAnswer<'_> {
    /// What was said about the account, member by member, each as it came.
    fn serialize_document<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let document = self.account.document.as_str();
        let damaged = || M::Error::custom("a stored account cannot be read");
        let root = read(document.as_bytes(), &mut Problems::default()).ok_or_else(damaged)?;
        let Content::Object(members) = &root.content else {
            return Err(damaged());
        };
        if !members.iter().any(|member| member.key == "livemode") {
            map.serialize_entry("livemode", &false)?;
        }
        for member in members {
            let value: &RawValue =
                serde_json::from_str(member.value.text).map_err(M::Error::custom)?;
            map.serialize_entry(member.key.as_ref(), value)?;
        }
        Ok(())
    }
}
