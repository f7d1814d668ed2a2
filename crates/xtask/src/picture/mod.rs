//! `kobling demo` as a picture: what it really shows on a terminal, drawn.
//!
//! What differs from run to run is replaced by stand-ins of the same form, so that the picture is the same as long as
//! the demo shows the same, and `cargo xtask generate --check` finds out when it does not.

mod recording;
mod stand_ins;

use anstyle::RgbColor;
use anstyle_svg::{Palette, Term};

use crate::shell::Failure;

/// Columns of the terminal.
const COLUMNS: usize = 100;
/// The demo's last part shows the same again with the history; a picture of it all would be too tall to read.
const UNTIL: &str = "3. Read the connection";
/// What somebody types to see this.
const PROMPT: &str = "\u{1b}[1m$\u{1b}[0m kobling demo\n";

const INK: RgbColor = RgbColor(0xd9, 0xe4, 0xea);
const PAGE: RgbColor = RgbColor(0x10, 0x21, 0x2c);
const RED: RgbColor = RgbColor(0xf2, 0x93, 0x8b);
const GREEN: RgbColor = RgbColor(0x8f, 0xe0, 0xb2);
const YELLOW: RgbColor = RgbColor(0xf3, 0xc7, 0x8b);
const BLUE: RgbColor = RgbColor(0x8a, 0xb8, 0xf5);
const VIOLET: RgbColor = RgbColor(0xc0, 0xa5, 0xf0);
const CYAN: RgbColor = RgbColor(0x8f, 0xd3, 0xe8);

/// The colours of the documentation's code, for the dark and the bright half alike.
const PALETTE: Palette = Palette([
    PAGE, RED, GREEN, YELLOW, BLUE, VIOLET, CYAN, INK, PAGE, RED, GREEN, YELLOW, BLUE, VIOLET,
    CYAN, INK,
]);

/// Runs the demo and draws what it shows.
pub(crate) fn of_the_demo() -> Result<String, Failure> {
    let shown = recording::of_the_demo()?;
    drawn(&stand_ins::in_place(&shown))
}

fn drawn(shown: &str) -> Result<String, Failure> {
    let end = shown.find(UNTIL).and_then(|place| shown.get(..place));
    let part = end
        .and_then(|part| part.rsplit_once('\n'))
        .map(|(part, _)| part);
    let part =
        part.ok_or_else(|| Failure(format!("the demo does not show \"{UNTIL}\":\n{shown}")))?;
    let lines = part.trim_end().lines().flat_map(wrapped);
    let text = format!("{PROMPT}{}", lines.collect::<Vec<_>>().join("\n"));
    let term = Term::new()
        .palette(PALETTE)
        .fg_color(INK.into())
        .bg_color(PAGE.into());
    Ok(term.render_svg(&text))
}

/// The rows that a line takes on the terminal. What sets colours takes no place.
fn wrapped(line: &str) -> Vec<String> {
    let mut rows = vec![String::new()];
    let (mut column, mut is_colour) = (0, false);
    for letter in line.chars() {
        let starts_colour = letter == '\u{1b}';
        if !is_colour && !starts_colour {
            if column == COLUMNS {
                rows.push(String::new());
                column = 0;
            }
            column += 1;
        }
        is_colour = starts_colour || (is_colour && letter != 'm');
        if let Some(row) = rows.last_mut() {
            row.push(letter);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_too_long_goes_on_in_the_next_row() {
        let line = format!(
            "\u{1b}[32m{}\u{1b}[0m{}",
            "a".repeat(COLUMNS),
            "b".repeat(COLUMNS + 1)
        );
        let lengths: Vec<usize> = wrapped(&line)
            .iter()
            .map(|row| row.chars().count())
            .collect();
        assert_eq!(lengths, [COLUMNS + 9, COLUMNS, 1]);
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn what_is_drawn_ends_before_the_last_part() {
        let shown = "\u{1b}[1mKobling\u{1b}[0m\n  a <b>\n\n\u{1b}[1m3. Read the connection\u{1b}[0m\nmore\n";
        let svg = drawn(shown).unwrap();
        assert!(
            svg.contains("kobling demo") && svg.contains("a &lt;b&gt;"),
            "{svg}"
        );
        assert!(!svg.contains("more") && !svg.contains("Read the"), "{svg}");
        assert!(drawn("nothing\n").is_err());
    }
}
