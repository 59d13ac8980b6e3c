//! `POST /api/v1/mails/{id}/reprocess`

use super::read::permitted;
use crate::mail::{Mail, MailEvent, MailState};
use crate::state::EmailState;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, problem_of};
use casewright_journal::{CommandContext, Decision};
use casewright_service::Problem;

/// Has a mail that could not be read processed again.
#[utoipa::path(post, path = "/api/v1/mails/{id}/reprocess", tag = "mails", params(("id" = String, Path,)),
    responses((status = 202), (status = 409, body = Problem)))]
pub(super) async fn reprocess(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    permitted(&state, &subject, "mail:reprocess", &id).await?;
    let context = CommandContext { actor: subject.id.as_str().into(), ..CommandContext::default() };
    state
        .journal
        .tenant(&subject.tenant)
        .execute::<Mail, (), Problem, _>(&id, context, |mail, _| match mail.state {
            MailState::Undeliverable => Ok(Decision { events: vec![MailEvent::MailReprocessed], answer: () }),
            _ => Err(Problem::conflict(
                "mail-not-undeliverable",
                "Only a mail that could not be read is processed again.",
            )),
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::ACCEPTED)
}
