//! Several equal nodes on one database. Always on PostgreSQL: a file has one server.

mod access;
mod killed;
mod names;
mod root_key;
mod writing;
