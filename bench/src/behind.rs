//! How far views were behind, and how long queries waited for them, from the histograms that our `/metrics` has of it; a peer
//! has none.

use crate::http::Connection;
use anyhow::Result;
use serde::Serialize;
use std::collections::BTreeMap;

/// How long what has just been written had been acknowledged.
const BEHIND: &str = "journal_views_behind_seconds";
const WAITED: &str = "journal_query_wait_seconds";
/// The group of views that the lists are of.
const GROUP: &str = "group=\"engine\"";

/// Both at one moment.
#[derive(Debug, Default)]
pub(crate) struct Behind {
    views: Histogram,
    queries: Histogram,
}

/// What came between two moments; null where nothing did.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Between {
    views_behind_ms: Option<Summary>,
    queries_waited_ms: Option<Summary>,
}

/// Counts up to bounds (in microseconds), and the sum.
#[derive(Debug, Default, PartialEq)]
struct Histogram {
    up_to: BTreeMap<u64, u64>,
    count: u64,
    seconds: f64,
}

/// Between two moments, in milliseconds. A quantile of a histogram is the bound of its bucket.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    count: u64,
    mean: f64,
    /// Null: more than the last bound.
    p50_at_most: Option<f64>,
    p99_at_most: Option<f64>,
}

/// As it is now; empty when the server has no such metrics.
pub(crate) async fn read(connection: &mut Connection) -> Result<Behind> {
    let answer = connection.get("/metrics").await?;
    if !answer.status.is_success() {
        return Ok(Behind::default());
    }
    let text = String::from_utf8_lossy(&answer.body);
    Ok(Behind { views: parse(&text, BEHIND), queries: parse(&text, WAITED) })
}

impl Behind {
    pub(crate) fn since(&self, earlier: &Self) -> Between {
        Between {
            views_behind_ms: self.views.since(&earlier.views),
            queries_waited_ms: self.queries.since(&earlier.queries),
        }
    }
}

fn parse(text: &str, metric: &str) -> Histogram {
    let mut behind = Histogram::default();
    for line in text.lines().filter(|line| line.contains(GROUP)) {
        let Some((name, value)) = line.strip_prefix(metric).and_then(|rest| rest.rsplit_once(' ')) else {
            continue;
        };
        let Ok(value) = value.parse::<f64>() else {
            continue;
        };
        if name.starts_with("_count") {
            behind.count = value as u64;
        } else if name.starts_with("_sum") {
            behind.seconds = value;
        } else if let Some(bound) = bound(name) {
            behind.up_to.insert(bound, value as u64);
        }
    }
    behind
}

/// The bound of a bucket in microseconds; the last one has none.
fn bound(name: &str) -> Option<u64> {
    let (_, rest) = name.split_once("le=\"")?;
    let seconds: f64 = rest.split('"').next()?.parse().ok()?;
    seconds.is_finite().then_some((seconds * 1e6).round() as u64)
}

impl Histogram {
    fn since(&self, earlier: &Self) -> Option<Summary> {
        let count = self.count.checked_sub(earlier.count).filter(|count| *count > 0)?;
        let at_most = |quantile: f64| {
            let wanted = (count as f64 * quantile).ceil() as u64;
            self.up_to
                .iter()
                .find(|(bound, so_many)| **so_many - earlier.up_to.get(bound).copied().unwrap_or(0) >= wanted)
                .map(|(bound, _)| *bound as f64 / 1000.0)
        };
        Some(Summary {
            count,
            mean: (self.seconds - earlier.seconds) * 1000.0 / count as f64,
            p50_at_most: at_most(0.5),
            p99_at_most: at_most(0.99),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_the_bound_of_its_bucket_between_two_moments() {
        let text = |fast: u64, slow: u64, sum: f64| {
            format!(
                "# TYPE {BEHIND} histogram\n\
                 {BEHIND}_bucket{{group=\"engine\",le=\"0.01\"}} {fast}\n\
                 {BEHIND}_bucket{{group=\"engine\",le=\"0.1\"}} {}\n\
                 {BEHIND}_bucket{{group=\"engine\",le=\"+Inf\"}} {}\n\
                 {BEHIND}_sum{{group=\"engine\"}} {sum}\n{BEHIND}_count{{group=\"engine\"}} {}\n\
                 {BEHIND}_count{{group=\"cases\"}} 999\n",
                fast + slow,
                fast + slow,
                fast + slow
            )
        };
        let (begin, end) = (parse(&text(10, 10, 1.0), BEHIND), parse(&text(70, 50, 3.0), BEHIND));
        let summary = end.since(&begin).unwrap();
        assert_eq!(summary, Summary { count: 100, mean: 20.0, p50_at_most: Some(10.0), p99_at_most: Some(100.0) });
        assert_eq!(end.since(&end), None, "nothing was written");
        assert_eq!(parse("other_metric 1", BEHIND), Histogram::default());
    }
}
