//! Who may do what: tokens, the keys that verify them, clients, grants, and how all of it ends.

mod clients;
mod forms;
mod grants;
mod keys;
mod rights;
mod tokens;

mod revocation;
