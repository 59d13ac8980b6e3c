//! What saved views, templates of mails and signatures have in common: who may see, keep, change, delete and share one.

use super::access::own_key;
use super::error::{invalid, store};
use crate::domain::shared::{Audience, Shared, SharedContent, SharedEvent};
use crate::state::{CaseApiState, person};
use casewright_access::{Resource, Subject, problem_of};
use casewright_journal::{CommandContext, Decision, Field, Filter, Query};
use casewright_service::{IdempotencyKey, Problem};
use http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// How many one person may keep, and the code that says so.
pub(super) struct Most {
    pub(super) count: u64,
    pub(super) code: &'static str,
}

pub(super) fn gone<C: SharedContent>() -> Problem {
    Problem::not_found(format!("There is no such {}.", C::NOUN))
}

/// What policy is told of it.
pub(super) fn resource_of<C: SharedContent>(id: &str, shared: &Shared<C>) -> Resource {
    let audience = shared.content.audience();
    Resource::new(C::RESOURCE, id).with(json!({
        "createdBy": shared.owner.as_ref().map(|owner| owner.id.as_str()),
        "audience": audience.kind(),
        "groups": audience.groups(),
    }))
}

/// One of them, with its version, for somebody who may `action` it. Who may not even see it is told that there is none.
pub(super) async fn shared_for<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<(Arc<Shared<C>>, u64), Problem> {
    let loaded = state.tenant(&subject.tenant).load::<Shared<C>>(id).await.map_err(store)?;
    let (shared, version) = loaded.filter(|(shared, _)| shared.owner.is_some()).ok_or_else(gone::<C>)?;
    let resource = resource_of(id, &shared);
    if !state.access().allows(subject, "read", &resource).await {
        return Err(gone::<C>());
    }
    state.access().authorize(subject, action, &resource).await?;
    Ok((shared, version))
}

/// Whether the caller may change and delete it.
pub(super) async fn is_changeable<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    shared: &Shared<C>,
) -> bool {
    state.access().allows(subject, "update", &resource_of(id, shared)).await
}

/// Refuses a content that is none.
pub(super) fn acceptable<C: SharedContent>(content: &C) -> Result<(), Problem> {
    let faults = content.faults();
    if faults.is_empty() { Ok(()) } else { Err(invalid(&format!("invalid-{}", C::KIND), faults)) }
}

/// Whether the caller may keep one with this content, which is the caller's then.
pub(super) async fn may_create<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    content: &C,
) -> Result<(), Problem> {
    let wished = Shared { content: content.clone(), owner: Some(person(subject)), updated_at: None };
    state.access().authorize(subject, "create", &resource_of("", &wished)).await?;
    may_share(state, subject, &wished).await
}

/// Keeps one: its id, and 201, or 200 when the same request had come before.
pub(super) async fn create<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    key: &IdempotencyKey,
    content: C,
    most: Most,
) -> Result<(String, StatusCode), Problem> {
    let id = own_key(key, subject).aggregate_id(subject.tenant.as_str(), C::KIND, Uuid::now_v7()).to_string();
    let own = Filter::Eq(Field::named("ownerId"), Value::from(subject.id.as_str()));
    let handle = state.tenant(&subject.tenant);
    let Most { count, code } = most;
    if handle.count(&Query::new(C::KIND, own)).await.map_err(store)? >= count {
        let noun = C::NOUN;
        let detail = format!("One person keeps {count} {noun}s at most. Delete one that you no longer need.");
        return Err(Problem::conflict(code, detail));
    }
    let owner = person(subject);
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let committed = handle
        .execute::<Shared<C>, bool, Problem, _>(&id, context, move |shared, _| Ok(shared.create(&owner, &content)))
        .await
        .map_err(problem_of)?;
    Ok((id, if committed.answer { StatusCode::CREATED } else { StatusCode::OK }))
}

/// Gives one that the caller may change another content. Another audience takes the right to share.
pub(super) async fn change<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    version: Option<u64>,
    present: &Shared<C>,
    content: C,
) -> Result<(), Problem> {
    if content.audience() != present.content.audience() {
        let wished = Shared { content: content.clone(), ..present.clone() };
        may_share(state, subject, &wished).await?;
    }
    command::<C, _>(state, subject, id, version, move |shared| shared.change(&content)).await
}

/// Deletes one, for everybody it was shared with.
pub(super) async fn remove<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    version: Option<u64>,
) -> Result<StatusCode, Problem> {
    shared_for::<C>(state, subject, "delete", id).await?;
    command::<C, _>(state, subject, id, version, Shared::delete).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Showing it to others takes a right of its own.
async fn may_share<C: SharedContent>(
    state: &CaseApiState,
    subject: &Subject,
    wished: &Shared<C>,
) -> Result<(), Problem> {
    match wished.content.audience() {
        Audience::Private => Ok(()),
        Audience::Groups { .. } | Audience::Everyone => {
            state.access().authorize(subject, "share", &resource_of("", wished)).await
        }
    }
}

/// Decides on one that is there.
async fn command<C, F>(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    expected_version: Option<u64>,
    decide: F,
) -> Result<(), Problem>
where
    C: SharedContent,
    F: Fn(&Shared<C>) -> Decision<SharedEvent<C>, bool> + Send + 'static,
{
    let context = CommandContext { actor: subject.actor().id.into(), expected_version, ..CommandContext::default() };
    let committed = state
        .tenant(&subject.tenant)
        .execute::<Shared<C>, bool, Problem, _>(id, context, move |shared, _| Ok(decide(shared)))
        .await
        .map_err(problem_of)?;
    if committed.answer { Ok(()) } else { Err(gone::<C>()) }
}
