//! docs/metrics.md.

use crate::deploy::metrics::List;
use std::fmt::Write as _;

pub(super) fn text(list: &List) -> String {
    let mut text = String::from(
        "<!-- Written by `cargo xtask deploy generate` from deploy/observability/metrics.toml. -->\n# Metrics\n\n\
         What a process tells at `/metrics`, in Prometheus' text format; where that is and who may read it is in [operations](operations.md) \
         (\"What operators look at\"). A metric is there once something has happened that it counts.\nThe step `deploy` of `cargo xtask test` \
         holds this page, the dashboards and the alerts against the code: none names what is not told.\n\n",
    );
    text.push_str("| metric | kind | labels | what |\n|---|---|---|---|\n");
    for metric in &list.metrics {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let _ =
            writeln!(text, "| `{}` | {} | {} | {} |", metric.name, metric.kind.name(), labels.join(", "), metric.about);
    }
    text.push_str(
        "\nHistograms have buckets from 1 ms to 10 s. Summaries have quantiles of each process, which cannot be added up over processes: use \
         `_sum` by `_count`. Dashboards and alerts expect two labels that a scrape gives: `job=\"casewright\"` and `role`, what the process \
         plays (`all` where that is everything); [deploy](deploy.md) has configurations that do.\n\n## What others tell\n\n\
         | metric | of | what |\n|---|---|---|\n",
    );
    for foreign in &list.foreign {
        let _ = writeln!(text, "| `{}` | {} | {} |", foreign.name, foreign.from, foreign.about);
    }
    text.push_str("\n## What is not told yet\n\n| what one would ask | until then |\n|---|---|\n");
    for absent in &list.absents {
        let _ = writeln!(text, "| {} | {} |", absent.what, absent.instead);
    }
    text.push_str("\n## Alerts\n\n`critical` wakes somebody, `warning` waits for the morning.\n\n");
    for alert in &list.alerts {
        let _ = writeln!(text, "### {}\n", alert.name);
        let _ = writeln!(
            text,
            "{}, after {}:\n\n    {}\n\n{}\n",
            alert.severity.name(),
            alert.lasting,
            alert.expr,
            alert.runbook
        );
    }
    text.push_str("## Dashboards\n\n");
    for dashboard in &list.dashboards {
        let rows: Vec<&str> = dashboard.rows.iter().map(|row| row.title.as_str()).collect();
        let _ = writeln!(
            text,
            "- **{}** (`deploy/observability/dashboards/{}.json`): {} {}.",
            dashboard.title,
            dashboard.uid,
            dashboard.about,
            rows.join(", ")
        );
    }
    text
}
