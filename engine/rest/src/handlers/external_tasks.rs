//! `/external-task`: the worker protocol.

use crate::authorization::check_topic;
use crate::error::{RestError, RestResult};
use crate::given;
use crate::query::input::LIST;
use crate::query::shape::shape;
use crate::query::{Context, Paging};
use crate::request::{Fields, Reply, Req, no_content, ok, plain_text};
use crate::resources::{INSTANCE, external_task, process_instance};
use crate::typed::{Deserialize, to_wire};
use crate::words::rejected;
use casewright_engine_core::command::{FailExternalTask, NewVariable};
use casewright_engine_core::ids::{Id, activity_instance_id, parse};
use casewright_engine_core::{Command, Rejection};
use casewright_engine_runtime::EngineError;
use casewright_engine_runtime::external_tasks::{Fetch, Locked, Topic};
use casewright_engine_views::criteria::{all, eq, in_view, is_in, is_null, like};
use casewright_engine_views::{
    self as views, ExternalTaskRow, PlaceRowColumns as _, ProcessDefinitionRow, ProcessInstanceRow, ValueRow,
    ValueRowColumns as _, VariableFieldsColumns as _, VariableRow,
};
use casewright_journal::{Document, Filter, Query, Sort};
use http::StatusCode;
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// What an answer holds of a topic.
struct TopicOutput {
    variables: Option<Vec<String>>,
    local_only: bool,
    deserialize: Deserialize,
    extension_properties: bool,
}

/// `POST /external-task/fetchAndLock`.
pub(crate) async fn fetch_and_lock(req: Req) -> Reply {
    let body = req.json()?;
    let timeout = body.integer("asyncResponseTimeout")?;
    if timeout.is_some_and(|timeout| timeout > 1_800_000) {
        return Err(RestError::invalid(
            "The asynchronous response timeout cannot be set to a value greater than 1800000 milliseconds",
        ));
    }
    let (fetch, outputs) = fetch(&body)?;
    if let Some(signed_in) = &req.signed_in {
        fetch.topics.iter().try_for_each(|topic| check_topic(&signed_in.subject, &topic.name))?;
    }
    let wait = timeout.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    let locked = req.engine.external_tasks().fetch_and_lock(&req.caller, &fetch, wait).await?;
    let mut list = Vec::with_capacity(locked.len());
    for locked in &locked {
        let place = fetch.topics.iter().position(|topic| topic.name == locked.task.topic.as_str());
        list.push(locked_dto(&req, locked, place.map(|place| &outputs[place])).await?);
    }
    ok(list)
}

fn fetch(body: &Fields) -> RestResult<(Fetch, Vec<TopicOutput>)> {
    let Some(worker) = body.text("workerId")? else {
        return Err(RestError::null_value("workerId is null"));
    };
    let max = body.integer("maxTasks")?.unwrap_or(0);
    if max < 0 {
        return Err(RestError::engine("maxResults is not greater than or equal to 0"));
    }
    let mut topics: Vec<Topic> = Vec::new();
    let mut outputs: Vec<TopicOutput> = Vec::new();
    let items = match body.get("topics") {
        None => &Vec::new(),
        Some(Json::Array(items)) => items,
        Some(found) => return Err(RestError::misfit("topics", LIST, found)),
    };
    for item in items {
        let Json::Object(item) = item else {
            return Err(RestError::misfit("topics", "FetchExternalTaskTopicDto", item));
        };
        let (topic, output) = topic(&Fields(item.clone()))?;
        // The topics are a map in Camunda: the last of a name wins.
        if let Some(place) = topics.iter().position(|known| known.name == topic.name) {
            topics.remove(place);
            outputs.remove(place);
        }
        topics.push(topic);
        outputs.push(output);
    }
    let fetch = Fetch {
        worker: worker.into(),
        max: max.unsigned_abs(),
        use_priority: body.boolean("usePriority")?,
        sort: sorting(body)?,
        topics,
    };
    Ok((fetch, outputs))
}

fn sorting(body: &Fields) -> RestResult<Vec<Sort>> {
    let mut out = Vec::new();
    let empty = Vec::new();
    let items = match body.get("sorting") {
        None => &empty,
        Some(Json::Array(items)) => items,
        Some(found) => return Err(RestError::misfit("sorting", LIST, found)),
    };
    for item in items {
        let by = item.get("sortBy").and_then(Json::as_str).unwrap_or_default();
        if by != "createTime" {
            return Err(RestError::invalid(format!("Cannot set query sortBy parameter to value {by}")));
        }
        out.push(Sort {
            field: ExternalTaskRow::CREATE_TIME.into(),
            descending: item.get("sortOrder").and_then(Json::as_str) == Some("desc"),
        });
    }
    Ok(out)
}

fn topic(body: &Fields) -> RestResult<(Topic, TopicOutput)> {
    let Some(name) = body.text("topicName")? else {
        return Err(RestError::null_value("topicName is null"));
    };
    let lock_ms = body.integer("lockDuration")?.unwrap_or(0);
    if lock_ms <= 0 {
        return Err(RestError::engine("lockTime is not greater than 0"));
    }
    let mut criteria = Vec::new();
    if let Some(key) = body.text("businessKey")? {
        criteria.push(INSTANCE.filter(eq(ProcessInstanceRow::BUSINESS_KEY, key)));
    }
    for (name, field) in [
        ("processDefinitionId", ExternalTaskRow::PROCESS_DEFINITION_ID),
        ("processDefinitionKey", ExternalTaskRow::PROCESS_DEFINITION_KEY),
    ] {
        criteria.extend(body.text(name)?.map(|value| eq(field, value)));
    }
    for (name, field) in [
        ("processDefinitionIdIn", ExternalTaskRow::PROCESS_DEFINITION_ID),
        ("processDefinitionKeyIn", ExternalTaskRow::PROCESS_DEFINITION_KEY),
        ("tenantIdIn", ExternalTaskRow::TENANT_ID),
    ] {
        let values = body.list(name)?.filter(|values| !values.is_empty());
        criteria.extend(values.map(|values| is_in(field, values)));
    }
    if let Some(tag) = body.text("processDefinitionVersionTag")? {
        criteria.push(in_view(
            ExternalTaskRow::PROCESS_DEFINITION_ID,
            views::PROCESS_DEFINITION,
            ProcessDefinitionRow::ID,
            like(ProcessDefinitionRow::VERSION_TAG, tag),
        ));
    }
    if body.boolean("withoutTenantId")? {
        criteria.push(Filter::IsNull(ExternalTaskRow::TENANT_ID.into()));
    }
    if let Some(variables) = body.object("processVariables")? {
        criteria.extend(any_variable(&variables));
    }
    let deserialize = if body.boolean("deserializeValues")? { Deserialize::Yes } else { Deserialize::No };
    let output = TopicOutput {
        variables: body.list("variables")?,
        local_only: body.boolean("localVariables")?,
        deserialize,
        extension_properties: body.boolean("includeExtensionProperties")?,
    };
    Ok((Topic { name, lock_ms, criteria }, output))
}

/// Camunda's SQL ORs several entries: any one that matches suffices.
fn any_variable(variables: &Fields) -> Option<Filter> {
    let any: Vec<Filter> = variables
        .0
        .iter()
        .map(|(name, value)| {
            let fields = ValueRow::of(&crate::typed::untyped(value));
            let mut row = vec![eq(VariableRow::NAME, name.as_str()), eq(VariableRow::IS_INSTANCE_SCOPE, true)];
            row.push(match fields {
                ValueRow { text: Some(text), .. } => eq(VariableRow::TEXT, &*text),
                ValueRow { flag: Some(flag), .. } => eq(VariableRow::FLAG, flag),
                ValueRow { number, .. } if !number.is_null() => eq(VariableRow::NUMBER, number),
                _ => is_null(),
            });
            in_view(ExternalTaskRow::PROCESS_INSTANCE_ID, views::VARIABLE, VariableRow::PROCESS_INSTANCE_ID, all(row))
        })
        .collect();
    (!any.is_empty()).then_some(Filter::Or(any))
}

async fn locked_dto(req: &Req, locked: &Locked, output: Option<&TopicOutput>) -> RestResult<Json> {
    let (task, state) = (&locked.task, &locked.state);
    let place = &task.place;
    let id = |id: Id| state.text(id).to_string();
    let definition = req.engine.catalog().process(&place.definition.id);
    let activity_instance = activity_instance_id(place.spelled(), &state.text(place.element));
    Ok(json!({
        "activityId": place.activity_id.as_str(),
        "activityInstanceId": activity_instance.as_str(),
        "errorMessage": task.error_message.as_deref(),
        "errorDetails": task.error_details.as_deref(),
        "executionId": id(place.execution),
        "id": id(task.id),
        "lockExpirationTime": task.locked_until.map(casewright_engine_views::date::format),
        "createTime": casewright_engine_views::date::format(task.created),
        "processDefinitionId": place.definition.id.as_str(),
        "processDefinitionKey": place.definition.key.as_str(),
        "processDefinitionVersionTag": definition.and_then(|d| d.version_tag.clone()),
        "processInstanceId": id(place.instance),
        "retries": task.retries,
        "suspended": false,
        "workerId": task.worker.as_deref(),
        "topicName": task.topic.as_str(),
        "tenantId": place.definition.tenant_id.as_deref(),
        "variables": output.map(|output| variables(locked, output)),
        "priority": task.priority,
        "businessKey": task.business_key.as_deref(),
        "extensionProperties": extension_properties(req, locked, output).await?,
    }))
}

fn variables(locked: &Locked, output: &TopicOutput) -> Json {
    let element = locked.task.place.element;
    let visible = if output.local_only {
        locked
            .state
            .local_variables(element)
            .map(|map| map.iter().map(|(n, v)| (n.clone(), Arc::clone(v))).collect())
            .unwrap_or_default()
    } else {
        locked.state.visible_variables(element)
    };
    let wanted = |name: &str| output.variables.as_ref().is_none_or(|names| names.iter().any(|n| n == name));
    Json::Object(
        visible
            .iter()
            .filter(|(name, _)| wanted(name))
            .map(|(name, variable)| {
                let wire = to_wire(&variable.value, output.deserialize);
                (name.to_string(), Json::Object(wire))
            })
            .collect(),
    )
}

async fn extension_properties(req: &Req, locked: &Locked, output: Option<&TopicOutput>) -> RestResult<Json> {
    let mut out = Map::new();
    if output.is_some_and(|output| output.extension_properties) {
        let place = &locked.task.place;
        let graph = req.engine.registry().graph(&place.definition.id).await?;
        let properties = graph.as_ref().and_then(|graph| {
            let node = graph.find(&place.activity_id)?;
            Some(graph.node(node).properties.clone())
        });
        for (name, value) in properties.unwrap_or_default() {
            out.insert(name.to_string(), json!(value));
        }
    }
    Ok(Json::Object(out))
}

fn missing(id: &str) -> RestError {
    RestError::new(
        StatusCode::NOT_FOUND,
        "RestException",
        format!("External task with id {id} does not exist"),
        Some(0),
    )
}

fn local(req: &Req) -> RestResult<Id> {
    parse(req.id()).map(|(_, id)| id).ok_or_else(|| missing(req.id()))
}

async fn act(req: &Req, command: Command) -> Reply {
    let id = req.id();
    check_topic_of(req, id).await?;
    match req.engine.instances().step(id, &req.caller, command).await {
        Ok(_) => no_content(),
        Err(error) if error.is_missing() => Err(missing(id)),
        Err(EngineError::Rejected(
            rejection @ (Rejection::WrongWorker { .. }
            | Rejection::BadRequest(_)
            | Rejection::NotValid(_)
            | Rejection::Suspended { .. }),
        )) => Err(rejected(&rejection).with_kind(StatusCode::BAD_REQUEST, "RestException")),
        Err(error) => Err(error.into()),
    }
}

/// Refuses a client that is bound to topics when the task is of another one. A task's topic never changes, so it may be asked for
/// beforehand.
async fn check_topic_of(req: &Req, id: &str) -> RestResult<()> {
    let Some(signed_in) = req.signed_in.as_ref().filter(|signed_in| signed_in.subject.topics.is_some()) else {
        return Ok(());
    };
    let state = req.engine.instances().state_of(id).await?.ok_or_else(|| missing(id))?;
    let task = state.local(id).and_then(|id| state.external_task(id)).ok_or_else(|| missing(id))?;
    check_topic(&signed_in.subject, &task.topic)
}

fn worker(body: &Fields) -> RestResult<SmolStr> {
    body.text("workerId")?.map(SmolStr::new).ok_or_else(|| RestError::null_value("workerId is null"))
}

/// Variables of the instance and of the task that a worker sets.
async fn handed_back(req: &Req, body: &Fields) -> RestResult<(Vec<NewVariable>, Vec<NewVariable>)> {
    let mut variables = given::read(body.get("variables"))?;
    let mut local = given::read(body.get("localVariables"))?;
    given::permit_worker(req, [&mut variables, &mut local]).await?;
    Ok((variables, local))
}

/// `POST /external-task/{id}/complete`.
pub(crate) async fn complete(req: Req) -> Reply {
    let body = req.json()?;
    let (variables, local_variables) = handed_back(&req, &body).await?;
    let command =
        Command::CompleteExternalTask { worker: worker(&body)?, variables, local_variables, task: local(&req)? };
    act(&req, command).await
}

/// `POST /external-task/{id}/failure`: omitted retries are none.
pub(crate) async fn failure(req: Req) -> Reply {
    let body = req.json()?;
    let retries = body.integer("retries")?.unwrap_or(0);
    let worker = worker(&body)?;
    if retries < 0 {
        return Err(RestError::engine("retries is not greater than or equal to 0"));
    }
    let retry_timeout_ms = body.integer("retryTimeout")?.unwrap_or(0);
    if retry_timeout_ms < 0 {
        return Err(RestError::engine("retryDuration is not greater than or equal to 0"));
    }
    let (variables, local_variables) = handed_back(&req, &body).await?;
    let command = Command::FailExternalTask(FailExternalTask {
        task: local(&req)?,
        worker,
        message: body.text("errorMessage")?.map(Arc::from),
        details: body.text("errorDetails")?.map(Arc::from),
        retries: i32::try_from(retries).unwrap_or(i32::MAX),
        retry_timeout_ms,
        variables,
        local_variables,
    });
    act(&req, command).await
}

/// `POST /external-task/{id}/bpmnError`.
pub(crate) async fn bpmn_error(req: Req) -> Reply {
    let body = req.json()?;
    let worker = worker(&body)?;
    let Some(code) = body.text("errorCode")? else {
        return Err(RestError::null_value("errorCode is null"));
    };
    let command = Command::ExternalTaskError {
        task: local(&req)?,
        worker,
        code: code.into(),
        message: body.text("errorMessage")?.map(Arc::from),
        variables: handed_back(&req, &body).await?.0,
    };
    act(&req, command).await
}

fn positive(value: Option<i64>, name: &str) -> RestResult<i64> {
    value.filter(|value| *value > 0).ok_or_else(|| {
        RestError::new(StatusCode::BAD_REQUEST, "RestException", format!("{name} is not greater than 0"), Some(0))
    })
}

/// `POST /external-task/{id}/extendLock`.
pub(crate) async fn extend_lock(req: Req) -> Reply {
    let body = req.json()?;
    let command = Command::ExtendExternalTaskLock {
        worker: worker(&body)?,
        duration_ms: positive(body.integer("newDuration")?, "lockTime")?,
        task: local(&req)?,
    };
    act(&req, command).await
}

/// `POST /external-task/{id}/lock`.
pub(crate) async fn lock(req: Req) -> Reply {
    let body = req.json()?;
    let command = Command::LockExternalTask {
        worker: worker(&body)?,
        duration_ms: positive(body.integer("lockDuration")?, "lockDuration")?,
        task: local(&req)?,
    };
    act(&req, command).await
}

/// `POST /external-task/{id}/unlock`: no body, any caller.
pub(crate) async fn unlock(req: Req) -> Reply {
    let task = local(&req)?;
    act(&req, Command::UnlockExternalTask { task }).await
}

/// `PUT /external-task/{id}/retries`.
pub(crate) async fn retries(req: Req) -> Reply {
    let body = req.json()?;
    let Some(retries) = body.integer("retries")? else {
        return Err(RestError::invalid("The number of retries cannot be null."));
    };
    if retries < 0 {
        return Err(RestError::bad_user_request(
            "The number of retries cannot be negative: retries is not greater than or equal to 0",
        ));
    }
    let command =
        Command::SetExternalTaskRetries { task: local(&req)?, retries: i32::try_from(retries).unwrap_or(i32::MAX) };
    act(&req, command).await
}

/// `PUT /external-task/{id}/priority`.
pub(crate) async fn priority(req: Req) -> Reply {
    let priority = req.json()?.integer("priority")?.unwrap_or(0);
    let task = local(&req)?;
    act(&req, Command::SetExternalTaskPriority { task, priority }).await
}

/// `PUT /external-task/retries`.
pub(crate) async fn retries_many(req: Req) -> Reply {
    let body = req.json()?;
    let ids = addressed(&req, &body).await?;
    if ids.is_empty() {
        return Err(RestError::invalid("externalTaskIds is empty"));
    }
    let Some(retries) = body.integer("retries")? else {
        return Err(RestError::invalid("The number of retries cannot be null."));
    };
    if retries < 0 {
        return Err(RestError::invalid(
            "The number of retries cannot be negative: retries is not greater than or equal to 0",
        ));
    }
    let unknown = |id: &str| {
        let message = format!("Cannot find external task with id {id}: externalTask is null");
        RestError { code: Some(0), ..RestError::not_found(message) }
    };
    for id in ids {
        let Some((_, task)) = parse(&id) else {
            return Err(unknown(&id));
        };
        check_topic_of(&req, &id).await?;
        let command = Command::SetExternalTaskRetries { task, retries: i32::try_from(retries).unwrap_or(i32::MAX) };
        match req.engine.instances().step(&id, &req.caller, command).await {
            Ok(_) => {}
            Err(error) if error.is_missing() => return Err(unknown(&id)),
            Err(error) => return Err(error.into()),
        }
    }
    no_content()
}

/// Tasks that a body names by ids, by instances, or by queries.
pub(crate) async fn addressed(req: &Req, body: &Fields) -> RestResult<Vec<String>> {
    let mut ids = body.list("externalTaskIds")?.unwrap_or_default();
    let context = Context::at(req.engine.now());
    let mut filters = Vec::new();
    if let Some(query) = body.object("externalTaskQuery")? {
        filters.push(external_task::RESOURCE.filter(&query.input(), &context)?);
    }
    if let Some(instances) = body.list("processInstanceIds")? {
        filters.push(is_in(ExternalTaskRow::PROCESS_INSTANCE_ID, instances));
    }
    if let Some(query) = body.object("processInstanceQuery")? {
        let query = process_instance::RESOURCE.query(&query.input(), Paging::default(), &context)?;
        filters.push(INSTANCE.filter(query.filter));
    }
    if !filters.is_empty() {
        let query = Query::new(views::EXTERNAL_TASK, Filter::Or(filters));
        let page = req.engine.journal().query(&query).await?;
        ids.extend(page.rows.into_iter().map(|(id, _)| id.to_string()));
    }
    Ok(ids)
}

async fn row(req: &Req) -> RestResult<Document> {
    let row = req.engine.journal().get(views::EXTERNAL_TASK, req.id()).await?;
    row.ok_or_else(|| {
        let mut error = missing(req.id());
        error.code = None;
        error
    })
}

/// `GET /external-task/{id}`.
pub(crate) async fn get(req: Req) -> Reply {
    let row = row(&req).await?;
    let is_suspended = !req.engine.instances().suspended_among(std::slice::from_ref(&row)).await?.is_empty();
    let mut out = shape(external_task::FIELDS, &row);
    out.insert("suspended".into(), json!(is_suspended));
    let definition = ExternalTaskRow::PROCESS_DEFINITION_ID.text(&row).and_then(|id| req.engine.catalog().process(id));
    let tag = definition.and_then(|d| d.version_tag.clone());
    out.insert("processDefinitionVersionTag".into(), json!(tag));
    ok(out)
}

/// `GET /external-task/{id}/errorDetails`.
pub(crate) async fn error_details(req: Req) -> Reply {
    let row = row(&req).await.map_err(|_| {
        RestError::null_value(format!("No external task found with id {}: externalTask is null", req.id()))
    })?;
    match ExternalTaskRow::ERROR_DETAILS.text(&row) {
        Some(details) => plain_text(details.to_owned()),
        None => no_content(),
    }
}

/// `GET /external-task/topic-names`.
pub(crate) async fn topic_names(req: Req) -> Reply {
    let query = req.query();
    let now = json!(req.engine.now().0);
    let mut filters = Vec::new();
    let locked = Filter::Gt(ExternalTaskRow::LOCK_EXPIRATION_TIME.into(), now);
    // Whatever is not `true` is false here, as in Camunda.
    let wants = |name: &str| RestResult::Ok(query.text(name)?.as_deref() == Some("true"));
    if wants("withLockedTasks")? {
        filters.push(locked.clone());
    }
    if wants("withUnlockedTasks")? {
        filters.push(Filter::Not(Box::new(locked)));
    }
    if wants("withRetriesLeft")? {
        filters.push(Filter::Or(vec![
            Filter::IsNull(ExternalTaskRow::RETRIES.into()),
            Filter::Gt(ExternalTaskRow::RETRIES.into(), json!(0)),
        ]));
    }
    let page = req.engine.journal().query(&Query::new(views::EXTERNAL_TASK, all(filters))).await?;
    let names: BTreeSet<&str> = page.rows.iter().filter_map(|(_, row)| ExternalTaskRow::TOPIC_NAME.text(row)).collect();
    ok(json!(names))
}
