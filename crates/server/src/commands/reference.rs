//! `kobling reference`: pages of `docs/` that are written from what the program itself reads.

use clap::{Arg, Args, Command, CommandFactory, ValueEnum};

use super::exit::CODES;
use super::output::Output;
use super::{CommandError, Kobling};

/// Characters of a line of prose, at most.
const LINE_CHARS_MAX: usize = 118;

const OPENING: &str = "\
# Commands

Written by `cargo xtask generate` from the declarations that the program itself reads. `kobling help COMMAND` shows the
same, `kobling man` writes manual pages, and `kobling completions` what a shell needs.

Flags win over the environment variable that stands beside them. What programs may read goes to standard output, advice
and errors to standard error. Colours and progress are shown on a terminal alone, no colours where `NO_COLOR` is set.
";

/// The arguments of `kobling reference`.
#[derive(Args, Clone, Debug)]
pub(super) struct Reference {
    /// Which page.
    #[arg(value_enum, default_value_t = Of::Commands)]
    of: Of,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// `docs/commands.md`, from the declarations of the help.
    Commands,
    /// `docs/api.md`, from the descriptions of the operations.
    Api,
    /// `docs/errors.md`, from the list of errors.
    Errors,
}

impl Reference {
    pub(super) fn run(self) -> Result<(), CommandError> {
        let mut out = Output::new();
        let page = match self.of {
            Of::Commands => page(&Kobling::command()),
            Of::Api => made("api.md"),
            Of::Errors => made("errors.md"),
        };
        out.line(page.trim_end())?;
        Ok(out.flush()?)
    }
}

/// A page that the service also serves.
fn made(file: &str) -> String {
    api::docs::Page::of_file(file)
        .map(api::docs::Page::text)
        .unwrap_or_default()
}

fn page(program: &Command) -> String {
    let mut program = program.clone();
    program.build();
    let mut page = OPENING.to_owned();
    page.push_str("\n## Exit codes\n\n| code | meaning |\n| --- | --- |\n");
    for (code, meaning) in CODES {
        page.push_str(&format!("| {code} | {meaning} |\n"));
    }
    let everywhere = program.get_arguments().filter(|arg| arg.is_global_set());
    page.push_str("\n## Everywhere\n\n");
    page.push_str(&table(everywhere));
    let commands = program.get_subcommands();
    for command in commands.filter(|command| !command.is_hide_set() && command.get_name() != "help")
    {
        page.push_str(&section(command));
    }
    page
}

fn section(command: &Command) -> String {
    let about = command.get_about().map(ToString::to_string);
    let mut usage = command.clone();
    let usage = usage.render_usage().to_string();
    let usage = usage.trim_start_matches("Usage: ");
    let mut section = format!(
        "\n## kobling {}\n\n{}.\n\n```text\n{}\n```\n",
        command.get_name(),
        about.unwrap_or_default().trim_end_matches('.'),
        usage.trim()
    );
    let own = |arg: &&Arg| {
        !arg.is_global_set()
            && !arg.is_hide_set()
            && !["help", "version"].contains(&arg.get_id().as_str())
    };
    let arguments = table(command.get_arguments().filter(own));
    if !arguments.is_empty() {
        section.push_str(&format!("\n{arguments}"));
    }
    if let Some(examples) = command.get_after_help() {
        section.push_str(&described(&examples.to_string()));
    }
    section
}

/// What stands below the arguments: examples as they are typed, and paragraphs.
fn described(text: &str) -> String {
    let paragraphs = text.trim().split("\n\n");
    let formatted = paragraphs.map(|paragraph| {
        if paragraph.starts_with("Examples:") {
            format!("\n```text\n{paragraph}\n```\n")
        } else {
            format!("\n{}\n", wrapped(paragraph))
        }
    });
    formatted.collect()
}

/// The paragraph in lines of a length that is read easily.
fn wrapped(paragraph: &str) -> String {
    let mut lines = String::new();
    let mut length = 0;
    for word in paragraph.split_whitespace() {
        let width = word.chars().count();
        if length > 0 && length + 1 + width > LINE_CHARS_MAX {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += width;
    }
    lines
}

fn table<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let rows: Vec<String> = arguments.map(row).collect();
    if rows.is_empty() {
        return String::new();
    }
    let head = "| argument | environment | default | what it says |\n| --- | --- | --- | --- |\n";
    format!("{head}{}", rows.concat())
}

fn row(arg: &Arg) -> String {
    let code = |text: &str| format!("`{text}`");
    let value = arg.get_value_names().and_then(|names| names.first());
    let takes_value = arg.get_action().takes_values();
    let mut names: Vec<String> = Vec::new();
    names.extend(arg.get_short().map(|short| format!("-{short}")));
    names.extend(arg.get_long().map(|long| format!("--{long}")));
    let mut name = names.join(", ");
    if let Some(value) = value.filter(|_| takes_value) {
        name = format!("{name} {value}").trim().to_owned();
    }
    let env = arg.get_env().map(|name| code(&name.to_string_lossy()));
    let defaults: Vec<String> = arg
        .get_default_values()
        .iter()
        .filter(|_| takes_value)
        .map(|value| code(&value.to_string_lossy()))
        .collect();
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = help
        .replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('\n', " ");
    let required = if arg.is_required_set() {
        "Required. "
    } else {
        ""
    };
    format!(
        "| {} | {} | {} | {required}{} |\n",
        code(&name),
        env.unwrap_or_default(),
        defaults.join(", "),
        sentence(&help)
    )
}

/// Help without a full stop at its end gets one.
fn sentence(help: &str) -> String {
    let help = help.trim_end_matches('.');
    format!("{help}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paragraph_is_wrapped_between_words() {
        let word = "x".repeat(58);
        assert_eq!(wrapped("a  b"), "a b");
        let two_fit = format!("{word} {word}x");
        assert_eq!(wrapped(&two_fit), two_fit);
        assert_eq!(
            wrapped(&format!("{word} {word}xx")),
            format!("{word}\n{word}xx")
        );
    }
}
