//! The views `user`, `group` and `user-member`: the directory of a tenant.

use super::user::{MAX_GROUPS, split_name};
use super::{GroupEvent, NewUser, UserChange, UserEvent};
use casewright_contracts::{GroupRow, MemberRow, UserRow};
use casewright_journal::{Entry, Projector, Row, TenantId, ViewSpec, ViewWrites};

/// Rows of users: [`UserRow`].
pub const USER: &str = UserRow::VIEW;
/// Rows of groups: [`GroupRow`].
pub const GROUP: &str = GroupRow::VIEW;
/// One row for each group a user is in: [`MemberRow`].
pub const MEMBER: &str = MemberRow::VIEW;

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
                indexes: &[&[UserRow::NAME], &[UserRow::EMAIL]],
                full_text: &[UserRow::ID, UserRow::NAME, UserRow::EMAIL],
                denormalized: None,
            },
            ViewSpec { name: GROUP, indexes: &[&[GroupRow::NAME]], full_text: &[], denormalized: None },
            ViewSpec {
                name: MEMBER,
                indexes: &[&[MemberRow::USER_ID], &[MemberRow::GROUP_ID]],
                full_text: &[],
                denormalized: None,
            },
        ]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &["user", "group"]
    }

    fn version(&self) -> u32 {
        // Every row has all columns.
        3
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
            members(tenant, id, &new.groups, out);
            out.put(tenant, USER, id, created(id, new));
        }
        Ok(UserEvent::Changed(change)) => {
            if let Some(groups) = &change.groups {
                members(tenant, id, groups, out);
            }
            out.patch(tenant, USER, id, changed(change));
        }
        Ok(UserEvent::Named { name, email, first_name, last_name }) => {
            let named = [
                (UserRow::NAME, name.into()),
                (UserRow::EMAIL, email.into()),
                (UserRow::FIRST_NAME, first_name.into()),
                (UserRow::LAST_NAME, last_name.into()),
            ];
            out.patch(tenant, USER, id, Row::from(named));
        }
        Ok(UserEvent::Removed) => {
            out.remove(tenant, USER, id);
            members(tenant, id, &[], out);
        }
        Err(error) => unreadable(entry, &error),
    }
}

fn created(id: &str, new: NewUser) -> UserRow {
    let (first, last) = split_name(&new.name);
    UserRow {
        id: id.to_owned(),
        first_name: first.map(str::to_owned),
        last_name: last.map(str::to_owned),
        name: new.name,
        email: new.email,
        roles: new.roles,
        groups: new.groups,
        enabled: true,
    }
}

fn changed(change: UserChange) -> Row {
    let UserChange { name, email, roles, groups, enabled } = change;
    let mut row = Row::default();
    if let Some(name) = name {
        let (first, last) = split_name(&name);
        row.push(UserRow::FIRST_NAME, first);
        row.push(UserRow::LAST_NAME, last);
        row.push(UserRow::NAME, name);
    }
    if let Some(email) = email {
        row.push(UserRow::EMAIL, email);
    }
    if let Some(roles) = roles {
        row.push(UserRow::ROLES, roles);
    }
    if let Some(groups) = groups {
        row.push(UserRow::GROUPS, groups);
    }
    if let Some(enabled) = enabled {
        row.push(UserRow::ENABLED, enabled);
    }
    row
}

/// The rows of a user's groups. They are numbered, so that those that are no more are known without those before.
fn members(tenant: &TenantId, user: &str, groups: &[String], out: &mut ViewWrites) {
    let row_id = |nth: usize| format!("{user}/{nth}");
    for (nth, group) in groups.iter().enumerate() {
        let member = MemberRow { user_id: user.to_owned(), group_id: group.clone() };
        out.put(tenant, MEMBER, &row_id(nth), member);
    }
    for nth in groups.len()..MAX_GROUPS {
        out.remove(tenant, MEMBER, &row_id(nth));
    }
}

fn project_group(entry: &Entry, out: &mut ViewWrites) {
    let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
    let group = |name: Option<String>, r#type| GroupRow { id: id.to_string(), name, r#type };
    match serde_json::from_slice(&entry.payload) {
        Ok(GroupEvent::Named { name }) => out.put(tenant, GROUP, id, group(Some(name), None)),
        Ok(GroupEvent::Described { name, kind }) => {
            out.put(tenant, GROUP, id, group(Some(name).filter(|name| !name.is_empty()), kind));
        }
        Ok(GroupEvent::Removed) => out.remove(tenant, GROUP, id),
        Err(error) => unreadable(entry, &error),
    }
}

fn unreadable(entry: &Entry, error: &serde_json::Error) {
    tracing::error!(kind = %entry.meta.key.kind, id = %entry.meta.key.id, seq = entry.meta.seq, %error, "an entry of the directory cannot be read");
}
