//! Events as lines of a table. The columns have fixed widths, because later lines are not known yet.

use domain::connections::{ConnectionEvent, ConnectionStatus};
use storage::StoredLogEntry;

use super::super::output::{Colour, Output, harmless};

/// The line above the table.
pub(super) fn heading(out: &Output) -> String {
    let text = format!(
        "{:>8}  {:<24}  {:<9}  {:<23}  {:<8}  EVENT",
        "SEQ", "TIME", "ACCOUNT", "CONNECTION", "STATUS"
    );
    out.painted(Colour::Bold, &text)
}

/// One entry.
pub(super) fn row(out: &Output, entry: &StoredLogEntry, event: Option<&ConnectionEvent>) -> String {
    let connection = entry.subject.connection.map_or("-", |name| name.as_str());
    let (status, what) = match event {
        Some(event) => {
            let status = format!("{:<8}", event.reported.status.as_str());
            (
                out.painted(colour(event.reported.status), &status),
                described(out, event),
            )
        }
        None => (format!("{:<8}", "-"), entry.kind.name().to_owned()),
    };
    format!(
        "{:>8}  {}  {}  {connection:<23}  {status}  {what}",
        entry.seq, entry.at, entry.subject.account
    )
}

fn colour(status: ConnectionStatus) -> Colour {
    match status {
        ConnectionStatus::Enabled => Colour::Green,
        ConnectionStatus::Pending => Colour::Yellow,
        ConnectionStatus::Failed | ConnectionStatus::Declined => Colour::Red,
    }
}

fn described(out: &Output, event: &ConnectionEvent) -> String {
    let name = harmless(&event.reported.event);
    match &event.reported.description {
        Some(description) => {
            let description = out.painted(Colour::Grey, &harmless(description));
            format!("{name}  {description}")
        }
        None => name,
    }
}
