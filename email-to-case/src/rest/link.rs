//! `POST /api/v1/mails/{id}/link` and `/unlink`: idempotent, for the worker that does a step again.

use super::outgoing::unknown_case;
use super::read::permitted;
use crate::domain::mail::decide::{self, MailRejection};
use crate::domain::mail::{Mail, MailEvent};
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource, Subject, Whose, problem_of};
use casewright_journal::{CommandContext, Decision};
use casewright_service::{Json, Problem};
use serde::Deserialize;

#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct CaseReference {
    case_id: String,
}

/// The mail belongs to the case.
#[utoipa::path(post, path = "/api/v1/mails/{id}/link", tag = "mails", params(("id" = String, Path,)),
    request_body = CaseReference, responses((status = 204), (status = 409, body = Problem)))]
pub(super) async fn link(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(reference): Json<CaseReference>,
) -> Result<StatusCode, Problem> {
    let case_id = reference.case_id;
    must_be_seen(&state, &subject, &case_id).await?;
    changed(&state, &subject, &id, move |mail| decide::link(mail, &case_id)).await
}

/// The mail belongs to no case any more.
#[utoipa::path(post, path = "/api/v1/mails/{id}/unlink", tag = "mails", params(("id" = String, Path,)),
    request_body = CaseReference, responses((status = 204), (status = 409, body = Problem)))]
pub(super) async fn unlink(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    Json(reference): Json<CaseReference>,
) -> Result<StatusCode, Problem> {
    changed(&state, &subject, &id, move |mail| decide::unlink(mail, &reference.case_id)).await
}

/// A person puts a mail into a case that they see; a machine client into the one its process is about.
async fn must_be_seen(state: &EmailState, subject: &Subject, case_id: &str) -> Result<(), Problem> {
    if subject.is_system() {
        return Ok(());
    }
    let cases = state.access.cases_of(&subject.tenant, Whose::Case(case_id)).await.map_err(Failure::from)?;
    if let Some(case) = cases.first()
        && state.access.allows(subject, "read", &Resource::case(case)).await
    {
        return Ok(());
    }
    Err(unknown_case())
}

async fn changed(
    state: &EmailState,
    subject: &Subject,
    id: &str,
    decide: impl Fn(&Mail) -> Result<Option<MailEvent>, MailRejection> + Send + 'static,
) -> Result<StatusCode, Problem> {
    permitted(state, subject, "mail:link", id).await?;
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(&subject.tenant)
        .execute::<Mail, (), Problem, _>(id, context, move |mail, _| {
            Ok(Decision { events: decide(mail)?.into_iter().collect(), answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::NO_CONTENT)
}
