//! New events as they come.

use std::time::Duration;

use super::super::CommandError;
use super::super::log_reader::LogReader;
use super::super::serve::stop_asked;
use super::Printer;

/// How often the partner's stream row is looked at, at least. It is stated in the help and in the documents.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Prints what is committed after a `seq` until it is told to stop, enough was printed, or nobody reads any more.
pub(super) async fn follow(
    reader: &LogReader,
    printer: &mut Printer,
    after: u64,
) -> Result<(), CommandError> {
    let stop = stop_asked()?;
    tokio::pin!(stop);
    let mut after = after;
    while printer.left > 0 && !printer.out.is_closed() {
        // Of what is not about the account nothing would be read, and the same again at each look.
        let last = tokio::select! {
            biased;
            () = &mut stop => break,
            last = reader.wait(after, LOOK_EVERY) => last?,
        };
        if last > after {
            let printed = tokio::select! {
                biased;
                () = &mut stop => break,
                printed = printer.print_from(reader, after) => printed?,
            };
            after = printed.max(last);
            printer.out.flush()?;
        }
    }
    Ok(())
}
