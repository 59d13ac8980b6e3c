//! A bar for each batch that is under way. Where nobody watches (a pipe, `--json`), nothing is drawn.

use super::output::text;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) struct Bars {
    all: MultiProgress,
    bars: BTreeMap<String, ProgressBar>,
}

impl Bars {
    pub(super) fn new(is_shown: bool) -> Self {
        let all = MultiProgress::new();
        if !is_shown {
            all.set_draw_target(ProgressDrawTarget::hidden());
        }
        Self { all, bars: BTreeMap::new() }
    }

    /// Shows a batch as its statistics have it.
    pub(super) fn show(&mut self, statistics: &Value) {
        let total = statistics["totalJobs"].as_u64().unwrap_or_default();
        let bar = self.bars.entry(text(&statistics["id"])).or_insert_with(|| {
            let bar = self.all.add(ProgressBar::new(total));
            let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} {msg} {elapsed}");
            bar.set_style(style.expect("the template is well-formed").progress_chars("=> "));
            bar.set_prefix(text(&statistics["type"]));
            bar
        });
        bar.set_position(statistics["completedJobs"].as_u64().unwrap_or_default());
        let failed = statistics["failedJobs"].as_u64().unwrap_or_default();
        let suspended = if statistics["suspended"].as_bool() == Some(true) { "suspended " } else { "" };
        bar.set_message(if failed > 0 { format!("{suspended}{failed} failed") } else { suspended.to_owned() });
    }

    /// The batch is over.
    pub(super) fn finish(&mut self, id: &str) {
        if let Some(bar) = self.bars.remove(id) {
            bar.finish();
        }
    }
}
