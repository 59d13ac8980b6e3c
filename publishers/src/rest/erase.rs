//! `POST /api/v1/notifications/erase`: what the disposal of a case asks for.

use crate::domain::notification::Notification;
use crate::state::PublishersState;
use crate::views::notification::{NotificationRow, VIEW};
use axum::extract::State;
use casewright_access::{Authenticated, Resource, problem_of, store_problem};
use casewright_journal::{CommandContext, Filter, Query};
use casewright_service::{Json, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Notifications that are deleted in one go.
const PAGE: u64 = 200;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EraseNotifications {
    /// Id of the case that they are about.
    case_id: String,
}

/// How many there were.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErasedNotifications {
    count: u64,
}

/// Deletes all notifications about a case: their logs and their rows. What was sent by mail or to another system is not called back. Of
/// machine clients alone.
#[utoipa::path(post, path = "/api/v1/notifications/erase", tag = "notifications", request_body = EraseNotifications,
    responses((status = 200, body = ErasedNotifications), (status = 403, body = Problem)))]
pub(crate) async fn erase(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    Json(body): Json<EraseNotifications>,
) -> Result<Json<ErasedNotifications>, Problem> {
    if !subject.is_system() {
        return Err(Problem::forbidden("Only machine clients erase notifications."));
    }
    state.access().authorize(&subject, "erase", &Resource::kind("notification")).await?;
    let handle = state.journal().tenant(&subject.tenant);
    let mut query = Query::new(VIEW, Filter::Eq(NotificationRow::CASE_ID.into(), body.case_id.into()));
    query.limit = Some(PAGE);
    let mut count = 0;
    loop {
        let page = handle.query(&query).await.map_err(|error| store_problem(&error))?;
        for (id, _) in &page.rows {
            let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
            handle
                .execute::<Notification, (), Problem, _>(id, context, |notification, _| Ok(notification.forget()))
                .await
                .map_err(problem_of)?;
            count += 1;
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(Json(ErasedNotifications { count }));
        }
    }
}
