//! Logs to stderr and Prometheus metrics.
//!
//! Logs carry ids, never contents, tokens or addresses.

#[cfg(test)]
mod lines;
mod log_fields;

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use std::sync::OnceLock;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for collectors.
    Json,
}

#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    #[error("the log filter {filter:?} is not one: write it like info,casewright=debug")]
    Filter {
        filter: String,
        #[source]
        source: tracing_subscriber::filter::ParseError,
    },
    #[error("a log subscriber is already installed")]
    Subscriber(#[source] tracing_subscriber::util::TryInitError),
}

/// Seconds; from a fast read to a slow upload.
const DURATION_BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// Installs the log subscriber and the metrics recorder of this process.
///
/// # Errors
/// When the filter cannot be read, or a subscriber is installed already.
pub fn init(format: Format, filter: &str) -> Result<(), TelemetryError> {
    let filter_layer = filter_of(filter)?;
    let registry = tracing_subscriber::registry().with(filter_layer);
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        Format::Text => registry.with(layer.with_target(true).fmt_fields(log_fields::on_one_line())).try_init(),
        Format::Json => registry.with(layer.json().flatten_event(true).with_span_list(false)).try_init(),
    }
    .map_err(TelemetryError::Subscriber)?;
    install_metrics();
    Ok(())
}

/// Libraries that warn once for every odd piece of what strangers sent; a filter that names them has the last word.
const QUIET: &str = "html5ever=error";

fn filter_of(filter: &str) -> Result<EnvFilter, TelemetryError> {
    let read = |text: &str| {
        EnvFilter::try_new(text).map_err(|source| TelemetryError::Filter { filter: filter.to_owned(), source })
    };
    // By itself first: what is wrong with it is said of it alone.
    read(filter)?;
    read(&format!("{QUIET},{filter}"))
}

/// Installs the metrics recorder; harmless when it is there.
pub fn install_metrics() -> &'static PrometheusHandle {
    METRICS.get_or_init(|| {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), DURATION_BUCKETS)
            .expect("the buckets are not empty");
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        // Another recorder may be installed in a test; then ours stays empty, which is visible in /metrics.
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed; /metrics stays empty");
        }
        handle
    })
}

/// All metrics in the text format of Prometheus.
pub fn exposition() -> Response {
    let handle = install_metrics();
    handle.run_upkeep();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], handle.render()).into_response()
}

#[cfg(test)]
mod tests {
    use super::lines::Lines;
    use super::*;

    fn logged(filter: &str) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let layer = tracing_subscriber::fmt::layer().with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(filter_of(filter).unwrap()).with(layer);
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(target: "html5ever::serialize", "node with weird namespace");
            tracing::warn!(target: "casewright", "ours");
        });
        lines.text()
    }

    #[test]
    fn a_parser_does_not_log_every_element_of_strangers_unless_it_is_asked_to() {
        let usual = logged("info");
        assert!(usual.contains("ours") && !usual.contains("weird namespace"), "{usual}");
        assert!(logged("info,html5ever=warn").contains("weird namespace"));
    }

    #[test]
    fn a_filter_that_is_none_is_named_as_it_was_written() {
        assert!(filter_of("info,=,").is_err_and(|error| error.to_string().contains("\"info,=,\"")));
    }
}
