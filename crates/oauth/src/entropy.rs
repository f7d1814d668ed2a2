//! Randomness of the operating system, through the crypto library.

use aws_lc_rs::rand;
use domain::Entropy;

/// The randomness to use outside tests.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// Fills the whole buffer.
    ///
    /// # Panics
    /// When the operating system gives no randomness: nothing can be made safely from then on.
    #[expect(
        clippy::expect_used,
        reason = "a guessable key would be worse than stopping"
    )]
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that draws from the system"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        rand::fill(bytes).expect("the operating system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let mut first = [0; 32];
        let mut second = [0; 32];
        SystemEntropy.fill(&mut first);
        SystemEntropy.fill(&mut second);
        assert_ne!(first, [0; 32]);
        assert_ne!(first, second);
    }
}
