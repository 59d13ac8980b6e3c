//! Machine clients send notifications: the worker of topic `notify`.

use crate::domain::notification::Notice;
use crate::notification::create::{NotifyError, Recipient, notify};
use crate::notification::people;
use crate::state::PublishersState;
use axum::extract::State;
use casewright_access::{Authenticated, Resource, store_problem};
use casewright_contracts::views;
use casewright_service::{IdempotencyKey, Json, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendNotification {
    to: To,
    kind: String,
    title: String,
    #[serde(default)]
    body: String,
    /// Path in the portal.
    link: Option<String>,
    case_id: Option<String>,
    /// Key of the occasion: people are told once of one key.
    key: Option<String>,
}

/// One of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum To {
    User(String),
    Group(String),
    Email(String),
}

/// Who was told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SentBody {
    /// Ids of the notifications; empty: nobody who is concerned may see it.
    ids: Vec<String>,
}

/// Sends a notification. An unknown user or group is refused, so that a process that names one learns it.
#[utoipa::path(post, path = "/api/v1/notifications", tag = "notifications", request_body = SendNotification,
    responses((status = 201, body = SentBody), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    header: IdempotencyKey,
    Json(body): Json<SendNotification>,
) -> Result<(StatusCode, Json<SentBody>), Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients send notifications."));
    }
    state.access().authorize(&subject, "create", &Resource::kind("notification")).await?;
    let handle = state.journal().tenant(&subject.tenant);
    let store = |error: casewright_journal::StoreError| store_problem(&error);
    let unknown =
        |what: &str| Problem::unprocessable("unknown-recipient", what).with_error("/to", "unknown-recipient", what);
    let recipients: Vec<Recipient> = match body.to {
        To::Email(address) if address.contains('@') => vec![Recipient::Email(address)],
        To::Email(_) => return Err(unknown("That is not an address.")),
        To::User(user) => match people::find(&handle, &user).await.map_err(store)? {
            Some(_) => vec![Recipient::User(user)],
            None => return Err(unknown("There is no such user.")),
        },
        To::Group(group) => {
            if handle.get(views::GROUP, &group).await.map_err(store)?.is_none() {
                return Err(unknown("There is no such group."));
            }
            people::members(&handle, &[group]).await.map_err(store)?.into_iter().map(Recipient::User).collect()
        }
    };
    let key = body.key.or(header.0).unwrap_or_else(|| Uuid::now_v7().to_string());
    let notice = Notice {
        user: String::new(),
        kind: body.kind,
        title: body.title,
        body: body.body,
        link: body.link,
        case_id: body.case_id,
    };
    let mut ids = Vec::new();
    for recipient in &recipients {
        let id = notify(&state, &handle, recipient, &key, "", notice.clone()).await.map_err(problem)?;
        ids.extend(id);
    }
    Ok((StatusCode::CREATED, Json(SentBody { ids })))
}

fn problem(error: NotifyError) -> Problem {
    match error {
        NotifyError::Store(error) => store_problem(&error),
        other => {
            tracing::error!(error = %other, "a notification could not be made");
            Problem::internal()
        }
    }
}
