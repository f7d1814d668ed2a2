//! How far a long command has come: one line on standard error that is written over, on a terminal alone.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use storage_sqlite::Stage;

use super::output::size;

/// How often the line is written anew, at most.
const SHOW_EVERY: Duration = Duration::from_millis(100);

/// Characters of the bar.
const BAR_WIDTH: u64 = 30;

/// Back to the beginning of the line, and erase it (ECMA-48, EL).
const ERASE: &str = "\r\u{1b}[K";

/// The line.
#[derive(Debug)]
pub(super) struct Progress {
    shown: bool,
    last: Option<Instant>,
}

impl Progress {
    pub(super) fn new() -> Self {
        Self {
            shown: io::stderr().is_terminal(),
            last: None,
        }
    }

    /// Shows a stage of copying or checking.
    pub(super) fn stage(&mut self, stage: Stage) {
        match stage {
            Stage::Copying { done, total } => {
                let of = format!("{} of {}", size(done), size(total));
                self.show("copying", done, total, &of);
            }
            Stage::CheckingBytes { done, total } => {
                let of = format!("{} of {}", size(done), size(total));
                self.show("checking the bytes", done, total, &of);
            }
            Stage::CheckingPages => self.show("checking the pages", 0, 0, ""),
            Stage::CheckingEntries { done, total } => {
                let of = format!("{done} of {total}");
                self.show("checking the entries", done, total, &of);
            }
        }
    }

    /// Shows what is done, how much of it, and the same in words.
    pub(super) fn show(&mut self, what: &str, done: u64, total: u64, words: &str) {
        let now = Instant::now();
        let is_soon = self.last.is_some_and(|last| now - last < SHOW_EVERY);
        if !self.shown || is_soon && done < total {
            return;
        }
        self.last = Some(now);
        let bar = bar(done, total);
        self.write(&format!("{ERASE}{what} {bar}{words}"));
    }

    /// Takes the line away.
    pub(super) fn end(&mut self) {
        if self.last.take().is_some() {
            self.write(ERASE);
        }
    }

    /// What cannot be shown is not worth stopping for.
    fn write(&self, text: &str) {
        let mut out = io::stderr().lock();
        drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

fn bar(done: u64, total: u64) -> String {
    let Some(filled) = (done * BAR_WIDTH).checked_div(total) else {
        return String::new();
    };
    let percent = done * 100 / total;
    let bar: String = (0..BAR_WIDTH)
        .map(|place| if place < filled { '=' } else { ' ' })
        .collect();
    format!("[{bar}] {percent}% ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_fills_from_the_left() {
        assert_eq!(bar(0, 0), "");
        assert_eq!(bar(0, 7), format!("[{}] 0% ", " ".repeat(30)));
        assert_eq!(
            bar(1, 2),
            format!("[{}{}] 50% ", "=".repeat(15), " ".repeat(15))
        );
        assert_eq!(bar(9, 9), format!("[{}] 100% ", "=".repeat(30)));
    }
}
