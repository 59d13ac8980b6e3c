//! The inbox of the caller.

use crate::channel::ChannelName;
use crate::domain::notification::{Delivery, DeliveryState, Notification};
use crate::state::PublishersState;
use crate::views::notification::{NotificationRow, VIEW};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Lead, Resource, Subject, Whose, problem_of, store_problem};
use casewright_instant::{Instant, rfc3339};
use casewright_journal::{CommandContext, Cursor, Document, Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// Notifications that one call of read-all marks at once.
const READ_BATCH: u64 = 500;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxFilter {
    /// `unread` or `all`; `all` when absent.
    state: Option<String>,
}

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationBody {
    id: String,
    kind: String,
    title: String,
    body: String,
    /// Path in the portal.
    link: Option<String>,
    case_id: Option<String>,
    created_at: String,
    read_at: Option<String>,
    deliveries: Vec<NotificationDelivery>,
}

/// How one delivery stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NotificationDelivery {
    channel: ChannelName,
    state: DeliveryState,
    #[serde(with = "rfc3339")]
    #[schema(value_type = InstantSchema)]
    at: Instant,
    /// What the other side said, or why it was not sent.
    answer: Option<String>,
}

/// Notifications of the caller, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", params(InboxFilter, PageParams),
    responses((status = 200, body = PageBody<NotificationBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<InboxFilter>,
) -> Result<Json<PageBody<NotificationBody>>, Problem> {
    let mut query = Query::new(VIEW, mine(&state, &subject, filter.state.as_deref() == Some("unread")).await?);
    query.sort = vec![Sort { field: NotificationRow::CREATED_AT.into(), descending: true }];
    query.limit = Some(params.limit);
    query.after = params.cursor.clone().map(Cursor);
    let handle = state.journal().tenant(&subject.tenant);
    let page = handle.query(&query).await.map_err(|error| store_problem(&error))?;
    let total =
        if params.total { Some(handle.count(&query).await.map_err(|error| store_problem(&error))?) } else { None };
    let items = page.rows.iter().map(|(id, row)| body(id, row)).collect::<Result<_, _>>()?;
    Ok(Json(PageBody { items, next_cursor: page.next.map(|cursor| cursor.0), total }))
}

/// One's own, in the app.
async fn mine(state: &PublishersState, subject: &Subject, is_unread: bool) -> Result<Filter, Problem> {
    let mut all = vec![
        state
            .access()
            .list_filter_within(subject, "read", "notification", &[Lead::Case(NotificationRow::CASE_ID)])
            .await?,
        Filter::Eq(NotificationRow::USER.into(), subject.id.as_str().into()),
        Filter::NotNull(NotificationRow::DELIVERIES.at(ChannelName::InApp.as_str())),
    ];
    if is_unread {
        all.push(Filter::Eq(NotificationRow::IS_UNREAD.into(), true.into()));
    }
    Ok(Filter::And(all))
}

fn body(id: &str, row: &Document) -> Result<NotificationBody, Problem> {
    let row = NotificationRow::read(row).map_err(|error| {
        tracing::error!(notification = id, %error, "a row of view `notification` cannot be read");
        Problem::internal()
    })?;
    Ok(NotificationBody {
        id: id.to_owned(),
        kind: row.kind,
        title: row.title,
        body: row.body,
        link: row.link,
        case_id: row.case_id,
        created_at: row.created_at.to_string(),
        read_at: row.read_at.map(|at| at.to_string()),
        deliveries: row.deliveries.into_values().map(NotificationDelivery::from).collect(),
    })
}

impl From<Delivery> for NotificationDelivery {
    fn from(delivery: Delivery) -> Self {
        let Delivery { channel, state, at, answer, .. } = delivery;
        Self { channel, state, at, answer }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountBody {
    unread: u64,
}

/// How many are unread.
#[utoipa::path(get, path = "/api/v1/notifications/count", tag = "notifications", responses((status = 200, body = CountBody)))]
pub(crate) async fn count(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<Json<CountBody>, Problem> {
    let query = Query::new(VIEW, mine(&state, &subject, true).await?);
    let unread = state.journal().tenant(&subject.tenant).count(&query).await.map_err(|error| store_problem(&error))?;
    Ok(Json(CountBody { unread }))
}

/// Marks one as read.
#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notifications", params(("id" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let loaded = state.journal().tenant(&subject.tenant).load::<Notification>(&id).await;
    let loaded = loaded.map_err(|error| store_problem(&error))?;
    let notice = loaded.and_then(|(notification, _)| notification.notice.clone()).ok_or_else(missing)?;
    let resource = Resource::new("notification", &id).with(json!({"user": notice.user}));
    let whose = Whose::case(notice.case_id.as_deref());
    let resource =
        state.access().in_its_case(&subject, resource, whose).await.map_err(|error| store_problem(&error))?;
    resource.ok_or_else(missing)?;
    mark(&state, &subject, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks all as read.
#[utoipa::path(post, path = "/api/v1/notifications/read-all", tag = "notifications", responses((status = 204)))]
pub(crate) async fn read_all(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<StatusCode, Problem> {
    let mut query = Query::new(VIEW, mine(&state, &subject, true).await?);
    query.limit = Some(READ_BATCH);
    loop {
        let page =
            state.journal().tenant(&subject.tenant).query(&query).await.map_err(|error| store_problem(&error))?;
        for (id, _) in &page.rows {
            mark(&state, &subject, id).await?;
        }
        if page.next.is_none() {
            return Ok(StatusCode::NO_CONTENT);
        }
        query.after = page.next;
    }
}

fn missing() -> Problem {
    Problem::not_found("There is no such notification.")
}

async fn mark(state: &PublishersState, subject: &Subject, id: &str) -> Result<(), Problem> {
    let user = subject.id.clone();
    let context = CommandContext { actor: subject.id.as_str().into(), ..CommandContext::default() };
    state
        .journal()
        .tenant(&subject.tenant)
        .execute::<Notification, (), Problem, _>(id, context, move |notification, _| {
            // Somebody else's does not exist for the caller.
            match &notification.notice {
                Some(notice) if notice.user == user => Ok(notification.read()),
                _ => Err(missing()),
            }
        })
        .await
        .map(drop)
        .map_err(problem_of)
}
