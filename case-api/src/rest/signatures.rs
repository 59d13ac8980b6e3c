//! `/api/v1/signatures`: what stands below mails, a person's own and a team's; `/api/v1/cases/{id}/signatures`: those for a mail of a case.

use super::access::case_for;
use super::cases::CaseBody;
use super::error::store;
use super::mail_rendering::{known, language_of};
use super::page::{page, page_body, readable};
use super::shared::{self, Most, gone, shared_for};
use crate::domain::mail_template::fill;
use crate::domain::person::Person;
use crate::domain::shared::{Audience, Shared, SharedContent};
use crate::domain::signature::{Signature, SignatureContent};
use crate::state::CaseApiState;
use crate::views::signature::{ShownSignatureRow, ShownSignatureRowColumns, SignatureRow};
use crate::working_time::WorkingTimes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_journal::{Query, Sort};
use casewright_service::{IdempotencyKey, IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// How many one person may have.
const MOST: u64 = 100;
/// How many are looked through for a mail.
const LOOKED_AT: u64 = 500;

/// A signature.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignatureBody {
    id: String,
    name: String,
    /// Who made it.
    owner: Person,
    audience: Audience,
    /// Address of the only mailbox it is for.
    mailbox: Option<String>,
    /// By language: `en`, `de`, `pt-br`.
    texts: BTreeMap<String, String>,
    /// The caller may change and delete it.
    is_changeable: bool,
    updated_at: Option<String>,
    version: u64,
}

/// What a signature is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveSignature {
    name: String,
    /// Nobody but the owner when absent. Anything else takes the right to share templates.
    #[serde(default)]
    audience: Audience,
    /// Address of the only mailbox it is for; absent: every mailbox.
    #[serde(default)]
    mailbox: Option<String>,
    /// By language (BCP 47, lower case), with the placeholders of templates: `{{me.name}}`, `{{case.queue}}`, ...
    texts: BTreeMap<String, String>,
}

/// A signature filled in for a mail.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RenderedSignature {
    id: String,
    name: String,
    text: String,
}

/// For which mail.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SignedMail {
    /// Address of the mailbox that it leaves from. Absent: only signatures for every mailbox.
    mailbox: Option<String>,
    /// The requester's when absent, which the case's field `language` says, else English; else the nearest there is.
    language: Option<String>,
}

/// The caller's own signatures by name, and those that are shared with them.
#[utoipa::path(get, path = "/api/v1/signatures", tag = "signatures", params(PageParams),
    responses((status = 200, body = PageBody<SignatureBody>)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
) -> Result<Json<PageBody<SignatureBody>>, Problem> {
    let (rows, total) = page(&state.tenant(&subject.tenant), query(&state, &subject).await?, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, row) in &rows.rows {
        let Some(row) = readable(SignatureRow::VIEW, id, SignatureRow::read(row)) else { continue };
        let SignatureRow { shown: ShownSignatureRow { content, updated_at, version, .. }, owner, .. } = row;
        let signature = Shared { content, owner: Some(owner), updated_at: Some(updated_at) };
        items.push(body(&state, &subject, id, &signature, version).await?);
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// A signature that the caller sees.
#[utoipa::path(get, path = "/api/v1/signatures/{id}", tag = "signatures", params(("id" = String, Path)),
    responses((status = 200, body = SignatureBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Keeps a signature; it is the caller's.
#[utoipa::path(post, path = "/api/v1/signatures", tag = "signatures", request_body = SaveSignature,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same signature")),
    responses((status = 201, body = SignatureBody), (status = 200, body = SignatureBody, description = "It was created before"),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<SaveSignature>,
) -> Result<Response, Problem> {
    let content = body.content();
    shared::may_create(&state, &subject, &content).await?;
    shared::acceptable(&content)?;
    let most = Most { count: MOST, code: "too-many-signatures" };
    let (id, status) = shared::create(&state, &subject, &key, content, most).await?;
    answer(&state, &subject, status, &id).await
}

/// Gives a signature another content.
#[utoipa::path(put, path = "/api/v1/signatures/{id}", tag = "signatures",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = SaveSignature,
    responses((status = 200, body = SignatureBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<SaveSignature>,
) -> Result<Response, Problem> {
    let (present, _) = shared_for(&state, &subject, "update", &id).await?;
    let content = body.content();
    shared::acceptable(&content)?;
    shared::change(&state, &subject, &id, version, &present, content).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Deletes a signature, for everybody it was shared with.
#[utoipa::path(delete, path = "/api/v1/signatures/{id}", tag = "signatures",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    shared::remove::<SignatureContent>(&state, &subject, &id, version).await
}

/// Signatures for a mail of the case, filled in, the most fitting first: the caller's own before those of others, those for the mailbox
/// before those for every mailbox.
#[utoipa::path(get, path = "/api/v1/cases/{id}/signatures", tag = "cases", params(("id" = String, Path), SignedMail),
    responses((status = 200, body = PageBody<RenderedSignature>), (status = 404, body = Problem)))]
pub(crate) async fn of_case(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    casewright_service::Query(mail): casewright_service::Query<SignedMail>,
) -> Result<Json<PageBody<RenderedSignature>>, Problem> {
    let (case, version) = case_for(&state, &subject, "update", &id).await?;
    let handle = state.tenant(&subject.tenant);
    let mut query = query(&state, &subject).await?;
    query.limit = Some(LOOKED_AT);
    let rows = handle.query(&query).await.map_err(store)?.rows;
    let rows = rows.iter().filter_map(|(id, row)| readable(SignatureRow::VIEW, id, SignatureRow::read(row)));
    let mailbox = mail.mailbox.as_deref();
    let fit = |row: &SignatureRow| row.shown.content.fit(row.owner_id == subject.id, mailbox);
    let mut fitting: Vec<(u8, SignatureRow)> = rows.filter_map(|row| Some((fit(&row)?, row))).collect();
    fitting.sort_by_key(|(fit, _)| *fit);
    // What may be put in is what the caller is shown of the case, and nothing besides.
    let times = WorkingTimes::of(&handle, case.clocks.iter()).await.map_err(store)?;
    let case = CaseBody::of(&case, version, state.journal().clock().now(), &times);
    let wanted = language_of(mail.language, &case);
    let filled = |(_, row): (u8, SignatureRow)| {
        let (language, text) = row.shown.content.text_in(wanted.as_deref())?;
        let text = fill(&text, &known(&state, &subject, &case, &language), false).text;
        Some(RenderedSignature { id: row.id, name: row.shown.name, text })
    };
    let items = fitting.into_iter().filter_map(filled).collect();
    Ok(Json(PageBody { items, next_cursor: None, total: None }))
}

/// Those that the caller sees, by name.
async fn query(state: &CaseApiState, subject: &Subject) -> Result<Query, Problem> {
    let policy = state.access().list_filter(subject, "read", SignatureContent::RESOURCE).await?;
    let mut query = Query::new(SignatureRow::VIEW, policy);
    query.sort = vec![Sort { field: SignatureRow::NAME.into(), descending: false }];
    Ok(query)
}

impl SaveSignature {
    fn content(self) -> SignatureContent {
        let mailbox = self.mailbox.map(|mailbox| mailbox.trim().to_owned()).filter(|mailbox| !mailbox.is_empty());
        SignatureContent { name: self.name.trim().to_owned(), audience: self.audience, mailbox, texts: self.texts }
    }
}

async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let (signature, version) = shared_for::<SignatureContent>(state, subject, "read", id).await?;
    let body = body(state, subject, id, &signature, version).await?;
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}

async fn body(
    state: &CaseApiState,
    subject: &Subject,
    id: &str,
    signature: &Signature,
    version: u64,
) -> Result<SignatureBody, Problem> {
    let SignatureContent { name, audience, mailbox, texts } = signature.content.clone();
    Ok(SignatureBody {
        id: id.to_owned(),
        name,
        owner: signature.owner.clone().ok_or_else(gone::<SignatureContent>)?,
        audience,
        mailbox,
        texts,
        is_changeable: shared::is_changeable(state, subject, id, signature).await,
        updated_at: signature.updated_at.map(|at| at.to_string()),
        version,
    })
}
