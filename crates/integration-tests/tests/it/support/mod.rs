//! The application under test, who calls it, and what is said about its answers.

mod actors;
mod app;
mod call;
mod raw;
mod response;
mod surroundings;

pub use actors::{ACCOUNT, Account, Client, Connection, Partner, audience};
pub use app::{PUBLIC_URL, START, TestApp};
pub use call::{Call, together};
pub use raw::{Answered, Socket};
pub use response::Response;
pub use surroundings::SetClock;
