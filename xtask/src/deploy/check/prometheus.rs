//! Alerts, dashboards and scrape configurations, by promtool.

use super::Inputs;
use crate::deploy::tools::ask;
use crate::process::root;
use anyhow::{Context as _, Result};
use serde_json::Value as Json;
use std::fs;
use std::process::Command;

pub(super) fn check(inputs: &Inputs) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let folder = root().join("deploy/observability");
    let promtool = |arguments: &[&str]| {
        let mut command = Command::new(&inputs.tools.promtool);
        command.args(arguments).current_dir(&folder);
        command
    };
    let mut judge = |what: &str, command: &mut Command| -> Result<()> {
        let said = ask(command)?;
        if !said.is_content {
            found.extend(said.lines.iter().map(|line| format!("{what}: {line}")));
        }
        Ok(())
    };
    judge("alerts", &mut promtool(&["check", "rules", "--lint=all", "--lint-fatal", "alerts.yaml"]))?;
    judge("alerts", &mut promtool(&["test", "rules", "alerts.test.yaml"]))?;
    for topology in ["split", "together"] {
        let path = format!("../compose/prometheus/{topology}.yaml");
        judge(topology, &mut promtool(&["check", "config", "--syntax-only", &path]))?;
    }
    let panels = crate::process::target().join("services/deploy/panels.yaml");
    fs::write(&panels, as_rules(inputs)?).with_context(|| format!("writing {}", panels.display()))?;
    judge("panels", promtool(&["check", "rules", "--lint=none"]).arg(&panels))?;
    Ok(found)
}

/// What dashboards ask for as rules, for promtool reads no dashboards: as it is committed, not as the list has it.
fn as_rules(inputs: &Inputs) -> Result<String> {
    let mut rules = Vec::new();
    for dashboard in &inputs.list.dashboards {
        let path = root().join(format!("deploy/observability/dashboards/{}.json", dashboard.uid));
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let read: Json = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", path.display()))?;
        let panels = read["panels"].as_array().with_context(|| format!("{} has no panels", path.display()))?;
        for target in panels.iter().filter_map(|panel| panel["targets"].as_array()).flatten() {
            let expression = target["expr"].as_str().unwrap_or_default();
            let expression = expression.replace("$__rate_interval", "5m").replace("$role", ".*");
            rules.push(serde_json::json!({"record": format!("panel:{}", rules.len()), "expr": expression}));
        }
    }
    Ok(serde_json::json!({"groups": [{"name": "panels", "rules": rules}]}).to_string())
}
