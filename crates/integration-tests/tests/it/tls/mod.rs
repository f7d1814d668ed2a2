//! TLS by certificate files, with the program itself.

pub(crate) mod authority;
mod doctor;
mod handshakes;
mod mistakes;
mod reload;
mod served;
mod serving;
mod stopping;
