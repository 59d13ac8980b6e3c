//! Accounts as Camunda's identity service has them: first and last names, groups with members, passwords of any length.
//!
//! Whoever is made here has none of the platform's roles. Such an account can sign in, and may do what a policy lets
//! those without roles do: by the embedded ones nothing. A password that the platform would refuse as weak is good for
//! an account without roles only, see [`Credential`].

use super::credential::{self, Credential, CredentialEvent};
use super::user::{MAX_GROUPS, is_here};
use super::{Accounts, Group, GroupEvent, MAX_PASSWORD, NewUser, User, UserChange, UserEvent, by, no_such_user, user};
use crate::error::{AccessError, problem_of};
use crate::sessions::over::End;
use casewright_journal::{Decision, StoreError, TenantId};
use casewright_service::Problem;
use std::sync::Arc;

/// Longest name, in characters, and longest address, in bytes.
const MAX_NAME: usize = 200;
const MAX_EMAIL: usize = 254;

/// What Camunda's API says of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
}

impl Profile {
    fn event(&self, id: &str) -> Result<UserEvent, Problem> {
        let names = [self.first_name.as_deref(), self.last_name.as_deref()];
        let parts: Vec<&str> = names.into_iter().flatten().map(str::trim).filter(|name| !name.is_empty()).collect();
        let name = if parts.is_empty() { id.to_owned() } else { parts.join(" ") };
        let email = self.email.clone().unwrap_or_default();
        if name.chars().count() > MAX_NAME || email.len() > MAX_EMAIL {
            return Err(Problem::unprocessable("invalid-user", "The names or the e-mail address are too long."));
        }
        Ok(UserEvent::Named { name, email, first_name: self.first_name.clone(), last_name: self.last_name.clone() })
    }
}

impl Accounts {
    /// Creates a user without a password, roles and groups.
    ///
    /// # Errors
    /// 409 `user-exists`; 422 `invalid-user`.
    pub async fn create_profile(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        profile: &Profile,
    ) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Err(user::refused_id().into());
        }
        let named = profile.event(id)?;
        let (id, user) = (id.to_owned(), id.to_owned());
        self.handle(tenant)
            .execute(&id.clone(), by(actor), move |user: &User, context| {
                if is_here(user, context.version) {
                    return Err(Problem::conflict("user-exists", "There is a user of that name."));
                }
                let (name, email) = (id.clone(), String::new());
                let new = NewUser { id: id.clone(), name, email, roles: Vec::new(), groups: Vec::new() };
                Ok(Decision { events: vec![UserEvent::Created(new), named.clone()], answer: () })
            })
            .await
            .map_err(problem_of)?;
        self.note(End::Reopened { tenant: tenant.clone(), user });
        Ok(())
    }

    /// Changes names and address.
    ///
    /// # Errors
    /// 404 when there is no such user; 422 `invalid-user`.
    pub async fn change_profile(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        profile: &Profile,
    ) -> Result<(), AccessError> {
        let named = profile.event(id)?;
        self.decide_user(tenant, actor, id, move |_| Ok(vec![named.clone()])).await
    }

    /// Removes the user and the password; groups lose a member, sign-ins end. Whoever is removed already stays so.
    ///
    /// # Errors
    /// 409 `last-administrator`.
    pub async fn remove_user(&self, tenant: &TenantId, actor: &str, id: &str) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Ok(());
        }
        let _turn = self.keep_an_administrator(tenant, id, |_| false).await?;
        self.put_credential(tenant, actor, id, CredentialEvent::PasswordRemoved).await?;
        self.handle(tenant)
            .execute(id, by(actor), move |user: &User, context| {
                let events = if is_here(user, context.version) { vec![UserEvent::Removed] } else { vec![] };
                Ok::<_, Problem>(Decision { events, answer: () })
            })
            .await
            .map_err(problem_of)?;
        self.note(End::Account { tenant: tenant.clone(), user: id.to_owned() });
        Ok(())
    }

    /// Makes the user a member of a group; false: is one already.
    ///
    /// # Errors
    /// 404 when there is no such user; 422 `too-many-groups`.
    pub async fn join(&self, tenant: &TenantId, actor: &str, id: &str, group: &str) -> Result<bool, AccessError> {
        let group = group.to_owned();
        self.handle(tenant)
            .execute(id, by(actor), move |user: &User, context| {
                if !is_here(user, context.version) {
                    return Err(no_such_user());
                }
                if user.groups.contains(&group) {
                    return Ok(Decision { events: Vec::new(), answer: false });
                }
                if user.groups.len() >= MAX_GROUPS {
                    return Err(Problem::unprocessable(
                        "too-many-groups",
                        format!("A user is a member of {MAX_GROUPS} groups at most."),
                    ));
                }
                let groups = user.groups.iter().chain([&group]).cloned().collect();
                Ok(Decision { events: vec![of_groups(groups)], answer: true })
            })
            .await
            .map(|committed| committed.answer)
            .map_err(|error| problem_of(error).into())
    }

    /// Takes the user out of a group; who is in none stays so.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn leave(&self, tenant: &TenantId, actor: &str, id: &str, group: &str) -> Result<(), AccessError> {
        let group = group.to_owned();
        self.handle(tenant)
            .execute(id, by(actor), move |user: &User, context| {
                let is_member = is_here(user, context.version) && user.groups.contains(&group);
                let groups = user.groups.iter().filter(|known| **known != group).cloned().collect();
                let events = if is_member { vec![of_groups(groups)] } else { Vec::new() };
                Ok::<_, Problem>(Decision { events, answer: () })
            })
            .await
            .map_err(problem_of)?;
        Ok(())
    }

    /// The group of this id.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn group(&self, tenant: &TenantId, id: &str) -> Result<Option<Arc<Group>>, StoreError> {
        if !user::is_id(id) {
            return Ok(None);
        }
        let loaded = self.handle(tenant).load::<Group>(id).await?;
        Ok(loaded.map(|(group, _)| group).filter(|group| !group.removed))
    }

    /// Creates the group or says anew what it is.
    ///
    /// # Errors
    /// 422 `invalid-group`.
    pub async fn describe_group(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        name: Option<&str>,
        kind: Option<&str>,
    ) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Err(user::refused_group().into());
        }
        let event = GroupEvent::Described { name: name.unwrap_or_default().to_owned(), kind: kind.map(str::to_owned) };
        self.handle(tenant)
            .execute(id, by(actor), move |_: &Group, _| {
                Ok::<_, Problem>(Decision { events: vec![event.clone()], answer: () })
            })
            .await
            .map_err(problem_of)?;
        Ok(())
    }

    /// Removes a group. Its members are taken out one by one, by whoever knows them.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn remove_group(&self, tenant: &TenantId, actor: &str, id: &str) -> Result<(), AccessError> {
        if !user::is_id(id) {
            return Ok(());
        }
        self.handle(tenant)
            .execute(id, by(actor), move |group: &Group, context| {
                let is_here = context.version > 0 && !group.removed;
                let events = if is_here { vec![GroupEvent::Removed] } else { Vec::new() };
                Ok::<_, Problem>(Decision { events, answer: () })
            })
            .await
            .map_err(problem_of)?;
        Ok(())
    }

    /// Sets a password that need not be strong when the account has no roles.
    ///
    /// # Errors
    /// 404 when there is no such user; 422 `weak-password` for an account with roles, and for no password at all.
    pub async fn set_any_password(
        &self,
        tenant: &TenantId,
        actor: &str,
        id: &str,
        password: &str,
    ) -> Result<(), AccessError> {
        let user = self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        let about = vec![user.name.clone(), user.email.clone()];
        let is_weak = credential::judge(&self.hashing, id, about, password).await?.is_some();
        if !is_weak || !user.roles.is_empty() {
            return self.set_password(tenant, actor, id, password).await;
        }
        if password.is_empty() || password.len() > MAX_PASSWORD {
            return Err(Problem::unprocessable("weak-password", "A password has 1 to 1024 bytes.").into());
        }
        let sealed = credential::hash_any(&self.vault, &self.hashing, tenant, id, password).await?;
        self.put_credential(tenant, actor, id, CredentialEvent::weak(sealed)).await
    }

    /// Takes over a password that was kept as an argon2 hash elsewhere; how strong it is, nobody knows.
    ///
    /// # Errors
    /// 404 when there is no such user.
    pub async fn adopt_hash(&self, tenant: &TenantId, actor: &str, id: &str, phc: &str) -> Result<(), AccessError> {
        self.user(tenant, id).await?.ok_or_else(no_such_user)?;
        let sealed = credential::seal(&self.vault, tenant, id, phc);
        self.put_credential(tenant, actor, id, CredentialEvent::weak(sealed)).await
    }

    /// Whether somebody could sign in with this, and nothing beside it.
    ///
    /// # Errors
    /// When it cannot be found out.
    pub async fn is_password(&self, tenant: &TenantId, id: &str, password: &str) -> Result<bool, AccessError> {
        let verified = self.verify_password(tenant, id, password).await?;
        Ok(verified.is_some_and(|verified| verified.demands.by_password_alone().is_ok()))
    }

    /// Whether the user has a password here.
    ///
    /// # Errors
    /// When the journal does not answer.
    pub async fn has_password(&self, tenant: &TenantId, id: &str) -> Result<bool, StoreError> {
        if !user::is_id(id) {
            return Ok(false);
        }
        let loaded = self.handle(tenant).load::<Credential>(id).await?;
        Ok(loaded.is_some_and(|(credential, _)| !credential.sealed.is_empty()))
    }
}

fn of_groups(groups: Vec<String>) -> UserEvent {
    UserEvent::Changed(UserChange { groups: Some(groups), ..UserChange::default() })
}
