//! `/api/v1/saved-views`: lists of cases that people keep, share and come back to.

use super::cases::list::found;
use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use super::shared::{self, Most, gone, shared_for};
use crate::domain::case_filter::CaseFilter;
use crate::domain::person::Person;
use crate::domain::saved_view::{Choices, Layout, SavedView, SavedViewContent};
use crate::domain::shared::{Audience, SharedContent};
use crate::state::CaseApiState;
use crate::views::saved_view::{SavedViewRow, ShownRow, ShownRowColumns};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject, problem_of};
use casewright_journal::{CommandContext, Filter, Query, Sort};
use casewright_service::{IdempotencyKey, IfMatch, Json, MOST_COUNTED, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

/// How many one person may have: enough for whoever orders their work by them, too few to fill the organisation's list.
const MOST: u64 = 200;

/// A saved view, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedViewBody {
    id: String,
    name: String,
    /// Who made it.
    owner: Person,
    audience: Audience,
    /// As `GET /api/v1/cases` takes them; what narrows nothing is left out.
    #[schema(value_type = BTreeMap<String, String>)]
    filters: CaseFilter,
    /// Ids of columns in their order; none: those that the list shows by itself.
    columns: Vec<String>,
    layout: Layout,
    /// The caller has it beside their list.
    is_pinned: bool,
    /// The caller's list of cases begins with it.
    is_default: bool,
    /// The caller may change and delete it.
    is_changeable: bool,
    /// How many cases the caller finds in it; null where it was not asked for.
    count: Option<u64>,
    updated_at: Option<String>,
    version: u64,
}

/// What a view is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveView {
    name: String,
    /// Nobody but the owner when absent. Anything else takes the right to share.
    #[serde(default)]
    audience: Audience,
    /// As `GET /api/v1/cases` takes them.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    filters: Map<String, Value>,
    #[serde(default)]
    columns: Vec<String>,
    #[serde(default)]
    layout: Layout,
}

impl SaveView {
    fn content(self) -> Result<SavedViewContent, Problem> {
        let (filters, mut faults) = match CaseFilter::of_members(&self.filters, "/filters") {
            Ok(filters) => (filters, Vec::new()),
            Err(faults) => (CaseFilter::default(), faults),
        };
        let name = self.name.trim().to_owned();
        let content =
            SavedViewContent { name, audience: self.audience, filters, columns: self.columns, layout: self.layout };
        faults.extend(content.faults());
        match faults.is_empty() {
            true => Ok(content),
            false => Err(invalid("invalid-saved-view", faults)),
        }
    }
}

/// Which views, and what of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Those that the caller has pinned, in their order, on one page.
    #[serde(default)]
    pinned: bool,
    /// With the number of cases in each.
    #[serde(default)]
    counts: bool,
}

/// The caller's own views by name, and those that are shared with them.
#[utoipa::path(get, path = "/api/v1/saved-views", tag = "saved-views", params(Wanted, PageParams),
    responses((status = 200, body = PageBody<SavedViewBody>), (status = 403, body = Problem)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    mut params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<Wanted>,
) -> Result<Json<PageBody<SavedViewBody>>, Problem> {
    let mut filter = vec![state.access().list_filter(&subject, "read", "saved-view").await?];
    let reader = Reader::of(&state, &subject, wanted.counts).await?;
    let pinned = &reader.choices.pinned;
    if wanted.pinned {
        filter.push(Filter::In(SavedViewRow::ID.into(), pinned.iter().map(|id| Value::from(id.as_str())).collect()));
        params.limit = params.limit.max(pinned.len() as u64);
    }
    let mut query = Query::new(SavedViewRow::VIEW, Filter::And(filter));
    query.sort = vec![Sort { field: SavedViewRow::NAME.into(), descending: false }];
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, row) in &rows.rows {
        let Some(SavedViewRow { shown, owner, .. }) = readable(SavedViewRow::VIEW, id, SavedViewRow::read(row)) else {
            continue;
        };
        let ShownRow { updated_at, version, .. } = shown;
        let view = SavedView { content: shown.content(), owner: Some(owner), updated_at: Some(updated_at) };
        items.push(reader.body(id, &view, version).await?);
    }
    if wanted.pinned {
        items.sort_by_key(|item| pinned.iter().position(|id| *id == item.id));
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// A view that the caller sees.
#[utoipa::path(get, path = "/api/v1/saved-views/{id}", tag = "saved-views", params(("id" = String, Path)),
    responses((status = 200, body = SavedViewBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    shared_for::<SavedViewContent>(&state, &subject, "read", &id).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Keeps a view; it is the caller's.
#[utoipa::path(post, path = "/api/v1/saved-views", tag = "saved-views", request_body = SaveView,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same view")),
    responses((status = 201, body = SavedViewBody), (status = 200, body = SavedViewBody, description = "It was created before"),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<SaveView>,
) -> Result<Response, Problem> {
    let content = body.content()?;
    shared::may_create(&state, &subject, &content).await?;
    let most = Most { count: MOST, code: "too-many-saved-views" };
    let (id, status) = shared::create(&state, &subject, &key, content, most).await?;
    answer(&state, &subject, status, &id).await
}

/// Gives a view another content.
#[utoipa::path(put, path = "/api/v1/saved-views/{id}", tag = "saved-views",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = SaveView,
    responses((status = 200, body = SavedViewBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<SaveView>,
) -> Result<Response, Problem> {
    let (present, _) = shared_for(&state, &subject, "update", &id).await?;
    shared::change(&state, &subject, &id, version, &present, body.content()?).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Deletes a view, for everybody it was shared with.
#[utoipa::path(delete, path = "/api/v1/saved-views/{id}", tag = "saved-views",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    shared::remove::<SavedViewContent>(&state, &subject, &id, version).await
}

/// Which views the caller has pinned, and which one their list begins with.
#[utoipa::path(get, path = "/api/v1/saved-view-choices", tag = "saved-views", responses((status = 200, body = Choices)))]
pub(crate) async fn chosen(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
) -> Result<Response, Problem> {
    let (choices, version) = choices(&state, &subject).await?;
    Ok(([(header::ETAG, etag(version))], Json(choices)).into_response())
}

/// Chooses which views the caller has pinned, and which one their list begins with.
#[utoipa::path(put, path = "/api/v1/saved-view-choices", tag = "saved-views",
    params(("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = Choices,
    responses((status = 200, body = Choices), (status = 404, body = Problem), (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn choose(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    IfMatch(version): IfMatch,
    Json(wished): Json<Choices>,
) -> Result<Response, Problem> {
    let faults = wished.faults();
    if !faults.is_empty() {
        return Err(invalid("invalid-choices", faults));
    }
    let (present, _) = choices(&state, &subject).await?;
    for id in wished.pinned.iter().chain(&wished.default) {
        // What was chosen before may be gone by now; it is no reason to refuse the next choice.
        if !present.pinned.contains(id) && present.default.as_ref() != Some(id) {
            shared_for::<SavedViewContent>(&state, &subject, "read", id).await?;
        }
    }
    let context =
        CommandContext { actor: subject.actor().id.into(), expected_version: version, ..CommandContext::default() };
    let chosen = wished.clone();
    let committed = state
        .tenant(&subject.tenant)
        .execute::<Choices, (), Problem, _>(&subject.id, context, move |present, _| Ok(present.choose(&chosen)))
        .await
        .map_err(problem_of)?;
    Ok(([(header::ETAG, etag(committed.version))], Json(wished)).into_response())
}

/// What somebody has chosen, and its version.
async fn choices(state: &CaseApiState, subject: &Subject) -> Result<(Choices, u64), Problem> {
    let loaded = state.tenant(&subject.tenant).load::<Choices>(&subject.id).await.map_err(store)?;
    Ok(loaded.map_or_else(Default::default, |(choices, version)| (choices.as_ref().clone(), version)))
}

/// The view as it is now.
async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<SavedView>(id).await.map_err(store)?;
    let (view, version) = loaded.ok_or_else(gone::<SavedViewContent>)?;
    let body = Reader::of(state, subject, true).await?.body(id, &view, version).await?;
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}

/// Who reads views, and with what.
struct Reader<'a> {
    state: &'a CaseApiState,
    subject: &'a Subject,
    choices: Choices,
    /// What of cases they may see; none: numbers were not asked for.
    cases: Option<Filter>,
}

impl<'a> Reader<'a> {
    async fn of(state: &'a CaseApiState, subject: &'a Subject, counts: bool) -> Result<Self, Problem> {
        let cases = match counts {
            true => Some(state.access().list_filter(subject, "read", "case").await?),
            false => None,
        };
        Ok(Self { state, subject, choices: choices(state, subject).await?.0, cases })
    }

    async fn body(&self, id: &str, view: &SavedView, version: u64) -> Result<SavedViewBody, Problem> {
        let SavedViewContent { name, audience, filters, columns, layout } = view.content.clone();
        let count = match &self.cases {
            Some(policy) => Some(self.count(&filters, policy.clone()).await?),
            None => None,
        };
        Ok(SavedViewBody {
            is_pinned: self.choices.pinned.iter().any(|pinned| pinned == id),
            is_default: self.choices.default.as_deref() == Some(id),
            is_changeable: shared::is_changeable(self.state, self.subject, id, view).await,
            id: id.to_owned(),
            name,
            owner: view.owner.clone().ok_or_else(gone::<SavedViewContent>)?,
            audience,
            filters,
            columns,
            layout,
            count,
            updated_at: view.updated_at.map(|at| at.to_string()),
            version,
        })
    }

    /// As many as the list behind it has for this reader, counted as far as lists are.
    async fn count(&self, filter: &CaseFilter, policy: Filter) -> Result<u64, Problem> {
        let query = found(filter, self.subject, policy);
        self.state.tenant(&self.subject.tenant).count_up_to(&query, MOST_COUNTED).await.map_err(store)
    }
}
