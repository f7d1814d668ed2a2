//! The configuration: defaults, then a TOML file, then the environment, then flags; later ones win.
//!
//! A file for each section. A setting is declared once, in its section, with its type, default, allowed values and
//! meaning; all else reads that. The environment is read here alone.

mod args;
mod database;
mod environment;
mod file;
mod flags;
mod layers;
mod limits;
mod log;
mod metrics;
mod problem;
mod secret;
mod section;
mod server;
mod setting;
#[cfg(test)]
mod tests;
mod text;
mod tls;
mod tokens;
mod trace;
mod values;

pub use args::{DatabaseArgs, PublicUrlArgs, TlsArgs, TokenArgs};
pub use database::{DatabaseOptions, DatabaseUrl, postgres_options};
pub use flags::SettingFlags;
pub(crate) use flags::{FileArgs, Parsed, default_of, help_of, parse};
pub use problem::{ConfigError, Problem};
pub use secret::Secret;
pub use section::Section;
pub use setting::{Kind, Setting};
pub(crate) use text::{default_file, effective_file, reference_page};
pub use values::{Effective, Origin, Values};

/// Puts the sections together.
macro_rules! sections {
    ($($(#[doc = $about:literal])+ $name:ident: $Section:ty;)+) => {
        /// The configuration of an installation.
        #[derive(Clone, Debug)]
        pub struct Config {
            $( $(#[doc = $about])+ pub $name: $Section, )+
            /// Every setting with its origin.
            pub values: Values,
            /// The file that was read, if one was.
            pub file: Option<std::path::PathBuf>,
        }

        impl Config {
            /// Every section, in the order in which they are shown.
            pub const SECTIONS: &[Section] = &[$( <$Section>::SECTION ),+];

            fn of(values: Values, file: Option<std::path::PathBuf>) -> Result<Self, ConfigError> {
                Ok(Self { $( $name: <$Section>::read(&values)?, )+ values, file })
            }
        }
    };
}

sections! {
    /// Where the service listens, and where it is reached.
    server: server::Server;
    /// TLS on the API's listener.
    tls: tls::Tls;
    /// The database and the root key.
    database: database::Database;
    /// How tokens are made and remembered.
    tokens: tokens::Tokens;
    /// Limits on what comes in, and on what waits.
    limits: limits::Limits;
    /// What the process says.
    log: log::Log;
    /// Where metrics are read.
    metrics: metrics::Metrics;
    /// Where traces are sent.
    trace: trace::Trace;
}

fn sections() -> impl Iterator<Item = &'static Section> {
    Config::SECTIONS.iter()
}

/// Every setting, in the order in which they are shown.
fn settings() -> impl Iterator<Item = &'static Setting> {
    sections().flat_map(|section| section.settings)
}
