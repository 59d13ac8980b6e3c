//! `/execution`: look-ups, signals, message triggers, incidents.

use crate::error::{RestError, RestResult};
use crate::finish::{Branches, distinct_executions};
use crate::given;
use crate::query::shape::shape;
use crate::query::{Context, Paging};
use crate::request::{Fields, Reply, Req, no_content, ok};
use crate::resources::{event_subscription, execution, incident};
use crate::streaming;
use casewright_engine_core::entity::SubscriptionKind;
use casewright_engine_core::ids::{Id, parse};
use casewright_engine_core::{Answer, Command};
use casewright_engine_views::criteria::{all, eq};
use casewright_engine_views::portions::{self, Rows};
use casewright_engine_views::{self as views, EventSubscriptionRow, ExecutionRow, PlaceRowColumns as _};
use casewright_journal::{Document, Filter, Query};
use futures::{Stream, StreamExt, TryStreamExt};
use serde_json::{Value as Json, json};
use smol_str::SmolStr;
use std::collections::HashSet;
use std::sync::Arc;

/// `GET|POST /execution`: rows are elements, so pages are cut after executions were told apart.
pub(crate) async fn list(req: Req) -> Reply {
    let input = input(&req)?;
    let paging = req.paging()?;
    let branches = branches(&input);
    let mut seen = HashSet::new();
    let (mut skipped, mut left) = (paging.first, paging.max.unwrap_or(u64::MAX));
    let pages = rows(&req, &input)?.err_into().map_ok(move |rows| {
        let found = distinct_executions(&execution::RESOURCE, &rows, branches, &mut seen);
        let page: Vec<Json> = Paging { first: skipped, max: Some(left) }.cut(found.iter().cloned()).collect();
        skipped = skipped.saturating_sub(found.len() as u64);
        left = left.saturating_sub(page.len() as u64);
        (page, left > 0)
    });
    streaming::array(until_full(pages)).await
}

/// Pages as far as the one that says there is no room behind it.
fn until_full(
    pages: impl Stream<Item = RestResult<(Vec<Json>, bool)>> + Send + 'static,
) -> impl Stream<Item = RestResult<Vec<Json>>> + Send + 'static {
    let mut has_room = true;
    pages
        .take_while(move |page| {
            let is_wanted = has_room;
            has_room = page.as_ref().is_ok_and(|(_, has_room)| *has_room);
            std::future::ready(is_wanted)
        })
        .map_ok(|(page, _)| page)
}

/// `GET|POST /execution/count`.
pub(crate) async fn count(req: Req) -> Reply {
    let input = input(&req)?;
    let branches = branches(&input);
    let mut seen = HashSet::new();
    let mut rows = rows(&req, &input)?;
    while let Some(rows) = rows.try_next().await? {
        distinct_executions(&execution::RESOURCE, &rows, branches, &mut seen);
    }
    ok(json!({ "count": seen.len() }))
}

/// Criteria that only an execution at an activity can meet.
const AT_ACTIVITY: [&str; 8] = [
    "activityId",
    "signalEventSubscriptionName",
    "messageEventSubscriptionName",
    "incidentId",
    "incidentType",
    "incidentMessage",
    "incidentMessageLike",
    "variables",
];

fn branches(input: &crate::query::Input) -> Branches {
    if AT_ACTIVITY.iter().any(|name| input.has(name)) { Branches::Excluded } else { Branches::Included }
}

fn input(req: &Req) -> RestResult<crate::query::Input> {
    if req.method == http::Method::POST { Ok(req.json()?.input()) } else { Ok(req.query()) }
}

fn rows(req: &Req, input: &crate::query::Input) -> RestResult<Rows> {
    let context = Context::at(req.engine.now());
    let query = execution::RESOURCE.query(input, Paging::default(), &context)?;
    Ok(portions::portions(req.engine.journal(), query))
}

/// `GET /execution/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let id = req.id();
    let Some(mut row) = row(&req, id).await? else {
        return Err(RestError::not_found(format!("Execution with id {id} does not exist")));
    };
    row.insert(ExecutionRow::ID.name().into(), json!(id));
    ok(shape(execution::FIELDS, &row))
}

/// The element at an execution, or at a branch of one.
async fn row(req: &Req, id: &str) -> RestResult<Option<Document>> {
    let filter = Filter::Or(vec![eq(ExecutionRow::ID, id), eq(ExecutionRow::BRANCH, id)]);
    let page = req.engine.journal().query(&Query::new(views::EXECUTION, filter)).await?;
    Ok(page.rows.into_iter().next().map(|(_, row)| row))
}

fn local(id: &str) -> Id {
    parse(id).map_or(Id(0), |(_, id)| id)
}

/// `POST /execution/{id}/signal`.
pub(crate) async fn signal(req: Req) -> Reply {
    let id = req.id();
    let prefix = format!("Cannot signal execution {id}: ");
    let variables = given::variables(&req, req.json()?.get("variables")).await.map_err(|error| error.wrap(&prefix))?;
    let command = Command::SignalExecution { execution: local(id), signal: None, variables };
    match req.engine.instances().step(id, &req.caller, command).await {
        Ok(_) => no_content(),
        Err(error) if error.is_missing() => {
            Err(RestError::rest_500(format!("{prefix}execution {id} doesn't exist: execution is null")))
        }
        Err(error) => Err(RestError::from(error).wrap_engine(&prefix)),
    }
}

async fn message_subscription(req: &Req) -> RestResult<Option<Document>> {
    let filter = all(vec![
        eq(EventSubscriptionRow::EVENT_TYPE, "message"),
        eq(EventSubscriptionRow::EVENT_NAME, req.path("messageName")),
        eq(EventSubscriptionRow::EXECUTION_ID, req.id()),
    ]);
    let page = req.engine.journal().query(&Query::new(views::EVENT_SUBSCRIPTION, filter)).await?;
    Ok(page.rows.into_iter().next().map(|(_, row)| row))
}

/// `GET /execution/{id}/messageSubscriptions/{messageName}`.
pub(crate) async fn subscription(req: Req) -> Reply {
    match message_subscription(&req).await? {
        Some(row) => ok(shape(event_subscription::FIELDS, &row)),
        None => Err(RestError::not_found(format!(
            "Message event subscription for execution {} named {} does not exist",
            req.id(),
            req.path("messageName")
        ))),
    }
}

/// `POST /execution/{id}/messageSubscriptions/{messageName}/trigger`.
pub(crate) async fn trigger(req: Req) -> Reply {
    let (id, name) = (req.id(), req.path("messageName"));
    let prefix = format!("Cannot trigger message {name} for execution {id}: ");
    let variables = given::variables(&req, req.json()?.get("variables")).await.map_err(|error| error.wrap(&prefix))?;
    let Some(row) = message_subscription(&req).await? else {
        return Err(RestError::rest_500(format!(
            "{prefix}Execution with id '{id}' does not have a subscription to a message event with name '{name}': eventSubscriptions is empty"
        )));
    };
    let subscription = EventSubscriptionRow::ID.text(&row).map_or(Id(0), local);
    let command = Command::TriggerSubscription {
        subscription,
        variables,
        local_variables: Vec::new(),
        to_triggered_scope: Vec::new(),
    };
    req.engine
        .instances()
        .step(id, &req.caller, command)
        .await
        .map_err(|error| RestError::from(error).wrap_engine(&prefix))?;
    no_content()
}

/// A signal to one execution.
pub(crate) async fn signal_named(req: &Req, execution: &str, name: &str, body: &Fields) -> RestResult<()> {
    let command = Command::TriggerExecution {
        execution: local(execution),
        kind: SubscriptionKind::Signal,
        name: Some(SmolStr::new(name)),
        variables: given::variables(req, body.get("variables")).await?,
    };
    if row(req, execution).await?.is_none() {
        return Err(RestError::rest_500(format!("Cannot find execution with id '{execution}': execution is null")));
    }
    req.engine.instances().step(execution, &req.caller, command).await.map(drop).map_err(|error| {
        if error.is_missing() {
            RestError::rest_500(format!(
                "Execution '{execution}' has not subscribed to a signal event with name '{name}'."
            ))
        } else {
            error.into()
        }
    })
}

/// `POST /execution/{id}/create-incident`.
pub(crate) async fn create_incident(req: Req) -> Reply {
    let body = req.json()?;
    let Some(kind) = body.text("incidentType")? else {
        return Err(RestError::invalid("incidentType is null"));
    };
    let id = req.id();
    let command = Command::CreateIncident {
        execution: local(id),
        kind: SmolStr::new(kind),
        configuration: body.text("configuration")?.map(SmolStr::new),
        message: body.text("message")?.map(Arc::from),
    };
    let stepped = match req.engine.instances().step(id, &req.caller, command).await {
        Ok(stepped) => stepped,
        Err(error) if error.is_missing() => {
            return Err(RestError::invalid(format!(
                "Cannot find an execution with executionId '{id}': execution is null"
            )));
        }
        Err(error) => return Err(error.into()),
    };
    let Answer::IncidentCreated(created) = stepped.answer else {
        return Err(RestError::engine("no incident was created"));
    };
    let created = stepped.state.text(created);
    let row = req.engine.journal().get(views::INCIDENT, &created).await?;
    ok(shape(incident::FIELDS, &row.unwrap_or_default()))
}
