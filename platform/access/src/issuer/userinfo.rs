//! The userinfo endpoint (OpenID Connect Core, section 5.3).

use crate::extract::Authenticated;
use axum::Json;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::json;

pub(crate) async fn show(Authenticated(subject): Authenticated) -> impl IntoResponse {
    let person = Json(json!({
        "sub": subject.id,
        "preferred_username": subject.id,
        "name": subject.name,
        "email": subject.email,
        "tenant": subject.tenant,
        "roles": subject.roles,
        "groups": subject.groups,
    }));
    ([(header::CACHE_CONTROL, "no-store")], person)
}
