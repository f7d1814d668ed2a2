//! New events as they come.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use super::super::CommandError;
use super::super::log_reader::LogReader;
use super::super::serve::stop_asked;
use super::Printer;

/// How often the partner's stream row is looked at. It is stated in the help and in the documents.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Prints what is committed after a `seq` until it is told to stop, enough was printed, or nobody reads any more.
pub(super) async fn follow(
    reader: &LogReader,
    printer: &mut Printer,
    after: u64,
) -> Result<(), CommandError> {
    let stop = stop_asked()?;
    tokio::pin!(stop);
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut after = after;
    while printer.left > 0 && !printer.out.is_closed() {
        // Of what is not about the account nothing would be read, and the same again at each look.
        let last = reader.last_seq().await?;
        if last > after {
            let printed = tokio::select! {
                biased;
                () = &mut stop => break,
                printed = printer.print_from(reader, after) => printed?,
            };
            after = printed.max(last);
            printer.out.flush()?;
        }
        tokio::select! {
            _ = ticks.tick() => {}
            () = &mut stop => break,
        }
    }
    Ok(())
}
