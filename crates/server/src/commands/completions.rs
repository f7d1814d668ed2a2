//! `kobling completions`: what makes a shell complete the commands and their flags.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use super::output::Output;
use super::{CommandError, Kobling};

const EXAMPLES: &str = "\
Examples:
  kobling completions bash > /usr/share/bash-completion/completions/kobling
  kobling completions zsh > \"${fpath[1]}/_kobling\"
  kobling completions fish > ~/.config/fish/completions/kobling.fish";

/// The arguments of `kobling completions`.
#[derive(Args, Clone, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Completions {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<(), CommandError> {
        // The generator panics where it cannot write, so it writes to memory.
        let mut script = Vec::new();
        generate(self.shell, &mut Kobling::command(), "kobling", &mut script);
        let mut out = Output::new();
        out.line(String::from_utf8(script)?.trim_end())?;
        Ok(out.flush()?)
    }
}
