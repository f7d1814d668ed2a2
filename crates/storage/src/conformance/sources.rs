//! A clock that is set and randomness that repeats itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use domain::{Clock, Entropy, Timestamp};

/// A clock that stands still until it is stepped or set.
#[derive(Debug)]
pub struct SteppingClock(AtomicU64);

/// Bytes that look random, never repeat, and are the same for the same seed.
#[derive(Debug)]
pub struct SeededEntropy(AtomicU64);

/// Between two states of the generator: 2^64 divided by the golden ratio.
const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

impl SteppingClock {
    /// A clock that shows this moment.
    #[must_use]
    pub fn at(moment: Timestamp) -> Self {
        Self(AtomicU64::new(moment.millis()))
    }

    /// Sets the clock, forth or back.
    pub fn set(&self, moment: Timestamp) {
        self.0.store(moment.millis(), Ordering::SeqCst);
    }

    /// Sets the clock forth.
    pub fn step(&self, by: Duration) {
        self.set(self.now().plus(by));
    }

    /// Sets the clock back.
    pub fn step_back(&self, by: Duration) {
        self.set(self.now().minus(by));
    }
}

impl Default for SteppingClock {
    /// 2023-11-07T05:31:56.029Z.
    fn default() -> Self {
        Self::at(Timestamp::from_millis(1_699_335_116_029))
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}

impl SeededEntropy {
    /// A source whose bytes follow from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// The next number of `SplitMix64`, which meets every number once before it repeats one.
    fn next(&self) -> u64 {
        let state = self.0.fetch_add(GAMMA, Ordering::SeqCst);
        let mixed = state.wrapping_add(GAMMA);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(8) {
            let next = self.next().to_le_bytes();
            part.copy_from_slice(&next[..part.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes_again_and_never_the_same_twice() {
        let draw = |entropy: &SeededEntropy| {
            let mut bytes = [0; 20];
            entropy.fill(&mut bytes);
            bytes
        };
        let (one, again) = (SeededEntropy::new(7), SeededEntropy::new(7));
        let first = draw(&one);
        assert_eq!(first, draw(&again));
        assert_ne!(first, draw(&one));
        assert_ne!(first, draw(&SeededEntropy::new(8)));
    }
}
