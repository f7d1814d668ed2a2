//! Signing keys: one per partner and algorithm, made when first needed.

mod check;
mod list;
mod make;

pub use check::unopenable_keys;
