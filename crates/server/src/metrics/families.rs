//! Families of metrics, written one after the other.

use std::fmt::Result;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::exemplar::Exemplar;
use service::metrics::Histogram;

/// The labels of a series: names and values.
pub(super) type Labels<'a> = Vec<(&'static str, &'a str)>;

/// What the numbers of a histogram are multiplied by to be in the unit of its name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scale {
    /// They are in it already.
    One,
    /// From nanoseconds to seconds.
    Nanos,
}

/// Writes families of metrics.
pub(super) struct Families<'a>(pub(super) DescriptorEncoder<'a>);

impl Families<'_> {
    /// A number that only grows, under a name to which `_total` is added.
    pub(super) fn counter(&mut self, name: &str, help: &str, value: u64) -> Result {
        self.counters(name, help, [(Labels::new(), value)])
    }

    /// The same with a series for each set of labels.
    pub(super) fn counters<'l>(
        &mut self,
        name: &str,
        help: &str,
        series: impl IntoIterator<Item = (Labels<'l>, u64)>,
    ) -> Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in series {
            let mut one = family.encode_family(&labels)?;
            one.encode_counter(&value, None::<&Exemplar<NoLabelSet, f64>>)?;
        }
        Ok(())
    }

    /// Time that only grows, in seconds, under a name to which `_total` is added.
    pub(super) fn nanos_counter(&mut self, name: &str, help: &str, nanos: u64) -> Result {
        let seconds = Scale::Nanos.of(nanos);
        self.0
            .encode_descriptor(name, help, None, MetricType::Counter)?
            .encode_counter(&seconds, None::<&Exemplar<NoLabelSet, f64>>)
    }

    /// Numbers that grow and shrink, with a series for each set of labels.
    pub(super) fn gauges<'l>(
        &mut self,
        name: &str,
        help: &str,
        series: impl IntoIterator<Item = (Labels<'l>, u64)>,
    ) -> Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        for (labels, value) in series {
            family.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    /// A number that grows and shrinks.
    pub(super) fn gauge(&mut self, name: &str, help: &str, value: u64) -> Result {
        // Beyond 2^53 the text would be rounded, which no number here comes near.
        #[expect(clippy::cast_precision_loss, reason = "rounding does no harm")]
        let value = value as f64;
        self.real_gauge(name, help, value)
    }

    /// The same with a fraction.
    pub(super) fn real_gauge(&mut self, name: &str, help: &str, value: f64) -> Result {
        self.0
            .encode_descriptor(name, help, None, MetricType::Gauge)?
            .encode_gauge(&value)
    }

    /// The same where there may be no such number; then there is a family without a series.
    pub(super) fn gauge_if_known(&mut self, name: &str, help: &str, value: Option<f64>) -> Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Gauge)?;
        value.map_or(Ok(()), |value| {
            family.encode_family(&Labels::new())?.encode_gauge(&value)
        })
    }

    /// A series that is 1, for its labels.
    pub(super) fn info(&mut self, name: &str, help: &str, labels: &Labels<'_>) -> Result {
        self.0
            .encode_descriptor(name, help, None, MetricType::Info)?
            .encode_info(labels)
    }

    /// How often numbers fell between which bounds.
    pub(super) fn histogram(
        &mut self,
        name: &str,
        help: &str,
        scale: Scale,
        histogram: &Histogram,
    ) -> Result {
        self.histograms(name, help, scale, [(Labels::new(), histogram)])
    }

    /// The same with a series for each set of labels.
    pub(super) fn histograms<'l>(
        &mut self,
        name: &str,
        help: &str,
        scale: Scale,
        series: impl IntoIterator<Item = (Labels<'l>, &'l Histogram)>,
    ) -> Result {
        let mut family = self
            .0
            .encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, histogram) in series {
            write(&mut family.encode_family(&labels)?, scale, histogram)?;
        }
        Ok(())
    }
}

fn write(encoder: &mut MetricEncoder<'_>, scale: Scale, histogram: &Histogram) -> Result {
    let buckets = histogram.buckets().map(|(bound, count)| {
        let bound = bound.map_or(f64::INFINITY, |bound| scale.of(bound));
        (bound, count)
    });
    let buckets: Vec<(f64, u64)> = buckets.collect();
    let count = buckets.iter().map(|(_, count)| count).sum();
    encoder.encode_histogram::<NoLabelSet>(scale.of(histogram.sum()), count, &buckets, None)
}

impl Scale {
    #[expect(clippy::cast_precision_loss, reason = "rounding does no harm")]
    fn of(self, number: u64) -> f64 {
        match self {
            Self::One => number as f64,
            Self::Nanos => number as f64 / 1e9,
        }
    }
}
