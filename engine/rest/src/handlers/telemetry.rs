//! `/telemetry`: what an administration page shows of the engine. Nothing is collected and nothing is sent anywhere.

use super::metrics;
use crate::request::{Reply, Req, no_content, ok};
use casewright_engine_views::date;
use serde_json::{Map, json};

/// Metrics that Camunda reports there.
const REPORTED: [&str; 4] =
    ["flow-node-instances", "process-instances", "decision-instances", "executed-decision-elements"];

/// `GET /telemetry/data`.
pub(crate) async fn data(req: Req) -> Reply {
    let mut counted = Map::new();
    for name in REPORTED {
        let sum = metrics::sum_of(&req.engine, name, metrics::Span::default()).await?;
        counted.insert(name.to_owned(), json!({ "count": sum }));
    }
    ok(json!({
        "installation": req.engine.journal().tenant().as_str(),
        "product": {
            "name": "Casewright",
            "version": env!("CARGO_PKG_VERSION"),
            "edition": "community",
            "internals": {
                "database": {"vendor": "Casewright", "version": env!("CARGO_PKG_VERSION")},
                "application-server": {"vendor": "Casewright", "version": env!("CARGO_PKG_VERSION")},
                "license-key": null,
                "camunda-integration": [],
                "commands": {},
                "metrics": counted,
                "webapps": [],
                "jdk": {"vendor": null, "version": null},
                "data-collection-start-date": date::format(req.engine.started()),
            },
        },
    }))
}

/// `GET /telemetry/configuration`: off, and it stays off.
pub(crate) async fn configuration(_: Req) -> Reply {
    ok(json!({"enableTelemetry": false}))
}

/// `POST /telemetry/configuration`: as in Camunda 7.24 it is read and changes nothing.
pub(crate) async fn configure(req: Req) -> Reply {
    req.json()?.boolean("enableTelemetry")?;
    no_content()
}
