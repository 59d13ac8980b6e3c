//! `/user`, `/group`, `/tenant`: the identity service of the contract. Users and groups are the platform's accounts, tenants
//! and their members are records.

use super::people::{self, actor, refused};
use super::records::{Kind, put, remove, row};
use super::{credentials, password_policy};
use crate::error::{RestError, RestResult};
use crate::list::Answers;
use crate::query::Resource;
use crate::query::shape::shape;
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::identity;
use crate::streaming::streamed;
use casewright_access::accounts::MEMBER_VIEW;
use casewright_contracts::{GroupRow, MemberRow, UserRow};
use casewright_engine_runtime::Engine;
use casewright_engine_views::criteria::{all, eq, in_view};
use casewright_engine_views::pieces::{joined, written};
use casewright_engine_views::portions::portions;
use casewright_engine_views::{self as views, TenantRow, entity_id};
use casewright_journal::{Document, Filter, Query, Row, Sort};
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value as Json, json};

/// `POST /user|group|tenant/create`.
pub(crate) async fn create(req: Req, kind: Kind) -> Reply {
    let body = req.json()?;
    let password = match body.object("credentials")? {
        Some(credentials) if kind == Kind::User => credentials.text("password")?,
        _ => None,
    };
    let profile = if kind == Kind::User {
        let profile = body.object("profile")?.filter(|profile| profile.get("id").is_some());
        profile.ok_or_else(|| RestError::invalid("request object must provide profile information with valid id."))?
    } else {
        body
    };
    let Some(id) = profile.text("id")? else {
        return Err(RestError::null_value(format!("{}Id is null", kind.noun())));
    };
    let is_valid = id.chars().all(|c| c.is_ascii_alphanumeric() || "-_@.+".contains(c));
    if !is_valid {
        return Err(RestError::engine(format!(
            "{} has an invalid id: '{id}' is not a valid resource identifier.",
            kind.title()
        )));
    }
    if kind == Kind::User {
        people::guard_names(&req, &id).await?;
    }
    if people::exists(&req, kind, &id).await? {
        return Err(RestError::bad_user_request(format!("The {} already exists", kind.noun())));
    }
    if let Some(password) = &password {
        password_policy::enforce(&req, password, &profile)?;
    }
    let (accounts, tenant) = (&req.accounts, req.engine.tenant());
    match kind {
        Kind::User => {
            let profile = people::profile(&profile)?;
            accounts.create_profile(tenant, actor(&req.caller), &id, &profile).await.map_err(refused)?;
        }
        Kind::Group => describe(&req, &id, &profile).await?,
        Kind::Tenant => {
            put(&req, views::TENANT, &id, TenantRow { id: (&*id).into(), name: profile.text("name")? }).await?
        }
    }
    if let Some(password) = password {
        credentials::set(&req, &id, &password).await?;
    }
    no_content()
}

async fn describe(req: &Req, id: &str, body: &Fields) -> RestResult<()> {
    let (name, kind) = (body.text("name")?, body.text("type")?);
    let (accounts, tenant) = (&req.accounts, req.engine.tenant());
    accounts.describe_group(tenant, actor(&req.caller), id, name.as_deref(), kind.as_deref()).await.map_err(refused)
}

/// A user, group or tenant as it is told.
pub(super) async fn profile(engine: &Engine, kind: Kind, id: &str) -> RestResult<Option<Document>> {
    let resource = kind.resource();
    Ok(engine.journal().get(resource.view, id).await?.map(|row| shape(resource.fields, &row)))
}

/// `GET /user/{id}/profile`, `GET /group/{id}`, `GET /tenant/{id}`.
pub(crate) async fn get(req: Req, kind: Kind) -> Reply {
    match profile(&req.engine, kind, req.id()).await? {
        Some(found) => ok(found),
        None => Err(kind.missing(req.id())),
    }
}

/// `PUT` of the same.
pub(crate) async fn update(req: Req, kind: Kind) -> Reply {
    let body = req.json()?;
    let id = req.id();
    if !people::exists(&req, kind, id).await? {
        return Err(kind.missing(id));
    }
    match kind {
        Kind::User => {
            if req.caller.user.as_deref() != Some(id) {
                people::guard(&req, id).await?;
            }
            let profile = people::profile(&body)?;
            let (accounts, tenant) = (&req.accounts, req.engine.tenant());
            accounts.change_profile(tenant, actor(&req.caller), id, &profile).await.map_err(refused)?;
        }
        Kind::Group => describe(&req, id, &body).await?,
        Kind::Tenant => put(&req, views::TENANT, id, TenantRow { id: id.into(), name: body.text("name")? }).await?,
    }
    no_content()
}

/// `DELETE` of the same, with the memberships.
pub(crate) async fn delete(req: Req, kind: Kind) -> Reply {
    let id = req.id();
    let (accounts, tenant) = (&req.accounts, req.engine.tenant());
    match kind {
        Kind::User => {
            people::guard(&req, id).await?;
            accounts.remove_user(tenant, actor(&req.caller), id).await.map_err(refused)?;
        }
        Kind::Group => {
            guard_members(&req, id).await?;
            people::disband(&req, id).await?;
            accounts.remove_group(tenant, actor(&req.caller), id).await.map_err(refused)?;
        }
        Kind::Tenant => remove(&req, views::TENANT, id).await?,
    }
    people::leave_tenants(&req, kind.column(), id).await?;
    no_content()
}

/// Whoever takes a group away takes it from all its members.
async fn guard_members(req: &Req, group: &str) -> RestResult<()> {
    let members = Query::new(MEMBER_VIEW, eq(MemberRow::GROUP_ID, group));
    for (_, member) in req.engine.journal().query(&members).await?.rows {
        people::guard(req, MemberRow::USER_ID.text(&member).unwrap_or_default()).await?;
    }
    Ok(())
}

/// `POST /user/{id}/unlock`.
pub(crate) async fn unlock(_: Req) -> Reply {
    no_content()
}

/// Which two kinds a membership joins: the container is `{id}` of the path.
#[derive(Clone, Copy)]
pub(crate) struct Membership {
    pub(crate) container: Kind,
    pub(crate) member: Kind,
}

impl Membership {
    fn ids<'a>(&self, req: &'a Req) -> (&'a str, &'a str) {
        let member = match self.member {
            Kind::User => req.path("userId"),
            _ => req.path("groupId"),
        };
        (req.id(), member)
    }

    fn id(&self, container: &str, member: &str) -> String {
        entity_id(&["membership", self.container.noun(), container, self.member.noun(), member])
    }
}

/// `PUT .../members/{userId}` and the like.
pub(crate) async fn add_member(req: Req, membership: Membership) -> Reply {
    let (container, member) = membership.ids(&req);
    for (kind, id) in [(membership.container, container), (membership.member, member)] {
        if !people::exists(&req, kind, id).await? {
            return Err(RestError::null_value(format!(
                "No {} found with id '{id}'.: {} is null",
                kind.noun(),
                kind.noun()
            )));
        }
    }
    let is_new = match membership.container {
        Kind::Group => {
            people::guard(&req, member).await?;
            let (accounts, tenant) = (&req.accounts, req.engine.tenant());
            accounts.join(tenant, actor(&req.caller), member, container).await.map_err(refused)?
        }
        _ => row(&req, views::MEMBERSHIP, &membership.id(container, member)).await?.is_none(),
    };
    if !is_new {
        return Err(RestError::engine(format!(
            "ENGINE-03083 {} '{member}' is a member of {} '{container}' already",
            membership.member.title(),
            membership.container.noun()
        ))
        .with_kind(http::StatusCode::INTERNAL_SERVER_ERROR, "ProcessEnginePersistenceException"));
    }
    if membership.container == Kind::Tenant {
        let row =
            Row::from([(membership.container.column(), container.into()), (membership.member.column(), member.into())]);
        put(&req, views::MEMBERSHIP, &membership.id(container, member), row).await?;
    }
    no_content()
}

/// `DELETE .../members/{userId}` and the like.
pub(crate) async fn remove_member(req: Req, membership: Membership) -> Reply {
    let (container, member) = membership.ids(&req);
    if membership.container == Kind::Group {
        people::guard(&req, member).await?;
        let (accounts, tenant) = (&req.accounts, req.engine.tenant());
        accounts.leave(tenant, actor(&req.caller), member, container).await.map_err(refused)?;
    } else {
        remove(&req, views::MEMBERSHIP, &membership.id(container, member)).await?;
    }
    no_content()
}

/// `GET /identity/groups`.
pub(crate) async fn groups(req: Req) -> Reply {
    let Some(user) = req.query().text("userId")? else {
        return Err(RestError::invalid("No user id was supplied"));
    };
    let own_groups = || eq(MemberRow::USER_ID, user.clone());
    let of_user = in_view(GroupRow::ID, MEMBER_VIEW, MemberRow::GROUP_ID, own_groups());
    let groups = told(
        &req.engine,
        &identity::GROUP,
        of_user,
        |group| json!({"id": GroupRow::ID.of(group), "name": GroupRow::NAME.of(group)}),
    );
    // The others of the groups: who asks is not among them, and nobody is told twice.
    let members = in_view(MemberRow::GROUP_ID, MEMBER_VIEW, MemberRow::GROUP_ID, own_groups());
    let others = all(vec![
        in_view(UserRow::ID, MEMBER_VIEW, MemberRow::USER_ID, members),
        Filter::Ne(UserRow::ID.into(), json!(user)),
    ]);
    let users = told(&req.engine, &identity::USER, others, |user| {
        let names = [UserRow::FIRST_NAME.text(user), UserRow::LAST_NAME.text(user)];
        let display: Vec<&str> = names.into_iter().flatten().collect();
        json!({
            "firstName": UserRow::FIRST_NAME.of(user),
            "lastName": UserRow::LAST_NAME.of(user),
            "displayName": display.join(" "),
            "id": UserRow::ID.of(user),
        })
    });
    let pieces = written("{\"groups\":[")
        .chain(joined(groups))
        .chain(written("],\"groupUsers\":["))
        .chain(joined(users))
        .chain(written("]}"));
    Ok(streamed("application/json", pieces))
}

/// Rows of people, each as it is to be told.
fn told(engine: &Engine, resource: &'static Resource, filter: Filter, tell: fn(&Document) -> Json) -> Answers {
    let mut query = Query::new(resource.view, filter);
    query.sort = vec![Sort { field: UserRow::ID.into(), descending: false }];
    let rows = portions(engine.journal(), query).err_into();
    rows.map_ok(move |rows| rows.iter().map(|row| tell(&shape(resource.fields, row))).collect()).boxed()
}
