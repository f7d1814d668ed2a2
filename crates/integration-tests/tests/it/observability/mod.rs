//! What the process tells about itself: ids, records, metrics, traces, and what is made of them.

mod collector;
mod deployment;
mod metrics;
mod request_ids;
mod secrecy;
mod traces;
