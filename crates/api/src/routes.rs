//! All operations and where they are reached. A new operation is one line here.

use crate::endpoint::{Endpoint, Handler};
use crate::meta::{documentation, health, llms, openapi, style};
use crate::operation::Operation;
use crate::v1::{accounts, clients, connection_events, connections, grants, keys, log, tokens};

macro_rules! endpoints {
    ($($kind:ident $operation:path => $handle:path,)*) => {
        &[$(Endpoint {
            operation: &$operation,
            handler: endpoints!(@ $kind $handle),
        },)*]
    };
    (@ open $handle:path) => { Handler::Open(|incoming| Box::pin($handle(incoming))) };
    (@ token $handle:path) => {
        Handler::Token(|incoming, identity| Box::pin($handle(incoming, identity)))
    };
}

pub(crate) const ENDPOINTS: &[Endpoint] = endpoints![
    token connection_events::record::OPERATION => connection_events::record::handle,
    token connection_events::list::OPERATION => connection_events::list::handle,
    token connections::find::OPERATION => connections::find::handle,
    token connections::list::OPERATION => connections::list::handle,
    token accounts::list::OPERATION => accounts::list::handle,
    token accounts::add::OPERATION => accounts::add::handle,
    token accounts::find::OPERATION => accounts::find::handle,
    token log::list::OPERATION => log::list::handle,
    open tokens::issue::OPERATION => tokens::issue::handle,
    token keys::list::OPERATION => keys::list::handle,
    open keys::set::OPERATION => keys::set::handle,
    open keys::metadata::OPERATION => keys::metadata::handle,
    token clients::list::OPERATION => clients::list::handle,
    token clients::add::OPERATION => clients::add::handle,
    token clients::find::OPERATION => clients::find::handle,
    token clients::delete::OPERATION => clients::delete::handle,
    token grants::list::OPERATION => grants::list::handle,
    token grants::add::OPERATION => grants::add::handle,
    token grants::delete::OPERATION => grants::delete::handle,
    open openapi::OPERATION => openapi::handle,
    open documentation::INDEX => documentation::index,
    open documentation::PAGE => documentation::page,
    open documentation::PAGE_IN_FOLDER => documentation::page_in_folder,
    open llms::INDEX => llms::index,
    open llms::FULL => llms::full,
    open style::OPERATION => style::handle,
    open health::LIVE => health::live,
    open health::READY => health::ready,
];

/// Every operation, in the order of the document.
#[must_use]
pub fn operations() -> Vec<&'static Operation> {
    ENDPOINTS
        .iter()
        .map(|endpoint| endpoint.operation)
        .collect()
}
