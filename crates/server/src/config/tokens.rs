//! How access tokens are made and remembered.

use oauth::Algorithm;

use super::section::section;
use super::{Kind, Setting};

section! {
    /// How access tokens are made and remembered.
    "tokens" => pub struct Tokens {
        /// What new tokens are signed with. Tokens that were signed otherwise stay valid.
        algorithm: Algorithm = Setting::of(Kind::OneOf(&[
            Algorithm::ALL[0].as_str(),
            Algorithm::ALL[1].as_str(),
            Algorithm::ALL[2].as_str(),
        ]))
        .default(Algorithm::ALL[0].as_str())
        .flag("token-algorithm");
        /// How long a token lives.
        lifetime_seconds: u64 = Setting::whole(60, 604_800, "seconds", "14400")
            .flag("token-lifetime-seconds");
        /// Verified tokens that are remembered. A token that is not is verified again, which costs a signature check.
        remembered_max: usize = Setting::whole(100, 10_000_000, "tokens", "100000");
    }
}
