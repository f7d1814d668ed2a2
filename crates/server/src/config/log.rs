//! What the process says while it runs.

use super::section::section;
use super::{Kind, Setting};

section! {
    /// What the process says while it runs, to standard error: text on a terminal, JSON elsewhere.
    "log" => pub struct Log {
        /// What to log.
        level: Option<String> = Setting::of(Kind::List {
            allowed: "off, error, warn, info, debug or trace, or levels for targets such as info,service=debug",
            check: |text| crate::logging::checked_directives(text).is_ok(),
        })
        .unset("info for serve, warn for other commands")
        .env("KOBLING_LOG")
        .flag("log");
    }
}
