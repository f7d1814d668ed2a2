//! Signing keys: one per partner and algorithm, made when first needed.

mod list;
mod make;
