//! Dashboards as Grafana reads them.

use crate::deploy::metrics::{Dashboard, Panel, Row};
use anyhow::Result;
use serde_json::{Value, json};

/// Grafana's grid.
const WIDTH: usize = 24;
const PANEL: (usize, usize) = (8, 8);

pub(super) fn text(dashboard: &Dashboard) -> Result<String> {
    let mut panels = Vec::new();
    let mut top = 0;
    for row in &dashboard.rows {
        place(row, &mut panels, &mut top);
    }
    let mut whole = json!({
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.about,
        "tags": ["casewright"],
        "editable": false,
        "graphTooltip": 1,
        "refresh": "30s",
        "schemaVersion": 39,
        "time": {"from": "now-3h", "to": "now"},
        "timezone": "browser",
        "panels": panels,
        "templating": {"list": variables()},
    });
    // One order, whatever features serde_json is built with.
    whole.sort_all_objects();
    Ok(serde_json::to_string_pretty(&whole)? + "\n")
}

/// A row's title, and its panels below it from left to right.
fn place(row: &Row, panels: &mut Vec<Value>, top: &mut usize) {
    panels.push(json!({
        "id": panels.len() + 1, "type": "row", "title": row.title, "collapsed": false, "panels": [],
        "gridPos": {"x": 0, "y": *top, "w": WIDTH, "h": 1},
    }));
    *top += 1;
    let (width, height) = PANEL;
    for (number, panel) in row.panels.iter().enumerate() {
        let (x, y) = (number * width % WIDTH, *top + number * width / WIDTH * height);
        panels.push(shown(panel, panels.len() + 1, json!({"x": x, "y": y, "w": width, "h": height})));
    }
    *top += (row.panels.len() * width).div_ceil(WIDTH) * height;
}

fn shown(panel: &Panel, id: usize, place: Value) -> Value {
    let source = json!({"type": "prometheus", "uid": "${source}"});
    let queries: Vec<Value> = panel
        .queries
        .iter()
        .zip(b'A'..)
        .map(|(query, letter)| {
            json!({
                "refId": char::from(letter).to_string(), "datasource": source, "expr": query.expr,
                "legendFormat": query.legend, "range": true, "editorMode": "code",
            })
        })
        .collect();
    json!({
        "id": id, "type": "timeseries", "title": panel.title, "description": panel.about, "gridPos": place,
        "datasource": source, "targets": queries,
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "custom": {"fillOpacity": 8, "showPoints": "never"}}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
    })
}

/// Where the figures come from, and of which roles they are shown.
fn variables() -> Value {
    json!([
        {"name": "source", "label": "Source", "type": "datasource", "query": "prometheus", "hide": 0, "current": {}},
        {
            "name": "role", "label": "Role", "type": "query", "hide": 0, "refresh": 2, "sort": 1,
            "datasource": {"type": "prometheus", "uid": "${source}"},
            "query": {"qryType": 1, "query": "label_values(up{job=\"casewright\"}, role)", "refId": "role"},
            "multi": true, "includeAll": true, "allValue": ".*", "current": {"text": "All", "value": "$__all"},
        },
    ])
}
