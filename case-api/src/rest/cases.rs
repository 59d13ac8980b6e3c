//! `/api/v1/cases`

use super::attached::{Attached, places_of, settle};
use super::body::CaseBody;
use super::forms;
use super::guard::{case_for, case_resource, invalid, own_key, page, page_body, store};
use super::references::{Work, assignee, known_queue};
use crate::case::Case;
use crate::case::closing::{Closing, OnOpenWork};
use crate::case::decide::{self, CasePatch, CaseRejection, NewCase};
use crate::case::demand::Judges;
use crate::case::desk::{CaseError, Command, Desk};
use crate::case::fact::CaseDocument;
use crate::case::view::VIEW;
use crate::definition::CaseDefinition;
use crate::fault::FieldFault;
use crate::form;
use crate::number::{self, CaseNumbers, CaseNumbersEvent};
use crate::person::{Origin, OriginKind, Requester};
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_journal::{CommandContext, Filter, Query, Sort, TenantHandle};
use casewright_service::instant::Instant;
use casewright_service::{IdempotencyKey, IfMatch, Json, PageBody, PageParams, Problem, etag, reserved};
use http::{StatusCode, header};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What a list of cases may be narrowed by. Several values of one parameter are separated by commas.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct CaseFilter {
    definition: Option<String>,
    /// Case numbers.
    number: Option<String>,
    stage: Option<String>,
    status: Option<String>,
    /// `open`, `paused`, `closed`.
    status_kind: Option<String>,
    /// Ids of queues; `any`: the case stands in one, whichever it is.
    queue: Option<String>,
    /// How the most urgent promise stands that still counts: `running`, `atRisk`, `breached`.
    sla: Option<String>,
    /// `me`, `none`, or a user id.
    assignee: Option<String>,
    /// E-mail address of the requester.
    requester: Option<String>,
    label: Option<String>,
    /// Words to find in title, number, requester and fields.
    search: Option<String>,
    /// `updatedAt`, `createdAt`, `dueAt`, `number`, `priority`; `-` in front: descending. `-updatedAt` when absent.
    sort: Option<String>,
}

/// Lists cases the caller may see.
#[utoipa::path(get, path = "/api/v1/cases", tag = "cases", params(CaseFilter, PageParams),
    responses((status = 200, body = PageBody<CaseBody>), (status = 400, body = Problem), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(filter): casewright_service::Query<CaseFilter>,
) -> Result<Json<PageBody<CaseBody>>, Problem> {
    let policy = state.access().list_filter(&subject, "read", "case").await?;
    let mut query = Query::new(VIEW, Filter::And(conditions(&filter, &subject, policy)));
    query.sort = sort(filter.sort.as_deref())?;
    query.search = filter.search.filter(|words| !words.trim().is_empty());
    let handle = state.tenant(&subject.tenant);
    let (mut rows, total) = page(&handle, query, &params).await?;
    let now = state.journal().clock().now();
    let items =
        std::mem::take(&mut rows.rows).into_iter().filter_map(|(id, row)| CaseBody::of_row(&id, row, now)).collect();
    Ok(Json(page_body(items, &rows, total)))
}

fn conditions(filter: &CaseFilter, subject: &Subject, policy: Filter) -> Vec<Filter> {
    let mut all = vec![policy];
    let one_of = |field: &'static str, value: &Option<String>| -> Option<Filter> {
        let values: Vec<Value> = value.as_deref()?.split(',').filter(|v| !v.is_empty()).map(Value::from).collect();
        (!values.is_empty()).then_some(Filter::In(field.into(), values))
    };
    all.extend(one_of("definition", &filter.definition));
    all.extend(one_of("number", &filter.number));
    all.extend(one_of("slaWorst", &filter.sla));
    all.extend(one_of("stage", &filter.stage));
    all.extend(one_of("status", &filter.status));
    all.extend(one_of("statusKind", &filter.status_kind));
    all.extend(match filter.queue.as_deref() {
        Some("any") => Some(Filter::NotNull("queue".into())),
        _ => one_of("queue", &filter.queue),
    });
    all.extend(match filter.assignee.as_deref() {
        None | Some("") => None,
        Some("me") => Some(Filter::Eq("assigneeId".into(), Value::from(subject.id.as_str()))),
        Some("none") => Some(Filter::IsNull("assigneeId".into())),
        Some(id) => Some(Filter::Eq("assigneeId".into(), Value::from(id))),
    });
    all.extend(filter.requester.clone().map(|email| Filter::EqIgnoreCase("requesterEmail".into(), email)));
    all.extend(filter.label.as_deref().map(|label| Filter::Contains("labels".into(), Value::from(label))));
    all
}

fn sort(wanted: Option<&str>) -> Result<Vec<Sort>, Problem> {
    let wanted = wanted.filter(|sort| !sort.is_empty()).unwrap_or("-updatedAt");
    let (descending, name) = match wanted.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, wanted),
    };
    let fields: &[&'static str] = match name {
        "updatedAt" => &["updatedAt"],
        "createdAt" => &["createdAt"],
        "number" => &["number"],
        "priority" => &["priority"],
        // The first promise that is due, then the date somebody set.
        "dueAt" => &["urgentAt", "dueSort"],
        _ => {
            let detail = "sort is one of updatedAt, createdAt, dueAt, number, priority";
            return Err(Problem::bad_request("invalid-parameter", detail).with_error(
                "?sort",
                "invalid-parameter",
                detail,
            ));
        }
    };
    Ok(fields.iter().map(|field| Sort { field: (*field).into(), descending }).collect())
}

/// A new case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CreateCase {
    /// Key of the case definition.
    definition: String,
    title: String,
    #[serde(default)]
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    priority: Option<i32>,
    /// User id.
    assignee: Option<String>,
    queue: Option<String>,
    requester: Option<Requester>,
    origin: Option<Origin>,
}

/// Creates a case; the processes of its definition start right after.
#[utoipa::path(post, path = "/api/v1/cases", tag = "cases", request_body = CreateCase,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same case")),
    responses((status = 201, body = CaseBody), (status = 200, body = CaseBody, description = "It was created before"),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<CreateCase>,
) -> Result<Response, Problem> {
    let resource = Resource::kind("case").with(json!({"definition": body.definition, "queue": body.queue}));
    state.access().authorize(&subject, "create", &resource).await?;
    // Fields of a case become variables of its processes.
    reserved::refuse(body.fields.keys().map(String::as_str), "/fields")?;
    let desk = state.desk(&subject.tenant);
    let origin = origin(&subject, body.origin)?;
    let id = own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), "case", Uuid::now_v7()).to_string();
    if let Some((case, version)) = existing(&desk, &id).await? {
        // It may have become a case that its creator may not see.
        let readable = state.access().authorize(&subject, "read", &case_resource(&case)).await;
        readable.map_err(|_| Problem::not_found("There is no such case."))?;
        return Ok(answer(&state, StatusCode::OK, &case, version));
    }
    let definition = desk.definition(&body.definition, None).await?.ok_or_else(|| {
        Problem::unprocessable("unknown-definition", "There is no such case definition.").with_error(
            "/definition",
            "unknown-definition",
            "not a case definition",
        )
    })?;
    let by_person = !subject.is_system();
    known_queue(&state, &subject, &definition, body.queue.as_deref()).await?;
    let (fields, documents, form_faults) = filled_in(&state, &subject, &definition, body.fields).await?;
    let new = NewCase {
        number: String::new(),
        title: body.title,
        fields,
        documents,
        by_person,
        priority: body.priority,
        assignee: match body.assignee {
            Some(id) => Some(assignee(&state, &subject, &id, &Work::NewCase(&definition)).await?),
            None => None,
        },
        queue: body.queue,
        requester: body.requester,
        origin,
    };
    // Refused before a number is spent on it.
    let by = person(&subject);
    let now = state.journal().clock().now();
    let empty = <Case as casewright_journal::Aggregate>::empty(&casewright_journal::AggregateKey::new(
        &subject.tenant,
        "case",
        &id,
    ));
    let wished = decide::create(&empty, &definition, &NewCase { number: "?".to_owned(), ..new.clone() }, &by, now);
    all_faults(form_faults, wished.err())?;
    let number = take_number(&desk.handle, &definition.case_number_prefix, &by.id).await?;
    let new = NewCase { number, ..new };
    let committed = desk
        .command_with(&id, definition, Command::by(by), move |case, definition, by, at| {
            decide::create(case, definition, &new, by, at)
        })
        .await?;
    let (case, version) = desk.case(&id).await?;
    let status = if committed.answer { StatusCode::CREATED } else { StatusCode::OK };
    Ok(answer(&state, status, &case, version))
}

/// What a person has filled in, as the form of the definition lets it through; with the faults that it found, and the
/// documents behind the files. A machine fills in no form.
async fn filled_in(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    mut fields: Map<String, Value>,
) -> Result<(Map<String, Value>, Vec<CaseDocument>, Vec<FieldFault>), Problem> {
    let mut places = places_of(definition, &fields);
    let mut faults = Vec::new();
    let form = match (&definition.create_form, subject.is_system()) {
        (Some(key), false) => forms::load(state, subject, key).await?,
        _ => None,
    };
    if let Some((form, _)) = form {
        match form::judge_new(&form.schema, &fields) {
            Ok(passed) => fields = passed,
            Err(found) => faults = found,
        }
        places.extend(form::reference::places(&form.schema, &fields));
        places.sort();
        places.dedup();
    }
    // Files are looked up only for what may be stored.
    if !faults.is_empty() {
        return Ok((fields, Vec::new(), faults));
    }
    let attached = Attached { base: "/fields", places, case: None, known: None };
    let documents = settle(state, subject, &mut fields, attached).await?;
    Ok((fields, documents, faults))
}

/// What the form and the definition found, told at once; one place is told once.
fn all_faults(mut faults: Vec<FieldFault>, rejection: Option<CaseRejection>) -> Result<(), Problem> {
    match rejection {
        Some(CaseRejection::Invalid(more)) => {
            for fault in more {
                if faults.iter().all(|known| known.pointer != fault.pointer) {
                    faults.push(fault);
                }
            }
        }
        Some(other) => return Err(CaseError::Rejected(other).into()),
        None => {}
    }
    if faults.is_empty() { Ok(()) } else { Err(invalid("invalid-case", faults)) }
}

/// Where the case comes from, as far as the caller can know: that a mail or a record of another system led to it is for
/// machine clients to say.
fn origin(subject: &Subject, wanted: Option<Origin>) -> Result<Origin, Problem> {
    let refused = |pointer: &str, detail: &str| {
        Problem::unprocessable("invalid-case", detail).with_error(pointer, "not-yours-to-say", detail)
    };
    let Some(wanted) = wanted else {
        let kind = if subject.is_system() { OriginKind::Api } else { OriginKind::Portal };
        return Ok(Origin { kind, reference: None });
    };
    if subject.is_system() {
        return Ok(wanted);
    }
    if wanted.kind == OriginKind::Mail {
        return Err(refused("/origin/kind", "Only a machine client says that a case came of a mail."));
    }
    if wanted.reference.is_some() {
        return Err(refused("/origin/reference", "Only a machine client says what a case came of."));
    }
    Ok(wanted)
}

async fn existing(desk: &Desk, id: &str) -> Result<Option<(std::sync::Arc<Case>, u64)>, Problem> {
    let loaded = desk.handle.load::<Case>(id).await.map_err(store)?;
    Ok(loaded.filter(|(case, _)| case.exists()))
}

async fn take_number(handle: &TenantHandle, prefix: &str, actor: &str) -> Result<String, Problem> {
    let context = CommandContext { actor: actor.into(), ..CommandContext::default() };
    let taken = handle
        .execute::<CaseNumbers, u64, Problem, _>(prefix, context, |numbers, _| {
            Ok::<casewright_journal::Decision<CaseNumbersEvent, u64>, Problem>(numbers.take())
        })
        .await
        .map_err(problem_of)?;
    Ok(number::text(prefix, taken.answer))
}

/// Reads a case, by id or by number.
#[utoipa::path(get, path = "/api/v1/cases/{id}", tag = "cases", params(("id" = String, Path, description = "Id or number")),
    responses((status = 200, body = CaseBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, version) = case_for(&state, &subject, "read", &id).await?;
    Ok(answer(&state, StatusCode::OK, &case, version))
}

/// The id of a case named by its number; what is not a number is an id.
pub(crate) async fn resolve(state: &CaseApiState, subject: &Subject, id: String) -> Result<String, Problem> {
    if Uuid::parse_str(&id).is_ok() {
        return Ok(id);
    }
    let mut query = Query::new(VIEW, Filter::Eq("number".into(), Value::from(id.as_str())));
    query.limit = Some(1);
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    Ok(page.rows.into_iter().next().map_or(id, |(id, _)| id.to_string()))
}

/// A merge patch (RFC 7396): what is absent stays, null removes.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PatchCase {
    title: Option<String>,
    #[schema(value_type = Option<Object>)]
    fields: Option<Map<String, Value>>,
    priority: Option<i32>,
    /// User id; `me` is the caller; null takes the assignee away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignee: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    queue: Option<Option<String>>,
    status: Option<String>,
    /// Why the status changes; only together with `status`.
    reason: Option<String>,
    /// What becomes of open work when `status` closes the case; `refuse` when absent. See `POST .../close`.
    open_work: Option<OnOpenWork>,
    stage: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Requester>)]
    requester: Option<Option<Requester>>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Instant>)]
    due_at: Option<Option<Instant>>,
    labels: Option<Vec<String>>,
    /// Only null: somebody has looked after the problem.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Object>)]
    problem: Option<Option<()>>,
}

/// Tells null from absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Changes a case.
#[utoipa::path(patch, path = "/api/v1/cases/{id}", tag = "cases", request_body = PatchCase,
    params(("id" = String, Path, description = "Id or number"), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 200, body = CaseBody), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn patch(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<PatchCase>,
) -> Result<Response, Problem> {
    let id = resolve(&state, &subject, id).await?;
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    reserved::refuse(body.fields.iter().flatten().map(|(name, _)| name.as_str()), "/fields")?;
    let desk = state.desk(&subject.tenant);
    let definition = desk.definition_of(&case).await?;
    known_queue(&state, &subject, &definition, body.queue.as_ref().and_then(Option::as_deref)).await?;
    let mut fields = body.fields;
    let documents = match &mut fields {
        Some(fields) => {
            let places = places_of(&definition, fields);
            let attached = Attached { base: "/fields", places, case: Some(&case), known: Some(&case.fields) };
            settle(&state, &subject, fields, attached).await?
        }
        None => Vec::new(),
    };
    let judges = judges(&state, &subject, &definition, body.stage.is_some()).await?;
    let wanted = CasePatch {
        title: body.title,
        fields,
        documents,
        judges,
        priority: body.priority,
        assignee: match body.assignee {
            Some(Some(id)) => Some(Some(assignee(&state, &subject, &id, &Work::Case(&case)).await?)),
            Some(None) => Some(None),
            None => None,
        },
        queue: body.queue,
        status: body.status,
        reason: body.reason,
        closing: Closing { open_work: body.open_work.unwrap_or_default(), within: None },
        stage: body.stage,
        requester: body.requester,
        due_at: body.due_at,
        labels: body.labels,
        problem: body.problem.map(|_| ()),
    };
    let command = Command::by(person(&subject)).expecting(version);
    desk.command(&id, command, move |case, definition, by, at| decide::patch(case, definition, &wanted, by, at))
        .await?;
    let (case, version) = desk.case(&id).await?;
    Ok(answer(&state, StatusCode::OK, &case, version))
}

/// By what a patch is judged: the forms of the stages, when a person moves the case.
async fn judges(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    is_move: bool,
) -> Result<Judges, Problem> {
    let mut judges = Judges { by_person: !subject.is_system(), ..Judges::default() };
    if !judges.by_person || !is_move {
        return Ok(judges);
    }
    for (stage, key) in &definition.stage_forms {
        if let Some((form, _)) = forms::load(state, subject, key).await? {
            judges.stage_forms.insert(stage.clone(), form.schema.clone());
        }
    }
    Ok(judges)
}

pub(crate) fn answer(state: &CaseApiState, status: StatusCode, case: &Case, version: u64) -> Response {
    let body = CaseBody::of(case, version, state.journal().clock().now());
    (status, [(header::ETAG, etag(version))], Json(body)).into_response()
}
