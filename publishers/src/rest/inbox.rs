//! The inbox of the caller.

use crate::channel::ChannelName;
use crate::domain::notification::{Delivery, DeliveryState, Handling, Notification};
use crate::state::PublishersState;
use crate::views::notification::{NotificationRow, VIEW};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Lead, Resource, Subject, Whose, problem_of, store_problem};
use casewright_instant::{Instant, optional_rfc3339, rfc3339};
use casewright_journal::{CommandContext, Cursor, Document, Filter, Query, Sort};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, MOST_COUNTED, PageBody, PageParams, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

/// Notifications that one call of read-all marks at once.
const READ_BATCH: u64 = 500;
/// Notifications that one change names.
const MOST_CHANGED: usize = 200;

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct InboxFilter {
    /// `open`: neither done nor put off, in the order in which they came or came back; `unread`: those of them that are unread;
    /// `snoozed`: put off, the next to come back first; `done`; `all`: all of them, also when absent.
    state: Option<String>,
    /// Kinds, separated by commas.
    kind: Option<String>,
    /// Id of a case.
    case: Option<String>,
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
    /// When its receiver was through with it.
    done_at: Option<String>,
    /// Until when its receiver does not want to see it.
    snoozed_until: Option<String>,
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
    let which = which(filter.state.as_deref())?;
    let mut query = Query::new(VIEW, mine(&state, &subject, which).await?);
    let narrowed = [
        filter
            .kind
            .as_deref()
            .filter(|kinds| !kinds.is_empty())
            .map(|kinds| Filter::In(NotificationRow::KIND.into(), kinds.split(',').map(Into::into).collect())),
        filter.case.as_deref().map(|case| Filter::Eq(NotificationRow::CASE_ID.into(), case.into())),
    ];
    query.filter = Filter::And([query.filter].into_iter().chain(narrowed.into_iter().flatten()).collect());
    let (column, descending) = match which {
        Which::Open | Which::Unread => (NotificationRow::SURFACES_AT, true),
        Which::Snoozed => (NotificationRow::SURFACES_AT, false),
        Which::Done | Which::All => (NotificationRow::CREATED_AT, true),
    };
    query.sort = vec![Sort { field: column.into(), descending }];
    query.limit = Some(params.limit);
    query.after = params.cursor.clone().map(Cursor);
    let handle = state.journal().tenant(&subject.tenant);
    let page = handle.query(&query).await.map_err(|error| store_problem(&error))?;
    let total = if params.total {
        Some(handle.count_up_to(&query, MOST_COUNTED).await.map_err(|error| store_problem(&error))?)
    } else {
        None
    };
    let items = page.rows.iter().map(|(id, row)| body(id, row)).collect::<Result<_, _>>()?;
    Ok(Json(PageBody { items, next_cursor: page.next.map(|cursor| cursor.0), total }))
}

/// Part of an inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Open,
    Unread,
    Snoozed,
    Done,
    All,
}

fn which(state: Option<&str>) -> Result<Which, Problem> {
    match state.unwrap_or("all") {
        "open" => Ok(Which::Open),
        "unread" => Ok(Which::Unread),
        "snoozed" => Ok(Which::Snoozed),
        "done" => Ok(Which::Done),
        "all" => Ok(Which::All),
        _ => {
            let detail = "state is one of open, unread, snoozed, done, all";
            Err(Problem::bad_request("invalid-parameter", detail).with_error("?state", "invalid-parameter", detail))
        }
    }
}

/// One's own, in the app.
async fn mine(state: &PublishersState, subject: &Subject, which: Which) -> Result<Filter, Problem> {
    let mut all = vec![
        state
            .access()
            .list_filter_within(subject, "read", "notification", &[Lead::Case(NotificationRow::CASE_ID)])
            .await?,
        Filter::Eq(NotificationRow::USER.into(), subject.id.as_str().into()),
        Filter::NotNull(NotificationRow::DELIVERIES.at(ChannelName::InApp.as_str())),
    ];
    let now = Instant::from(state.journal().clock().now());
    let is_put_off = Filter::Gt(NotificationRow::SNOOZED_UNTIL.into(), now.0.into());
    let is_open = || vec![Filter::IsNull(NotificationRow::DONE_AT.into()), Filter::Not(Box::new(is_put_off.clone()))];
    match which {
        Which::All => {}
        Which::Open => all.extend(is_open()),
        Which::Unread => {
            all.extend(is_open());
            all.push(Filter::Eq(NotificationRow::IS_UNREAD.into(), true.into()));
        }
        Which::Snoozed => all.push(is_put_off),
        Which::Done => all.push(Filter::NotNull(NotificationRow::DONE_AT.into())),
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
        done_at: row.done_at.map(|at| at.to_string()),
        snoozed_until: row.snoozed_until.map(|at| at.to_string()),
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

/// How many are unread, and neither done nor put off.
#[utoipa::path(get, path = "/api/v1/notifications/count", tag = "notifications", responses((status = 200, body = CountBody)))]
pub(crate) async fn count(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<Json<CountBody>, Problem> {
    let query = Query::new(VIEW, mine(&state, &subject, Which::Unread).await?);
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
    handle(&state, &subject, &id, READ).await?;
    Ok(StatusCode::NO_CONTENT)
}

const READ: Handling = Handling { is_read: true, is_done: None, snoozed_until: None };

/// What the receiver of some notifications does with them; what is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeNotifications {
    /// 200 at most. What is gone, or not the caller's, is passed over.
    ids: Vec<String>,
    /// True: they have been read.
    #[serde(default)]
    read: bool,
    /// True: they are dealt with, and read; false: they are to be looked at again.
    done: Option<bool>,
    /// They go away until then; in the past: they come back now.
    #[serde(default, with = "optional_rfc3339")]
    #[schema(value_type = Option<InstantSchema>)]
    snoozed_until: Option<Instant>,
}

/// Marks some of the caller's notifications as read or done, or puts them off.
#[utoipa::path(patch, path = "/api/v1/notifications", tag = "notifications", request_body = ChangeNotifications,
    responses((status = 204), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
    Json(wanted): Json<ChangeNotifications>,
) -> Result<StatusCode, Problem> {
    // Whoever may read none has none to change.
    state.access().list_filter(&subject, "update", "notification").await?;
    if wanted.ids.len() > MOST_CHANGED {
        let detail = "200 notifications at most are changed at once";
        return Err(Problem::unprocessable("too-many", detail).with_error("/ids", "too-many", detail));
    }
    let now = Instant::from(state.journal().clock().now());
    let how = Handling {
        is_read: wanted.read,
        is_done: wanted.done,
        snoozed_until: wanted.snoozed_until.map(|until| Some(until).filter(|until| *until > now)),
    };
    for id in &wanted.ids {
        match handle(&state, &subject, id, how).await {
            Err(problem) if problem.status() == StatusCode::NOT_FOUND => {}
            other => other?,
        }
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Marks all as read.
#[utoipa::path(post, path = "/api/v1/notifications/read-all", tag = "notifications", responses((status = 204)))]
pub(crate) async fn read_all(
    State(state): State<PublishersState>,
    Authenticated(subject): Authenticated,
) -> Result<StatusCode, Problem> {
    let mut query = Query::new(VIEW, mine(&state, &subject, Which::Unread).await?);
    query.limit = Some(READ_BATCH);
    loop {
        let page =
            state.journal().tenant(&subject.tenant).query(&query).await.map_err(|error| store_problem(&error))?;
        for (id, _) in &page.rows {
            handle(&state, &subject, id, READ).await?;
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

async fn handle(state: &PublishersState, subject: &Subject, id: &str, how: Handling) -> Result<(), Problem> {
    let user = subject.id.clone();
    let context = CommandContext { actor: subject.id.as_str().into(), ..CommandContext::default() };
    state
        .journal()
        .tenant(&subject.tenant)
        .execute::<Notification, (), Problem, _>(id, context, move |notification, _| {
            // Somebody else's does not exist for the caller.
            match &notification.notice {
                Some(notice) if notice.user == user => Ok(notification.handle(how)),
                _ => Err(missing()),
            }
        })
        .await
        .map(drop)
        .map_err(problem_of)
}
