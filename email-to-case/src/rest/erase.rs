//! `POST /api/v1/mails/{id}/erase`: what the disposal of a case asks for.

use super::read::permitted;
use crate::domain::mail::{Mail, MailEvent, decide};
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use casewright_access::{Authenticated, problem_of};
use casewright_contracts::links::MailFileRow;
use casewright_journal::{CommandContext, Decision, Filter, Query};
use casewright_service::Problem;

/// Deletes the mail: its log, its snapshot and its rows. Files that came with it are the caller's to delete, before. Of machine
/// clients alone; asked again, nothing happens.
#[utoipa::path(post, path = "/api/v1/mails/{id}/erase", tag = "mails", params(("id" = String, Path,)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn erase(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients erase mails."));
    }
    permitted(&state, &subject, "mail:erase", &id).await?;
    let journal = state.journal.tenant(&subject.tenant);
    let links = Query::new(MailFileRow::VIEW, Filter::Eq(MailFileRow::MAIL_ID.into(), id.as_str().into()));
    let rows = journal.query(&links).await.map_err(Failure::from)?.rows;
    // A row is named by the mail and the place of the file in it.
    let files =
        rows.iter().filter_map(|(row, _)| Some(row.strip_prefix(&*id)?.strip_prefix(':')?.to_owned())).collect();
    let forgotten = MailEvent::Forgotten { files };
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    journal
        .execute::<Mail, (), Problem, _>(&id, context, move |mail, context| {
            Ok(Decision { events: decide::forget(context.version, mail, &forgotten), answer: () })
        })
        .await
        .map_err(problem_of)?;
    Ok(StatusCode::NO_CONTENT)
}
