//! What a request names by id: people and queues. An id that names nothing is refused where it comes in.

use super::access::case_resource;
use super::problem::{invalid, store};
use crate::directory::{self, Account};
use crate::domain::calendar::SharedCalendar;
use crate::domain::case::Case;
use crate::domain::case::decide::People;
use crate::domain::definition::check::References;
use crate::domain::definition::model::CaseDefinition;
use crate::domain::definition::names::is_slug;
use crate::domain::person::Person;
use crate::domain::queue::Queue;
use crate::state::{CaseApiState, person};
use casewright_access::{Resource, Subject, Whose};
use casewright_forms::FieldFault;
use casewright_journal::{StoreError, TenantId};
use casewright_service::Problem;
use serde_json::{Value, json};

/// Users one list of candidates looks at; a search narrows.
const MAX_CANDIDATES: u64 = 200;

/// What is given to somebody: work is given only to those who may do it.
pub(crate) enum Work<'a> {
    Case(&'a Case),
    /// A case that is about to be.
    NewCase(&'a CaseDefinition),
    /// As policy is asked about it, and the case that it is seen with.
    Task(Resource, Whose<'a>),
}

impl Work<'_> {
    /// What the one who gets it must be allowed, as policy is asked when it is theirs.
    fn asked_of(&self, who: &str) -> (&'static str, Resource) {
        let (action, mut resource) = match self {
            Self::Case(case) => ("update", case_resource(case)),
            Self::NewCase(definition) => (
                "update",
                Resource::kind("case")
                    .with(json!({"definition": definition.key, "restrictedTo": definition.restricted_to})),
            ),
            Self::Task(resource, _) => ("complete", resource.clone()),
        };
        if let Some(attributes) = resource.attributes.as_object_mut() {
            attributes.insert("assignee".to_owned(), Value::from(who));
        }
        (action, resource)
    }

    async fn may_be_done_by(&self, state: &CaseApiState, subject: &Subject) -> bool {
        let (action, resource) = self.asked_of(&subject.id);
        // Who does not see the case is given no task of it.
        let whose = match self {
            Self::Task(_, whose) => *whose,
            Self::Case(_) | Self::NewCase(_) => Whose::Nobody,
        };
        state.access().allows_within(subject, action, resource, whose).await.unwrap_or_else(|error| {
            tracing::warn!(error = %error, user = subject.id, "whether somebody may work on a task cannot be found out");
            false
        })
    }
}

/// A user to whom this work can be given; `me` is the caller.
///
/// # Errors
/// 422 `unknown-user` and `may-not-work-on-it`.
pub(crate) async fn assignee(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    work: &Work<'_>,
) -> Result<Person, Problem> {
    let refused = |code: &str, detail: &str| Problem::unprocessable(code, detail).with_error("/assignee", code, detail);
    if id == "me" || id == subject.id {
        return if subject.is_system() || work.may_be_done_by(state, subject).await {
            Ok(person(subject))
        } else {
            Err(refused("may-not-work-on-it", "You may not work on this."))
        };
    }
    let found = directory::account(&state.tenant(&subject.tenant), &subject.tenant, id).await.map_err(store)?;
    let Some(account) = found.filter(|account| account.enabled) else {
        return Err(refused("unknown-user", "There is no such user."));
    };
    if !work.may_be_done_by(state, &account.subject).await {
        return Err(refused("may-not-work-on-it", "This person may not work on it."));
    }
    Ok(person(&account.subject))
}

/// Those to whom this work can be given, by name.
pub(crate) async fn candidates(
    state: &CaseApiState,
    tenant: &TenantId,
    search: Option<&str>,
    work: &Work<'_>,
) -> Result<Vec<Person>, Problem> {
    let accounts: Vec<Account> =
        directory::accounts(&state.tenant(tenant), tenant, search, MAX_CANDIDATES).await.map_err(store)?;
    let mut found = Vec::new();
    for account in accounts.into_iter().filter(|account| account.enabled) {
        if work.may_be_done_by(state, &account.subject).await {
            found.push(person(&account.subject));
        }
    }
    Ok(found)
}

/// Those to whom rules and promises of the definition give this work, and who may do it now.
pub(crate) async fn able(
    state: &CaseApiState,
    tenant: &TenantId,
    definition: &CaseDefinition,
    work: &Work<'_>,
) -> Result<People, StoreError> {
    let mut able = People::new();
    for id in References::assignees_of(definition) {
        let found = directory::account(&state.tenant(tenant), tenant, id).await?;
        if let Some(account) = found.filter(|account| account.enabled)
            && work.may_be_done_by(state, &account.subject).await
        {
            able.insert(id.to_owned(), person(&account.subject));
        }
    }
    Ok(able)
}

/// A queue that a case of this definition may stand in. One that the definition names is taken at its word.
///
/// # Errors
/// 422 `invalid-case` with the pointer.
pub(crate) async fn known_queue(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    queue: Option<&str>,
) -> Result<(), Problem> {
    let Some(queue) = queue else {
        return Ok(());
    };
    // A definition that names its queues is judged with the rest of the case.
    if !definition.queues.is_empty() || queue_exists(state, subject, queue).await? {
        return Ok(());
    }
    let fault = FieldFault::new("/queue", "unknown-queue", &format!("there is no queue `{queue}`"));
    Err(invalid("invalid-case", vec![fault]))
}

pub(crate) async fn queue_exists(state: &CaseApiState, subject: &Subject, id: &str) -> Result<bool, Problem> {
    if !is_slug(id) {
        return Ok(false);
    }
    let loaded = state.tenant(&subject.tenant).load::<Queue>(id).await.map_err(store)?;
    Ok(loaded.is_some_and(|(queue, _)| queue.exists()))
}

/// Which of the people and queues that a definition names outside of itself there are.
pub(crate) async fn named_by(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
) -> Result<References, Problem> {
    let mut known = References::default();
    for id in definition.calendar_ids() {
        let loaded = state.tenant(&subject.tenant).load::<SharedCalendar>(id).await.map_err(store)?;
        if loaded.is_some_and(|(calendar, _)| calendar.present().is_some()) {
            known.calendars.insert(id.to_owned());
        }
    }
    for queue in References::queues_of(definition) {
        if queue_exists(state, subject, queue).await? {
            known.queues.insert(queue.to_owned());
        }
    }
    let (handle, work) = (state.tenant(&subject.tenant), Work::NewCase(definition));
    for user in References::users_of(definition) {
        let Some(account) = directory::account(&handle, &subject.tenant, user).await.map_err(store)? else {
            continue;
        };
        known.users.insert(user.to_owned());
        if account.enabled && work.may_be_done_by(state, &account.subject).await {
            known.workers.insert(user.to_owned());
        }
    }
    Ok(known)
}
