//! Ids of partners and accounts, as the published API writes them.
//!
//! An id is a mode letter and digits: `T112` is a partner, `T11200001` one of its accounts, and the first four
//! characters of any id name the partner. `T` (test) and `P` (production) are different partners with different logs.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Accounts that one partner can have: the five digits after its own three, without `00000`.
pub const ACCOUNT_NUMBER_MAX: u32 = 99_999;

/// The first letter of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `P`, accounts that move real money.
    Production,
    /// `T`, accounts for trying things out.
    Test,
}

/// The owner of accounts, such as `T112`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartnerId {
    mode: Mode,
    number: u16,
}

/// A merchant's account, such as `T11200001`, or the partner's own, which ends in `00000`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId {
    partner: PartnerId,
    number: u32,
}

/// What `{oid}` names: a partner (`T112`, or its own account `T11200000`) or one merchant's account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnerId(AccountId);

/// The text is not an id of the kind asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    /// Not a partner id.
    #[error("a partner id is T or P and 3 digits, such as T112")]
    Partner,
    /// Not an account id.
    #[error("an account id is T or P and 8 digits, such as T11200001")]
    Account,
    /// Neither a partner id nor an account id.
    #[error(
        "an owner id is T or P and 3 digits (a partner) or 8 digits (an account), such as T112 or T11200001"
    )]
    Owner,
}

impl Mode {
    fn parse(letter: u8) -> Option<Self> {
        match letter {
            b'P' => Some(Self::Production),
            b'T' => Some(Self::Test),
            _ => None,
        }
    }

    /// `P` or `T`.
    #[must_use]
    pub fn letter(self) -> char {
        match self {
            Self::Production => 'P',
            Self::Test => 'T',
        }
    }
}

impl PartnerId {
    /// The partner's own account, `T11200000` for `T112`.
    #[must_use]
    pub fn own_account(self) -> AccountId {
        AccountId {
            partner: self,
            number: 0,
        }
    }

    /// A number below 2,000 that no other partner has.
    #[must_use]
    pub fn ordinal(self) -> usize {
        let mode = match self.mode {
            Mode::Production => 0,
            Mode::Test => 1_000,
        };
        mode + usize::from(self.number)
    }

    /// Test or production.
    #[must_use]
    pub fn mode(self) -> Mode {
        self.mode
    }

    /// The account with this number under the partner; `None` above [`ACCOUNT_NUMBER_MAX`].
    #[must_use]
    pub fn account(self, number: u32) -> Option<AccountId> {
        (number <= ACCOUNT_NUMBER_MAX).then_some(AccountId {
            partner: self,
            number,
        })
    }
}

impl AccountId {
    /// The partner that the account belongs to.
    #[must_use]
    pub fn partner(self) -> PartnerId {
        self.partner
    }

    /// The digits after the partner's, 0 for the partner's own account.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// Whether this is the partner's own account.
    #[must_use]
    pub fn is_partner_account(self) -> bool {
        self.number == 0
    }
}

impl OwnerId {
    /// The account meant: a partner id stands for the partner's own account.
    #[must_use]
    pub fn account(self) -> AccountId {
        self.0
    }

    /// The partner meant, or the partner of the account meant.
    #[must_use]
    pub fn partner(self) -> PartnerId {
        self.0.partner
    }
}

impl From<AccountId> for OwnerId {
    fn from(account: AccountId) -> Self {
        Self(account)
    }
}

impl From<PartnerId> for OwnerId {
    fn from(partner: PartnerId) -> Self {
        Self(partner.own_account())
    }
}

impl FromStr for PartnerId {
    type Err = IdError;

    /// Parses `^[PT]\d{3}$`.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (mode, digits) = split(text).ok_or(IdError::Partner)?;
        let number = digits_of_length(digits, 3).ok_or(IdError::Partner)?;
        let number = u16::try_from(number).map_err(|_| IdError::Partner)?;
        Ok(Self { mode, number })
    }
}

impl FromStr for AccountId {
    type Err = IdError;

    /// Parses `^[PT]{1}\d{8}$`, the published pattern of `aid`.
    fn from_str(text: &str) -> Result<Self, IdError> {
        let (mode, digits) = split(text).ok_or(IdError::Account)?;
        let digits = digits_of_length(digits, 8).ok_or(IdError::Account)?;
        let number = digits % (ACCOUNT_NUMBER_MAX + 1);
        let partner = digits / (ACCOUNT_NUMBER_MAX + 1);
        let partner = u16::try_from(partner).map_err(|_| IdError::Account)?;
        Ok(Self {
            partner: PartnerId {
                mode,
                number: partner,
            },
            number,
        })
    }
}

impl FromStr for OwnerId {
    type Err = IdError;

    /// Parses `^[PT]{1}(?=(?:.{3}|.{8})$)[0-9]*$`, the published pattern of `oid`.
    fn from_str(text: &str) -> Result<Self, IdError> {
        if let Ok(partner) = text.parse::<PartnerId>() {
            return Ok(partner.into());
        }
        text.parse::<AccountId>()
            .map(Self::from)
            .map_err(|_| IdError::Owner)
    }
}

fn split(text: &str) -> Option<(Mode, &str)> {
    let mode = Mode::parse(*text.as_bytes().first()?)?;
    Some((mode, text.get(1..)?))
}

fn digits_of_length(digits: &str, length: usize) -> Option<u32> {
    let all_digits = digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits {
        digits.parse().ok()
    } else {
        None
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.mode.letter(), self.number)
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:05}", self.partner, self.number)
    }
}

impl fmt::Debug for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Debug for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_id_names_its_partner() {
        let account: AccountId = "T11200001".parse().unwrap();
        assert_eq!(account.partner().to_string(), "T112");
        assert_eq!(account.number(), 1);
        assert_eq!(account.to_string(), "T11200001");
        assert_eq!(
            "P00000007".parse::<AccountId>().unwrap().to_string(),
            "P00000007"
        );
    }

    #[test]
    fn a_partner_and_its_own_account_are_the_same_owner() {
        assert_eq!("T112".parse::<OwnerId>(), "T11200000".parse::<OwnerId>());
        assert_ne!("T112".parse::<OwnerId>(), "P112".parse::<OwnerId>());
    }

    #[test]
    fn only_the_published_patterns_are_ids() {
        for text in [
            "",
            "T",
            "112",
            "X112",
            "T1120",
            "T11",
            "t112",
            "T1120000",
            "T112000011",
            "T+12",
            "T１１２",
        ] {
            assert!(text.parse::<OwnerId>().is_err(), "{text}");
        }
        assert!("T112".parse::<AccountId>().is_err());
        assert!("T11200000".parse::<PartnerId>().is_err());
    }
}
