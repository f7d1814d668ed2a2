//! Connection events: reported one at a time, read as a history.

mod list;
mod record;

pub use record::{RecordEventRequest, RequestFingerprint};
