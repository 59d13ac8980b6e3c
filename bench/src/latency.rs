//! How long calls took, by the name of the call.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Durations of calls of one worker; merged in the end.
#[derive(Default)]
pub(crate) struct Latencies {
    calls: BTreeMap<&'static str, Histogram<u64>>,
}

/// Of one kind of call, in milliseconds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    pub(crate) count: u64,
    pub(crate) p50: f64,
    pub(crate) p95: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

/// Longest that is told apart, in microseconds.
const LONGEST: u64 = 600_000_000;

impl Latencies {
    pub(crate) fn record(&mut self, call: &'static str, took: Duration) {
        if let Some(histogram) = self.histogram(call) {
            histogram.saturating_record(took.as_micros().min(u128::from(LONGEST)) as u64);
        }
    }

    fn histogram(&mut self, call: &'static str) -> Option<&mut Histogram<u64>> {
        if !self.calls.contains_key(call) {
            // Three digits of these bounds are always possible.
            self.calls.insert(call, Histogram::new_with_bounds(1, LONGEST, 3).ok()?);
        }
        self.calls.get_mut(call)
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (call, theirs) in &other.calls {
            if let Some(ours) = self.histogram(call) {
                // Both have the same bounds.
                let _fits = ours.add(theirs);
            }
        }
    }

    pub(crate) fn summaries(&self) -> BTreeMap<String, Summary> {
        let ms = |us: u64| us as f64 / 1000.0;
        self.calls
            .iter()
            .map(|(call, histogram)| {
                let at = |quantile| ms(histogram.value_at_quantile(quantile));
                let summary = Summary {
                    count: histogram.len(),
                    p50: at(0.5),
                    p95: at(0.95),
                    p99: at(0.99),
                    max: ms(histogram.max()),
                };
                ((*call).to_owned(), summary)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_over_all_workers() {
        let (mut one, mut other) = (Latencies::default(), Latencies::default());
        for ms in 1..=50 {
            one.record("start", Duration::from_millis(ms));
            other.record("start", Duration::from_millis(ms + 50));
        }
        one.merge(&other);
        let summary = &one.summaries()["start"];
        assert_eq!(summary.count, 100);
        assert!((summary.p50 - 50.0).abs() < 0.1 && (summary.p99 - 99.0).abs() < 0.2);
    }
}
