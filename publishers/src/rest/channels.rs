//! Which ways out there are.

use crate::channel::{Address, ChannelName, Words, address_field, wish_field};
use crate::domain::preferences::camel;
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
    /// As preferences call it, in `kinds`.
    wish: String,
    label: Words,
    /// Where it leads, when a person has to say that; null: the platform knows.
    address: Option<ChannelAddress>,
}

/// What the portal asks for where a channel leads.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChannelAddress {
    /// As preferences call it.
    member: String,
    #[serde(flatten)]
    asked: Address,
}

impl NotificationChannel {
    fn of(name: ChannelName) -> Self {
        let label = match name {
            ChannelName::InApp => Words { en: "In the app", de: "In der App" },
            ChannelName::Email => Words { en: "E-mail", de: "E-Mail" },
            other => other.kind().map_or(Words { en: "", de: "" }, |kind| kind.label),
        };
        let address = name.kind().zip(address_field(name));
        Self {
            name,
            wish: camel(wish_field(name)),
            label,
            address: address.map(|(kind, field)| ChannelAddress { member: camel(field), asked: kind.address }),
        }
    }
}

/// The channels that are set up here, the app itself among them. Preferences name no others.
#[utoipa::path(get, path = "/api/v1/notification-channels", tag = "notifications",
    responses((status = 200, body = PageBody<NotificationChannel>)))]
pub(crate) async fn list(
    State(state): State<PublishersState>,
    Authenticated(_subject): Authenticated,
) -> Json<PageBody<NotificationChannel>> {
    let there = ChannelName::ALL.iter().copied().filter(|channel| state.channels().has(*channel));
    let items = there.map(NotificationChannel::of).collect();
    Json(PageBody { items, next_cursor: None, total: None })
}
