//! Which engine a request is about: that of the caller's organisation, or, for an operator of the installation, that of
//! another one by its name.

use crate::auth::forbidden;
use crate::error::RestError;
use axum::response::{IntoResponse, Response};
use casewright_access::{Access, Resource, Subject};
use casewright_engine_runtime::{Engine, Engines};
use casewright_journal::TenantId;

/// What Camunda's clients call the engine they work with: whoever asks, it is their own.
pub(crate) const OWN: &str = "default";

/// Who asks, and whose engine.
pub(crate) struct Visit {
    pub(crate) engine: Engine,
    pub(crate) subject: Subject,
}

/// The name that a path within the contract gives the engine.
pub(crate) fn engine_name(path: &str) -> &str {
    path.strip_prefix("/engine/").and_then(|rest| rest.split('/').next()).unwrap_or(OWN)
}

/// Camunda's answer about an engine that is not there.
pub(crate) fn unknown_engine(name: &str) -> Response {
    RestError::invalid(format!("Process engine {name} not available")).into_response()
}

/// Finds the engine. In another organisation an operator is `{own organisation}/{id}`, with the roles they have and
/// in no group: nobody there has such a name, and what they did is told apart from what others did.
pub(crate) async fn visit(
    engines: &Engines,
    access: &Access,
    subject: Subject,
    name: &str,
) -> Result<Visit, Box<Response>> {
    if name == OWN || name == subject.tenant.as_str() {
        let Some(engine) = engines.of(&subject.tenant).await.map_err(unavailable)? else {
            tracing::info!(
                subject = subject.id,
                tenant = subject.tenant.as_str(),
                "the engine is another organisation's"
            );
            return Err(Box::new(forbidden("The engine belongs to another organisation")));
        };
        return Ok(Visit { engine, subject });
    }
    // Whoever may not work there is not told whether there is such an organisation.
    let may_operate = access.authorize(&subject, "operate", &Resource::new("engine", name)).await.is_ok();
    let engine = if may_operate { engines.named(name).await.map_err(unavailable)? } else { None };
    let engine = engine.ok_or_else(|| Box::new(unknown_engine(name)))?;
    let visitor = Subject {
        id: format!("{}/{}", subject.tenant.as_str(), subject.id),
        tenant: TenantId::new(name),
        groups: Vec::new(),
        ..subject
    };
    Ok(Visit { engine, subject: visitor })
}

fn unavailable(error: casewright_engine_runtime::EngineError) -> Box<Response> {
    Box::new(RestError::from(error).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_is_named_by_what_follows_its_word() {
        for (path, name) in [
            ("/task", OWN),
            ("/engine/default/task", OWN),
            ("/engine/b/task/4711", "b"),
            ("/engine/b", "b"),
            ("/engines/b/task", OWN),
        ] {
            assert_eq!(engine_name(path), name, "{path}");
        }
    }
}
