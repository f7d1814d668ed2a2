//! How a record becomes a line.

use std::fmt;
use std::time::Instant;

use domain::{Clock, SystemClock};
use serde_json::{Map, Value};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::LogFormat;
use super::fields::{Fields, MESSAGE};
use super::repeats::Repeats;

/// Writes each record as one line, but those that repeat only now and then where that is wanted.
pub(super) struct Lines {
    format: LogFormat,
    repeats: Option<Repeats>,
}

impl Lines {
    pub(super) fn new(format: LogFormat, repeats: Option<Repeats>) -> Self {
        Self { format, repeats }
    }

    fn pass(&self, metadata: &'static Metadata<'static>) -> Option<u64> {
        let Some(repeats) = &self.repeats else {
            return Some(0);
        };
        let place = (metadata.file(), metadata.line());
        repeats.pass(*metadata.level(), place, Instant::now())
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let Some(left_out) = self.pass(event.metadata()) else {
            return Ok(());
        };
        let mut fields = Fields::default();
        event.record(&mut fields);
        if left_out > 0 {
            fields.others.insert("left_out".to_owned(), left_out.into());
        }
        service::request::current(|request| {
            let id = request.id.as_str().into();
            fields.others.insert("request_id".to_owned(), id);
            if let Some(trace) = request.trace {
                let trace = trace.to_string().into();
                fields.others.insert("trace_id".to_owned(), trace);
            }
        });
        let time = SystemClock.now().to_string();
        let metadata = event.metadata();
        match self.format {
            LogFormat::Json => json(writer, &time, metadata, fields),
            LogFormat::Text { is_coloured } => text(writer, &time, metadata, &fields, is_coloured),
        }
    }
}

fn json(
    mut writer: Writer<'_>,
    time: &str,
    metadata: &Metadata<'_>,
    fields: Fields,
) -> fmt::Result {
    let mut record = Map::new();
    record.insert("timestamp".to_owned(), time.into());
    record.insert("level".to_owned(), metadata.level().as_str().into());
    record.insert("target".to_owned(), metadata.target().into());
    record.insert(MESSAGE.to_owned(), fields.message.into());
    record.extend(fields.others);
    writeln!(writer, "{}", Value::Object(record))
}

fn text(
    mut writer: Writer<'_>,
    time: &str,
    metadata: &Metadata<'_>,
    fields: &Fields,
    is_coloured: bool,
) -> fmt::Result {
    let level = metadata.level();
    write!(writer, "{time} ")?;
    if is_coloured {
        write!(writer, "\u{1b}[{}m{level:<5}\u{1b}[0m ", colour(level))?;
    } else {
        write!(writer, "{level:<5} ")?;
    }
    writer.write_str(&in_one_line(&fields.message))?;
    for (name, value) in &fields.others {
        match value {
            Value::String(text) => write!(writer, " {name}={}", word(text))?,
            other => write!(writer, " {name}={other}")?,
        }
    }
    writeln!(writer)
}

/// The number of the colour on a terminal.
fn colour(level: &Level) -> u8 {
    match *level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        Level::DEBUG => 34,
        Level::TRACE => 35,
    }
}

/// The text as it stands where it is a word, else in quotes.
fn word(text: &str) -> String {
    let is_plain = |character: char| character.is_ascii_graphic() && character != '"';
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("{text:?}")
    }
}

/// The text with line breaks and other control characters written as escapes.
fn in_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use service::request::{Request, RequestId, TraceId};

    use super::*;
    use crate::logging::subscriber;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn said(format: LogFormat, say: impl FnOnce()) -> String {
        let memory = Memory::default();
        let writer = memory.clone();
        let subscriber = subscriber(Some("debug"), format, move || writer.clone());
        tracing::subscriber::with_default(subscriber, say);
        let bytes = memory.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    fn say_all() {
        let id = RequestId::Given("abc-1".into());
        Request::new(id, Some(TraceId([1; 16])), false).around(|| {
            let error = "two\nlines";
            tracing::info!(number = 7, fine = true, %error, name = "a b", "it\nhappened");
        });
    }

    #[test]
    fn a_record_is_one_json_object_in_one_line() {
        let line = said(LogFormat::Json, say_all);
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let mut record: Value = serde_json::from_str(&line).unwrap();
        let time = record["timestamp"].take();
        assert!(time.as_str().unwrap().parse::<domain::Timestamp>().is_ok());
        assert_eq!(
            time.as_str().unwrap().len(),
            "2026-05-12T08:30:00.000Z".len()
        );
        let expected = serde_json::json!({
            "timestamp": null,
            "level": "INFO",
            "target": "server::logging::format::tests",
            "message": "it\nhappened",
            "number": 7,
            "fine": true,
            "error": "two\nlines",
            "name": "a b",
            "request_id": "abc-1",
            "trace_id": "01010101010101010101010101010101",
        });
        assert_eq!(record, expected);
    }

    #[test]
    fn a_record_is_one_line_of_text() {
        let line = said(LogFormat::Text { is_coloured: false }, say_all);
        let (_, line) = line.split_once(' ').unwrap();
        let expected = "INFO  it\\nhappened number=7 fine=true error=\"two\\nlines\" name=\"a b\" \
                        request_id=abc-1 trace_id=01010101010101010101010101010101\n";
        assert_eq!(line, expected);
        let coloured = said(LogFormat::Text { is_coloured: true }, say_all);
        assert!(
            coloured.contains("\u{1b}[32mINFO \u{1b}[0m it"),
            "{coloured}"
        );
    }

    #[test]
    fn what_is_said_outside_of_a_request_has_no_id() {
        let line = said(LogFormat::Json, || tracing::info!("started"));
        assert!(!line.contains("request_id"), "{line}");
    }
}
