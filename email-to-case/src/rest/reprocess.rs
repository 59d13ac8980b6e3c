//! `POST /api/v1/mails/{id}/reprocess`

use super::read::permitted;
use crate::domain::mail::{Mail, MailState, decide};
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, problem_of};
use casewright_journal::{CommandContext, Decision};
use casewright_service::Problem;

/// Has a received mail read again from its raw message: one that could not be read, or one that was read otherwise than it is read now. A
/// mail that belongs to a case, or whose process still runs, starts no other one. One that was kept back because its domain disowns it is let
/// through.
#[utoipa::path(post, path = "/api/v1/mails/{id}/reprocess", tag = "mails", params(("id" = String, Path,)),
    responses((status = 202), (status = 409, body = Problem)))]
pub(super) async fn reprocess(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let (mail, _) = permitted(&state, &subject, "mail:reprocess", &id).await?;
    let is_over = match mail.state {
        MailState::Processed if mail.case_id.is_none() && mail.process_instance_id.is_some() => {
            let is_running = state.rooms.is_running(&subject.tenant, &mail.process, &mail.id).await;
            !is_running.map_err(Failure::from)?
        }
        _ => false,
    };
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    state
        .journal
        .tenant(&subject.tenant)
        .execute::<Mail, (), Problem, _>(&id, context, move |mail, _| {
            Ok(Decision { events: vec![decide::reprocess(mail, is_over)?], answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::ACCEPTED)
}
