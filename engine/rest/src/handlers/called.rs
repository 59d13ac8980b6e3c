//! `GET /process-definition/{id}/static-called-process-definitions`: which definitions its call activities call, as far as
//! that is known before they run.

use super::definitions::find_or;
use crate::query::shape::shape;
use crate::request::{Reply, Req, ok};
use crate::resources::process_definition;
use casewright_engine_model::model::{Binding, NodeKind};
use casewright_engine_views as views;
use http::StatusCode;
use indexmap::IndexMap;
use serde_json::{Value as Json, json};
use smol_str::SmolStr;

pub(crate) async fn list(req: Req) -> Reply {
    let definition = find_or(&req, |error, _| {
        let mut error = error.with_kind(StatusCode::NOT_FOUND, "InvalidRequestException");
        error.code = None;
        error
    })?;
    let state = req.engine.catalog().state();
    let graph = req.engine.registry().graph(&definition.id).await?;
    let mut callers: IndexMap<SmolStr, Vec<SmolStr>> = IndexMap::new();
    for node in graph.iter().flat_map(|graph| &graph.process.nodes) {
        let NodeKind::CallActivity(call) = &node.kind else {
            continue;
        };
        let tenant = call.tenant_id.as_deref().or(definition.tenant_id.as_deref());
        if !is_literal(&call.called_element) || tenant.is_some_and(|tenant| !is_literal(tenant)) {
            continue;
        }
        if let Binding::Version(text) | Binding::VersionTag(text) = &call.binding
            && !is_literal(text)
        {
            continue;
        }
        // What is not there, or not certain, is found out when it is called.
        if let Ok(called) = state.bound(&call.called_element, &call.binding, tenant, &definition.deployment_id) {
            callers.entry(called.id.clone()).or_default().push(node.id.clone());
        }
    }
    let list: Vec<Json> = callers
        .iter()
        .filter_map(|(id, activities)| {
            let called = state.processes.get(id)?;
            let mut out = shape(process_definition::FIELDS, &views::process_row(called).into_document());
            out.insert("calledFromActivityIds".into(), json!(activities));
            out.insert("callingProcessDefinitionId".into(), json!(definition.id.as_str()));
            Some(Json::Object(out))
        })
        .collect();
    ok(list)
}

fn is_literal(text: &str) -> bool {
    !text.contains("${") && !text.contains("#{")
}
