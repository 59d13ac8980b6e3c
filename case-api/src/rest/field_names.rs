//! People and cases that fields name: each is looked up where a request comes in, and the field says who or what it is.
//!
//! A field keeps of another case its id and its number, never more: who reads this case need not be allowed to read that one.

use super::access::case_for;
use super::cases::resolve;
use super::error::{invalid, store};
use crate::directory;
use crate::domain::case::Case;
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::field::model::{FieldDefinition, FieldType};
use crate::domain::definition::value::pointer;
use crate::state::CaseApiState;
use casewright_access::Subject;
use casewright_forms::FieldFault;
use casewright_service::Problem;
use http::StatusCode;
use serde_json::{Map, Value, json};

/// Replaces what names a person by `{id, name}` and what names a case by `{id, number}`. What `case` has already stays as it is:
/// whoever it names may be gone, or be none of the caller's business.
///
/// # Errors
/// 422 `invalid-case` with a pointer for each that is not there, or may not be named.
pub(crate) async fn settle(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    fields: &mut Map<String, Value>,
    case: Option<&Case>,
) -> Result<(), Problem> {
    let mut faults = Vec::new();
    for field in &definition.fields {
        let Some(value) = fields.get_mut(&field.key).filter(|value| !value.is_null()) else {
            continue;
        };
        let before = case.and_then(|case| case.fields.get(&field.key));
        let found = match field.kind {
            FieldType::Person => person(state, subject, value, before).await?,
            FieldType::Reference => other_case(state, subject, field, value, before).await?,
            _ => continue,
        };
        match found {
            Ok(settled) => *value = settled,
            Err(Wrong { code, detail }) => faults.push(FieldFault::new(&pointer(&field.key), code, detail)),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(invalid("invalid-case", faults)) }
}

/// Why something cannot be named.
struct Wrong {
    code: &'static str,
    detail: &'static str,
}

/// A text as it is, or a member of an object.
fn named<'a>(value: &'a Value, members: &[&str]) -> Option<&'a str> {
    let text = value.as_str().or_else(|| members.iter().find_map(|member| value.get(member)?.as_str()));
    text.map(str::trim).filter(|text| !text.is_empty() && text.len() <= 256)
}

fn is_same(before: Option<&Value>, member: &str, named: &str) -> bool {
    before.and_then(|before| before.get(member)).and_then(Value::as_str) == Some(named)
}

async fn person(
    state: &CaseApiState,
    subject: &Subject,
    value: &Value,
    before: Option<&Value>,
) -> Result<Result<Value, Wrong>, Problem> {
    let Some(id) = named(value, &["id"]) else {
        return Ok(Err(Wrong { code: "type", detail: "a user is expected: the id, or {\"id\": \"anna\"}" }));
    };
    let id = if id == "me" { subject.id.as_str() } else { id };
    if let Some(before) = before.filter(|_| is_same(before, "id", id)) {
        return Ok(Ok(before.clone()));
    }
    let account = directory::account(&state.tenant(&subject.tenant), &subject.tenant, id).await.map_err(store)?;
    Ok(match account.filter(|account| account.enabled) {
        Some(account) => Ok(json!({"id": account.subject.id, "name": account.subject.name})),
        None => Err(Wrong { code: "unknown-user", detail: "there is no such user" }),
    })
}

async fn other_case(
    state: &CaseApiState,
    subject: &Subject,
    field: &FieldDefinition,
    value: &Value,
    before: Option<&Value>,
) -> Result<Result<Value, Wrong>, Problem> {
    let Some(name) = named(value, &["id", "number"]) else {
        return Ok(Err(Wrong { code: "type", detail: "a case is expected: its id or its number" }));
    };
    if let Some(before) = before.filter(|_| is_same(before, "id", name) || is_same(before, "number", name)) {
        return Ok(Ok(before.clone()));
    }
    let id = resolve(state, subject, name.to_owned()).await?;
    let other = match case_for(state, subject, "read", &id).await {
        Ok((other, _)) => other,
        Err(problem)
            if [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN]
                .iter()
                .any(|status| problem.status == status.as_u16()) =>
        {
            return Ok(Err(Wrong { code: "unknown-case", detail: "there is no such case, or you may not see it" }));
        }
        Err(problem) => return Err(problem),
    };
    if field.definition.as_ref().is_some_and(|wanted| *wanted != other.definition) {
        return Ok(Err(Wrong { code: "other-definition", detail: "a case of another type is expected" }));
    }
    Ok(Ok(json!({"id": other.id, "number": other.number})))
}
