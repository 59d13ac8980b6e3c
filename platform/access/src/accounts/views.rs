//! The views `user`, `group` and `user-member`: the directory of a tenant.

use super::user::{MAX_GROUPS, split_name};
use super::{GroupEvent, UserEvent};
use casewright_journal::{Column, Entry, Projector, TenantId, ViewSpec, ViewWrites};
use serde_json::{Map, Value, json};

/// Rows of users: `id`, `name`, `email`, `roles`, `groups`, `enabled`, `firstName`, `lastName`.
pub const USER: &str = "user";
/// Rows of groups: `id`, `name`, `type`.
pub const GROUP: &str = "group";
/// One row for each group a user is in: `userId`, `groupId`. For joins.
pub const MEMBER: &str = "user-member";

/// Projects users and groups.
pub(crate) struct Directory;

impl Projector for Directory {
    fn group(&self) -> &'static str {
        "directory"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![
            ViewSpec {
                name: USER,
                indexes: const { &[&[Column::named("name")], &[Column::named("email")]] },
                full_text: const { &[Column::named("id"), Column::named("name"), Column::named("email")] },
                echo: None,
            },
            ViewSpec { name: GROUP, indexes: const { &[&[Column::named("name")]] }, full_text: &[], echo: None },
            ViewSpec {
                name: MEMBER,
                indexes: const { &[&[Column::named("userId")], &[Column::named("groupId")]] },
                full_text: &[],
                echo: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["user", "group"]
    }

    fn version(&self) -> u32 {
        2
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
            let (first, last) = split_name(&new.name);
            let row = json!({
                "id": id, "name": new.name, "email": new.email,
                "roles": new.roles, "groups": new.groups, "enabled": true,
                "firstName": first, "lastName": last,
            });
            out.put(tenant, USER, id, object(row));
            members(tenant, id, &new.groups, out);
        }
        Ok(UserEvent::Changed(change)) => {
            let mut fields = object(serde_json::to_value(&change).unwrap_or_default());
            if let Some(name) = &change.name {
                let (first, last) = split_name(name);
                fields.insert("firstName".into(), json!(first));
                fields.insert("lastName".into(), json!(last));
            }
            out.patch(tenant, USER, id, fields);
            if let Some(groups) = &change.groups {
                members(tenant, id, groups, out);
            }
        }
        Ok(UserEvent::Named { name, email, first_name, last_name }) => {
            let fields = json!({"name": name, "email": email, "firstName": first_name, "lastName": last_name});
            out.patch(tenant, USER, id, object(fields));
        }
        Ok(UserEvent::Removed) => {
            out.remove(tenant, USER, id);
            members(tenant, id, &[], out);
        }
        Err(error) => unreadable(entry, &error),
    }
}

/// The rows of a user's groups. They are numbered, so that those that are no more are known without those before.
fn members(tenant: &TenantId, user: &str, groups: &[String], out: &mut ViewWrites) {
    let row_id = |nth: usize| format!("{user}/{nth}");
    for (nth, group) in groups.iter().enumerate() {
        out.put(tenant, MEMBER, &row_id(nth), object(json!({"userId": user, "groupId": group})));
    }
    for nth in groups.len()..MAX_GROUPS {
        out.remove(tenant, MEMBER, &row_id(nth));
    }
}

fn project_group(entry: &Entry, out: &mut ViewWrites) {
    let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
    match serde_json::from_slice(&entry.payload) {
        Ok(GroupEvent::Named { name }) => {
            out.put(tenant, GROUP, id, object(json!({"id": id, "name": name})));
        }
        Ok(GroupEvent::Described { name, kind }) => {
            let name = Some(name).filter(|name| !name.is_empty());
            out.put(tenant, GROUP, id, object(json!({"id": id, "name": name, "type": kind})));
        }
        Ok(GroupEvent::Removed) => out.remove(tenant, GROUP, id),
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
