//! A setting as data: its name, what it means, what it may be, its default, and where it may be given.

use std::borrow::Cow;
use std::fmt;

/// A setting, declared once. From it come parsing, the name in the environment, the help of its flag, the commented
/// file and the reference page.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// The section that it stands in, such as `limits`.
    pub section: &'static str,
    /// Its name within the section, such as `body_bytes_max`.
    pub key: &'static str,
    /// What it means, as one paragraph.
    pub meaning: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// Its value where nobody gives one.
    pub default: Option<&'static str>,
    /// What holds where it is not set and has no default.
    pub unset: &'static str,
    /// The flag, without dashes, of the commands that use it.
    pub flag: Option<&'static str>,
    /// Its name in the environment where it does not follow from section and key.
    env: Option<&'static str>,
    /// Whether it is never shown, and taken from the environment alone.
    pub is_secret: bool,
    /// How a value is shown that can have a secret in it.
    masked: Option<fn(&str) -> String>,
    /// What is wrong with a value that is not allowed, where more can be said than what is.
    why: Option<fn(&str) -> Option<String>>,
}

/// What a setting may be.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A whole number from `min` to `max`.
    Whole {
        /// The least.
        min: u64,
        /// The most.
        max: u64,
        /// What is counted, such as `bytes`.
        unit: &'static str,
    },
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A text.
    Text {
        /// What it may be, to follow "it must be".
        allowed: &'static str,
        /// Whether it is.
        check: fn(&str) -> bool,
    },
    /// Texts: in a file a list or one text, elsewhere separated by commas.
    List {
        /// What they may be, to follow "it must be".
        allowed: &'static str,
        /// Whether they are, separated by commas.
        check: fn(&str) -> bool,
    },
}

impl Setting {
    /// A setting of a kind, without a default; the section gives it its name and meaning.
    #[must_use]
    pub const fn of(kind: Kind) -> Self {
        Self {
            section: "",
            key: "",
            meaning: "",
            kind,
            default: None,
            unset: "",
            flag: None,
            env: None,
            is_secret: false,
            masked: None,
            why: None,
        }
    }

    /// A whole number.
    #[must_use]
    pub const fn whole(min: u64, max: u64, unit: &'static str, default: &'static str) -> Self {
        Self::of(Kind::Whole { min, max, unit }).default(default)
    }

    /// With a value where nobody gives one, written as in the environment.
    #[must_use]
    pub const fn default(mut self, text: &'static str) -> Self {
        self.default = Some(text);
        self
    }

    /// Without a value where nobody gives one, and what holds then.
    #[must_use]
    pub const fn unset(mut self, what_holds: &'static str) -> Self {
        self.unset = what_holds;
        self
    }

    /// With a flag.
    #[must_use]
    pub const fn flag(mut self, name: &'static str) -> Self {
        self.flag = Some(name);
        self
    }

    /// With a name in the environment that does not follow from section and key.
    #[must_use]
    pub const fn env(mut self, name: &'static str) -> Self {
        self.env = Some(name);
        self
    }

    /// Never shown, and taken from the environment alone.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Shown without the secret that can be in it.
    #[must_use]
    pub const fn masked(mut self, shown: fn(&str) -> String) -> Self {
        self.masked = Some(shown);
        self
    }

    /// Says what is wrong with a value that is not allowed.
    #[must_use]
    pub const fn explained(mut self, why: fn(&str) -> Option<String>) -> Self {
        self.why = Some(why);
        self
    }

    /// A value as it may be shown.
    #[must_use]
    pub fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.masked {
            Some(masked) => masked(text).into(),
            None => text.into(),
        }
    }

    /// What is wrong with a value that is not allowed, where more can be said than what is.
    #[must_use]
    pub fn why(&self, text: &str) -> Option<String> {
        self.why.and_then(|why| why(text))
    }

    pub(super) const fn declared(
        mut self,
        section: &'static str,
        key: &'static str,
        meaning: &'static str,
    ) -> Self {
        self.section = section;
        self.key = key;
        self.meaning = meaning;
        self
    }

    /// The name, such as `limits.body_bytes_max`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }

    /// The name in the environment, such as `KOBLING_LIMITS__BODY_BYTES_MAX`.
    #[must_use]
    pub fn env_name(&self) -> String {
        match self.env {
            Some(name) => name.to_owned(),
            None => format!("KOBLING_{}__{}", self.section, self.key).to_ascii_uppercase(),
        }
    }

    /// What it means, without the white space around it.
    #[must_use]
    pub fn meaning(&self) -> &'static str {
        self.meaning.trim()
    }

    /// What its flag's help says. The default is said by the help itself, unless there is none.
    #[must_use]
    pub fn help(&self) -> String {
        let mut help = format!(
            "{} Allowed: {}.",
            self.meaning(),
            self.kind.to_string().trim_end_matches('.')
        );
        if self.default.is_none() {
            help.push_str(&format!(" Without it: {}.", self.unset));
        }
        help
    }

    /// A value as it stands in a TOML file.
    #[must_use]
    pub fn in_toml(&self, text: &str) -> String {
        match self.kind {
            Kind::Whole { .. } => text.to_owned(),
            Kind::OneOf(_) | Kind::Text { .. } | Kind::List { .. } => quoted(text),
        }
    }
}

impl Kind {
    /// Whether this is allowed.
    #[must_use]
    pub fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Whole { min, max, .. } => {
                let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
                let number = text.parse::<u64>().ok().filter(|_| is_plain);
                number.is_some_and(|number| (*min..=*max).contains(&number))
            }
            Self::OneOf(words) => words.contains(&text),
            Self::Text { check, .. } | Self::List { check, .. } => check(text),
        }
    }
}

/// What is allowed, to follow "it must be".
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole { min, max, unit } => {
                write!(f, "a whole number from {min} to {max} ({unit})")
            }
            Self::OneOf(words) => match words {
                [first @ .., last] if !first.is_empty() => {
                    write!(f, "{} or {last}", first.join(", "))
                }
                _ => f.write_str(&words.concat()),
            },
            Self::Text { allowed, .. } | Self::List { allowed, .. } => f.write_str(allowed),
        }
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}
