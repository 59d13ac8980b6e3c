//! `/user` and `/group` are the platform's accounts: whoever is made here can sign in, and whoever signs in is here.
//!
//! Accounts with roles of the platform are more than the contract knows: they are changed by whoever may change users
//! (`user:write`), and by themselves as far as Camunda lets people change their own.

use super::identity::{Kind, remove};
use super::instances::text;
use crate::engine::{Caller, Engine};
use crate::rest::error::{RestError, RestResult};
use crate::rest::query::criteria::eq;
use crate::rest::request::{Fields, Req};
use crate::views;
use casewright_access::accounts::{Accounts, MEMBER_VIEW, Profile, User};
use casewright_access::{Access, AccessError, Resource, Subject};
use casewright_journal::{Document, Filter, Query, TenantId};
use http::StatusCode;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::sync::Arc;

/// Who is signed in, and who judges what they may do. In the extensions of a request.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub(crate) access: Access,
    pub(crate) subject: Subject,
}

/// Who is named in the journal.
pub(crate) fn actor(caller: &Caller) -> &str {
    caller.user.as_deref().unwrap_or("engine-rest")
}

/// The contract's error for what accounts refuse.
pub(crate) fn refused(error: AccessError) -> RestError {
    match error {
        AccessError::Account(problem) if problem.status == 429 => {
            RestError::new(StatusCode::TOO_MANY_REQUESTS, "RestException", problem.detail, None)
        }
        AccessError::Account(problem) if problem.status < 500 => RestError::invalid(problem.detail),
        AccessError::Journal(error) => error.into(),
        other => {
            tracing::error!(error = %other, "an account could not be changed");
            RestError::unavailable()
        }
    }
}

impl Engine {
    pub(crate) fn accounts(&self) -> &Accounts {
        &self.inner.accounts
    }

    pub(crate) fn tenant(&self) -> &TenantId {
        self.journal().tenant()
    }
}

pub(crate) async fn user(req: &Req, id: &str) -> RestResult<Option<Arc<User>>> {
    Ok(req.engine.accounts().user(req.engine.tenant(), id).await?)
}

/// Is there such a user or group?
pub(crate) async fn exists(req: &Req, kind: Kind, id: &str) -> RestResult<bool> {
    let (accounts, tenant) = (req.engine.accounts(), req.engine.tenant());
    match kind {
        Kind::User => Ok(accounts.user(tenant, id).await?.is_some()),
        Kind::Group => Ok(accounts.group(tenant, id).await?.is_some()),
        Kind::Tenant => Ok(req.engine.journal().get(views::TENANT, id).await?.is_some()),
    }
}

/// May the caller change this account?
///
/// # Errors
/// 403 for an account with roles, unless the caller may change users.
pub(crate) async fn guard(req: &Req, id: &str) -> RestResult<()> {
    let has_roles = user(req, id).await?.is_some_and(|user| !user.roles.is_empty());
    if !has_roles || manages_users(req).await {
        return Ok(());
    }
    Err(RestError::new(
        StatusCode::FORBIDDEN,
        "AuthorizationException",
        format!("The account '{id}' has roles of the platform; only who may change users can change it"),
        Some(0),
    ))
}

pub(crate) async fn manages_users(req: &Req) -> bool {
    match &req.signed_in {
        Some(SignedIn { access, subject }) => access.allows(subject, "write", &Resource::kind("user")).await,
        None => false,
    }
}

/// Whether a user could sign in with this. Where somebody is signed in, guesses are counted as they are at the door.
pub(crate) async fn is_password(req: &Req, user: &str, password: &str) -> RestResult<bool> {
    let tenant = req.engine.tenant();
    match &req.signed_in {
        Some(SignedIn { access, .. }) => {
            access.is_password(tenant, user, password).await.map_err(|problem| refused(problem.into()))
        }
        None => req.engine.accounts().is_password(tenant, user, password).await.map_err(refused),
    }
}

pub(crate) fn profile(body: &Fields) -> RestResult<Profile> {
    Ok(Profile { first_name: body.text("firstName")?, last_name: body.text("lastName")?, email: body.text("email")? })
}

/// Removes a group from all its members.
pub(crate) async fn disband(req: &Req, group: &str) -> RestResult<()> {
    let members = Query::new(MEMBER_VIEW, eq("groupId", group));
    for (_, member) in req.engine.journal().query(&members).await?.rows {
        let user = text(&member, "userId").unwrap_or_default();
        let (accounts, tenant) = (req.engine.accounts(), req.engine.tenant());
        accounts.leave(tenant, actor(&req.caller), user, group).await.map_err(refused)?;
    }
    Ok(())
}

/// Memberships in tenants are records; they go with whom they name.
pub(crate) async fn leave_tenants(req: &Req, field: &'static str, id: &str) -> RestResult<()> {
    let query = Query::new(views::MEMBERSHIP, eq(field, id));
    for (id, _) in req.engine.journal().query(&query).await?.rows {
        remove(req, views::MEMBERSHIP, &id).await?;
    }
    Ok(())
}

impl Engine {
    /// Users, groups and memberships that earlier releases kept as records of their own become accounts. An account that is
    /// there already stays as it is, and gets the groups. A record goes when its account is durable, so a start that was
    /// interrupted is repeated without harm.
    pub(crate) async fn adopt_people(&self) -> RestResult<()> {
        let groups = self.journal().query(&Query::new(views::USER_GROUP, Filter::All)).await?;
        for (id, row) in groups.rows {
            self.adopt(views::USER_GROUP, &id, self.adopt_group(&id, &row).await).await?;
        }
        let users = self.journal().query(&Query::new(views::USER, Filter::All)).await?;
        for (id, row) in users.rows {
            self.adopt(views::USER, &id, self.adopt_user(&id, &row).await).await?;
        }
        let of_users = Filter::And(vec![Filter::NotNull("userId".into()), Filter::NotNull("groupId".into())]);
        let members = self.journal().query(&Query::new(views::MEMBERSHIP, of_users)).await?;
        for (id, row) in members.rows {
            let (user, group) = (text(&row, "userId").unwrap_or_default(), text(&row, "groupId").unwrap_or_default());
            let joined = self.accounts().join(self.tenant(), ADOPTER, user, group).await.map(drop);
            self.adopt(views::MEMBERSHIP, &id, joined).await?;
        }
        Ok(())
    }

    /// Forgets a record that has become an account. What cannot become one is kept and told of.
    async fn adopt(&self, view: &'static str, id: &SmolStr, outcome: Result<(), AccessError>) -> RestResult<()> {
        match outcome {
            Ok(()) => super::identity::forget(self, &Caller::default(), view, id).await,
            Err(AccessError::Journal(error)) => Err(error.into()),
            Err(error) => {
                tracing::warn!(view, %id, %error, "a record of before cannot become an account; it is kept as it is");
                Ok(())
            }
        }
    }

    async fn adopt_group(&self, id: &str, row: &Document) -> Result<(), AccessError> {
        if self.accounts().group(self.tenant(), id).await?.is_some() {
            return Ok(());
        }
        self.accounts().describe_group(self.tenant(), ADOPTER, id, text(row, "name"), text(row, "type")).await
    }

    async fn adopt_user(&self, id: &str, row: &Document) -> Result<(), AccessError> {
        let (accounts, tenant) = (self.accounts(), self.tenant());
        if accounts.user(tenant, id).await?.is_none() {
            let name = |field: &str| row.get(field).and_then(Json::as_str).map(str::to_owned);
            let profile = Profile { first_name: name("firstName"), last_name: name("lastName"), email: name("email") };
            accounts.create_profile(tenant, ADOPTER, id, &profile).await?;
        }
        let credential = self.journal().get(views::CREDENTIAL, id).await?;
        let Some(hash) = credential.as_ref().and_then(|row| text(row, "hash")) else {
            return Ok(());
        };
        if !accounts.has_password(tenant, id).await? {
            accounts.adopt_hash(tenant, ADOPTER, id, hash).await?;
        }
        let forgotten = super::identity::forget(self, &Caller::default(), views::CREDENTIAL, id).await;
        // The record of the user is still there: the next start forgets it.
        forgotten.map_err(|error| casewright_journal::StoreError::new(error.message).into())
    }
}

/// Who is named in the journal when records become accounts.
const ADOPTER: &str = "system:engine";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Record, RecordEvent, key};
    use crate::{EngineConfig, projectors};
    use casewright_journal::{CommandContext, DecideContext, Decision, Journal, JournalConfig, StoreConfig};
    use casewright_service::shutdown::Shutdown;
    use serde_json::json;

    /// As an earlier release kept it.
    async fn record(engine: &Engine, view: &'static str, id: &str, document: Json) {
        let document = document.as_object().cloned().expect("an object");
        let decide = move |_: &Record, _: &DecideContext| {
            let put = RecordEvent::RecordPut { view: view.to_owned(), document: document.clone() };
            Ok::<_, ()>(Decision { events: vec![put], answer: () })
        };
        let key = key(view, id);
        let stored = engine.journal().execute::<Record, _, _, _>(&key, CommandContext::default(), decide);
        stored.await.expect("a record");
    }

    fn hash(password: &str) -> String {
        use argon2::PasswordHasher as _;
        let hash: argon2::password_hash::phc::PasswordHash =
            argon2::Argon2::default().hash_password(password.as_bytes()).expect("a hash");
        hash.to_string()
    }

    #[tokio::test]
    async fn records_of_an_earlier_release_become_accounts_and_nothing_is_lost() {
        let mut all = projectors();
        all.extend(casewright_access::projectors());
        let journal = Journal::open(JournalConfig::new(StoreConfig::MemorySqlite), all).await.expect("a journal");
        let engine = Engine::start(journal, EngineConfig::default(), Shutdown::new()).await.expect("an engine");
        let (accounts, tenant) = (engine.accounts().clone(), engine.tenant().clone());
        let known = Profile { last_name: Some("Known".to_owned()), ..Profile::default() };
        accounts.create_profile(&tenant, "test", "known", &known).await.expect("an account");
        accounts.set_any_password(&tenant, "test", "known", "mine").await.expect("a password");

        let user = |id: &str, last: &str| json!({"id": id, "firstName": "Jo", "lastName": last, "email": "j@example"});
        record(&engine, views::USER, "JoDoe", user("JoDoe", "Doe")).await;
        record(&engine, views::CREDENTIAL, "JoDoe", json!({"id": "JoDoe", "hash": hash("demo")})).await;
        record(&engine, views::USER, "known", user("known", "Other")).await;
        record(&engine, views::CREDENTIAL, "known", json!({"id": "known", "hash": hash("theirs")})).await;
        let long = "x".repeat(65);
        record(&engine, views::USER, &long, user(&long, "Long")).await;
        record(&engine, views::USER_GROUP, "clerks", json!({"id": "clerks", "name": "Clerks", "type": "WORKFLOW"}))
            .await;
        record(&engine, views::MEMBERSHIP, "m1", json!({"groupId": "clerks", "userId": "JoDoe"})).await;
        record(&engine, views::MEMBERSHIP, "m2", json!({"groupId": "clerks", "userId": "known"})).await;
        record(&engine, views::MEMBERSHIP, "m3", json!({"tenant": "acme", "userId": "JoDoe"})).await;
        for _ in 0..2 {
            engine.adopt_people().await.expect("taken over");
        }

        let doe = accounts.user(&tenant, "JoDoe").await.expect("accounts").expect("Jo Doe");
        assert_eq!((doe.first_name(), doe.last_name(), doe.email.as_str()), (Some("Jo"), Some("Doe"), "j@example"));
        assert_eq!((doe.groups.as_slice(), doe.roles.len()), (&["clerks".to_owned()][..], 0));
        assert!(accounts.is_password(&tenant, "JoDoe", "demo").await.expect("accounts"));
        let known = accounts.user(&tenant, "known").await.expect("accounts").expect("the account");
        assert_eq!((known.last_name(), known.groups.as_slice()), (Some("Known"), &["clerks".to_owned()][..]));
        assert!(accounts.is_password(&tenant, "known", "mine").await.expect("accounts"));
        assert!(!accounts.is_password(&tenant, "known", "theirs").await.expect("accounts"));
        let group = accounts.group(&tenant, "clerks").await.expect("accounts").expect("the group");
        assert_eq!((group.name.as_str(), group.kind.as_deref()), ("Clerks", Some("WORKFLOW")));

        let left = async |view| {
            let rows = engine.journal().query(&Query::new(view, Filter::All)).await.expect("rows").rows;
            rows.into_iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(left(views::USER).await, [long], "what cannot be an account is kept");
        assert!(left(views::CREDENTIAL).await.is_empty() && left(views::USER_GROUP).await.is_empty());
        assert_eq!(left(views::MEMBERSHIP).await, ["m3"], "tenants stay records");
    }
}
