//! Users and groups of the built-in issuer.
//!
//! A user's password is an aggregate of its own (`credential`), argon2id and sealed: whoever reads the users, the
//! journal or a relay of it learns nothing to sign in with.

mod contract;
mod credential;
mod demands;
mod factor;
mod group;
mod second_factor;
mod standing;
mod strength;
mod user;
pub(crate) mod views;

pub use contract::Profile;
pub use credential::{MAX_PASSWORD, PasswordLife};
pub use group::{Group, GroupEvent};
pub use strength::MIN_PASSWORD;
pub use user::{User, UserChange, UserEvent};
pub use views::{GROUP as GROUP_VIEW, MEMBER as MEMBER_VIEW, USER as USER_VIEW};

pub(crate) use credential::{Credential, CredentialEvent};
pub(crate) use demands::{Demands, FactorDemand, PasswordDemand, expired};
pub(crate) use factor::FactorUse;
pub(crate) use second_factor::{FactorState, wrong_code};

use crate::config::AccessConfig;
use crate::error::{AccessError, problem_of, store_problem};
use crate::hashing::Hashing;
use crate::sessions::over::{End, Over};
use crate::subject::role;
use crate::vault::Vault;
use casewright_contracts::{GroupRow, UserRow};
use casewright_journal::{
    CommandContext, Cursor, Decision, Document, Filter, Journal, Query, RowError, Sort, StoreError, TenantHandle,
    TenantId,
};
use casewright_service::{MOST_COUNTED, Problem};
use demands::{Admitted, Rules};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

/// Someone to create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// 1 to 64 letters, digits and `. _ - @ +`; what models and assignments name.
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
}

/// The accounts of all tenants.
#[derive(Clone)]
pub struct Accounts {
    journal: Journal,
    vault: Arc<Vault>,
    hashing: Arc<Hashing>,
    over: Arc<Over>,
    administrators: Arc<Administrators>,
    rules: Arc<Rules>,
}

/// That there is always one.
struct Administrators {
    /// Administrators of the built-in issuer are the only ones there are.
    are_needed: bool,
    /// Held by whoever takes one away.
    turn: tokio::sync::Mutex<()>,
}

/// Who has given the right password.
pub(crate) struct Verified {
    pub(crate) user: Arc<User>,
    /// Version of the credential that was right.
    pub(crate) version: u64,
    /// What else the account asks of them.
    pub(crate) demands: Demands,
}

/// A user as an administrator sees one.
// Never with anything to sign in with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Account)]
pub struct UserEntry {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// A disabled user cannot sign in.
    pub enabled: bool,
}

impl From<UserRow> for UserEntry {
    fn from(row: UserRow) -> Self {
        let UserRow { id, name, email, roles, groups, enabled, first_name: _, last_name: _ } = row;
        Self { id, name, email, roles, groups, enabled }
    }
}

impl Accounts {
    pub(crate) fn new(journal: Journal, vault: Arc<Vault>, over: Arc<Over>, config: &AccessConfig) -> Self {
        let administrators = Administrators { are_needed: config.oidc.is_none(), turn: tokio::sync::Mutex::default() };
        let (administrators, rules) = (Arc::new(administrators), Arc::new(Rules::from(config)));
        Self { journal, vault, hashing: Arc::default(), over, administrators, rules }
    }

    /// Accounts under a key that ends with this process: nobody can sign in with a password that was set before it. For
    /// tests and for engines that stand alone.
    #[must_use]
    pub fn ephemeral(journal: Journal) -> Self {
        let administrators = Administrators { are_needed: false, turn: tokio::sync::Mutex::default() };
        Self {
            journal,
            vault: Arc::new(Vault::ephemeral()),
            hashing: Arc::default(),
            over: Arc::new(Over::new(SignedDuration::ZERO)),
            administrators: Arc::new(administrators),
            rules: Arc::default(),
        }
    }

    /// Creates a user without a password.
    ///
    /// # Errors
    /// 409 `user-exists`; 422 `invalid-user` with the places.
    pub async fn create_user(&self, tenant: &TenantId, actor: &str, new: NewUser) -> Result<(), AccessError> {
        user::validate(&new)?;
        let id = new.id.clone();
        self.handle(tenant)
            .execute(&id, by(actor), move |user: &User, context| {
                if user::is_here(user, context.version) {
                    return Err(Problem::conflict("user-exists", "There is a user of that name."));
                }
                Ok(Decision { events: vec![UserEvent::Created(new.clone())], answer: () })
            })
            .await
            .map_err(problem_of)?;
        self.note(End::Reopened { tenant: tenant.clone(), user: id });
        Ok(())
    }

    /// Creates the user, or brings name, e-mail, roles and groups to what is given. Idempotent.
    ///
    /// # Errors
    /// 422 `invalid-user`; 409 `last-administrator`.
    pub async fn ensure_user(&self, tenant: &TenantId, actor: &str, wanted: NewUser) -> Result<(), AccessError> {
        user::validate(&wanted)?;
        let is_administrator = wanted.roles.iter().any(|own| own == role::ADMIN);
        let _turn = self.keep_an_administrator(tenant, &wanted.id, |_| is_administrator).await?;
        let id = wanted.id.clone();
        let was_here = self
            .handle(tenant)
            .execute(&id, by(actor), move |user: &User, context| {
                let is_here = user::is_here(user, context.version);
                let events = if is_here {
                    user.differences(&wanted).into_iter().collect()
                } else {
                    vec![UserEvent::Created(wanted.clone())]
                };
                Ok::<_, Problem>(Decision { events, answer: is_here })
            })
            .await
            .map_err(problem_of)?;
        if !was_here.answer {
            self.note(End::Reopened { tenant: tenant.clone(), user: id });
        }
        Ok(())
    }

    /// Sets the password of a user, for good. Sign-ins that exist end.
    ///
    /// # Errors
    /// 404 when there is no such user; 422 `weak-password`.
    pub async fn set_password(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        password: &str,
    ) -> Result<(), AccessError> {
        self.give_password(tenant, actor, id, password, PasswordLife::Lasting).await
    }

    /// Sets the password of a user, for as long as is said. Sign-ins that exist end.
    ///
    /// # Errors
    /// As [`Accounts::set_password`].
    pub async fn give_password(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        password: &str,
        life: PasswordLife,
    ) -> Result<(), AccessError> {
        let sealed = self.judged(tenant, id, password).await?;
        self.put_credential(tenant, actor, id, CredentialEvent::strong(sealed, life, None)).await
    }

    /// Sets the password that a user has chosen, where the sign-in in which they do it goes on.
    ///
    /// # Errors
    /// As [`Accounts::set_password`].
    pub(crate) async fn replace_password(
        &self,
        tenant: &TenantId,
        id: &str,
        password: &str,
        keeps: Option<String>,
    ) -> Result<(), AccessError> {
        let sealed = self.judged(tenant, id, password).await?;
        let event = CredentialEvent::strong(sealed, PasswordLife::Lasting, keeps);
        self.put_credential(tenant, id, id, event).await
    }

    /// Sets a password in place of the initial one of this version of the credential, by its owner; with the version that the
    /// credential has then.
    ///
    /// # Errors
    /// As [`Accounts::set_password`]; 422 `weak-password` as well for the same again; 409 `account-changed` when it is another
    /// one by now.
    pub(crate) async fn replace_initial(
        &self,
        tenant: &TenantId,
        id: &str,
        version: u64,
        password: &str,
    ) -> Result<u64, AccessError> {
        if self.verify_password(tenant, id, password).await?.is_some() {
            let detail = "This is the password that somebody else chose. Take another.";
            return Err(Problem::unprocessable("weak-password", detail).into());
        }
        let sealed = self.judged(tenant, id, password).await?;
        let event = CredentialEvent::strong(sealed, PasswordLife::Lasting, None);
        self.decide_credential(tenant, id, id, move |_, found| {
            if found == version { Ok(Some(event.clone())) } else { Err(second_factor::changed_meanwhile()) }
        })
        .await
    }

    /// A password that is strong enough for the user, as it is kept.
    async fn judged(&self, tenant: &TenantId, id: &str, password: &str) -> Result<String, AccessError> {
        let user = self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        let about = vec![user.name.clone(), user.email.clone()];
        Ok(credential::hash(&self.vault, &self.hashing, tenant, id, about, password).await?)
    }

    /// Creates the user, or brings one to what is given, and sets the password.
    ///
    /// # Errors
    /// 422 `invalid-user` or `weak-password`, 409 `last-administrator`; then nothing has been changed.
    pub async fn set_user(
        &self,
        tenant: &TenantId,
        actor: &str,
        wanted: NewUser,
        password: &str,
        life: PasswordLife,
    ) -> Result<(), AccessError> {
        user::validate(&wanted)?;
        // Before anything is written: a refused password leaves nobody behind.
        let about = vec![wanted.name.clone(), wanted.email.clone()];
        let sealed = credential::hash(&self.vault, &self.hashing, tenant, &wanted.id, about, password).await?;
        let id = wanted.id.clone();
        self.ensure_user(tenant, actor, wanted).await?;
        self.put_credential(tenant, actor, &id, CredentialEvent::strong(sealed, life, None)).await
    }

    async fn put_credential(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        event: CredentialEvent,
    ) -> Result<(), AccessError> {
        self.decide_credential(tenant, actor, id, move |credential, _| {
            // Who never had a password is signed in nowhere.
            let is_news = matches!(event, CredentialEvent::PasswordSet { .. }) || !credential.sealed.is_empty();
            Ok(is_news.then(|| event.clone()))
        })
        .await?;
        Ok(())
    }

    /// Changes a credential, of which the version is given to `decide`, and notes which sign-ins that ends; the version it has
    /// then.
    async fn decide_credential(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        decide: impl Fn(&Credential, u64) -> Result<Option<CredentialEvent>, Problem> + Send + 'static,
    ) -> Result<u64, AccessError> {
        let committed = self
            .handle(tenant)
            .execute(id, by(actor), move |credential: &Credential, context| {
                let event = decide(credential, context.version)?;
                let keeps = match &event {
                    Some(event) => event.keeps().map(str::to_owned),
                    None => credential.keeps.clone(),
                };
                Ok(Decision { events: event.into_iter().collect(), answer: keeps })
            })
            .await
            .map_err(problem_of)?;
        let (tenant, user, version) = (tenant.clone(), id.to_owned(), committed.version);
        self.note(End::Sessions { tenant, user, version, keeps: committed.answer });
        Ok(version)
    }

    /// The user when the password is right and the account enabled. Takes the same time when there is no such user.
    ///
    /// # Errors
    /// 429 when too many passwords wait to be hashed; 503 when the journal does not answer.
    pub(crate) async fn verify_password(
        &self,
        tenant: &TenantId,
        id: &str,
        password: &str,
    ) -> Result<Option<Verified>, Problem> {
        let handle = self.handle(tenant);
        // A name that could not have been created is not looked up: the journal would remember the attempt.
        let known = if user::is_id(id) {
            handle.load::<Credential>(id).await.map_err(|error| store_problem(&error))?
        } else {
            None
        };
        let version = known.as_ref().map_or(0, |(_, version)| *version);
        let sealed = known.map(|(credential, _)| credential.sealed.clone()).filter(|sealed| !sealed.is_empty());
        let is_right = credential::verify(&self.vault, &self.hashing, tenant, id, sealed, password).await?;
        if !is_right {
            return Ok(None);
        }
        let admitted = self.admitted(tenant, id).await.map_err(|error| store_problem(&error))?;
        Ok(admitted.map(|Admitted { user, demands }| Verified { user, version, demands }))
    }

    /// The user, when one who has given the right password may go on: the account is enabled, and the password strong enough
    /// for the roles it has by now.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn admitted(&self, tenant: &TenantId, id: &str) -> Result<Option<Admitted>, StoreError> {
        let Some(user) = self.user(tenant, id).await?.filter(|user| user.enabled) else {
            return Ok(None);
        };
        let credential = self.handle(tenant).load::<Credential>(id).await?.map(|(credential, _)| credential);
        if !user.roles.is_empty() && credential.as_ref().is_some_and(|credential| credential.weak) {
            return Ok(None);
        }
        let demands = self.rules.demands(&user, credential.as_deref(), self.journal.clock().now());
        Ok(Some(Admitted { user, demands }))
    }

    /// A counter that changes with every new password, and when sign-ins are ended.
    pub(crate) async fn credential_version(&self, tenant: &TenantId, id: &str) -> Result<u64, StoreError> {
        if !user::is_id(id) {
            return Ok(0);
        }
        let credential = self.handle(tenant).load::<Credential>(id).await?;
        Ok(credential.map_or(0, |(_, version)| version))
    }

    /// The user of this name.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn user(&self, tenant: &TenantId, id: &str) -> Result<Option<Arc<User>>, StoreError> {
        if !user::is_id(id) {
            return Ok(None);
        }
        Ok(self.handle(tenant).load::<User>(id).await?.map(|(user, _)| user).filter(|user| !user.removed))
    }

    /// Users by name, at most `limit`; those whose name, id or e-mail begins with the words of `search` when given.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        search: Option<&str>,
        limit: u64,
    ) -> Result<Vec<UserEntry>, StoreError> {
        Ok(self.page_of_users(tenant, search, limit, None).await?.0)
    }

    /// [`Accounts::list_users`] from where a page before ended, with where this one does.
    ///
    /// # Errors
    /// When the journal does not answer, or the cursor is none of its.
    pub(crate) async fn page_of_users(
        &self,
        tenant: &TenantId,
        search: Option<&str>,
        limit: u64,
        after: Option<String>,
    ) -> Result<(Vec<UserEntry>, Option<String>), StoreError> {
        let query = Query { limit: Some(limit), after: after.map(Cursor), ..users(search) };
        let page = self.handle(tenant).query(&query).await?;
        let entry = |(_, row): &(SmolStr, Document)| UserRow::read(row).map(UserEntry::from).map_err(unreadable);
        let items: Result<Vec<UserEntry>, StoreError> = page.rows.iter().map(entry).collect();
        Ok((items?, page.next.map(|Cursor(next)| next)))
    }

    /// How many users a search finds.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub(crate) async fn count_users(&self, tenant: &TenantId, search: Option<&str>) -> Result<u64, StoreError> {
        self.handle(tenant).count_up_to(&users(search), MOST_COUNTED).await
    }

    /// Creates the group or renames it. Idempotent.
    ///
    /// # Errors
    /// 422 `invalid-group`.
    pub async fn ensure_group(&self, tenant: &TenantId, actor: &str, id: &str, name: &str) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Err(user::refused_group().into());
        }
        let name = name.to_owned();
        self.handle(tenant)
            .execute(id, by(actor), move |group: &Group, _| {
                let events = if group.name == name && !group.removed {
                    Vec::new()
                } else {
                    vec![GroupEvent::Named { name: name.clone() }]
                };
                Ok::<_, Problem>(Decision { events, answer: () })
            })
            .await
            .map_err(problem_of)?;
        Ok(())
    }

    /// Groups by name.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn list_groups(&self, tenant: &TenantId) -> Result<Vec<(String, String)>, StoreError> {
        let mut query = Query::new(views::GROUP, Filter::All);
        query.sort = vec![Sort { field: GroupRow::NAME.into(), descending: false }];
        query.limit = Some(1000);
        let page = self.handle(tenant).query(&query).await?;
        let name = |GroupRow { id, name, .. }: GroupRow| (id.clone(), name.unwrap_or(id));
        page.rows.iter().map(|(_, row)| GroupRow::read(row).map(name).map_err(unreadable)).collect()
    }

    fn handle(&self, tenant: &TenantId) -> TenantHandle {
        self.journal.tenant(tenant)
    }
}

fn users(search: Option<&str>) -> Query {
    let mut query = Query::new(views::USER, Filter::All);
    query.sort = vec![Sort { field: UserRow::NAME.into(), descending: false }];
    query.search = search.map(str::to_owned).filter(|text| !text.trim().is_empty());
    query
}

fn unreadable(error: RowError) -> StoreError {
    StoreError::caused("a row of the directory could not be read", error)
}

fn no_such_user() -> Problem {
    Problem::not_found("There is no user of that name.")
}

fn by(actor: &str) -> CommandContext {
    CommandContext { actor: SmolStr::new(actor), ..CommandContext::default() }
}
