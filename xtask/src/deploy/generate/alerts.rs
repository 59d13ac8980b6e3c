//! Alerts as Prometheus reads them, and a test of each.

use super::{MADE, quoted};
use crate::deploy::metrics::{Alert, List};
use std::fmt::Write as _;

/// The one that fires while nothing is known.
const OF_NOTHING: &str = "absent(";

/// The rules, in one group.
pub(super) fn rules(list: &List) -> String {
    let mut text = format!("{MADE}groups:\n  - name: casewright\n    rules:\n");
    for alert in &list.alerts {
        let Alert { name, expr, lasting, severity, summary, runbook, fires: _ } = alert;
        let _ = writeln!(text, "      - alert: {name}");
        let _ = writeln!(text, "        expr: {}", quoted(expr));
        let _ = writeln!(text, "        for: {lasting}");
        let _ = writeln!(text, "        labels: {{ severity: {} }}", severity.name());
        let _ = writeln!(text, "        annotations:");
        let _ = writeln!(text, "          summary: {}", quoted(summary));
        let _ = writeln!(text, "          runbook: {}", quoted(runbook));
    }
    text
}

/// Each alert fires under its own series, and none of them where nothing is wrong.
pub(super) fn tests(list: &List) -> String {
    let mut text = format!("{MADE}rule_files: [alerts.yaml]\nevaluation_interval: 1m\ntests:\n");
    for alert in &list.alerts {
        let firing = format!("count(ALERTS{{alertname=\"{}\",alertstate=\"firing\"}})", alert.name);
        test(&mut text, &alert.name, &alert.fires, &format!("{firing} >= bool 1"), "[{ labels: '{}', value: 1 }]");
    }
    let quiet: Vec<&str> =
        list.alerts.iter().filter(|alert| alert.expr.contains(OF_NOTHING)).map(|alert| alert.name.as_str()).collect();
    let firing = format!("ALERTS{{alertstate=\"firing\",alertname!~\"{}\"}}", quiet.join("|"));
    test(&mut text, "nothing is wrong", &[], &firing, "[]");
    text
}

fn test(text: &mut String, name: &str, series: &[String], expression: &str, samples: &str) {
    let _ = writeln!(text, "  - name: {}", quoted(name));
    let _ = writeln!(text, "    interval: 1m");
    let _ = writeln!(text, "    input_series:{}", if series.is_empty() { " []" } else { "" });
    for one in series {
        // `name{labels} values`: the last space that is in no label.
        let (name, values) = one.rsplit_once(' ').unwrap_or((one, ""));
        let _ = writeln!(text, "      - {{ series: {}, values: {} }}", quoted(name), quoted(values));
    }
    let _ = writeln!(text, "    promql_expr_test:");
    let _ = writeln!(text, "      - {{ expr: {}, eval_time: 50m, exp_samples: {samples} }}", quoted(expression));
}
