//! `/api/v1/cases/{id}/duplicates` and `/api/v1/cases/duplicates`: cases that may be the same as another one, and why. They are told, and
//! nothing is done about them: people link, merge, or say that it is none.

use super::access::case_for;
use super::error::{room_problem, store};
use super::page::readable;
use crate::domain::case::{Case, decide};
use crate::domain::definition::CaseDefinition;
use crate::domain::definition::duplicates::{likeness_of, telling};
use crate::domain::person::Requester;
use crate::repository::Command;
use crate::state::{CaseApiState, person};
use crate::views::case::{CaseDigestRow, CaseListRow};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Resource, Subject};
use casewright_contracts::CaseRowColumns;
use casewright_instant::Instant;
use casewright_journal::{Filter, Query, Sort, TenantHandle};
use casewright_service::instant::InstantSchema;
use casewright_service::{Json, PageBody, Problem};
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// The newest cases of a requester that are compared.
const COMPARED: u64 = 200;
/// Files of a case that are compared.
const MOST_FILES: usize = 50;
/// Cases with the same files that are looked at.
const LOOKED_AT: u64 = 1_000;
/// Cases that are told, those with the same file first, then the most alike.
const TOLD: usize = 5;

/// A case that may be the same.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Duplicate {
    id: String,
    number: String,
    title: String,
    stage_name: String,
    status_name: String,
    /// `open`, `paused` or `closed`.
    status_kind: String,
    #[serde(with = "casewright_instant::rfc3339")]
    #[schema(value_type = InstantSchema)]
    created_at: Instant,
    /// How alike the titles are: 0 to 1.
    likeness: f64,
    /// Why it may be the same; one at least.
    reasons: Vec<DuplicateReason>,
}

/// Why a case may be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum DuplicateReason {
    /// One requester, and titles that are alike.
    SameRequester,
    /// It has a file with the same bytes, which it calls so.
    SameAttachment { name: String },
}

/// A case that is about to be created.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DraftCase {
    /// Key of the case definition.
    definition: String,
    title: String,
    requester: Option<Requester>,
    /// Ids of files of the caller's that it is to have.
    #[serde(default)]
    files: Vec<String>,
}

/// What is looked for.
struct Wanted<'a> {
    title: &'a str,
    requester: Option<&'a Requester>,
    /// SHA-256 of its files.
    digests: BTreeSet<String>,
    /// When the case was created, or is.
    at: Timestamp,
    /// Ids of cases that it is not the same as.
    but: BTreeSet<String>,
}

/// Cases that may be the same as this one, those with the same file first, then the most alike; those that are linked with it, and those that somebody said are none,
/// are left out.
#[utoipa::path(get, path = "/api/v1/cases/{id}/duplicates", tag = "cases", params(("id" = String, Path)),
    responses((status = 200, body = PageBody<Duplicate>), (status = 404, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let (case, _) = case_for(&state, &subject, "read", &id).await?;
    let definition = state.cases(&subject.tenant).definition_of(&case).await?;
    let linked = case.links.iter().map(|link| link.other.clone());
    let but = linked.chain(case.no_duplicates.iter().cloned()).chain([case.id.clone()]).collect();
    let digests = case.digests().map(|digest| digest.sha256).take(MOST_FILES).collect();
    let (requester, at) = (case.requester.as_ref(), case.created_at);
    let wanted = Wanted { title: &case.title, requester, digests, at, but };
    page(&state, &subject, &definition, wanted).await
}

/// Cases that may be the same as one that is about to be created.
#[utoipa::path(post, path = "/api/v1/cases/duplicates", tag = "cases", request_body = DraftCase,
    responses((status = 200, body = PageBody<Duplicate>), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn of_draft(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Json(draft): Json<DraftCase>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let resource = Resource::kind("case").with(json!({"definition": draft.definition, "queue": null}));
    state.access().authorize(&subject, "create", &resource).await?;
    let definition = state.cases(&subject.tenant).definition(&draft.definition, None).await?.ok_or_else(|| {
        let detail = "There is no such case definition.";
        Problem::unprocessable("unknown-definition", detail).with_error("/definition", "unknown-definition", detail)
    })?;
    let at = state.journal().clock().now();
    let digests = digests_of(&state, &subject, &draft.files).await?;
    let requester = draft.requester.as_ref();
    let wanted = Wanted { title: &draft.title, requester, digests, at, but: BTreeSet::new() };
    page(&state, &subject, &definition, wanted).await
}

/// What is in these files. One that is not there, or not the caller's, says nothing.
async fn digests_of(state: &CaseApiState, subject: &Subject, files: &[String]) -> Result<BTreeSet<String>, Problem> {
    let mut digests = BTreeSet::new();
    for id in files.iter().take(MOST_FILES) {
        match state.rooms().storage(&subject.tenant).files().get(id).await {
            Ok(file) if file.created_by == subject.id => digests.extend(file.sha256),
            Ok(_) => {}
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(room_problem(&error)),
        }
    }
    Ok(digests)
}

/// Another case is no duplicate of this one: it is not told again.
#[utoipa::path(delete, path = "/api/v1/cases/{id}/duplicates/{otherId}", tag = "cases",
    params(("id" = String, Path), ("otherId" = String, Path)),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn dismiss(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path((id, other)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    case_for(&state, &subject, "update", &id).await?;
    case_for(&state, &subject, "read", &other).await?;
    state
        .cases(&subject.tenant)
        .command(&id, Command::by(person(&subject)), move |case, definition, by, at| {
            decide::dismiss_duplicate(case, definition, &other, by, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn page(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    wanted: Wanted<'_>,
) -> Result<Json<PageBody<Duplicate>>, Problem> {
    let items = found(state, subject, definition, wanted).await?;
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

async fn found(
    state: &CaseApiState,
    subject: &Subject,
    definition: &CaseDefinition,
    wanted: Wanted<'_>,
) -> Result<Vec<Duplicate>, Problem> {
    let policy = definition.duplicates;
    if policy.within_days == 0 {
        return Ok(Vec::new());
    }
    let span = SignedDuration::from_hours(24 * i64::from(policy.within_days));
    let edge = |at: Result<Timestamp, jiff::Error>, otherwise: Timestamp| Instant::from(at.unwrap_or(otherwise));
    let comparable = Filter::And(vec![
        state.access().list_filter(subject, "read", "case").await?,
        Filter::Eq(CaseListRow::DEFINITION.into(), Value::from(definition.key.as_str())),
        Filter::Gte(CaseListRow::CREATED_AT.into(), json!(edge(wanted.at.checked_sub(span), Timestamp::MIN).0)),
        Filter::Lte(CaseListRow::CREATED_AT.into(), json!(edge(wanted.at.checked_add(span), Timestamp::MAX).0)),
    ]);
    let looked = Looked { handle: state.tenant(&subject.tenant), comparable, wanted: &wanted };
    let mut found = BTreeMap::new();
    if let Some(same_requester) = wanted.requester.and_then(of_requester) {
        for other in looked.cases(same_requester).await? {
            if likeness_of(wanted.title, &other.shared.title) >= policy.likeness {
                let reasons = vec![DuplicateReason::SameRequester];
                found.insert(other.shared.id.clone(), duplicate(other, wanted.title, reasons));
            }
        }
    }
    for (other, files) in looked.with_same_files().await? {
        let reasons = files.into_iter().map(|name| DuplicateReason::SameAttachment { name });
        let of = found.entry(other.shared.id.clone()).or_insert_with(|| duplicate(other, wanted.title, Vec::new()));
        of.reasons.extend(reasons);
    }
    let mut alike: Vec<Duplicate> = found.into_values().collect();
    let has_file = |one: &Duplicate| one.reasons.iter().any(|reason| *reason != DuplicateReason::SameRequester);
    alike.sort_by(|one, other| {
        has_file(other).cmp(&has_file(one)).then_with(|| other.likeness.total_cmp(&one.likeness))
    });
    alike.truncate(TOLD);
    Ok(alike)
}

fn duplicate(row: CaseListRow, title: &str, reasons: Vec<DuplicateReason>) -> Duplicate {
    Duplicate {
        likeness: likeness_of(title, &row.shared.title),
        id: row.shared.id,
        number: row.shared.number,
        title: row.shared.title,
        stage_name: row.stage_name,
        status_name: row.status_name,
        status_kind: row.status_kind,
        created_at: row.created_at,
        reasons,
    }
}

/// Where is looked.
struct Looked<'a> {
    handle: TenantHandle,
    /// Cases that the caller may see, of the kind and the time.
    comparable: Filter,
    wanted: &'a Wanted<'a>,
}

impl Looked<'_> {
    /// The newest of the comparable cases that are like this.
    async fn cases(&self, like: Filter) -> Result<Vec<CaseListRow>, Problem> {
        let mut query = Query::new(CaseListRow::VIEW, Filter::And(vec![self.comparable.clone(), like]));
        query.sort = vec![Sort { field: CaseListRow::CREATED_AT.into(), descending: true }];
        query.limit = Some(COMPARED);
        let rows = self.handle.query(&query).await.map_err(store)?.rows;
        let rows = rows.iter().filter_map(|(id, row)| readable(CaseListRow::VIEW, id, CaseListRow::read(row)));
        Ok(rows.filter(|row| row.merged_into.is_none() && !self.wanted.but.contains(&row.shared.id)).collect())
    }

    /// Cases that have one of the files as well, each with what it calls them.
    async fn with_same_files(&self) -> Result<Vec<(CaseListRow, Vec<String>)>, Problem> {
        if self.wanted.digests.is_empty() {
            return Ok(Vec::new());
        }
        let digests = self.wanted.digests.iter().map(|digest| Value::from(digest.as_str())).collect();
        let mut query = Query::new(CaseDigestRow::VIEW, Filter::In(CaseDigestRow::SHA256.into(), digests));
        query.limit = Some(LOOKED_AT);
        let rows = self.handle.query(&query).await.map_err(store)?.rows;
        let pairs = rows.iter().filter_map(|(_, row)| {
            Some((CaseDigestRow::SHA256.text(row)?.to_owned(), CaseDigestRow::CASE_ID.text(row)?.to_owned()))
        });
        let ids = telling(pairs, &self.wanted.but);
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let like = Filter::In(CaseListRow::ID.into(), ids.into_iter().map(Value::from).collect());
        let mut all = Vec::new();
        for row in self.cases(like).await? {
            // The row of a file stays when the file goes: the case says what it has.
            let Some((case, _)) = self.handle.load::<Case>(&row.shared.id).await.map_err(store)? else {
                continue;
            };
            let same = case.digests().filter(|digest| self.wanted.digests.contains(&digest.sha256));
            let names: BTreeSet<String> = same.map(|digest| digest.name).collect();
            if !names.is_empty() {
                all.push((row, names.into_iter().collect()));
            }
        }
        Ok(all)
    }
}

/// Cases of the same requester: by address, else by name. None: nobody is named.
fn of_requester(requester: &Requester) -> Option<Filter> {
    let Requester { name, email } = requester.clone().trimmed()?;
    match (email, name) {
        (Some(email), _) => Some(Filter::EqIgnoreCase(CaseListRow::REQUESTER_EMAIL.into(), email)),
        (None, Some(name)) => Some(Filter::EqIgnoreCase(CaseListRow::REQUESTER_TEXT.into(), name)),
        (None, None) => None,
    }
}
