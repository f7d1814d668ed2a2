//! What the process has written to its log, at the finest level.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::Value;
use server::logging::{LogFormat, subscriber};

/// Everything that was said in this process since the first test asked for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Records(Arc<Mutex<Vec<u8>>>);

static RECORDS: OnceLock<Records> = OnceLock::new();

impl Records {
    /// Begins to keep them, unless that was begun already.
    pub(crate) fn keep() -> Self {
        let kept = RECORDS.get_or_init(|| {
            let records = Self::default();
            let writer = records.clone();
            let subscriber = subscriber(Some("trace"), LogFormat::Json, move || writer.clone());
            tracing::subscriber::set_global_default(subscriber).unwrap();
            records
        });
        kept.clone()
    }

    /// The text of all.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    /// Those of one request, each of which must be an object in a line of its own.
    pub(crate) fn of_request(&self, id: &str) -> Vec<Value> {
        let text = self.text();
        let records = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        records
            .filter(|record| record["request_id"] == id)
            .collect()
    }
}

impl Write for Records {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
