//! `/authorization`: grants and revokes of the contract, stored and asked as data.
//!
//! They do not guard this engine: who may do what is decided by the platform's Rego policies, which may read these
//! records. `/check` answers from the records alone, in Camunda's order: the user's own before the groups', revokes
//! before grants, global ones last.

use super::records::{put, remove};
use crate::error::{RestError, RestResult};
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::{identity, permission};
use casewright_access::accounts::MEMBER_VIEW;
use casewright_contracts::MemberRow;
use casewright_engine_views::criteria::eq;
use casewright_engine_views::{self as views, AuthorizationRow};
use casewright_journal::{Document, Query, Row};
use http::StatusCode;
use serde_json::{Value as Json, json};

const GLOBAL: i64 = 0;
const GRANT: i64 = 1;
const REVOKE: i64 = 2;

/// Everybody, everything.
const ANY: &str = "*";

fn missing(id: &str) -> RestError {
    RestError::not_found(format!("Authorization with id {id} does not exist."))
}

async fn find(req: &Req) -> RestResult<Document> {
    let row = req.engine.journal().get(views::AUTHORIZATION, req.id()).await?;
    row.ok_or_else(|| missing(req.id()))
}

/// `POST /authorization/create`.
pub(crate) async fn create(req: Req) -> Reply {
    let body = req.json()?;
    let Some(kind) = body.integer("type")? else {
        return Err(null_pointer());
    };
    if !(GLOBAL..=REVOKE).contains(&kind) {
        return Err(RestError::engine(format!("Authorization type '{kind}' is not valid")));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let row = record(&id, kind, &body)?;
    put(&req, views::AUTHORIZATION, &id, row.clone()).await?;
    ok(shape(identity::AUTHORIZATION.fields, &row))
}

/// `PUT /authorization/{id}`: its type stays.
pub(crate) async fn update(req: Req) -> Reply {
    let body = req.json()?;
    let known = find(&req).await?;
    let kind = AuthorizationRow::TYPE.integer(&known).unwrap_or(GRANT);
    let row = record(req.id(), kind, &body)?;
    put(&req, views::AUTHORIZATION, req.id(), row).await?;
    no_content()
}

fn null_pointer() -> RestError {
    RestError::new(StatusCode::INTERNAL_SERVER_ERROR, "NullPointerException", "", None)
}

fn record(id: &str, kind: i64, body: &Fields) -> RestResult<Document> {
    let Some(resource) = body.integer("resourceType")? else {
        return Err(null_pointer());
    };
    let permissions = permissions(body.list("permissions")?.unwrap_or_default(), resource)?;
    let mut user = body.text("userId")?;
    let group = body.text("groupId")?;
    if kind == GLOBAL {
        match user.as_deref() {
            None | Some(ANY) => user = Some(ANY.to_owned()),
            Some(other) => {
                return Err(RestError::engine(format!(
                    "Illegal value '{other}' for userId for GLOBAL authorization. Must be '{ANY}'"
                )));
            }
        }
        if group.is_some() {
            return Err(RestError::engine("Cannot use 'groupId' for GLOBAL authorization"));
        }
    } else if user.is_some() == group.is_some() {
        return Err(RestError::null_value("Authorization must either have a 'userId' or a 'groupId'."));
    }
    let Some(resource_id) = body.text("resourceId")? else {
        return Err(RestError::null_value("Authorization 'resourceId' is null"));
    };
    let row = AuthorizationRow {
        id: id.into(),
        r#type: kind,
        permissions,
        user_id: user,
        group_id: group,
        resource_type: resource,
        resource_id,
        removal_time: None,
        root_process_instance_id: None,
    };
    Ok(Row::from(row).into_document())
}

/// Names that exist for the resource, each once; `ALL` swallows the others.
fn permissions(names: Vec<String>, resource: i64) -> RestResult<Vec<String>> {
    let mut out: Vec<String> = Vec::new();
    for name in names {
        let Some(kind) = permission::resource(resource) else {
            return Err(RestError::bad_user_request(format!(
                "ENGINE-03087 The resource type with id:'{resource}' is not valid for '{name}' permission."
            )));
        };
        if !kind.permissions.contains(&name.as_str()) {
            return Err(RestError::bad_user_request(format!(
                "The permission '{name}' is not valid for '{}' resource type.",
                kind.name
            )));
        }
        if name != permission::NONE && !out.contains(&name) {
            out.push(name);
        }
    }
    if out.iter().any(|name| name == permission::ALL) {
        out = vec![permission::ALL.to_owned()];
    }
    Ok(out)
}

/// `GET /authorization/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let row = find(&req).await?;
    ok(shape(identity::AUTHORIZATION.fields, &row))
}

/// `DELETE /authorization/{id}`.
pub(crate) async fn delete(req: Req) -> Reply {
    find(&req).await?;
    remove(&req, views::AUTHORIZATION, req.id()).await?;
    no_content()
}

/// `GET /authorization/check`: of the caller, or of `userId`.
pub(crate) async fn check(req: Req) -> Reply {
    let query = req.query();
    let required = |name: &str| {
        query.text(name)?.ok_or_else(|| RestError::invalid(format!("Query parameter '{name}' cannot be null")))
    };
    let wanted = required("permissionName")?;
    let resource_name = required("resourceName")?;
    let resource = query.number("resourceType", "java.lang.Integer")?;
    let resource = resource.ok_or_else(|| RestError::invalid("Query parameter 'resourceType' cannot be null"))?;
    let resource_id = query.text("resourceId")?;
    let Some(caller) = req.caller.user.as_deref() else {
        return Err(RestError::new(
            StatusCode::UNAUTHORIZED,
            "InvalidRequestException",
            "You must be authenticated in order to use this resource.",
            None,
        ));
    };
    permissions(vec![wanted.clone()], resource)?;
    let user = query.text("userId")?.unwrap_or_else(|| caller.to_owned());
    let groups = groups_of(&req, &user, user == caller).await?;
    let page = req
        .engine
        .journal()
        .query(&Query::new(views::AUTHORIZATION, eq(AuthorizationRow::RESOURCE_TYPE, resource)))
        .await?;
    let records: Vec<Document> = page.rows.into_iter().map(|(_, row)| row).collect();
    ok(json!({
        "permissionName": wanted,
        "resourceName": resource_name,
        "resourceId": resource_id,
        "authorized": is_authorized(&records, &user, &groups, &wanted, resource_id.as_deref()),
    }))
}

async fn groups_of(req: &Req, user: &str, is_caller: bool) -> RestResult<Vec<String>> {
    if is_caller && !req.caller.groups.is_empty() {
        return Ok(req.caller.groups.iter().map(ToString::to_string).collect());
    }
    let page = req.engine.journal().query(&Query::new(MEMBER_VIEW, eq(MemberRow::USER_ID, user))).await?;
    Ok(page.rows.iter().filter_map(|(_, row)| MemberRow::GROUP_ID.text(row).map(str::to_owned)).collect())
}

fn is_authorized(records: &[Document], user: &str, groups: &[String], wanted: &str, resource_id: Option<&str>) -> bool {
    let applies = |row: &&Document| {
        let names: Vec<&str> =
            AuthorizationRow::PERMISSIONS.of(row).as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let revokes_none = AuthorizationRow::TYPE.integer(row) == Some(REVOKE) && names.is_empty();
        let id = AuthorizationRow::RESOURCE_ID.text(row);
        (names.contains(&wanted) || names.contains(&permission::ALL) || revokes_none)
            && (id == Some(ANY) || id == resource_id)
    };
    let kind = |row: &Document| AuthorizationRow::TYPE.integer(row).unwrap_or(GRANT);
    let of_user = |row: &Document| {
        kind(row) != GLOBAL && matches!(AuthorizationRow::USER_ID.text(row), Some(id) if id == user || id == ANY)
    };
    let of_group =
        |row: &Document| AuthorizationRow::GROUP_ID.text(row).is_some_and(|id| groups.iter().any(|group| group == id));
    let applying: Vec<&Document> = records.iter().filter(applies).collect();
    for whose in [&of_user as &dyn Fn(&Document) -> bool, &of_group] {
        let found: Vec<i64> = applying.iter().filter(|row| whose(row)).map(|row| kind(row)).collect();
        if found.contains(&REVOKE) {
            return false;
        }
        if found.contains(&GRANT) {
            return true;
        }
    }
    applying.iter().any(|row| kind(row) == GLOBAL)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(kind: i64, user: Option<&str>, group: Option<&str>, permissions: &[&str], id: &str) -> Document {
        let document =
            json!({"type": kind, "userId": user, "groupId": group, "permissions": permissions, "resourceId": id});
        document.as_object().cloned().expect("an object")
    }

    #[test]
    fn the_users_own_record_beats_the_groups_and_a_revoke_beats_a_grant() {
        let groups = vec!["clerks".to_owned()];
        let mut records = vec![row(GLOBAL, Some(ANY), None, &["READ"], ANY)];
        assert!(is_authorized(&records, "anna", &groups, "READ", Some("x")));
        records.push(row(REVOKE, None, Some("clerks"), &["ALL"], ANY));
        assert!(!is_authorized(&records, "anna", &groups, "READ", Some("x")));
        records.push(row(GRANT, Some("anna"), None, &["READ"], "x"));
        assert!(is_authorized(&records, "anna", &groups, "READ", Some("x")));
        assert!(!is_authorized(&records, "anna", &groups, "READ", Some("y")));
        records.push(row(REVOKE, Some("anna"), None, &["READ"], "x"));
        assert!(!is_authorized(&records, "anna", &groups, "READ", Some("x")));
    }

    #[test]
    fn a_permission_must_exist_for_its_resource() {
        assert_eq!(permissions(vec!["READ".into(), "ALL".into()], 6).expect("both exist"), ["ALL"]);
        assert!(permissions(vec!["FLY".into()], 6).is_err());
        assert!(permissions(vec!["READ".into()], 999).is_err());
    }
}
