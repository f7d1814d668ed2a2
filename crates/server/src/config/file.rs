//! The configuration file, in TOML.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use super::problem::Problem;
use super::values::{Given, Origin};
use super::{Kind, Section, Setting, sections, settings};

/// The file that is read where none is named and it is there.
pub(super) const USUAL: &str = "kobling.toml";

/// Bytes of a configuration file, at most.
const BYTES_MAX: u64 = 1024 * 1024;

/// A file that is named, and where its name comes from.
pub(super) type Named = (PathBuf, Origin);

/// What a file says.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The file, where one was read.
    pub(super) path: Option<PathBuf>,
    pub(super) given: Vec<Given>,
    pub(super) problems: Vec<Problem>,
}

/// Reads the file that is named, or else the usual one if it is there.
pub(super) fn read(named: Option<&Named>) -> Read {
    let usual = Path::new(USUAL);
    let path = match named {
        Some((path, _)) => path.as_path(),
        None if usual.exists() => usual,
        None => return Read::default(),
    };
    let mut read = match text(path) {
        Ok(text) => parse(path, &text),
        Err(error) => {
            let whole = Origin::File {
                path: path.to_owned(),
                line: None,
            };
            let (name, origin) = match named {
                Some((_, origin)) => ("config", origin.clone()),
                None => (USUAL, whole),
            };
            let message = format!(
                "the configuration file {} cannot be read: {error}; name another, or none",
                path.display()
            );
            Read {
                problems: vec![Problem::new(name, origin, message)],
                ..Read::default()
            }
        }
    };
    read.path = Some(path.to_owned());
    read
}

fn text(path: &Path) -> std::io::Result<String> {
    if std::fs::metadata(path)?.len() > BYTES_MAX {
        let message = format!("it has more than {BYTES_MAX} bytes");
        return Err(std::io::Error::other(message));
    }
    std::fs::read_to_string(path)
}

/// What a text says, as if it stood in this file.
pub(super) fn parse(path: &Path, text: &str) -> Read {
    let (document, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        path,
        text,
        read: Read::default(),
    };
    for error in errors {
        let at = error.span().map_or(0, |span| span.start);
        let message = format!("this is not TOML: {}", error.message());
        reader.problem(at, "", message);
    }
    if reader.read.problems.is_empty() {
        for (name, value) in in_order(document.get_ref()) {
            reader.section(name, value);
        }
    }
    reader.read
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    read: Read,
}

/// A key and its value in the file.
type Pair<'a, 'i> = (
    &'a Spanned<toml::de::DeString<'i>>,
    &'a Spanned<DeValue<'i>>,
);

/// The pairs of a table as they stand in the file.
fn in_order<'a, 'i>(table: &'a DeTable<'i>) -> Vec<Pair<'a, 'i>> {
    let mut pairs: Vec<_> = table.iter().collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    pairs
}

impl Reader<'_> {
    fn section(&mut self, name: &Spanned<toml::de::DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let at = name.span().start;
        let Some(section) = sections().find(|section| section.name == name.get_ref().as_ref())
        else {
            return self.no_section(at, name.get_ref(), value.get_ref());
        };
        let Some(table) = value.get_ref().as_table() else {
            let message = format!(
                "{name} is a section: write [{name}], and its settings in the lines below",
                name = section.name
            );
            return self.problem(at, section.name, message);
        };
        for (key, value) in in_order(table) {
            self.setting(section, key, value);
        }
    }

    /// A name at the top that is no section: a section's that is written wrongly, or a setting outside of its section.
    fn no_section(&mut self, at: usize, name: &str, value: &DeValue<'_>) {
        if value.is_table() {
            let known = sections().map(|section| format!("[{}]", section.name));
            let origin = self.origin(at);
            let problem = Problem::unknown("section", &format!("[{name}]"), origin, known);
            return self.read.problems.push(problem);
        }
        if let Some(setting) = settings().find(|setting| setting.key == name) {
            let message = format!(
                "{name} stands outside of its section: write it below the line [{}]",
                setting.section
            );
            return self.problem(at, name, message);
        }
        let known = settings().map(Setting::name);
        let problem = Problem::unknown("setting", name, self.origin(at), known);
        self.read.problems.push(problem);
    }

    fn setting(
        &mut self,
        section: &Section,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let at = key.span().start;
        let name = format!("{}.{}", section.name, key.get_ref());
        let mut all = section.settings.iter();
        let Some(setting) = all.find(|setting| setting.key == key.get_ref().as_ref()) else {
            let of_section = section.settings.iter().map(Setting::name);
            let elsewhere = settings().map(Setting::name);
            let known = of_section.chain(elsewhere);
            let problem = Problem::unknown("setting", &name, self.origin(at), known);
            return self.read.problems.push(problem);
        };
        if setting.is_secret {
            let message = format!(
                "{name} is a secret and is not taken from a file: give it as {}",
                setting.env_name()
            );
            return self.problem(at, &name, message);
        }
        let Some(text) = as_text(setting.kind, value.get_ref()) else {
            let message = format!(
                "{name} is {}; it must be {}",
                written_as(value.get_ref()),
                setting.kind
            );
            return self.problem(at, &name, message);
        };
        let origin = self.origin(at);
        self.read.given.push(Given {
            setting: *setting,
            text,
            origin,
        });
    }

    fn problem(&mut self, at: usize, name: &str, message: String) {
        let origin = self.origin(at);
        self.read.problems.push(Problem::new(name, origin, message));
    }

    fn origin(&self, at: usize) -> Origin {
        let before = self.text.as_bytes().iter().take(at);
        let line = before.filter(|byte| **byte == b'\n').count() + 1;
        Origin::File {
            path: self.path.to_owned(),
            line: Some(line),
        }
    }
}

/// A value as it would stand in the environment; nothing where it is of another type than the setting.
fn as_text(kind: Kind, value: &DeValue<'_>) -> Option<String> {
    match (kind, value) {
        (Kind::Whole { .. }, DeValue::Integer(number)) if number.radix() == 10 => {
            Some(number.as_str().replace('_', ""))
        }
        (Kind::OneOf(_) | Kind::Text { .. } | Kind::List { .. }, DeValue::String(text)) => {
            Some(text.to_string())
        }
        (Kind::List { .. }, DeValue::Array(items)) => joined(items),
        _ => None,
    }
}

fn joined(items: &DeArray<'_>) -> Option<String> {
    let texts: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
    let texts = texts?;
    let is_whole = texts.iter().all(|text| !text.contains(','));
    is_whole.then(|| texts.join(","))
}

/// How a value of another type was written.
fn written_as(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
