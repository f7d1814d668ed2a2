//! The metrics of the process in the text format of Prometheus, on a listener of their own.
//!
//! What is counted lives as plain numbers where it happens: in `service`, in `api`, in the engine, at the listener. Only
//! here do they get names and labels, when somebody reads them.

mod database;
mod families;
mod listener;
mod page;
mod process;

pub use listener::MetricsListener;
pub use page::Sources;
