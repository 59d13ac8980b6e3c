//! Creates cases.

use super::CaseBody;
use super::answer;
use crate::domain::case::Case;
use crate::domain::case::decide::{self, CaseRejection, NewCase};
use crate::domain::case::document::CaseDocument;
use crate::domain::definition::CaseDefinition;
use crate::domain::number::{self, CaseNumbers, CaseNumbersEvent};
use crate::domain::person::{Origin, OriginKind, Requester};
use crate::repository::{CaseError, CaseRepository, Command};
use crate::rest::access::{case_resource, own_key};
use crate::rest::attached::{Attached, places_of, settle};
use crate::rest::error::{invalid, store};
use crate::rest::forms;
use crate::rest::references::{Work, assignee, known_queue};
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
        return Ok(answer(&state, StatusCode::OK, &case, version));
    }
    let definition = cases.definition(&body.definition, None).await?.ok_or_else(|| {
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
    let empty = Case::empty(&AggregateKey::new(&subject.tenant, Case::KIND, &id));
    let wished = decide::create(&empty, &definition, &NewCase { number: "?".to_owned(), ..new.clone() }, &by, now);
    all_faults(form_faults, wished.err())?;
    let number = take_number(&cases.handle, &definition.case_number_prefix, &by.id).await?;
    let new = NewCase { number, ..new };
    let committed = cases
        .command_with(&id, definition, Command::by(by), move |case, definition, by, at| {
            decide::create(case, definition, &new, by, at)
        })
        .await?;
    let (case, version) = cases.case(&id).await?;
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
        match casewright_forms::judge_new(&form.schema, &fields) {
            Ok(passed) => fields = passed,
            Err(found) => faults = found,
        }
        places.extend(casewright_forms::reference::places(&form.schema, &fields));
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

async fn existing(cases: &CaseRepository, id: &str) -> Result<Option<(Arc<Case>, u64)>, Problem> {
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
