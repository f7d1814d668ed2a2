//! HTTP/2 without TLS, by prior knowledge: what it serves, and its limits.

mod frames;
mod limits;
mod serving;
mod slow;
