//! `/api/v1/cases/{id}/parties`: who and what a case is about, as records in their roles.

use super::access::{case_for, own_key};
use super::error::store;
use super::page::readable;
use super::records::{record_for, seen_by};
use crate::domain::case::decide;
use crate::domain::case::party::CaseParty;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use crate::views::record::RecordRow;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_journal::{Decision, Document, Filter, Query};
use casewright_service::{IdempotencyKey, Json, PageBody, Problem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::HashMap;
use utoipa::ToSchema;
use uuid::Uuid;

/// A record in its role in a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartyBody {
    id: String,
    role: String,
    record: PartyRecord,
}

/// The record of a party.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PartyRecord {
    id: String,
    /// Key of its type.
    #[serde(rename = "type")]
    record_type: String,
    title: String,
}

/// A record that gets a role.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddParty {
    /// In the words of the organisation, 1 to 60 characters: `claimant`.
    role: String,
    /// Id of a record.
    record: String,
}

/// Records that have a role in the case and that the caller may see; of others nothing is told.
#[utoipa::path(get, path = "/api/v1/cases/{id}/parties", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<PartyBody>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<PartyBody>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let records = records_of(&state, &subject, &case.parties).await?;
    let body = |party: &CaseParty| {
        let record = records.get(&party.record)?.clone();
        Some(PartyBody { id: party.id.clone(), role: party.role.clone(), record })
    };
    Ok(Json(PageBody { items: case.parties.iter().filter_map(body).collect(), next_cursor: None, total: None }))
}

/// The records of these parties that the caller may see, by their ids.
async fn records_of(
    state: &CaseApiState,
    subject: &Subject,
    parties: &[CaseParty],
) -> Result<HashMap<String, PartyRecord>, Problem> {
    if parties.is_empty() {
        return Ok(HashMap::new());
    }
    let policy = match seen_by(state, subject).await {
        Ok(policy) => policy,
        // Who may see no records at all sees the case without them.
        Err(problem) if problem.status < 500 => return Ok(HashMap::new()),
        Err(problem) => return Err(problem),
    };
    let ids = parties.iter().map(|party| Value::from(party.record.as_str())).collect();
    let of_case = Filter::In(RecordRow::ID.into(), ids);
    let query = Query::new(RecordRow::VIEW, Filter::And(vec![policy, of_case]));
    let page = state.tenant(&subject.tenant).query(&query).await.map_err(store)?;
    let read = |(id, row): &(SmolStr, Document)| {
        let RecordRow { id, record_type, title, .. } = readable(RecordRow::VIEW, id, RecordRow::read(row))?;
        Some((id.clone(), PartyRecord { id, record_type, title }))
    };
    Ok(page.rows.iter().filter_map(read).collect())
}

/// Gives a record a role in the case. 201; 200 when it had that role before.
#[utoipa::path(post, path = "/api/v1/cases/{id}/parties", tag = "cases", params(("id" = String, Path)), request_body = AddParty,
    responses((status = 201, body = PartyBody), (status = 200, body = PartyBody), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<AddParty>,
) -> Result<Response, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    let unknown = || {
        let problem = Problem::unprocessable("unknown-record", "There is no such record, or you may not see it.");
        problem.with_error("/record", "unknown-record", "not a record")
    };
    record_for(&state, &subject, "read", &body.record).await.map_err(|_| unknown())?;
    let party_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("party:{id}"), Uuid::now_v7())
        .to_string();
    let party = CaseParty { id: party_id, role: body.role.trim().to_owned(), record: body.record };
    let wanted = party.clone();
    let committed = state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            let Decision { events, answer: () } = decide::add_party(case, definition, &wanted, by, at)?;
            Ok(Decision { answer: !events.is_empty(), events })
        })
        .await?;
    let (case, _) = state.cases(&subject.tenant).case(&id).await?;
    let is_it = |known: &&CaseParty| (&known.role, &known.record) == (&party.role, &party.record);
    let made = case.parties.iter().find(is_it).ok_or_else(unknown)?;
    let answer = seen(&state, &subject, made).await?.ok_or_else(unknown)?;
    let status = if committed.answer { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(answer)).into_response())
}

/// Takes a record out of the case.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/parties/{partyId}", tag = "cases",
    params(("id" = String, Path), ("partyId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, party_id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    let missing = || Problem::not_found("There is no such record in this case.");
    let known = case.parties.iter().find(|party| party.id == party_id).ok_or_else(missing)?;
    // One that the caller may not see is not there.
    seen(&state, &subject, known).await?.ok_or_else(missing)?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::remove_party(case, definition, &party_id, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The party, when its record is the caller's to see.
async fn seen(state: &CaseApiState, subject: &Subject, party: &CaseParty) -> Result<Option<PartyBody>, Problem> {
    let record = match record_for(state, subject, "read", &party.record).await {
        Ok(seen) => seen.record,
        Err(problem) if problem.status < 500 => return Ok(None),
        Err(problem) => return Err(problem),
    };
    let record =
        PartyRecord { id: party.record.clone(), record_type: record.record_type.clone(), title: record.title.clone() };
    Ok(Some(PartyBody { id: party.id.clone(), role: party.role.clone(), record }))
}
