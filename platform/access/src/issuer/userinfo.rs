//! The userinfo endpoint (OpenID Connect Core, section 5.3).

use crate::extract::Authenticated;
use axum::Json;
use serde_json::{Value, json};

pub(crate) async fn show(Authenticated(subject): Authenticated) -> Json<Value> {
    Json(json!({
        "sub": subject.id,
        "preferred_username": subject.id,
        "name": subject.name,
        "email": subject.email,
        "tenant": subject.tenant,
        "roles": subject.roles,
        "groups": subject.groups,
    }))
}
