//! Repeated pairs: the floor, then Kobling, then the floor again, each for a few seconds. Other things than floors are
//! compared the same way.

use crate::failure::Result;
use crate::spread::Spread;
use crate::wrk::Sample;

/// What was measured, one pair after the other.
#[derive(Debug, Default)]
pub(crate) struct Pairs(pub(crate) Vec<(Sample, Sample)>);

impl Pairs {
    /// Measures Kobling beside a floor; each closure runs the load once for so many seconds. A short run of each warms up.
    pub(crate) fn measure(
        what: &str,
        rounds: usize,
        seconds: u64,
        floor: impl Fn(u64) -> Result<Sample>,
        kobling: impl Fn(u64) -> Result<Sample>,
    ) -> Result<Self> {
        let names = ["floor", "Kobling"];
        Self::measure_two(what, names, rounds, seconds, floor, kobling)
    }

    /// Measures any two things beside each other; the names are for the terminal.
    pub(crate) fn measure_two(
        what: &str,
        names: [&str; 2],
        rounds: usize,
        seconds: u64,
        first: impl Fn(u64) -> Result<Sample>,
        second: impl Fn(u64) -> Result<Sample>,
    ) -> Result<Self> {
        first(1)?;
        second(1)?;
        let [one, other] = names;
        let mut pairs = Self::default();
        for round in 1..=rounds {
            let pair = (first(seconds)?, second(seconds)?);
            println!(
                "{what}, pair {round} of {rounds}: {one} {:.0}/s p99 {:.2} ms, {other} {:.0}/s p99 {:.2} ms",
                pair.0.per_second, pair.0.p99_ms, pair.1.per_second, pair.1.p99_ms
            );
            pairs.0.push(pair);
        }
        Ok(pairs)
    }

    /// A number of the floor.
    pub(crate) fn floor(&self, number: impl Fn(&Sample) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(floor, _)| number(floor)))
    }

    /// A number of Kobling.
    pub(crate) fn kobling(&self, number: impl Fn(&Sample) -> f64) -> Spread {
        Spread::of(self.0.iter().map(|(_, kobling)| number(kobling)))
    }

    /// A number of Kobling by that of the floor beside it.
    pub(crate) fn ratio(&self, number: impl Fn(&Sample) -> f64) -> Spread {
        let ratios = self
            .0
            .iter()
            .map(|(floor, kobling)| number(kobling) / number(floor));
        Spread::of(ratios)
    }

    /// The columns that every table of pairs has, after [`HEAD`].
    pub(crate) fn cells(&self) -> Vec<String> {
        vec![
            format!("{:.0}", self.floor(|sample| sample.per_second)),
            format!("{:.0}", self.kobling(|sample| sample.per_second)),
            format!("**{:.2}**", self.ratio(|sample| sample.per_second)),
            format!("{:.2}", self.floor(|sample| sample.p50_ms)),
            format!("{:.2}", self.kobling(|sample| sample.p50_ms)),
            format!("{:.2}", self.floor(|sample| sample.p99_ms)),
            format!("{:.2}", self.kobling(|sample| sample.p99_ms)),
            format!("**{:.2}**", self.ratio(|sample| sample.p99_ms)),
            format!("{:.1}", self.floor(|sample| sample.max_ms)),
            format!("{:.1}", self.kobling(|sample| sample.max_ms)),
        ]
    }
}

/// The headings of [`Pairs::cells`].
pub(crate) const HEAD: [&str; 10] = [
    "floor/s",
    "Kobling/s",
    "ratio",
    "p50 floor",
    "p50",
    "p99 floor",
    "p99",
    "ratio of p99",
    "max floor",
    "max",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(per_second: f64) -> Sample {
        Sample {
            requests: per_second,
            per_second,
            p50_ms: 1.0,
            p99_ms: 2.0,
            max_ms: 3.0,
        }
    }

    #[test]
    fn a_ratio_is_the_median_over_the_pairs_and_not_of_the_medians() {
        let pairs = [(100.0, 50.0), (200.0, 180.0), (400.0, 240.0)];
        let pairs = pairs.map(|(floor, kobling)| (sample(floor), sample(kobling)));
        let ratio = Pairs(pairs.into()).ratio(|sample| sample.per_second);
        assert_eq!((ratio.min, ratio.median, ratio.max), (0.5, 0.6, 0.9));
    }
}
