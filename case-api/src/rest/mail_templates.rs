//! `/api/v1/mail-templates`: mails and passages that people write again and again. [`super::mail_rendering`] fills them in.

use super::documents::ready_file;
use super::error::{invalid, store};
use super::page::{page, page_body, readable};
use super::shared::{self, Most, gone, shared_for};
use crate::domain::mail_template::{MailTemplate, MailTemplateContent, MailText, TemplateKind};
use crate::domain::person::Person;
use crate::domain::shared::{Audience, SharedContent};
use crate::state::CaseApiState;
use crate::views::mail_template::{MailTemplateRow, ShownTemplateRow, ShownTemplateRowColumns};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use casewright_access::{Authenticated, Subject};
use casewright_forms::FieldFault;
use casewright_journal::{Filter, Query, Sort};
use casewright_service::{IdempotencyKey, IfMatch, Json, PageBody, PageParams, Problem, etag};
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::{IntoParams, ToSchema};

/// How many one person may have.
const MOST: u64 = 500;

/// A template in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailTemplateSummary {
    id: String,
    name: String,
    /// `mail` or `text-module`.
    kind: String,
    /// Without the slash that it is written with.
    shortcut: Option<String>,
    /// Who made it.
    owner: Person,
    audience: Audience,
    /// Key of the only kind of case it is for.
    definition: Option<String>,
    languages: Vec<String>,
    updated_at: String,
    version: u64,
}

/// A template with its texts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MailTemplateBody {
    id: String,
    name: String,
    kind: TemplateKind,
    /// Without the slash that it is written with.
    shortcut: Option<String>,
    /// Who made it.
    owner: Person,
    audience: Audience,
    /// Key of the only kind of case it is for.
    definition: Option<String>,
    /// By language: `en`, `de`, `pt-br`.
    texts: BTreeMap<String, MailText>,
    /// Ids of files that go with the mail.
    attachments: Vec<String>,
    /// The caller may change and delete it.
    is_changeable: bool,
    updated_at: Option<String>,
    version: u64,
}

/// What a template is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SaveMailTemplate {
    name: String,
    #[serde(default)]
    kind: TemplateKind,
    /// Without the slash; a text module needs one.
    #[serde(default)]
    shortcut: Option<String>,
    /// Nobody but the owner when absent. Anything else takes the right to share.
    #[serde(default)]
    audience: Audience,
    #[serde(default)]
    definition: Option<String>,
    /// By language (BCP 47, lower case). Placeholders are `{{case.number}}`, `{{requester.name}}`, `{{field.<id>}}`, `{{me.name}}`, ...
    texts: BTreeMap<String, MailText>,
    /// Ids of files whose upload is complete and that the caller may read.
    #[serde(default)]
    attachments: Vec<String>,
}

/// Which templates.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WantedTemplates {
    /// `mail` or `text-module`.
    #[serde(default)]
    kind: Option<String>,
    /// Key of a kind of case: those for it, and those for every kind.
    #[serde(default)]
    definition: Option<String>,
    /// Words of the name.
    #[serde(default)]
    search: Option<String>,
}

/// The caller's own templates by name, and those that are shared with them.
#[utoipa::path(get, path = "/api/v1/mail-templates", tag = "mail-templates", params(WantedTemplates, PageParams),
    responses((status = 200, body = PageBody<MailTemplateSummary>)))]
pub(crate) async fn list(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    params: PageParams,
    casewright_service::Query(wanted): casewright_service::Query<WantedTemplates>,
) -> Result<Json<PageBody<MailTemplateSummary>>, Problem> {
    let mut filter = vec![state.access().list_filter(&subject, "read", "mail-template").await?];
    if let Some(kind) = &wanted.kind {
        filter.push(Filter::Eq(MailTemplateRow::KIND.into(), Value::from(kind.as_str())));
    }
    if let Some(definition) = &wanted.definition {
        let column = MailTemplateRow::DEFINITION;
        let is_for_it = Filter::Eq(column.into(), Value::from(definition.as_str()));
        filter.push(Filter::Or(vec![is_for_it, Filter::IsNull(column.into())]));
    }
    let mut query = Query::new(MailTemplateRow::VIEW, Filter::And(filter));
    query.sort = vec![Sort { field: MailTemplateRow::NAME.into(), descending: false }];
    query.search = wanted.search.filter(|words| !words.trim().is_empty());
    let (rows, total) = page(&state.tenant(&subject.tenant), query, &params).await?;
    let mut items = Vec::with_capacity(rows.rows.len());
    for (id, row) in &rows.rows {
        let row = readable(MailTemplateRow::VIEW, id, MailTemplateRow::read(row));
        let Some(MailTemplateRow { shown, owner, .. }) = row else { continue };
        let audience = shown.audience();
        let ShownTemplateRow { name, kind, shortcut, definition, languages, updated_at, version, .. } = shown;
        let (id, updated_at) = (id.to_string(), updated_at.to_string());
        items.push(MailTemplateSummary {
            id,
            name,
            kind,
            shortcut,
            owner,
            audience,
            definition,
            languages,
            updated_at,
            version,
        });
    }
    Ok(Json(page_body(items, &rows, total)))
}

/// A template that the caller sees.
#[utoipa::path(get, path = "/api/v1/mail-templates/{id}", tag = "mail-templates", params(("id" = String, Path)),
    responses((status = 200, body = MailTemplateBody), (status = 404, body = Problem)))]
pub(crate) async fn read(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    template_for(&state, &subject, "read", &id).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Keeps a template; it is the caller's.
#[utoipa::path(post, path = "/api/v1/mail-templates", tag = "mail-templates", request_body = SaveMailTemplate,
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key answers with the same template")),
    responses((status = 201, body = MailTemplateBody), (status = 200, body = MailTemplateBody, description = "It was created before"),
        (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn create(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(body): Json<SaveMailTemplate>,
) -> Result<Response, Problem> {
    let content = body.content();
    shared::may_create(&state, &subject, &content).await?;
    check(&state, &subject, &content, &[]).await?;
    let most = Most { count: MOST, code: "too-many-mail-templates" };
    let (id, status) = shared::create(&state, &subject, &key, content, most).await?;
    answer(&state, &subject, status, &id).await
}

/// Gives a template another content.
#[utoipa::path(put, path = "/api/v1/mail-templates/{id}", tag = "mail-templates",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")), request_body = SaveMailTemplate,
    responses((status = 200, body = MailTemplateBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    Json(body): Json<SaveMailTemplate>,
) -> Result<Response, Problem> {
    let present = template_for(&state, &subject, "update", &id).await?;
    let content = body.content();
    check(&state, &subject, &content, &present.content.attachments).await?;
    shared::change(&state, &subject, &id, version, &present, content).await?;
    answer(&state, &subject, StatusCode::OK, &id).await
}

/// Deletes a template, for everybody it was shared with.
#[utoipa::path(delete, path = "/api/v1/mail-templates/{id}", tag = "mail-templates",
    params(("id" = String, Path), ("If-Match" = Option<String>, Header, description = "The version the caller has seen")),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 412, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
) -> Result<StatusCode, Problem> {
    shared::remove::<MailTemplateContent>(&state, &subject, &id, version).await
}

impl SaveMailTemplate {
    fn content(self) -> MailTemplateContent {
        let given = |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        MailTemplateContent {
            name: self.name.trim().to_owned(),
            kind: self.kind,
            shortcut: given(self.shortcut),
            audience: self.audience,
            definition: given(self.definition),
            texts: self.texts,
            attachments: self.attachments,
        }
    }
}

/// Refuses what could not be filled in later: wrong placeholders, fields that the kind of case has not, files that are not there.
/// `kept`: files it has already, which somebody else may have given it.
async fn check(
    state: &CaseApiState,
    subject: &Subject,
    content: &MailTemplateContent,
    kept: &[String],
) -> Result<(), Problem> {
    let mut faults = content.faults();
    if let Some(key) = &content.definition {
        match state.cases(&subject.tenant).definition(key, None).await? {
            None => faults.push(FieldFault::new("/definition", "unknown-definition", "there is no such kind of case")),
            Some(definition) => {
                let is_unknown = |id: &str| !definition.fields.iter().any(|field| field.key == id);
                for (pointer, id) in content.fields().into_iter().filter(|(_, id)| is_unknown(id)) {
                    let detail = format!("`{key}` has no field `{id}`");
                    faults.push(FieldFault::new(&pointer, "unknown-field", &detail));
                }
            }
        }
    }
    if !faults.is_empty() {
        return Err(invalid("invalid-mail-template", faults));
    }
    for (n, file) in content.attachments.iter().enumerate().filter(|(_, file)| !kept.contains(file)) {
        ready_file(state, subject, file, &format!("/attachments/{n}")).await?;
    }
    Ok(())
}

/// A template for somebody who may `action` it. Who may not even see it is told that there is none.
pub(crate) async fn template_for(
    state: &CaseApiState,
    subject: &Subject,
    action: &str,
    id: &str,
) -> Result<Arc<MailTemplate>, Problem> {
    Ok(shared_for(state, subject, action, id).await?.0)
}

/// The template as it is now.
async fn answer(state: &CaseApiState, subject: &Subject, status: StatusCode, id: &str) -> Result<Response, Problem> {
    let loaded = state.tenant(&subject.tenant).load::<MailTemplate>(id).await.map_err(store)?;
    let (template, version) = loaded.ok_or_else(gone::<MailTemplateContent>)?;
    let MailTemplateContent { name, kind, shortcut, audience, definition, texts, attachments } =
        template.content.clone();
    let body = MailTemplateBody {
        id: id.to_owned(),
        name,
        kind,
        shortcut,
        owner: template.owner.clone().ok_or_else(gone::<MailTemplateContent>)?,
        audience,
        definition,
        texts,
        attachments,
        is_changeable: shared::is_changeable(state, subject, id, &template).await,
        updated_at: template.updated_at.map(|at| at.to_string()),
        version,
    };
    Ok((status, [(header::ETAG, etag(version))], Json(body)).into_response())
}
