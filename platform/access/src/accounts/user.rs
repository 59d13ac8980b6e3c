//! One user: who they are and what they belong to.

use super::NewUser;
use crate::subject::role;
use casewright_journal::{Aggregate, AggregateKey, EntryMeta};
use casewright_service::Problem;
use serde::{Deserialize, Serialize};

/// A user. Roles and groups are those of the next token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: String,
    pub name: String,
    pub email: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// A disabled user cannot sign in, and is not prolonged.
    pub enabled: bool,
    /// As Camunda's API told them; none: taken from the name.
    #[serde(default)]
    pub(crate) first_name: Option<String>,
    #[serde(default)]
    pub(crate) last_name: Option<String>,
    /// There was such a user.
    #[serde(default)]
    pub(crate) removed: bool,
}

/// Groups a user may be in.
pub(crate) const MAX_GROUPS: usize = 256;

/// Is there such a user, and not only what one has left?
pub(crate) fn is_here(user: &User, version: u64) -> bool {
    version > 0 && !user.removed
}

/// A name in two, as Camunda's API has it: the last word is the last name.
pub(crate) fn split_name(name: &str) -> (Option<&str>, Option<&str>) {
    match name.trim().rsplit_once(' ') {
        Some((first, last)) => (Some(first.trim_end()), Some(last)),
        None => (None, Some(name.trim())),
    }
}

/// What happened to a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UserEvent {
    Created(NewUser),
    Changed(UserChange),
    /// By Camunda's API, which knows first and last names.
    Named {
        /// Both, or the id.
        name: String,
        email: String,
        first_name: Option<String>,
        last_name: Option<String>,
    },
    Removed,
}

/// What of a user changes; what is none stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct UserChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

impl UserChange {
    /// Whether an administrator is one still.
    pub(crate) fn leaves_administrator(&self, user: &User) -> bool {
        let roles = self.roles.as_ref().unwrap_or(&user.roles);
        self.enabled.unwrap_or(user.enabled) && roles.iter().any(|own| own == role::ADMIN)
    }
}

impl UserEvent {
    /// Whether it opens the account, or closes it; none: neither.
    pub(crate) fn opens(&self) -> Option<bool> {
        match self {
            Self::Created(_) => Some(true),
            Self::Changed(change) => change.enabled,
            Self::Removed => Some(false),
            Self::Named { .. } => None,
        }
    }
}

impl User {
    /// As Camunda's API has it.
    #[must_use]
    pub fn first_name(&self) -> Option<&str> {
        self.first_name.as_deref()
    }

    /// The family name (OIDC `family_name`), where one is known.
    #[must_use]
    pub fn last_name(&self) -> Option<&str> {
        self.last_name.as_deref()
    }

    /// Can sign in, and administers.
    pub(crate) fn is_administrator(&self) -> bool {
        self.enabled && self.roles.iter().any(|own| own == role::ADMIN)
    }

    /// The change that leads to what is wanted; none when it is so already.
    pub(crate) fn differences(&self, wanted: &NewUser) -> Option<UserEvent> {
        fn changed<T: Clone + PartialEq>(now: &T, wanted: &T) -> Option<T> {
            (now != wanted).then(|| wanted.clone())
        }
        let change = UserChange {
            name: changed(&self.name, &wanted.name),
            email: changed(&self.email, &wanted.email),
            roles: changed(&self.roles, &wanted.roles),
            groups: changed(&self.groups, &wanted.groups),
            enabled: None,
        };
        (change != UserChange::default()).then_some(UserEvent::Changed(change))
    }
}

impl Aggregate for User {
    type Event = UserEvent;
    const KIND: &'static str = casewright_contracts::kinds::USER;

    fn empty(key: &AggregateKey) -> Self {
        Self {
            id: key.id.to_string(),
            name: String::new(),
            email: String::new(),
            roles: Vec::new(),
            groups: Vec::new(),
            enabled: true,
            first_name: None,
            last_name: None,
            removed: false,
        }
    }

    fn apply(&mut self, event: &UserEvent, _meta: &EntryMeta) {
        match event {
            UserEvent::Created(new) => {
                self.removed = false;
                self.enabled = true;
                (self.first_name, self.last_name) = halves(&new.name);
                self.name.clone_from(&new.name);
                self.email.clone_from(&new.email);
                self.roles.clone_from(&new.roles);
                self.groups.clone_from(&new.groups);
            }
            UserEvent::Changed(change) => {
                let change = change.clone();
                if let Some(name) = &change.name {
                    (self.first_name, self.last_name) = halves(name);
                }
                self.name = change.name.unwrap_or_else(|| std::mem::take(&mut self.name));
                self.email = change.email.unwrap_or_else(|| std::mem::take(&mut self.email));
                self.roles = change.roles.unwrap_or_else(|| std::mem::take(&mut self.roles));
                self.groups = change.groups.unwrap_or_else(|| std::mem::take(&mut self.groups));
                self.enabled = change.enabled.unwrap_or(self.enabled);
            }
            UserEvent::Named { name, email, first_name, last_name } => {
                self.name.clone_from(name);
                self.email.clone_from(email);
                self.first_name.clone_from(first_name);
                self.last_name.clone_from(last_name);
            }
            UserEvent::Removed => {
                self.removed = true;
                self.enabled = false;
                self.roles.clear();
                self.groups.clear();
            }
        }
    }

    fn event_name(event: &UserEvent) -> &'static str {
        match event {
            UserEvent::Created(_) => "user-created",
            UserEvent::Changed(_) => "user-changed",
            UserEvent::Named { .. } => "user-named",
            UserEvent::Removed => "user-removed",
        }
    }
}

fn halves(name: &str) -> (Option<String>, Option<String>) {
    let (first, last) = split_name(name);
    (first.map(str::to_owned), last.map(str::to_owned))
}

/// 1 to 64 of letters, digits and `. _ - @ +`: it stands in models, URLs and logs. Two that differ in case are two.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || "._-@+".contains(c))
}

/// 422 for an id that is none.
pub(crate) fn refused_id() -> Problem {
    Problem::unprocessable("invalid-user", "The user is not acceptable.").with_error("/id", "invalid-value", ID)
}

/// 422 for a group id that is not one.
pub(crate) fn refused_group() -> Problem {
    Problem::unprocessable("invalid-group", format!("A group id has {ID}."))
}

const ID: &str = "1 to 64 of a-z, A-Z, 0-9, '.', '_', '-', '@' and '+'";

pub(crate) fn validate(user: &NewUser) -> Result<(), Problem> {
    let mut problem = Problem::unprocessable("invalid-user", "The user is not acceptable.");
    if !is_id(&user.id) {
        problem = problem.with_error("/id", "invalid-value", ID);
    }
    if user.name.trim().is_empty() || user.name.chars().count() > 200 {
        problem = problem.with_error("/name", "invalid-value", "1 to 200 characters");
    }
    let is_address = user.email.is_empty()
        || (user.email.len() <= 254
            && user.email.split('@').count() == 2
            && !user.email.contains(char::is_whitespace)
            && !user.email.starts_with('@')
            && !user.email.ends_with('@'));
    if !is_address {
        problem = problem.with_error("/email", "invalid-value", "an address, or empty");
    }
    for (index, role) in user.roles.iter().enumerate() {
        if !role::OF_PEOPLE.contains(&role.as_str()) {
            problem = problem.with_error(
                format!("/roles/{index}"),
                "unknown-role",
                format!("one of {}", role::OF_PEOPLE.join(", ")),
            );
        }
    }
    if user.groups.len() > MAX_GROUPS {
        problem = problem.with_error("/groups", "invalid-value", format!("{MAX_GROUPS} at most"));
    }
    if problem.errors.is_empty() { Ok(()) } else { Err(problem) }
}
