//! The commands of the binary, run as processes of their own on real files, beside a real server.

mod backup;
mod copy;
mod doctor;
mod events;
mod export;
mod help;
pub(crate) mod older_schema;
pub(crate) mod program;
mod token;
mod version;
