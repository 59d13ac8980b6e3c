//! `/user`, `/group`, `/tenant`: the identity service of the contract, kept as records.

use super::instances::text;
use super::{credentials, password_policy};
use crate::engine::{Caller, Engine};
use crate::records::{Record, RecordEvent, key};
use crate::rest::error::{RestError, RestResult};
use crate::rest::query::Resource;
use crate::rest::query::criteria::{all, eq};
use crate::rest::query::shape::shape;
use crate::rest::request::{Fields, Reply, Req, no_content, ok};
use crate::rest::resources::identity;
use crate::views::{self, entity_id};
use casewright_journal::{CommandContext, DecideContext, Decision, Document, Filter, Query};
use serde_json::{Value as Json, json};

/// Stores a record.
pub(crate) async fn put(req: &Req, view: &'static str, id: &str, document: Json) -> RestResult<()> {
    let document = document.as_object().cloned().unwrap_or_default();
    store(&req.engine, &req.caller, view, id, Some(document)).await
}

/// Removes a record; an unknown one is removed already.
pub(crate) async fn remove(req: &Req, view: &'static str, id: &str) -> RestResult<()> {
    store(&req.engine, &req.caller, view, id, None).await
}

/// Forgets a record, if it is there.
pub(crate) async fn forget(engine: &Engine, caller: &Caller, view: &'static str, id: &str) -> RestResult<()> {
    store(engine, caller, view, id, None).await
}

async fn store(
    engine: &Engine,
    caller: &Caller,
    view: &'static str,
    id: &str,
    document: Option<Document>,
) -> RestResult<()> {
    let context = CommandContext { actor: caller.user.clone().unwrap_or_default(), ..CommandContext::default() };
    engine
        .journal()
        .execute::<Record, _, (), _>(&key(view, id), context, move |known: &Record, _: &DecideContext| {
            let view = view.to_owned();
            let events = match (&document, &known.document) {
                (Some(document), _) => vec![RecordEvent::RecordPut { view, document: document.clone() }],
                (None, Some(_)) => vec![RecordEvent::RecordRemoved { view, rows: Vec::new() }],
                (None, None) => Vec::new(),
            };
            Ok(Decision { events, answer: () })
        })
        .await
        .map(drop)
        .map_err(|error| crate::engine::journal_error(&error))
}

/// A record as it is stored.
pub(super) async fn row(req: &Req, view: &'static str, id: &str) -> RestResult<Option<Document>> {
    Ok(req.engine.journal().get(view, id).await?)
}

/// What a resource of the identity service is called.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    User,
    Group,
    Tenant,
}

impl Kind {
    fn resource(self) -> &'static Resource {
        match self {
            Self::User => &identity::USER,
            Self::Group => &identity::GROUP,
            Self::Tenant => &identity::TENANT,
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::Tenant => "tenant",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::Tenant => "Tenant",
        }
    }

    /// Field of a membership.
    fn field(self) -> &'static str {
        match self {
            Self::User => "userId",
            Self::Group => "groupId",
            Self::Tenant => "tenant",
        }
    }

    fn missing(self, id: &str) -> RestError {
        RestError::not_found(format!("{} with id {id} does not exist", self.title()))
    }
}

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
    let view = kind.resource().view;
    if row(&req, view, &id).await?.is_some() {
        return Err(RestError::bad_user_request(format!("The {} already exists", kind.noun())));
    }
    if let Some(password) = &password {
        password_policy::enforce(&req, password, &profile)?;
    }
    put(&req, view, &id, document(kind, &id, &profile)?).await?;
    if let Some(password) = password {
        credentials::set(&req, &id, password).await?;
    }
    no_content()
}

fn document(kind: Kind, id: &str, body: &Fields) -> RestResult<Json> {
    Ok(match kind {
        Kind::User => json!({
            "id": id,
            "firstName": body.text("firstName")?,
            "lastName": body.text("lastName")?,
            "email": body.text("email")?,
        }),
        Kind::Group => json!({
            "id": id,
            "name": body.text("name")?,
            "type": body.text("type")?,
        }),
        Kind::Tenant => json!({"id": id, "name": body.text("name")?}),
    })
}

/// `GET /user/{id}/profile`, `GET /group/{id}`, `GET /tenant/{id}`.
pub(crate) async fn get(req: Req, kind: Kind) -> Reply {
    let resource = kind.resource();
    match row(&req, resource.view, req.id()).await? {
        Some(row) => ok(shape(resource.fields, &row)),
        None => Err(kind.missing(req.id())),
    }
}

/// `PUT` of the same.
pub(crate) async fn update(req: Req, kind: Kind) -> Reply {
    let body = req.json()?;
    let id = req.id();
    let view = kind.resource().view;
    if row(&req, view, id).await?.is_none() {
        return Err(kind.missing(id));
    }
    put(&req, view, id, document(kind, id, &body)?).await?;
    no_content()
}

/// `DELETE` of the same, with the memberships.
pub(crate) async fn delete(req: Req, kind: Kind) -> Reply {
    remove(&req, kind.resource().view, req.id()).await?;
    if kind == Kind::User {
        credentials::forget(&req, req.id()).await?;
    }
    let query = Query::new(views::MEMBERSHIP, eq(kind.field(), req.id()));
    for (id, _) in req.engine.journal().query(&query).await?.rows {
        remove(&req, views::MEMBERSHIP, &id).await?;
    }
    no_content()
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
        if row(&req, kind.resource().view, id).await?.is_none() {
            return Err(RestError::null_value(format!(
                "No {} found with id '{id}'.: {} is null",
                kind.noun(),
                kind.noun()
            )));
        }
    }
    let document = json!({
        membership.container.field(): container,
        membership.member.field(): member,
    });
    let id = membership.id(container, member);
    if row(&req, views::MEMBERSHIP, &id).await?.is_some() {
        return Err(RestError::engine(format!(
            "ENGINE-03083 {} '{member}' is a member of {} '{container}' already",
            membership.member.title(),
            membership.container.noun()
        ))
        .with_kind(http::StatusCode::INTERNAL_SERVER_ERROR, "ProcessEnginePersistenceException"));
    }
    put(&req, views::MEMBERSHIP, &id, document).await?;
    no_content()
}

/// `DELETE .../members/{userId}` and the like.
pub(crate) async fn remove_member(req: Req, membership: Membership) -> Reply {
    let (container, member) = membership.ids(&req);
    let id = membership.id(container, member);
    remove(&req, views::MEMBERSHIP, &id).await?;
    no_content()
}

/// `GET /identity/groups`.
pub(crate) async fn groups(req: Req) -> Reply {
    let Some(user) = req.query().text("userId")? else {
        return Err(RestError::invalid("No user id was supplied"));
    };
    let journal = req.engine.journal();
    let memberships =
        Query::new(views::MEMBERSHIP, all(vec![eq("userId", user.clone()), Filter::NotNull("groupId".into())]));
    let mut groups = Vec::new();
    let mut users: Vec<Json> = Vec::new();
    for (_, membership) in journal.query(&memberships).await?.rows {
        let group = text(&membership, "groupId").unwrap_or_default();
        if let Some(group) = row(&req, views::USER_GROUP, group).await? {
            groups.push(json!({"id": group.get("id"), "name": group.get("name")}));
        }
        // The others of the group: who asks is not among them.
        let members = Query::new(views::MEMBERSHIP, eq("groupId", group));
        for (_, member) in journal.query(&members).await?.rows {
            let id = text(&member, "userId").unwrap_or_default();
            if id == user {
                continue;
            }
            if let Some(user) = row(&req, views::USER, id).await? {
                let names = [text(&user, "firstName"), text(&user, "lastName")];
                let display: Vec<&str> = names.into_iter().flatten().collect();
                let user = json!({
                    "firstName": user.get("firstName"),
                    "lastName": user.get("lastName"),
                    "displayName": display.join(" "),
                    "id": id,
                });
                if !users.contains(&user) {
                    users.push(user);
                }
            }
        }
    }
    ok(json!({"groups": groups, "groupUsers": users}))
}
