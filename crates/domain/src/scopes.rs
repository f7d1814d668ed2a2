//! Scopes: the catalogue, which of them contain others, and sets of them.

use std::fmt;

use thiserror::Error;

/// One entry of the catalogue.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Scope(u8);

/// A set of scopes.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u128);

/// The text is in no catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0:?} is no scope")]
pub struct UnknownScope(pub String);

/// Every scope of the published API.
const CATALOGUE: [&str; 66] = [
    "admin:accounts",
    "write:accounts",
    "read:accounts",
    "write:accounts:/auth/users",
    "write:accounts:/auth/users/no-mfa",
    "write:accounts:/auth/mfa",
    "write:accounts:/auth/passwordless",
    "write:accounts:/auth/passwordless-sms",
    "write:accounts:/auth/passwordless-email",
    "write:accounts:/auth/passwordless/code",
    "create:accounts:auth:refresh_token",
    "write:accounts:/management/settings/connections/bambora",
    "write:accounts:/management/settings/connections/collector",
    "write:accounts:/management/settings/connections/instabank",
    "write:accounts:/management/settings/connections/payex",
    "write:accounts:/management/settings/connections/swish",
    "write:accounts:/management/settings/connections/vipps",
    "write:accounts:/management/settings/approvals",
    "create:account",
    "create:applicant",
    "openid",
    "aws.cognito.signin.user.admin",
    "admin:automations",
    "write:automations",
    "read:automations",
    "admin:billing",
    "write:billing",
    "read:billing",
    "admin:checkout",
    "write:checkout",
    "read:checkout",
    "admin:customers",
    "write:customers",
    "read:customers",
    "create:customers:/users",
    "public:customers",
    "user:customers",
    "admin:discounts",
    "write:discounts",
    "read:discounts",
    "write:discounts:/available_for_receipt",
    "read:discounts:/available_for_receipt",
    "write:discounts:/events",
    "public:discounts",
    "user:discounts",
    "admin:hooks",
    "write:hooks",
    "read:hooks",
    "admin:locations",
    "write:locations",
    "read:locations",
    "admin:receipts",
    "write:receipts",
    "read:receipts",
    "user:receipts",
    "admin:reports",
    "read:reports",
    "admin:settlements",
    "write:settlements",
    "read:settlements",
    "admin:shopping",
    "write:shopping",
    "read:shopping",
    "admin:wallets",
    "write:wallets",
    "read:wallets",
];

/// Older spellings that are still understood and do not follow the rule `{service}:{verb}`.
const OLD_SPELLINGS: [(&str, &str); 6] = [
    ("admin:account", "admin:accounts"),
    ("accounts:auth:users", "write:accounts:/auth/users"),
    ("customer_customers:read", "user:customers"),
    ("customer_customers:write", "user:customers"),
    ("customer_discounts:read", "user:discounts"),
    ("customer_receipts:read", "user:receipts"),
];

impl Scope {
    /// The names of the whole catalogue.
    pub const NAMES: [&'static str; 66] = CATALOGUE;
    /// `admin:accounts`: everything of accounts, clients and grants.
    pub const ADMIN_ACCOUNTS: Self = Self(0);
    /// `write:accounts`.
    pub const WRITE_ACCOUNTS: Self = Self(1);
    /// `read:accounts`.
    pub const READ_ACCOUNTS: Self = Self(2);

    /// The whole catalogue.
    pub fn all() -> impl Iterator<Item = Self> {
        (0_u8..).zip(CATALOGUE).map(|(index, _)| Self(index))
    }

    /// The scope of that name; a spelling from before 2019-06, such as `receipts:write`, means the present one.
    ///
    /// # Errors
    /// The text is in no catalogue.
    pub fn parse(text: &str) -> Result<Self, UnknownScope> {
        let find = |name: &str| Self::all().find(|scope| scope.as_str() == name);
        let old = || {
            OLD_SPELLINGS
                .iter()
                .find(|(old, _)| *old == text)
                .and_then(|(_, new)| find(new))
        };
        let turned = || {
            let (service, verb) = text.split_once(':')?;
            find(&format!("{verb}:{service}"))
        };
        find(text)
            .or_else(old)
            .or_else(turned)
            .ok_or_else(|| UnknownScope(text.to_owned()))
    }

    /// The scope as it stands in tokens and grants.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        CATALOGUE
            .get(usize::from(self.0))
            .copied()
            .unwrap_or_default()
    }

    /// Whether holding this scope is as good as holding the other. `admin:x` contains all of service `x`, and
    /// `admin:accounts` also `create:account` and `create:applicant`.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        if self == other {
            return true;
        }
        let Some(service) = self.as_str().strip_prefix("admin:") else {
            return false;
        };
        let mut parts = other.as_str().splitn(3, ':');
        let (verb, of) = (
            parts.next().unwrap_or_default(),
            parts.next().unwrap_or_default(),
        );
        let of_accounts = matches!(other.as_str(), "create:account" | "create:applicant");
        let same = matches!(verb, "write" | "read" | "create") && of == service;
        same || (of_accounts && self == Self::ADMIN_ACCOUNTS)
    }
}

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);

    /// What `bootstrap` grants: the catalogue without the scopes of people and of the public.
    #[must_use]
    pub fn for_bootstrap() -> Self {
        let of_people = |scope: &Scope| {
            let name = scope.as_str();
            name == "openid"
                || ["aws.", "user:", "public:"]
                    .iter()
                    .any(|prefix| name.starts_with(prefix))
        };
        Scope::all().filter(|scope| !of_people(scope)).collect()
    }

    /// Adds a scope.
    pub fn insert(&mut self, scope: Scope) {
        self.0 |= 1 << scope.0;
    }

    /// Whether the scope is in the set by itself.
    #[must_use]
    pub fn has(self, scope: Scope) -> bool {
        self.0 & (1 << scope.0) != 0
    }

    /// Whether the set has the scope, by itself or through one that contains it.
    #[must_use]
    pub fn hold(self, scope: Scope) -> bool {
        self.has(scope) || self.iter().any(|held| held.contains(scope))
    }

    /// Whether the set holds one of these; holding any one of an operation's scopes suffices.
    #[must_use]
    pub fn hold_any(self, scopes: &[Scope]) -> bool {
        scopes.iter().any(|scope| self.hold(*scope))
    }

    /// The scopes of the other set that this one does not hold.
    #[must_use]
    pub fn missing(self, wanted: Self) -> Self {
        wanted.iter().filter(|scope| !self.hold(*scope)).collect()
    }

    /// What both sets hold.
    #[must_use]
    pub fn held_by_both(self, other: Self) -> Self {
        Scope::all()
            .filter(|scope| self.hold(*scope) && other.hold(*scope))
            .collect()
    }

    /// The scopes of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is no scope in the set.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The scopes in the set, in the catalogue's order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::all().filter(move |scope| self.has(*scope))
    }

    /// The set as text with single spaces, as tokens have it (RFC 6749 section 3.3).
    #[must_use]
    pub fn to_text(self) -> String {
        let names: Vec<&str> = self.iter().map(Scope::as_str).collect();
        names.join(" ")
    }

    /// A set from text with spaces between the scopes.
    ///
    /// # Errors
    /// The first scope that is in no catalogue.
    pub fn from_text(text: &str) -> Result<Self, UnknownScope> {
        text.split(' ')
            .filter(|name| !name.is_empty())
            .map(Scope::parse)
            .collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::NONE;
        scopes.into_iter().for_each(|scope| set.insert(scope));
        set
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str) -> Scope {
        Scope::parse(name).unwrap()
    }

    #[test]
    fn admin_contains_the_rest_of_its_service() {
        assert!(Scope::ADMIN_ACCOUNTS.contains(Scope::READ_ACCOUNTS));
        assert!(Scope::ADMIN_ACCOUNTS.contains(scope("create:account")));
        assert!(Scope::ADMIN_ACCOUNTS.contains(scope("create:accounts:auth:refresh_token")));
        assert!(Scope::ADMIN_ACCOUNTS.contains(scope(
            "write:accounts:/management/settings/connections/vipps"
        )));
        assert!(!Scope::ADMIN_ACCOUNTS.contains(scope("read:hooks")));
        assert!(!Scope::WRITE_ACCOUNTS.contains(Scope::READ_ACCOUNTS));
        assert!(!scope("admin:customers").contains(scope("user:customers")));
    }

    #[test]
    fn old_spellings_mean_the_present_ones() {
        assert_eq!(scope("receipts:write").as_str(), "write:receipts");
        assert_eq!(scope("checkout:admin").as_str(), "admin:checkout");
        assert_eq!(
            scope("accounts:auth:users").as_str(),
            "write:accounts:/auth/users"
        );
        assert!(Scope::parse("write:nothing").is_err());
        assert!(Scope::parse("").is_err());
    }

    #[test]
    fn a_set_survives_its_text() {
        let set = Scopes::from_text("write:accounts  read:hooks").unwrap();
        assert_eq!(set.to_text(), "write:accounts read:hooks");
        assert_eq!(
            Scopes::from_text(&Scopes::for_bootstrap().to_text()),
            Ok(Scopes::for_bootstrap())
        );
        assert!(!Scopes::for_bootstrap().to_text().contains("user:"));
    }

    #[test]
    fn what_two_sets_share_counts_what_they_contain() {
        let admin = Scopes::from_text("admin:accounts").unwrap();
        let write = Scopes::from_text("write:accounts read:hooks").unwrap();
        assert_eq!(admin.held_by_both(write).to_text(), "write:accounts");
        assert_eq!(admin.missing(write).to_text(), "read:hooks");
    }
}
