//! Every limit below it, at it, and above it; small ones are set, so that nothing takes long.

mod connections;
mod queue;
mod requests;
mod slow;
mod stopping;
