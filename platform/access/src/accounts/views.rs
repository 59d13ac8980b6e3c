//! The views `user` and `group`: the directory of a tenant.

use super::{GroupEvent, UserEvent};
use casewright_journal::{Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Map, Value, json};

pub(crate) const USER: &str = "user";
pub(crate) const GROUP: &str = "group";

/// Projects users and groups.
pub(crate) struct Directory;

impl Projector for Directory {
    fn group(&self) -> &'static str {
        "directory"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec { name: USER, indexes: &[&["name"], &["email"]], full_text: &["id", "name", "email"], echo: None },
            ViewSpec { name: GROUP, indexes: &[&["name"]], full_text: &[], echo: None },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["user", "group"]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        match entry.meta.key.kind.as_str() {
            "user" => project_user(entry, out),
            "group" => project_group(entry, out),
            _ => {}
        }
    }
}

fn project_user(entry: &Entry, out: &mut ViewWrites) {
    let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
    match serde_json::from_slice(&entry.payload) {
        Ok(UserEvent::Created(new)) => {
            let row = json!({
                "id": id, "name": new.name, "email": new.email,
                "roles": new.roles, "groups": new.groups, "enabled": true,
            });
            out.put(tenant, USER, id, object(row));
        }
        Ok(UserEvent::Changed(change)) => {
            let fields = serde_json::to_value(change).unwrap_or_default();
            out.patch(tenant, USER, id, object(fields));
        }
        Err(error) => unreadable(entry, &error),
    }
}

fn project_group(entry: &Entry, out: &mut ViewWrites) {
    let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
    match serde_json::from_slice(&entry.payload) {
        Ok(GroupEvent::Named { name }) => {
            out.put(tenant, GROUP, id, object(json!({"id": id, "name": name})));
        }
        Err(error) => unreadable(entry, &error),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn unreadable(entry: &Entry, error: &serde_json::Error) {
    tracing::error!(kind = %entry.meta.key.kind, id = %entry.meta.key.id, seq = entry.meta.seq, %error, "an entry of the directory cannot be read");
}
