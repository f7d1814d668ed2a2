//! Standard output of the commands: line by line, coloured on a terminal alone, and quiet when its reader goes away.

use std::io::{self, ErrorKind, Stdout, Write};

use anstream::{AutoStream, ColorChoice};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::exit::OutputClosed;

/// Standard output.
#[derive(Debug)]
pub(super) struct Output {
    out: Stdout,
    coloured: bool,
}

/// The colours in use, as the numbers that terminals know (ECMA-48, SGR).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Colour {
    Bold,
    Red,
    Green,
    Yellow,
    Grey,
}

impl Output {
    /// Colours are on where this is a terminal; `NO_COLOR` and `CLICOLOR_FORCE` decide otherwise.
    pub(super) fn new() -> Self {
        let out = io::stdout();
        let coloured = AutoStream::choice(&out) != ColorChoice::Never;
        Self { out, coloured }
    }

    /// Prints a text and ends the line.
    ///
    /// # Errors
    /// It cannot be written. Where nobody reads it any more, the command ends without a word.
    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        let mut out = self.out.lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .map_err(unless_closed)
    }

    /// Sends what was printed on its way.
    ///
    /// # Errors
    /// As [`Self::line`].
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.out.flush().map_err(unless_closed)
    }

    /// A text in a colour, or as it is.
    pub(super) fn painted(&self, colour: Colour, text: &str) -> String {
        let code = match colour {
            Colour::Bold => "1",
            Colour::Red => "31",
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Grey => "90",
        };
        if self.coloured {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Whether whoever read it has gone away, which a command that waits would not notice by itself.
    pub(super) fn is_closed(&self) -> bool {
        let mut waiting = [PollFd::new(&self.out, PollFlags::empty())];
        let at_once = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        let found = poll(&mut waiting, Some(&at_once));
        let [out] = &waiting;
        found.is_ok() && out.revents().contains(PollFlags::ERR)
    }
}

fn unless_closed(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::BrokenPipe => io::Error::other(OutputClosed),
        _ => error,
    }
}

/// A text of somebody else on one line: control characters could move the cursor or hide what stands there.
pub(super) fn harmless(text: &str) -> String {
    let harmless = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        character if character.is_control() => '\u{fffd}',
        // Marks that turn the direction of writing around.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        character => character,
    };
    text.chars().map(harmless).collect()
}

/// Bytes for people.
#[expect(clippy::cast_precision_loss, reason = "it is rounded anyway")]
pub(super) fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1_024 {
        return format!("{bytes} bytes");
    }
    let mut value = bytes as f64 / 1_024.0;
    let mut unit = "KiB";
    for larger in UNITS.into_iter().skip(1) {
        if value < 1_024.0 {
            break;
        }
        value /= 1_024.0;
        unit = larger;
    }
    format!("{value:.1} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_rounded_to_a_unit() {
        assert_eq!(size(0), "0 bytes");
        assert_eq!(size(1_023), "1023 bytes");
        assert_eq!(size(1_024), "1.0 KiB");
        assert_eq!(size(5 * 1_024 * 1_024 + 512 * 1_024), "5.5 MiB");
        assert_eq!(size(3 << 30), "3.0 GiB");
        assert_eq!(size(3 << 50), "3072.0 TiB");
    }

    #[test]
    fn a_text_of_others_cannot_move_the_cursor() {
        assert_eq!(
            harmless("a\u{1b}[2Jb\nc\u{202e}d"),
            "a\u{fffd}[2Jb c\u{fffd}d"
        );
        assert_eq!(
            harmless("Bryggen, 5003 Bergen: ærlig"),
            "Bryggen, 5003 Bergen: ærlig"
        );
    }
}
