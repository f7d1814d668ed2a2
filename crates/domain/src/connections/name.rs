//! The catalogue of providers: every name that a connection can have, kept in this one place.

use std::fmt;

use thiserror::Error;

/// The older name of `payex` in the event operation; both address the same connection.
pub const PAYEX_DEPRECATED_NAME: &str = "payex.creditcard";

/// Names under which the contract has signup forms and not connections.
pub const SIGNUP_FORMS: [&str; 2] = ["common", "swish-payfac"];

/// Every text that names a connection, the published ones first and in their order.
pub const ACCEPTED_NAMES: [&str; 14] = [
    "instabank",
    "vipps",
    PAYEX_DEPRECATED_NAME,
    "payex",
    "collector",
    "swish",
    "bambora",
    "klarna",
    "two",
    "vipps-psp",
    "kravia",
    "mastercard-tokenization",
    "visa-tokenization",
    "seitatech",
];

/// The name of a connection: the provider at its other end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionName(u8);

/// A payment provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    /// The name of its connections, as it stands in paths and under `connections` of an account.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
}

/// The text names no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ConnectionNameError {
    /// A signup form of the contract, which has no status and no events.
    #[error("this is a signup form and takes no events; name the provider's own connection")]
    SignupForm,
    /// Not in the catalogue.
    #[error("there is no such connection")]
    Unknown,
}

/// Names 1 to 6 stand in the published list of the event operation; the others are the contract's newer connections.
const CATALOGUE: [Provider; 13] = [
    Provider {
        name: "instabank",
        title: "Instabank",
    },
    Provider {
        name: "vipps",
        title: "Vipps",
    },
    Provider {
        name: "payex",
        title: "PayEx",
    },
    Provider {
        name: "collector",
        title: "Collector (Walley)",
    },
    Provider {
        name: "swish",
        title: "Swish",
    },
    Provider {
        name: "bambora",
        title: "Bambora",
    },
    Provider {
        name: "klarna",
        title: "Klarna",
    },
    Provider {
        name: "two",
        title: "Two",
    },
    Provider {
        name: "vipps-psp",
        title: "Vipps PSP",
    },
    Provider {
        name: "kravia",
        title: "Kravia",
    },
    Provider {
        name: "mastercard-tokenization",
        title: "Mastercard tokenization",
    },
    Provider {
        name: "visa-tokenization",
        title: "Visa tokenization",
    },
    Provider {
        name: "seitatech",
        title: "Seitatech",
    },
];

impl ConnectionName {
    /// `payex`, which has a deprecated second name.
    pub const PAYEX: Self = Self(2);

    /// Every connection name, in the catalogue's order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).zip(CATALOGUE).map(|(index, _)| Self(index))
    }

    /// The connection of that name; the deprecated `payex.creditcard` is `payex`.
    ///
    /// # Errors
    /// The text is a signup form, or in no catalogue.
    pub fn parse(text: &str) -> Result<Self, ConnectionNameError> {
        if text == PAYEX_DEPRECATED_NAME {
            return Ok(Self::PAYEX);
        }
        if let Some(name) = Self::all().find(|name| name.as_str() == text) {
            return Ok(name);
        }
        if SIGNUP_FORMS.contains(&text) {
            return Err(ConnectionNameError::SignupForm);
        }
        Err(ConnectionNameError::Unknown)
    }

    /// What is known of the provider.
    #[must_use]
    pub fn provider(self) -> Provider {
        CATALOGUE
            .get(usize::from(self.0))
            .copied()
            .unwrap_or(Provider {
                name: "",
                title: "",
            })
    }

    /// The name as it stands in paths and answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.provider().name
    }
}

impl fmt::Debug for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_name_is_a_connection() {
        for name in [
            "instabank",
            "vipps",
            "payex",
            "collector",
            "swish",
            "bambora",
        ] {
            assert_eq!(ConnectionName::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(
            ConnectionName::parse("payex.creditcard"),
            Ok(ConnectionName::PAYEX)
        );
        assert_eq!(ConnectionName::PAYEX.as_str(), "payex");
    }

    #[test]
    fn every_accepted_name_is_in_the_catalogue_and_the_other_way_round() {
        assert!(
            ACCEPTED_NAMES
                .iter()
                .all(|name| ConnectionName::parse(name).is_ok())
        );
        assert!(ConnectionName::all().all(|name| ACCEPTED_NAMES.contains(&name.as_str())));
        assert_eq!(ACCEPTED_NAMES.len(), CATALOGUE.len() + 1);
    }

    #[test]
    fn a_form_is_told_apart_from_an_unknown_name() {
        assert_eq!(
            ConnectionName::parse("common"),
            Err(ConnectionNameError::SignupForm)
        );
        assert_eq!(
            ConnectionName::parse("Vipps"),
            Err(ConnectionNameError::Unknown)
        );
    }
}
