//! The application under test, who calls it, and what is said about its answers.

mod actors;
mod app;
mod call;
mod metrics;
mod raw;
mod records;
mod response;
mod surroundings;

pub(crate) use actors::{ACCOUNT, Client, Connection, Partner, audience};
pub(crate) use app::{AppLimits, PUBLIC_URL, START, TestApp};
pub(crate) use call::{Call, together};
pub(crate) use metrics::Metrics;
pub(crate) use raw::{Answered, Socket};
pub(crate) use records::Records;
pub(crate) use response::Response;
pub(crate) use surroundings::SetClock;
