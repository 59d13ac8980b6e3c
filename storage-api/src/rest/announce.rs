//! `POST /api/v1/files`

use super::body::AnnouncedBody;
use crate::content::name;
use crate::domain::file::{File, FileEvent, FileState, Taken};
use crate::follow::expire::{expire, remove_leftovers};
use crate::state::{Failure, StorageState};
use axum::extract::State;
use axum::http::StatusCode;
use casewright_access::{Authenticated, Resource, Subject, problem_of};
use casewright_journal::{Aggregate, CommandContext, Decision};
use casewright_service::{IdempotencyKey, Json, Problem};
use serde::Deserialize;
use uuid::Uuid;

/// How long an upload may take from its announcement to its completion, in milliseconds.
const UPLOAD_LIFE: i64 = 24 * 3600 * 1000;

/// A file that is going to be uploaded.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Announcement {
    name: String,
    /// What the client takes it for; the bytes decide.
    content_type: String,
    /// Bytes; exactly so many are accepted.
    size: u64,
    /// In hex; when given, other bytes are rejected.
    sha256: Option<String>,
    /// Bytes that are not what they are said to be are kept for those who oversee, in state `quarantined`, instead of being removed.
    #[serde(default)]
    quarantine: bool,
}

/// Announces a file and answers where its bytes go. With an `Idempotency-Key` that was used before: the file of then, with
/// `state: "ready"` and no `upload` when its bytes are there.
#[utoipa::path(post, path = "/api/v1/files", tag = "files", request_body = Announcement,
    params(("Idempotency-Key" = Option<String>, Header, description = "the same key, the same file")),
    responses((status = 201, body = AnnouncedBody), (status = 200, body = AnnouncedBody),
        (status = 413, body = Problem), (status = 507, body = Problem)))]
pub(super) async fn announce(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    key: IdempotencyKey,
    Json(announcement): Json<Announcement>,
) -> Result<(StatusCode, axum::Json<AnnouncedBody>), Problem> {
    state.access.authorize(&subject, "file:create", &Resource::kind(File::KIND)).await?;
    let announcement = announcement.checked(state.config.max_file_bytes)?;
    let id = key.aggregate_id(subject.tenant.as_str(), File::KIND, Uuid::new_v4()).to_string();
    let present = match key.0 {
        Some(_) => load(&state, &subject, &id).await?,
        None => None,
    };
    let (status, file) = match present {
        None => (StatusCode::CREATED, record(&state, &subject, &id, &announcement).await?),
        Some(file) => {
            announcement.must_be_of(&file, &subject)?;
            let file = make_room(&state, &subject, file).await?;
            let file = if is_open(&file) { record(&state, &subject, &id, &announcement).await? } else { file };
            (StatusCode::OK, file)
        }
    };
    Ok((status, axum::Json(AnnouncedBody::of(&state, &subject, &file).await?)))
}

/// Ends and removes an earlier upload that led to nothing, so that a new one may begin.
async fn make_room(state: &StorageState, subject: &Subject, file: File) -> Result<File, Problem> {
    let now = state.journal.clock().now().as_millisecond();
    let is_overdue = file.state == FileState::Pending && file.expires_at <= now;
    if !is_overdue && !file.has_leftovers {
        return Ok(file);
    }
    expire(state, &subject.tenant, &file.id).await?;
    remove_leftovers(state, &subject.tenant, &file.id).await?;
    load(state, subject, &file.id).await?.ok_or_else(Problem::internal)
}

/// Whether a new upload may begin: the one before led to nothing, and nothing of it is left.
fn is_open(file: &File) -> bool {
    matches!(file.state, FileState::Expired | FileState::Rejected) && !file.has_leftovers
}

async fn record(
    state: &StorageState,
    subject: &Subject,
    id: &str,
    announcement: &Announcement,
) -> Result<File, Problem> {
    let size = announcement.size;
    let taken = |bytes: u64| Taken { author: subject.actor().id.to_owned(), bytes };
    let reserved = state.usage.reserve(&state.journal, &subject.tenant, &taken(size)).await?;
    if let Err(exceeded) = reserved {
        return Err(Problem::new(
            StatusCode::INSUFFICIENT_STORAGE,
            "storage-quota-exceeded",
            format!("The file has {size} bytes; {} of {} bytes are in use.", exceeded.used, exceeded.quota),
        ));
    }
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let announcement = announcement.clone();
    let committed = state
        .journal
        .tenant(&subject.tenant)
        .execute::<File, u64, Problem, _>(id, context, move |file, context| {
            if context.version > 0 && !is_open(file) {
                // Two requests with one key at once: the other was first, what this one took is given back.
                return Ok(Decision { events: Vec::new(), answer: announcement.size });
            }
            Ok(Decision {
                events: vec![FileEvent::FileAnnounced {
                    name: announcement.name.clone(),
                    declared_type: announcement.content_type.clone(),
                    size: announcement.size,
                    sha256: announcement.sha256.clone(),
                    expires_at: context.at.as_millisecond() + UPLOAD_LIFE,
                    quarantine: announcement.quarantine,
                }],
                answer: 0,
            })
        })
        .await;
    let given_back = committed.as_ref().map_or(size, |committed| committed.answer);
    state.usage.release(&subject.tenant, &taken(given_back)).await;
    committed.map_err(problem_of)?;
    let recorded = load(state, subject, id).await?;
    recorded.ok_or_else(Problem::internal)
}

async fn load(state: &StorageState, subject: &Subject, id: &str) -> Result<Option<File>, Problem> {
    let journal = state.journal.tenant(&subject.tenant);
    let found = journal.load::<File>(id).await.map_err(Failure::from)?;
    Ok(found.map(|(file, _)| File::clone(&file)))
}

impl Announcement {
    /// Names and types are made acceptable; sizes and digests are refused.
    fn checked(mut self, max_size: u64) -> Result<Self, Problem> {
        if self.size > max_size {
            let detail = format!("A file may have {max_size} bytes, this one has {}.", self.size);
            return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "file-too-large", detail.clone()).with_error(
                "/size",
                "file-too-large",
                detail,
            ));
        }
        if let Some(digest) = &mut self.sha256 {
            digest.make_ascii_lowercase();
            if digest.len() != 64 || !digest.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                let detail = "A SHA-256 digest is 64 hexadecimal digits.";
                return Err(Problem::bad_request("invalid-value", detail).with_error(
                    "/sha256",
                    "invalid-value",
                    detail,
                ));
            }
        }
        self.name = name::sanitise(&self.name);
        self.content_type = name::media_type(&self.content_type);
        Ok(self)
    }

    /// A key belongs to who used it first, and to what they used it for.
    fn must_be_of(&self, file: &File, subject: &Subject) -> Result<(), Problem> {
        let is_same = file.created_by == subject.actor().id && file.name == self.name && file.size == self.size;
        if !is_same || file.state == FileState::Deleted {
            return Err(Problem::conflict("idempotency-key-reused", "This Idempotency-Key was used for another file."));
        }
        Ok(())
    }
}
