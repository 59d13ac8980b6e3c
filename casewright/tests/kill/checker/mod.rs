//! Compares what was asked and answered with what is there: in the platform, in the outside world, and in the journal itself.
//!
//! What was acknowledged is there once; what was refused is not there; what was not answered is wholly there or wholly not.

mod cases;
mod instances;
pub(crate) mod journal;

use crate::history::History;
use crate::platform::Platform;
use crate::sink::Sink;
use std::time::{Duration, Instant};

const SETTLING: Duration = Duration::from_secs(180);

/// Waits until everything that was begun has come to its end; what has none by then is reported by [`check`].
pub(crate) async fn settle(platform: &Platform, history: &History, sink: &Sink) {
    let begin = Instant::now();
    let api = platform.api();
    while begin.elapsed() < SETTLING {
        let mut left = instances::unsettled(&api).await;
        left.extend(cases::unsettled(&api, history, sink).await);
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// What can be said of the outside world while the server is killed again and again.
pub(crate) fn check_sent(history: &History, sink: &Sink) -> Vec<String> {
    let mut findings = Vec::new();
    cases::check_sent(history, sink, &mut findings);
    findings
}

/// Everything that is lost, doubled or half there, in words.
pub(crate) async fn check(platform: &Platform, history: &History, sink: &Sink) -> Vec<String> {
    let api = platform.api();
    let mut findings = Vec::new();
    instances::check(&api, history, &mut findings).await;
    cases::check(&api, history, sink, &mut findings).await;
    findings
}
