//! `GET /api/v1/mails/{id}`

use super::body::MailBody;
use crate::domain::mail::Mail;
use crate::state::{EmailState, Failure};
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use casewright_access::{Authenticated, Gate, Resource, Subject, Whose};
use casewright_journal::Aggregate;
use casewright_service::{Problem, etag};
use serde_json::json;
use std::sync::Arc;

/// One mail with its text and attachments.
#[utoipa::path(get, path = "/api/v1/mails/{id}", tag = "mails", params(("id" = String, Path,)),
    responses((status = 200, body = MailBody), (status = 404, body = Problem)))]
pub(super) async fn read(
    State(state): State<EmailState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let (mail, version) = permitted(&state, &subject, "mail:read", &id).await?;
    let journal = state.journal.tenant(&subject.tenant);
    let first = journal.entries(Mail::KIND, &id, 0, 1).await.map_err(Failure::from)?;
    let meta = first.first().map(|entry| &entry.meta);
    let body = MailBody::of(&state, &subject.tenant, &mail, version, meta, true).await?;
    Ok(([(header::ETAG, etag(version))], axum::Json(body)))
}

/// The way of requests to mails, lent to those who ask who may come through.
pub(super) fn gate(state: EmailState) -> Gate {
    Gate::new(Mail::KIND, move |subject, action, id| {
        let state = state.clone();
        async move { permitted(&state, &subject, &action, &id).await.map(|_| ()) }
    })
}

/// The mail, if it is there and the subject may do `action` with it. A mail of a case is seen as the case is.
pub(super) async fn permitted(
    state: &EmailState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<(Arc<Mail>, u64), Problem> {
    let found = state.journal.tenant(&subject.tenant).load::<Mail>(id).await.map_err(Failure::from)?;
    let missing = || Problem::not_found("There is no such mail.");
    let (mail, version) = found.filter(|(mail, _)| !mail.is_forgotten).ok_or_else(missing)?;
    let attributes =
        json!({"caseId": mail.case_id, "state": mail.state, "direction": if mail.is_outgoing { "out" } else { "in" }});
    let resource = Resource::new("mail", id).with(attributes);
    state.access.authorize_within(subject, action, resource, Whose::case(mail.its_case()), missing).await?;
    Ok((mail, version))
}
