//! The userinfo endpoint (OpenID Connect Core, section 5.3).

use crate::access::Access;
use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use casewright_service::Problem;
use serde_json::{Value, json};

pub(crate) async fn show(State(access): State<Access>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let subject = access.authenticate(&headers).await?;
    Ok(Json(json!({
        "sub": subject.id,
        "preferred_username": subject.id,
        "name": subject.name,
        "email": subject.email,
        "tenant": subject.tenant,
        "roles": subject.roles,
        "groups": subject.groups,
    })))
}
