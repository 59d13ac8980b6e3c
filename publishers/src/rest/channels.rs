//! Which ways out there are.

use crate::domain::notification::ChannelName;
use crate::state::PublishersState;
use axum::extract::State;
use casewright_access::Authenticated;
use casewright_service::{Json, PageBody};
use serde::Serialize;
use utoipa::ToSchema;

/// A way by which notifications reach people.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationChannel {
    name: ChannelName,
}

/// The channels that are set up here, the app itself among them. Preferences name no others.
#[utoipa::path(get, path = "/api/v1/notification-channels", tag = "notifications",
    responses((status = 200, body = PageBody<NotificationChannel>)))]
pub(crate) async fn list(
    State(state): State<PublishersState>,
    Authenticated(_subject): Authenticated,
) -> Json<PageBody<NotificationChannel>> {
    let there = ChannelName::ALL.iter().copied().filter(|channel| state.channels().has(*channel));
    let items = there.map(|name| NotificationChannel { name }).collect();
    Json(PageBody { items, next_cursor: None, total: None })
}
