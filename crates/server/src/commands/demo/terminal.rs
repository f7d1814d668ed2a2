//! What the demo prints. Colour only on a terminal.

use std::io::{self, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};

use super::calls::Answer;
use super::samples::Line;

/// Characters of a token that are shown.
const TOKEN_SHOWN: usize = 24;

/// Where the demo prints.
pub(super) struct Terminal {
    out: io::Stdout,
    coloured: bool,
}

impl Terminal {
    pub(super) fn new() -> Self {
        let out = io::stdout();
        let coloured = AutoStream::choice(&out) != ColorChoice::Never;
        Self { out, coloured }
    }

    pub(super) fn opening(&mut self, url: &str, folder: &Path, is_kept: bool) -> io::Result<()> {
        let kept = if is_kept {
            "kept"
        } else {
            "removed at the end"
        };
        self.heading("Kobling demo")?;
        writeln!(self.out, "  service        {url}")?;
        writeln!(self.out, "  documentation  {url}/docs")?;
        writeln!(self.out, "  data           {} ({kept})\n", folder.display())
    }

    /// A call as it can be pasted, and what it answered.
    pub(super) fn call(&mut self, title: &str, command: &str, answer: &Answer) -> io::Result<()> {
        self.heading(title)?;
        writeln!(self.out, "{command}\n")?;
        let status = self.painted("32", &answer.status.to_string());
        writeln!(self.out, "  \u{2192} {status}")?;
        let mut body = answer.body.clone();
        if let Some(token) = body.get_mut("access_token") {
            let start: String = token
                .as_str()
                .unwrap_or_default()
                .chars()
                .take(TOKEN_SHOWN)
                .collect();
            *token = format!("{start}\u{2026}").into();
        }
        for line in serde_json::to_string_pretty(&body)?.lines() {
            writeln!(self.out, "  {line}")?;
        }
        writeln!(self.out)
    }

    /// The partner's accounts and their connections.
    pub(super) fn accounts(&mut self, lines: &[Line]) -> io::Result<()> {
        self.heading("Sample accounts of partner T112")?;
        let mut last = "";
        for line in lines {
            if line.account != last {
                writeln!(self.out, "  {}  {}", line.account, line.business)?;
                last = &line.account;
            }
            let colour = match line.status.as_str() {
                "enabled" => "32",
                "pending" => "33",
                _ => "31",
            };
            let status = self.painted(colour, &format!("{:<8}", line.status));
            writeln!(
                self.out,
                "      {:<12}{status}  version {}",
                line.connection, line.version
            )?;
        }
        writeln!(self.out)
    }

    pub(super) fn waiting(&mut self) -> io::Result<()> {
        writeln!(
            self.out,
            "Paste the calls into another terminal. Ctrl-C ends the demo."
        )?;
        self.out.flush()
    }

    pub(super) fn closing(&mut self, kept: Option<&Path>) -> io::Result<()> {
        match kept {
            Some(folder) => writeln!(
                self.out,
                "\nStopped. The data stays in {}.",
                folder.display()
            ),
            None => writeln!(self.out, "\nStopped. The data is gone."),
        }
    }

    fn heading(&mut self, text: &str) -> io::Result<()> {
        let text = self.painted("1", text);
        writeln!(self.out, "{text}")
    }

    fn painted(&self, code: &str, text: &str) -> String {
        if self.coloured {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
