//! Partners: set up by commands on the machine itself, with a first client.

mod bootstrap;

pub use bootstrap::{Bootstrap, BootstrapRefused, Bootstrapped};
