//! The effective value of every setting, with where it comes from.

use std::borrow::Cow;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use oauth::Algorithm;

use super::problem::{ConfigError, Problem};
use super::{Secret, Setting};

/// Where a value comes from. Later ones win over earlier ones.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody gave one.
    Default,
    /// A line of a file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1; none where it concerns the file as a whole.
        line: Option<usize>,
    },
    /// A variable of the environment.
    Environment(String),
    /// A flag, with its dashes.
    Flag(String),
}

/// A setting's value as text, as somebody gave it.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) setting: Setting,
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// A setting with its effective value.
#[derive(Clone)]
pub struct Effective {
    /// The setting.
    pub setting: Setting,
    /// Its value, written as in the environment; none where it is not set.
    pub(super) text: Option<String>,
    /// Where the value comes from.
    pub origin: Origin,
}

/// The effective value of every setting, in the order of the declarations.
#[derive(Clone, Debug)]
pub struct Values(pub(super) Vec<Effective>);

/// A type that a setting's text is read as.
pub(super) trait Held: Sized {
    /// Reads a text that the setting's kind accepts; none is a setting that is not set.
    fn read(text: Option<&str>) -> Option<Self>;
}

impl Effective {
    /// The value, unless it is a secret; without the secret that can be in it.
    #[must_use]
    pub fn shown(&self) -> Option<Cow<'_, str>> {
        let text = self.text.as_deref().filter(|_| !self.setting.is_secret);
        text.map(|text| self.setting.shown(text))
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.text.is_some()
    }
}

impl Values {
    /// Every setting with its value.
    pub fn iter(&self) -> impl Iterator<Item = &Effective> {
        self.0.iter()
    }

    pub(super) fn find(&self, section: &str, key: &str) -> Option<&Effective> {
        let mut all = self.0.iter();
        all.find(|each| each.setting.section == section && each.setting.key == key)
    }

    pub(super) fn get<T: Held>(&self, section: &str, key: &str) -> Result<T, ConfigError> {
        let effective = self.find(section, key);
        let read = effective.and_then(|effective| T::read(effective.text.as_deref()));
        read.ok_or_else(|| {
            let origin = effective.map_or(Origin::Default, |effective| effective.origin.clone());
            ConfigError::of(Problem::new(
                format!("{section}.{key}"),
                origin,
                format!("{section}.{key} cannot be read"),
            ))
        })
    }
}

/// Types whose text is their own.
macro_rules! held_as_text {
    ($($held:ty),+) => { $(
        impl Held for $held {
            fn read(text: Option<&str>) -> Option<Self> {
                text.and_then(|text| <$held>::from_str(text).ok())
            }
        }
    )+ };
}

held_as_text!(
    f64, u32, u64, usize, String, PathBuf, SocketAddr, Algorithm, Secret
);

impl<T: Held> Held for Option<T> {
    fn read(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(None),
            Some(text) => T::read(Some(text)).map(Some),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::File {
                path,
                line: Some(line),
            } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment variable {name}"),
            Self::Flag(name) => write!(f, "flag {name}"),
        }
    }
}

impl fmt::Debug for Effective {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Effective");
        shown.field("name", &self.setting.name());
        shown
            .field("text", &self.shown())
            .field("origin", &self.origin);
        shown.finish()
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Given({} by {})", self.setting.name(), self.origin)
    }
}
