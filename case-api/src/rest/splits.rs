//! `/api/v1/cases/{id}/split`: makes a case of its own of a mail, a comment or a document.

use super::access::{case_for, case_resource, own_key};
use super::cases::create::{Created, NewWish, create_case, existing};
use super::cases::{CaseBody, answer};
use super::documents::ready_file;
use super::error::room_problem;
use crate::domain::case::Case;
use crate::domain::case::decide::{self, Split};
use crate::domain::case::document::CaseDocument;
use crate::domain::person::{Origin, OriginKind, Requester};
use crate::state::{CaseApiState, person};
use axum::extract::{Path, State};
use axum::response::Response;
use casewright_access::{Authenticated, Resource, Subject};
use casewright_service::{IdempotencyKey, Json, Problem};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

/// Longest title that is made of a text, in characters.
const TITLE: usize = 200;

/// What a new case is made of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SplitCase {
    of: Part,
    /// Id of the mail, comment or document.
    id: String,
    /// Key of the case definition; that of the case when absent.
    definition: Option<String>,
    /// The subject of the mail, the first line of the comment or the name of the document when absent.
    title: Option<String>,
}

/// A part of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    /// It goes with its attachments, and its sender is the requester of the new case.
    Mail,
    Comment,
    Document,
}

/// Makes a case of its own of a part of this one, linked `split-from`. A mail goes into the new case; a comment and a document are in
/// both. 201; 200 when the same request was made before.
#[utoipa::path(post, path = "/api/v1/cases/{id}/split", tag = "cases", params(("id" = String, Path)), request_body = SplitCase,
    responses((status = 201, body = CaseBody), (status = 200, body = CaseBody), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn split(
    State(state): State<CaseApiState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
    key: IdempotencyKey,
    Json(body): Json<SplitCase>,
) -> Result<Response, Problem> {
    let (case, _) = case_for(&state, &subject, "update", &id).await?;
    let new_id = own_key(&key, &subject)
        .aggregate_id(subject.tenant.as_str(), &format!("split:{id}"), Uuid::now_v7())
        .to_string();
    let cases = state.cases(&subject.tenant);
    if let Some((made, version)) = existing(&cases, &new_id).await? {
        state.access().authorize(&subject, "read", &case_resource(&made)).await?;
        return answer(&state, &subject, StatusCode::OK, &made, version).await;
    }
    let key = body.definition.as_deref().unwrap_or(&case.definition);
    let resource = Resource::kind("case").with(json!({"definition": key, "queue": null}));
    state.access().authorize(&subject, "create", &resource).await?;
    let definition = cases.definition(key, None).await?.ok_or_else(|| {
        let detail = "There is no such case definition.";
        Problem::unprocessable("unknown-definition", detail).with_error("/definition", "unknown-definition", detail)
    })?;
    if definition.restricted_to != case.restricted_to {
        let detail = "others may see cases of this kind than may see this case";
        let problem = Problem::unprocessable("restriction-mismatch", detail);
        return Err(problem.with_error("/definition", "restriction-mismatch", detail));
    }
    let part = part(&state, &subject, &case, &body).await?;
    let wish = NewWish {
        title: body.title.unwrap_or(part.title),
        requester: part.requester,
        documents: part.documents,
        origin: Origin { kind: OriginKind::Portal, reference: None },
        split: Split { from: decide::reference_to(&case), mail_id: part.mail_id, comment: part.comment },
    };
    let Created { case, version, is_new } = create_case(&state, &subject, &new_id, definition, wish).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    answer(&state, &subject, status, &case, version).await
}

/// What goes into the new case.
struct Whole {
    title: String,
    requester: Option<Requester>,
    documents: Vec<CaseDocument>,
    mail_id: Option<String>,
    /// Id it has there, text and author.
    comment: Option<decide::SplitComment>,
}

async fn part(state: &CaseApiState, subject: &Subject, case: &Case, body: &SplitCase) -> Result<Whole, Problem> {
    let missing = || Problem::unprocessable("unknown-part", "The case has no such part.");
    let missing = || missing().with_error("/id", "unknown-part", "not a part of the case");
    match body.of {
        Part::Mail => {
            if !case.mails.contains(&body.id) {
                return Err(missing());
            }
            of_mail(state, subject, case, &body.id).await
        }
        Part::Comment => {
            let comment = case.comments.get(&body.id).filter(|comment| !comment.is_deleted).ok_or_else(missing)?;
            Ok(Whole {
                title: first_line(&comment.body),
                requester: case.requester.clone(),
                documents: Vec::new(),
                mail_id: None,
                comment: Some(decide::SplitComment {
                    id: Uuid::now_v7().to_string(),
                    body: comment.body.clone(),
                    author: comment.author.clone(),
                }),
            })
        }
        Part::Document => {
            let document = case.documents.iter().find(|document| document.id == body.id).ok_or_else(missing)?;
            Ok(Whole {
                title: first_line(&document.name),
                requester: case.requester.clone(),
                documents: vec![document.clone()],
                mail_id: None,
                comment: None,
            })
        }
    }
}

/// The mail with its attachments; its sender asks for the new case.
async fn of_mail(state: &CaseApiState, subject: &Subject, case: &Case, id: &str) -> Result<Whole, Problem> {
    let mail = state.rooms().mail(&subject.tenant).mails().get(id).await.map_err(|error| room_problem(&error))?;
    let mut documents = Vec::new();
    for attachment in mail.attachments.iter().filter(|attachment| attachment.is_kept()) {
        let Some(file_id) = &attachment.file_id else {
            continue;
        };
        let known = case.documents.iter().find(|document| document.file_id == *file_id);
        documents.push(match known {
            Some(document) => document.clone(),
            None => {
                let file = ready_file(state, subject, file_id, "/id").await?;
                CaseDocument {
                    id: Uuid::now_v7().to_string(),
                    file_id: file_id.clone(),
                    name: attachment.name.clone().unwrap_or(file.name),
                    content_type: Some(file.content_type),
                    size: Some(file.size),
                    added_at: state.journal().clock().now().into(),
                    added_by: person(subject),
                    sha256: file.sha256,
                }
            }
        });
    }
    let requester = mail.from.map(|from| Requester { name: Some(from.name), email: Some(from.address) });
    Ok(Whole { title: first_line(&mail.subject), requester, documents, mail_id: Some(id.to_owned()), comment: None })
}

/// A title of a text.
fn first_line(text: &str) -> String {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("(no subject)");
    line.chars().take(TITLE).collect()
}
