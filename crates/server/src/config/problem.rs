//! What is wrong with the configuration: every problem at once.

use std::fmt;

use super::values::{Given, Origin};

/// Characters of a wrong value that are shown.
const SHOWN_MAX: usize = 60;

/// From which part of equal letters on one name may be meant for another.
const ALIKE_LEAST: f64 = 0.65;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting, or the name that is none.
    pub name: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What is wrong, what is allowed, and what to do.
    pub message: String,
}

/// The configuration cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Everything that is wrong with it, at least one thing.
    pub problems: Vec<Problem>,
}

impl Problem {
    pub(super) fn new(name: impl Into<String>, origin: Origin, message: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            origin,
            message: message.into(),
        }
    }

    /// A value that its setting does not allow.
    pub(super) fn not_allowed(given: &Given) -> Self {
        let setting = &given.setting;
        let is = match given.text.as_str() {
            "" => "is empty".to_owned(),
            _ if setting.is_secret => "is not what it must be".to_owned(),
            text => format!("is {}", clipped(&setting.shown(text))),
        };
        let why = setting.why(&given.text).map(|why| format!(": {why}"));
        let message = format!(
            "{} {is}{}; it must be {}",
            setting.name(),
            why.unwrap_or_default(),
            setting.kind
        );
        let message = match setting.default {
            Some(default) => format!("{message}. Without it, it is {default}"),
            None => format!("{message}. Without it: {}", setting.unset),
        };
        Self::new(setting.name(), given.origin.clone(), message)
    }

    /// A name that is none, and the one that was perhaps meant.
    pub(super) fn unknown(
        what: &str,
        name: &str,
        origin: Origin,
        known: impl IntoIterator<Item = String>,
    ) -> Self {
        let remedy = match nearest(name, known) {
            Some(meant) => format!("did you mean {meant}?"),
            None => "remove it; kobling config --default lists all settings".to_owned(),
        };
        let message = format!("there is no {what} {}: {remedy}", plain(name));
        Self::new(name, origin, message)
    }
}

impl ConfigError {
    pub(super) fn of(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.origin, self.message)
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = self.problems.as_slice() {
            return only.fmt(f);
        }
        write!(f, "the configuration has {} problems:", self.problems.len())?;
        for problem in &self.problems {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

/// The known name that is most like this one, if any is like it.
pub(super) fn nearest(name: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    // What all names of the environment begin with makes none of them alike.
    let word = |name: &str| name.trim_start_matches("KOBLING_").to_lowercase();
    let alike = |other: &String| strsim::normalized_damerau_levenshtein(&word(name), &word(other));
    let scored = known.into_iter().map(|other| (alike(&other), other));
    let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= ALIKE_LEAST).then_some(best)
}

/// A wrong value in quotes, on one line and not too long.
fn clipped(text: &str) -> String {
    let start: String = text.chars().take(SHOWN_MAX).collect();
    if start.len() < text.len() {
        format!("{start:?}…")
    } else {
        format!("{start:?}")
    }
}

/// A name as it is, or in quotes where it has more than letters.
fn plain(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-[]".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_plain) {
        name.to_owned()
    } else {
        clipped(name)
    }
}
