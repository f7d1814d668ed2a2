//! How a command ends: what is said, and with which exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use thiserror::Error;

use super::CommandError;
use crate::application::StartError;
use crate::config::ConfigError;
use crate::root_key::RootKeySourceError;
use crate::tls::CertificateProblem;

/// The command could not do what was asked.
const FAILED: u8 = 1;
/// An argument or a setting is wrong. The parser of arguments ends with the same.
const USAGE: u8 = 2;
/// `kobling doctor` found something to look at.
const WARNINGS: u8 = 3;
/// `kobling doctor` found something that is broken.
const BROKEN: u8 = 4;

/// Every exit code with its meaning, for the documents.
pub(super) const CODES: &[(u8, &str)] = &[
    (
        0,
        "Done. Also when Ctrl-C or a closed pipe ends a command that would go on for ever.",
    ),
    (
        FAILED,
        "It could not be done; standard error says why and what to do.",
    ),
    (
        USAGE,
        "An argument or a setting is wrong, or there is no usable root key or certificate.",
    ),
    (
        WARNINGS,
        "`kobling doctor` alone: it works, but something should be looked at.",
    ),
    (BROKEN, "`kobling doctor` alone: something is broken."),
];

/// Arguments that do not fit together.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct UsageError(pub(super) String);

/// What the doctor found was printed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum FindingsError {
    /// Something to look at.
    #[error("there are warnings")]
    Warnings,
    /// Something is broken.
    #[error("something is broken")]
    Broken,
}

/// Whoever read standard output has gone away.
#[derive(Clone, Copy, Debug, Error)]
#[error("nobody reads standard output any more")]
pub(super) struct OutputClosed;

/// Says what went wrong, where it was not said yet, and answers the exit code.
pub fn close(error: &CommandError) -> ExitCode {
    if is_closed_output(error) {
        return ExitCode::SUCCESS;
    }
    if let Some(findings) = error.downcast_ref::<FindingsError>() {
        return ExitCode::from(match findings {
            FindingsError::Warnings => WARNINGS,
            FindingsError::Broken => BROKEN,
        });
    }
    // The exit code says it too, where standard error is a file on a full disk.
    drop(writeln!(io::stderr(), "kobling: {error}"));
    ExitCode::from(if is_usage(error) { USAGE } else { FAILED })
}

fn is_closed_output(error: &CommandError) -> bool {
    let inner = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    inner.is_some_and(|inner| inner.is::<OutputClosed>())
}

fn is_usage(error: &CommandError) -> bool {
    let of_start = error.downcast_ref::<StartError>();
    error.is::<UsageError>()
        || error.is::<ConfigError>()
        || error.is::<RootKeySourceError>()
        || error.is::<CertificateProblem>()
        || matches!(
            of_start,
            Some(StartError::RootKey(_) | StartError::WrongRootKey)
        )
}
