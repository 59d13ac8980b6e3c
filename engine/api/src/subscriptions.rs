//! `/api/v1/process-instances/{id}/subscriptions`: the messages, signals and conditions that an instance waits for.

use super::ApiState;
use super::support::{OfElement, body, instant, required, text};
use super::values::{TypedValue, variables};
use axum::extract::{Path, Query as UrlQuery};
use casewright_access::Authenticated;
use casewright_engine_core::Command;
use casewright_engine_core::ids::parse;
use casewright_engine_views::{self as views, EventSubscriptionRow, PlaceRowColumns as _};
use casewright_journal::{Document, Filter, Query, Sort};
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What an instance waits for, and where.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionBody {
    id: String,
    /// `message`, `signal`, `conditional`, or `compensate`: what would be undone.
    #[serde(rename = "type")]
    kind: String,
    /// Of the message or the signal.
    name: Option<String>,
    element_id: Option<String>,
    element_name: Option<String>,
    created_at: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Correlation {
    /// Variables that the message brings, by name; they are set in the instance.
    #[serde(default)]
    variables: BTreeMap<String, TypedValue>,
}

fn missing() -> Problem {
    Problem::not_found("The process instance does not wait for that, or not any more.")
}

/// What an instance waits for, longest first.
#[utoipa::path(get, path = "/api/v1/process-instances/{id}/subscriptions", tag = "process-instances",
    params(("id" = String, Path), OfElement, PageParams),
    responses((status = 200, body = PageBody<SubscriptionBody>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(crate) async fn list(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    UrlQuery(of): UrlQuery<OfElement>,
    params: PageParams,
) -> Result<Json<PageBody<SubscriptionBody>>, Problem> {
    state.allowed_instance(&subject, "read", &id).await?;
    let mut query = Query::new(views::EVENT_SUBSCRIPTION, Filter::And(of.within(&id)));
    query.sort = vec![Sort { field: EventSubscriptionRow::CREATED_DATE.into(), descending: false }];
    let (page, total) = state.page_within(query, &params).await?;
    let mut items = Vec::with_capacity(page.rows.len());
    for (_, row) in &page.rows {
        items.push(state.subscription(row).await?);
    }
    Ok(Json(body(items, &page, total)))
}

/// Gives an instance the message or the signal that it waits for, there and nowhere else. 204.
#[utoipa::path(post, path = "/api/v1/process-instances/{id}/subscriptions/{subscription}/correlate", tag = "process-instances",
    params(("id" = String, Path), ("subscription" = String, Path)), request_body = Correlation,
    responses((status = 204), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn correlate(
    state: ApiState,
    Authenticated(subject): Authenticated,
    Path((id, subscription)): Path<(String, String)>,
    Json(sent): Json<Correlation>,
) -> Result<StatusCode, Problem> {
    state.allowed_instance(&subject, "update", &id).await?;
    let variables = variables(&sent.variables, "/variables")?;
    let row = state.row_within(views::EVENT_SUBSCRIPTION, &id, &subscription, missing).await?;
    if !matches!(EventSubscriptionRow::EVENT_TYPE.text(&row), Some("message" | "signal")) {
        return Err(Problem::conflict("not-correlatable", "Only a message or a signal can be sent to an instance."));
    }
    let (_, local) = parse(&subscription).ok_or_else(missing)?;
    let command = Command::TriggerSubscription {
        subscription: local,
        variables,
        local_variables: Vec::new(),
        to_triggered_scope: Vec::new(),
    };
    state.step(&subject, &subscription, command).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ApiState {
    async fn subscription(&self, row: &Document) -> Result<SubscriptionBody, Problem> {
        let element_id = text(row, EventSubscriptionRow::ACTIVITY_ID);
        Ok(SubscriptionBody {
            id: required(row, EventSubscriptionRow::ID),
            kind: required(row, EventSubscriptionRow::EVENT_TYPE),
            name: text(row, EventSubscriptionRow::EVENT_NAME),
            element_name: self.name_within(row, element_id.as_deref()).await?,
            element_id,
            created_at: instant(row, EventSubscriptionRow::CREATED_DATE),
        })
    }
}
