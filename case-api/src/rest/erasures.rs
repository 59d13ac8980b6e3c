//! `/api/v1/erasures`: the deletion of a case, or of a person, before its time; and the certificates of all that was deleted.

use super::access::own_key;
use super::cases::resolve;
use super::error::{invalid, on_hold, store};
use super::page::{page, page_body};
use crate::domain::case::decide::{self, CaseRejection};
use crate::domain::case::hold::DisposalCause;
use crate::domain::case::merge::NamedCase;
use crate::domain::disposal::request::{Asked, ErasureRequest};
use crate::domain::disposal::{
    Disposal, DisposalEvent, DisposalPhase, DisposalRejection, DisposalTarget, DisposedCase, Kept, Removed,
};
use crate::domain::person::Person;
use crate::erasure;
use crate::follow::decide_disposal;
use crate::state::{CaseApiState, person};
use crate::views::disposal::DisposalRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_instant::{Instant, optional_rfc3339};
use casewright_journal::{Aggregate, CommandContext, Decision, Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{IdempotencyKey, Json, PageBody, PageParams, Problem, path};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

const KIND: &str = "erasure";
/// Longest reason, in bytes.
const MAX_REASON: usize = 2_000;
/// Longest address, in bytes (RFC 5321 section 4.5.3.1).
const MAX_EMAIL: usize = 254;

/// What is to be erased: one of both.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RequestErasure {
    /// Id or number of a closed case.
    case_id: Option<String>,
    /// Address of a person: cases that they asked for and that are closed and free of holds are deleted; in others they are not named
    /// any more.
    email: Option<String>,
    /// Why. It is forgotten with the request.
    reason: String,
}

/// An erasure, or a deletion by policy: a wish first, a certificate in the end.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErasureBody {
    id: String,
    phase: DisposalPhase,
    cause: Option<DisposalCause>,
    target: Option<DisposalTarget>,
    /// Whom it is about, until it is over.
    email: Option<String>,
    /// Until it is over.
    reason: Option<String>,
    asked_by: Option<Person>,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    asked_at: Option<Instant>,
    /// Who approved or refused it.
    decided_by: Option<Person>,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    decided_at: Option<Instant>,
    #[serde(with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    ended_at: Option<Instant>,
    /// What was deleted of cases.
    cases: Vec<DisposedCase>,
    /// What was deleted of no case.
    loose: Option<Removed>,
    /// Cases that do not name the person as their requester any more.
    redacted: Vec<NamedCase>,
    /// What was not deleted, and why.
    kept: Vec<Kept>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ErasureFilter {
    /// `requested`, `running`, `done`, `refused`; several are separated by commas.
    phase: Option<String>,
}

/// Erasures and deletions by policy, the newest first.
#[utoipa::path(get, path = "/api/v1/erasures", tag = "erasures", params(ErasureFilter, PageParams),
    responses((status = 200, body = PageBody<ErasureBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<ErasureFilter>,
) -> Result<Json<PageBody<ErasureBody>>, Problem> {
    let allowed = state.access().list_filter(&subject, "read", KIND).await?;
    let phases = filter.phase.as_deref().filter(|phases| !phases.is_empty());
    let phases =
        phases.map(|phases| Filter::In(DisposalRow::PHASE.into(), phases.split(',').map(Into::into).collect()));
    let mut query = Query::new(DisposalRow::VIEW, Filter::And([Some(allowed), phases].into_iter().flatten().collect()));
    query.sort = vec![Sort { field: DisposalRow::ASKED_AT.into(), descending: true }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, _) in &rows.rows {
        items.extend(body(&state, &subject, id).await?);
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// Asks for an erasure. It waits until somebody else approves it.
#[utoipa::path(post, path = "/api/v1/erasures", tag = "erasures", request_body = RequestErasure,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key gives the same erasure")),
    responses((status = 201, body = ErasureBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<RequestErasure>,
) -> Result<Response, Problem> {
    of_a_person(&state, &subject, "create").await?;
    let RequestErasure { case_id, email, reason } = body;
    let (target, asked) = match (case_id, email) {
        (Some(case), None) => {
            (case_target(&state, &subject, case).await?, Asked { email: None, reason: checked(&reason)? })
        }
        (None, Some(email)) => {
            let asked = Asked { email: Some(address(&email)?), reason: checked(&reason)? };
            (DisposalTarget::Person, asked)
        }
        _ => return Err(fault("", "one-of", "either a case or an address is expected")),
    };
    let id = own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), Disposal::KIND, Uuid::now_v7()).to_string();
    let handle = state.tenant(&subject.tenant);
    // First whom it is about: a disposal without it could not be carried out.
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    handle
        .execute::<ErasureRequest, (), Problem, _>(&id, context, move |request, _| Ok(request.ask(&asked)))
        .await
        .map_err(problem_of)?;
    let by = person(&subject);
    decided(&state, &subject, &id, move |disposal| disposal.request(&target, &by)).await?;
    answer(&state, &subject, StatusCode::CREATED, &id).await
}

/// An erasure; once it is done, its certificate.
#[utoipa::path(get, path = "/api/v1/erasures/{id}", tag = "erasures", params(("id" = String, Path)),
    responses((status = 200, body = ErasureBody), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    state.access().authorize(&subject, "read", &Resource::new(KIND, &id)).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Approves an erasure, which begins at once. Whoever asked for it is refused with 403 `four-eyes`.
#[utoipa::path(post, path = "/api/v1/erasures/{id}/approve", tag = "erasures", params(("id" = String, Path)),
    responses((status = 200, body = ErasureBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn approve(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    of_a_person(&state, &subject, "approve").await?;
    let by = person(&subject);
    decided(&state, &subject, &id, move |disposal| disposal.approve(&by)).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Refuses an erasure that waits, or takes it back.
#[utoipa::path(post, path = "/api/v1/erasures/{id}/refuse", tag = "erasures", params(("id" = String, Path)),
    responses((status = 200, body = ErasureBody), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn refuse(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    of_a_person(&state, &subject, "approve").await?;
    let by = person(&subject);
    decided(&state, &subject, &id, move |disposal| disposal.refuse(&by)).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SubjectQuery {
    /// Address of the person.
    email: String,
}

/// What there is of a person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectBody {
    /// Cases that they asked for.
    cases: Vec<SubjectCase>,
    /// From them, or to them.
    mails: Vec<SubjectMail>,
    /// Ids of records found by their title that have the address.
    records: Vec<String>,
    /// Ids of files of their mails.
    files: Vec<String>,
}

/// A case of the person, without what it is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectCase {
    id: String,
    number: String,
    /// `open`, `paused` or `closed`.
    status_kind: String,
    /// A legal hold stands.
    is_held: bool,
}

/// A mail of the person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubjectMail {
    id: String,
    case_id: Option<String>,
}

/// Finds what there is of a person, in all cases; nothing is changed.
#[utoipa::path(get, path = "/api/v1/erasures/subject", tag = "erasures", params(SubjectQuery),
    responses((status = 200, body = SubjectBody), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn subject_search(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    casewright_service::Query(query): casewright_service::Query<SubjectQuery>,
) -> Result<Json<SubjectBody>, Problem> {
    of_a_person(&state, &subject, "search").await?;
    let email = address(&query.email)?;
    let found = erasure::of_person(&state.tenant(&subject.tenant), &email).await.map_err(store)?;
    let case = |case: erasure::FoundCase| {
        let erasure::FoundCase { id, number, status_kind, is_held } = case;
        SubjectCase { id, number, status_kind, is_held }
    };
    Ok(Json(SubjectBody {
        cases: found.cases.into_iter().map(case).collect(),
        mails: found.mails.into_iter().map(|mail| SubjectMail { id: mail.id, case_id: mail.case }).collect(),
        records: found.records,
        files: found.files.into_iter().collect(),
    }))
}

/// People alone ask and approve: a machine has no second pair of eyes.
async fn of_a_person(state: &CaseApiState, subject: &Subject, action: &str) -> Result<(), Problem> {
    state.access().authorize(subject, action, &Resource::kind(KIND)).await?;
    if subject.is_system() {
        return Err(Problem::forbidden("Only people ask for erasures and decide about them."));
    }
    Ok(())
}

async fn case_target(state: &CaseApiState, subject: &Subject, case: String) -> Result<DisposalTarget, Problem> {
    let id = resolve(state, subject, case).await?;
    let (case, _) = state.cases(&subject.tenant).case(&id).await?;
    match decide::may_be_disposed(&case) {
        Ok(()) => Ok(DisposalTarget::Case { case: decide::reference_to(&case) }),
        Err(CaseRejection::OnHold) => Err(on_hold()),
        Err(_) => Err(Problem::conflict("not-closed", "Only a closed case is erased; close it first.")),
    }
}

fn checked(reason: &str) -> Result<String, Problem> {
    match reason.trim() {
        "" => Err(fault("/reason", "required", "say why")),
        long if long.len() > MAX_REASON => Err(fault("/reason", "too-long", "a reason is limited to 2,000 bytes")),
        reason => Ok(reason.to_owned()),
    }
}

fn address(email: &str) -> Result<String, Problem> {
    let email = email.trim();
    let looks_like_one = email.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && !domain.is_empty());
    if !looks_like_one || email.len() > MAX_EMAIL || email.contains(char::is_whitespace) {
        return Err(fault("/email", "invalid-address", "an e-mail address is expected"));
    }
    Ok(email.to_owned())
}

fn fault(pointer: &str, code: &str, detail: &str) -> Problem {
    invalid("invalid-erasure", vec![FieldFault::new(pointer, code, detail)])
}

async fn decided(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    decide: impl Fn(&Disposal) -> Result<Decision<DisposalEvent, ()>, DisposalRejection> + Send + 'static,
) -> Result<(), Problem> {
    let actor = subject.actor();
    match decide_disposal(&state.tenant(&subject.tenant), id, actor.id, decide).await? {
        Ok(()) => Ok(()),
        Err(DisposalRejection::NotFound) => Err(missing()),
        Err(DisposalRejection::NotWaiting) => {
            Err(Problem::conflict("already-decided", "The erasure was approved, refused or carried out already."))
        }
        Err(DisposalRejection::FourEyes) => {
            let detail = "Whoever asked for an erasure does not approve it; somebody else has to.";
            Err(Problem::new(StatusCode::FORBIDDEN, "four-eyes", detail))
        }
    }
}

fn missing() -> Problem {
    Problem::not_found("There is no such erasure.")
}

async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let body = body(state, subject, id).await?.ok_or_else(missing)?;
    Ok((status, [(header::LOCATION, path!("/api/v1/erasures/{}", id).to_string())], Json(body)).into_response())
}

async fn body(state: &CaseApiState, subject: &Subject, id: &str) -> Result<Option<ErasureBody>, Problem> {
    let handle = state.tenant(&subject.tenant);
    let Some((disposal, _)) = handle.load::<Disposal>(id).await.map_err(store)? else {
        return Ok(None);
    };
    let request = handle.load::<ErasureRequest>(id).await.map_err(store)?;
    let asked = request.and_then(|(request, _)| request.asked.clone());
    let (email, reason) = asked.map_or((None, None), |asked| (asked.email, Some(asked.reason)));
    let Disposal {
        target,
        cause,
        phase,
        asked_by,
        asked_at,
        decided_by,
        decided_at,
        disposed,
        redacted,
        loose,
        kept,
        ended_at,
        ..
    } = Arc::unwrap_or_clone(disposal);
    Ok(Some(ErasureBody {
        id: id.to_owned(),
        phase,
        cause,
        target,
        email,
        reason,
        asked_by,
        asked_at,
        decided_by,
        decided_at,
        ended_at,
        cases: disposed,
        loose,
        redacted,
        kept,
    }))
}
