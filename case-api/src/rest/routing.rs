//! `/api/v1/routing`: where cases go by rules of the organisation, a dry run of them, and routing a case again.

use super::access::case_for;
use super::cases::{CaseBody, answer as case_answer, resolve};
use super::error::{invalid, store};
use super::references::queue_exists;
use crate::directory;
use crate::domain::case::Case;
use crate::domain::case::decide;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::model::StatusKind;
use crate::domain::person::Requester;
use crate::domain::routing::{OrganisationRouting, RoutingMoment, RoutingScope, RoutingTable, RuleVerdict, Skill};
use crate::repository::Command;
use crate::routing::place::{Asked, Known, NewFacts, Placed, find};
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_journal::CommandContext;
use casewright_service::{IfMatch, Json, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;

fn resource() -> Resource {
    Resource::new("routing", OrganisationRouting::ID)
}

/// The rules of the organisation, which are asked after those of a case's definition.
#[utoipa::path(get, path = "/api/v1/routing", tag = "routing",
    responses((status = 200, body = RoutingTable), (status = 403, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "read", &resource()).await?;
    let loaded = state.tenant(&subject.tenant).load::<OrganisationRouting>(OrganisationRouting::ID).await;
    let (table, version) =
        loaded.map_err(store)?.map_or_else(Default::default, |(routing, version)| (routing.table.clone(), version));
    Ok(([(header::ETAG, etag(version))], Json(table)).into_response())
}

/// Gives the organisation these rules.
#[utoipa::path(put, path = "/api/v1/routing", tag = "routing",
    params(("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = RoutingTable,
    responses((status = 200, body = RoutingTable), (status = 403, body = Problem), (status = 412, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn define(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    IfMatch(version): IfMatch,
    Json(table): Json<RoutingTable>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "update", &resource()).await?;
    let faults = faults(&state, &subject, &table).await?;
    if !faults.is_empty() {
        return Err(invalid("invalid-routing", faults));
    }
    let context =
        CommandContext { actor: subject.actor().id.into(), expected_version: version, ..CommandContext::default() };
    let wished = table.clone();
    let committed = state
        .tenant(&subject.tenant)
        .execute::<OrganisationRouting, (), Problem, _>(OrganisationRouting::ID, context, move |routing, _| {
            Ok(routing.define(&wished))
        })
        .await
        .map_err(problem_of)?;
    Ok(([(header::ETAG, etag(committed.version))], Json(table)).into_response())
}

async fn faults(state: &CaseApiState, subject: &Subject, table: &RoutingTable) -> Result<Vec<FieldFault>, Problem> {
    let mut faults = table.faults();
    for (pointer, target) in table.targets() {
        if let Some(queue) = &target.queue
            && !queue_exists(state, subject, queue).await?
        {
            let detail = format!("there is no queue `{queue}`");
            faults.push(FieldFault::new(&format!("{pointer}/queue"), "unknown-queue", &detail));
        }
        let Some(user) = &target.assignee else {
            continue;
        };
        let known = directory::account(&state.tenant(&subject.tenant), &subject.tenant, user).await.map_err(store)?;
        if known.is_none_or(|account| !account.enabled) {
            let detail = format!("there is no user `{user}`");
            faults.push(FieldFault::new(&format!("{pointer}/assignee"), "unknown-user", &detail));
        }
    }
    Ok(faults)
}

/// What rules are tried on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EvaluateRouting {
    /// Id or number of a case; the members below are of one that there is not.
    case: Option<String>,
    /// Key of a case definition; needed without `case`.
    definition: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    priority: Option<i32>,
    /// `portal`, `mail` or `api`.
    origin: Option<String>,
    requester: Option<Requester>,
    /// `created` when absent.
    moment: Option<RoutingMoment>,
    /// `from` and `subject` of a mail that came.
    mail: Option<TriedMail>,
    /// Rules of the organisation to try instead of those that it has.
    rules: Option<RoutingTable>,
}

/// A mail that is tried.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TriedMail {
    #[serde(default)]
    from: String,
    #[serde(default)]
    subject: String,
}

/// Where a case would go. Nothing has changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoutingOutcome {
    /// None: no rule holds, and nothing catches the rest.
    scope: Option<RoutingScope>,
    /// Null with a scope: the catch-all.
    rule: Option<String>,
    /// The definition's own queue where no rule names one.
    queue: Option<String>,
    /// User id; who stands in, where the person is away.
    assignee: Option<String>,
    skills: Vec<Skill>,
    priority: Option<i32>,
    /// What became of each rule that was looked at, in order.
    rules: Vec<RuleVerdict>,
}

/// Tries the rules on a case, or on what a case might be like.
#[utoipa::path(post, path = "/api/v1/routing/evaluate", tag = "routing", request_body = EvaluateRouting,
    responses((status = 200, body = RoutingOutcome), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 422, body = Problem)))]
pub(crate) async fn evaluate(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Json(body): Json<EvaluateRouting>,
) -> Result<Json<RoutingOutcome>, Problem> {
    state.access().authorize(&subject, "read", &resource()).await?;
    if let Some(rules) = &body.rules {
        let faults = rules.faults();
        if !faults.is_empty() {
            return Err(invalid("invalid-routing", faults.into_iter().map(|fault| fault.under("/rules")).collect()));
        }
    }
    let (definition, case) = about(&state, &subject, &body).await?;
    let known = match &case {
        Some(case) => Known::Case(case),
        None => Known::New(NewFacts {
            title: &body.title,
            priority: body.priority.unwrap_or(50),
            fields: &body.fields,
            origin: json!(body.origin.as_deref().unwrap_or("portal")),
            requester: json!(body.requester),
        }),
    };
    let moment = body.moment.unwrap_or(RoutingMoment::Created);
    let asked =
        Asked { definition: &definition, case: known, moment, mail: body.mail.as_ref().map(|mail| json!(mail)) };
    let Placed { route, told } = find(&state, &subject.tenant, asked, body.rules.clone()).await.map_err(store)?;
    let target = route.as_ref().map(|route| route.routed.target.clone()).unwrap_or_default();
    Ok(Json(RoutingOutcome {
        scope: route.as_ref().map(|route| route.routed.scope),
        rule: route.as_ref().and_then(|route| route.routed.rule.clone()),
        queue: target.queue.or_else(|| definition.default_queue.clone()),
        assignee: route.and_then(|route| route.assignee).map(|person| person.id),
        skills: target.skills,
        priority: target.priority,
        rules: told,
    }))
}

/// The definition, and the case where there is one.
async fn about(
    state: &CaseApiState,
    subject: &Subject,
    body: &EvaluateRouting,
) -> Result<(Arc<CaseDefinition>, Option<Arc<Case>>), Problem> {
    let cases = state.cases(&subject.tenant);
    if let Some(id) = &body.case {
        let id = resolve(state, subject, id.clone()).await?;
        let (case, _) = case_for(state, subject, "read", &id).await?;
        return Ok((cases.definition_of(&case).await?, Some(case)));
    }
    let key = body.definition.as_deref().unwrap_or_default();
    let definition = cases.definition(key, None).await?.ok_or_else(|| {
        let fault = FieldFault::new("/definition", "unknown-definition", "not a case definition");
        invalid("invalid-routing", vec![fault])
    })?;
    Ok((definition, None))
}

/// Asks the rules again where the case goes, and sends it there.
#[utoipa::path(post, path = "/api/v1/cases/{id}/route", tag = "routing",
    params(("id" = String, Path, description = "Id or number"), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 200, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn route(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, present) = case_for(&state, &subject, "update", &id).await?;
    // Said here too: where no rule holds, nothing is decided that could find it out.
    if version.is_some_and(|seen| seen != present) {
        return Err(Problem::precondition_failed(present));
    }
    if case.status.kind == StatusKind::Closed {
        return Err(Problem::conflict("case-closed", "A closed case goes nowhere. Open it again first."));
    }
    let cases = state.cases(&subject.tenant);
    let definition = cases.definition_of(&case).await?;
    let asked = Asked { definition: &definition, case: Known::Case(&case), moment: RoutingMoment::Request, mail: None };
    if let Some(route) = find(&state, &subject.tenant, asked, None).await.map_err(store)?.route {
        let command = Command::by(person(&subject)).expecting(version);
        cases
            .command(&id, command, move |case, definition, by, at| decide::route(case, definition, &route, by, at))
            .await?;
    }
    let (case, version) = cases.case(&id).await?;
    case_answer(&state, &subject, StatusCode::OK, &case, version).await
}
