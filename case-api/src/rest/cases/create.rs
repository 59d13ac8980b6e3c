//! Creates cases.

use super::CaseBody;
use super::answer;
use crate::domain::case::Case;
use crate::domain::case::decide::{self, CaseRejection, NewCase, Route, Split};
use crate::domain::case::document::CaseDocument;
use crate::domain::definition::CaseDefinition;
use crate::domain::number::{self, CaseNumbers, CaseNumbersEvent};
use crate::domain::person::{Origin, OriginKind, Requester};
use crate::domain::routing::RoutingMoment;
use crate::gate::access::{case_resource, own_key};
use crate::gate::references::{Work, assignee, known_queue};
use crate::repository::{CaseError, CaseRepository, Command};
use crate::rest::attached::{Attached, places_of, settle};
use crate::rest::error::{invalid, store};
use crate::rest::field_names;
use crate::rest::forms;
use crate::routing::place::{Asked, Known, NewFacts, find};
use crate::state::{CaseApiState, person};
use axum::extract::State;
use axum::response::Response;
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_forms::FieldFault;
use casewright_journal::{Aggregate, AggregateKey, CommandContext, Decision, TenantHandle};
use casewright_service::{IdempotencyKey, Json, Problem, reserved};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use utoipa::ToSchema;
use uuid::Uuid;

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
    let cases = state.cases(&subject.tenant);
    let origin = origin(&subject, body.origin)?;
    let id = own_key(&key, &subject).aggregate_id(subject.tenant.as_str(), "case", Uuid::now_v7()).to_string();
    if let Some((case, version)) = existing(&cases, &id).await? {
        // It may have become a case that its creator may not see.
        let readable = state.access().authorize(&subject, "read", &case_resource(&case)).await;
        readable.map_err(|_| Problem::not_found("There is no such case."))?;
        return answer(&state, &subject, StatusCode::OK, &case, version).await;
    }
    let definition = cases.definition(&body.definition, None).await?.ok_or_else(|| {
        Problem::unprocessable("unknown-definition", "There is no such case definition.").with_error(
            "/definition",
            "unknown-definition",
            "not a case definition",
        )
    })?;
    if cases.is_archived(&body.definition).await? {
        return Err(Problem::conflict("definition-archived", "No case begins by this definition any more."));
    }
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
        route: None,
        requester: body.requester,
        origin,
        split: None,
    };
    all_faults(form_faults, as_it_would_be(&state, &subject, &id, &definition, &new).err())?;
    let Created { case, version, is_new } = numbered(&state, &subject, &id, definition, new).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer(&state, &subject, status, &case, version).await
}

/// A case that was created, now or before.
pub(crate) struct Created {
    pub(crate) case: Arc<Case>,
    pub(crate) version: u64,
    pub(crate) is_new: bool,
}

/// A case to be made of a part of another one.
pub(crate) struct NewWish {
    pub(crate) title: String,
    pub(crate) requester: Option<Requester>,
    pub(crate) documents: Vec<CaseDocument>,
    pub(crate) origin: Origin,
    pub(crate) split: Split,
}

/// Creates a case of a part of another one: nobody fills in a form for it, so what the definition requires may be open yet.
pub(crate) async fn create_case(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    definition: Arc<CaseDefinition>,
    wish: NewWish,
) -> Result<Created, Problem> {
    let new = NewCase {
        number: String::new(),
        title: wish.title,
        fields: Map::new(),
        priority: None,
        assignee: None,
        queue: None,
        route: None,
        requester: wish.requester,
        origin: wish.origin,
        documents: wish.documents,
        by_person: false,
        split: Some(wish.split),
    };
    as_it_would_be(state, subject, id, &definition, &new).map_err(CaseError::Rejected)?;
    numbered(state, subject, id, definition, new).await
}

/// What is refused is so before a number is spent on it.
fn as_it_would_be(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    definition: &CaseDefinition,
    new: &NewCase,
) -> Result<(), CaseRejection> {
    let empty = Case::empty(&AggregateKey::new(&subject.tenant, Case::KIND, id));
    let new = NewCase { number: "?".to_owned(), ..new.clone() };
    decide::create(&empty, definition, &new, &person(subject), state.journal().clock().now()).map(drop)
}

/// The case under the next number of its definition.
async fn numbered(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    definition: Arc<CaseDefinition>,
    new: NewCase,
) -> Result<Created, Problem> {
    let (cases, by) = (state.cases(&subject.tenant), person(subject));
    let number = take_number(&cases.handle, &definition.case_number_prefix, &by.id).await?;
    let route = routed(state, subject, &definition, &new).await?;
    let new = NewCase { number, route, ..new };
    let committed = cases
        .command_with(id, definition, Command::by(by), move |case, definition, by, at| {
            decide::create(case, definition, &new, by, at)
        })
        .await?;
    let (case, version) = cases.case(id).await?;
    Ok(Created { case, version, is_new: committed.answer })
}

/// Where rules say that it goes. Whoever creates it may say so themselves.
async fn routed(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    new: &NewCase,
) -> Result<Option<Route>, Problem> {
    if new.queue.is_some() || new.assignee.is_some() {
        return Ok(None);
    }
    let facts = NewFacts {
        title: &new.title,
        priority: new.priority.unwrap_or(50),
        fields: &new.fields,
        origin: json!(new.origin.kind),
        requester: json!(new.requester),
    };
    let asked = Asked { definition, case: Known::New(facts), moment: RoutingMoment::Created, mail: None };
    Ok(find(state, &subject.tenant, asked, None).await.map_err(store)?.route)
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
        match casewright_forms::judge_new(&form.schema, &fields) {
            Ok(passed) => fields = passed,
            Err(found) => faults = found,
        }
        places.extend(casewright_forms::reference::places(&form.schema, &fields));
        places.sort();
        places.dedup();
    }
    // People, cases and files are looked up only for what may be stored.
    if !faults.is_empty() {
        return Ok((fields, Vec::new(), faults));
    }
    field_names::settle(state, subject, definition, &mut fields, None).await?;
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

pub(crate) async fn existing(cases: &CaseRepository, id: &str) -> Result<Option<(Arc<Case>, u64)>, Problem> {
    let loaded = cases.handle.load::<Case>(id).await.map_err(store)?;
    Ok(loaded.filter(|(case, _)| case.exists()))
}

async fn take_number(handle: &TenantHandle, prefix: &str, actor: &str) -> Result<String, Problem> {
    let context = CommandContext { actor: actor.into(), ..CommandContext::default() };
    let taken = handle
        .execute::<CaseNumbers, u64, Problem, _>(prefix, context, |numbers, _| {
            Ok::<Decision<CaseNumbersEvent, u64>, Problem>(numbers.take())
        })
        .await
        .map_err(problem_of)?;
    Ok(number::text(prefix, taken.answer))
}
