//! Asks the rules of a definition and of its organisation where a case goes.

use crate::directory;
use crate::domain::case::Case;
use crate::domain::case::decide::Route;
use crate::domain::definition::CaseDefinition;
use crate::domain::person::Person;
use crate::domain::queue::Queue;
use crate::domain::routing::condition::Seen;
use crate::domain::routing::{
    Facts, OrganisationRouting, Routed, RoutingMoment, RoutingScope, RoutingTable, RuleVerdict,
};
use crate::state::CaseApiState;
use casewright_access::Resource;
use casewright_contracts::CaseRow;
use casewright_journal::{StoreError, TenantId};
use serde_json::{Map, Value, json};

/// A case as far as it is known.
pub(crate) enum Known<'a> {
    Case(&'a Case),
    /// One that is about to be.
    New(NewFacts<'a>),
}

/// What is known of a case that is about to be.
pub(crate) struct NewFacts<'a> {
    pub(crate) title: &'a str,
    pub(crate) priority: i32,
    pub(crate) fields: &'a Map<String, Value>,
    pub(crate) origin: Value,
    pub(crate) requester: Value,
}

/// What rules are asked.
pub(crate) struct Asked<'a> {
    pub(crate) definition: &'a CaseDefinition,
    pub(crate) case: Known<'a>,
    pub(crate) moment: RoutingMoment,
    /// `from` and `subject` of the mail that came.
    pub(crate) mail: Option<Value>,
}

/// What rules have said.
pub(crate) struct Placed {
    /// None: no rule holds, and nothing catches the rest.
    pub(crate) route: Option<Route>,
    pub(crate) told: Vec<RuleVerdict>,
}

/// The rules of the definition are asked first, then its catch-all, then those of the organisation (or `instead` of those, to
/// try some), and its catch-all where the definition has no queue of its own to begin with.
pub(crate) async fn find(
    state: &CaseApiState,
    tenant: &TenantId,
    asked: Asked<'_>,
    instead: Option<RoutingTable>,
) -> Result<Placed, StoreError> {
    let (definition, moment) = (asked.definition, asked.moment);
    let organisation = match instead {
        Some(table) => table,
        None => organisation(state, tenant).await?,
    };
    let mut told = Vec::new();
    if definition.routing.is_empty() && organisation.is_empty() {
        return Ok(Placed { route: None, told });
    }
    let facts = facts(state, &asked);
    let allowed = &definition.queues;
    let routed = definition
        .routing
        .first(RoutingScope::Definition, moment, &facts, allowed, &mut told)
        .or_else(|| definition.routing.catch_all(RoutingScope::Definition, moment, allowed))
        .or_else(|| organisation.first(RoutingScope::Organisation, moment, &facts, allowed, &mut told))
        .or_else(|| match &definition.default_queue {
            Some(_) => None,
            None => organisation.catch_all(RoutingScope::Organisation, moment, allowed),
        });
    let route = match routed {
        Some(routed) => Some(followed(state, tenant, definition, routed).await?),
        None => None,
    };
    Ok(Placed { route, told })
}

/// The rules of the organisation.
pub(crate) async fn organisation(state: &CaseApiState, tenant: &TenantId) -> Result<RoutingTable, StoreError> {
    let loaded = state.tenant(tenant).load::<OrganisationRouting>(OrganisationRouting::ID).await?;
    Ok(loaded.map(|(routing, _)| routing.table.clone()).unwrap_or_default())
}

/// A route that can be gone: a queue that is no more is left out, and so is somebody who may not work on it (any more).
async fn followed(
    state: &CaseApiState,
    tenant: &TenantId,
    definition: &CaseDefinition,
    mut routed: Routed,
) -> Result<Route, StoreError> {
    let handle = state.tenant(tenant);
    if let Some(queue) = &routed.target.queue
        && definition.queues.is_empty()
        && !handle.load::<Queue>(queue).await?.is_some_and(|(queue, _)| queue.exists())
    {
        tracing::warn!(queue, rule = routed.name, "a rule of routing names a queue that is not there");
        routed.target.queue = None;
    }
    let assignee = match &routed.target.assignee {
        Some(id) => worker(state, tenant, definition, id).await?,
        None => None,
    };
    Ok(Route { routed, assignee })
}

async fn worker(
    state: &CaseApiState,
    tenant: &TenantId,
    definition: &CaseDefinition,
    id: &str,
) -> Result<Option<Person>, StoreError> {
    let now = state.journal().clock().now();
    let id = super::people::who_is_there(&state.tenant(tenant), id, now).await?;
    let Some(account) = directory::account(&state.tenant(tenant), tenant, &id).await? else {
        return Ok(None);
    };
    let resource = Resource::case(
        &CaseRow {
            definition: definition.key.clone(),
            restricted_to: definition.restricted_to.clone(),
            assignee: Some(id.clone()),
            ..CaseRow::default()
        }
        .into(),
    );
    let may = account.enabled && state.access().allows(&account.subject, "update", &resource).await;
    Ok(may.then(|| Person::new(&id, &account.subject.name)))
}

fn facts(state: &CaseApiState, asked: &Asked<'_>) -> Facts {
    let definition = asked.definition;
    let seen = match &asked.case {
        Known::Case(case) => Seen {
            definition: &case.definition,
            title: &case.title,
            stage: &case.stage.id,
            status: &case.status.id,
            queue: case.queue.as_deref(),
            priority: case.priority,
            labels: case.labels.iter().map(String::as_str).collect(),
            origin: json!(case.origin.kind),
            requester: json!(case.requester),
            fields: json!(case.fields),
        },
        Known::New(new) => Seen {
            definition: &definition.key,
            title: new.title,
            stage: definition.stages.first().map_or("", |stage| stage.id.as_str()),
            status: definition.initial_status().map_or("", |status| status.id.as_str()),
            queue: None,
            priority: new.priority,
            labels: Vec::new(),
            origin: new.origin.clone(),
            requester: new.requester.clone(),
            fields: json!(new.fields),
        },
    };
    Facts::new(seen.json(), asked.moment.as_str(), asked.mail.clone(), state.journal().clock().now())
}
