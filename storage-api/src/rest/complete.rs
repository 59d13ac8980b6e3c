//! `POST /api/v1/files/{id}/complete`: seals what was uploaded, looks at it, and records what it is.

use super::body::FileBody;
use super::read::permitted;
use crate::content::media::{self, HEAD, Verdict};
use crate::domain::file::{File, FileEvent, FileState};
use crate::follow::expire::remove_leftovers;
use crate::follow::scan::attempt;
use crate::state::{Failure, StorageState};
use crate::store::{FileKey, StorageError};
use axum::extract::{Path, State};
use casewright_access::{Authenticated, Subject, problem_of};
use casewright_journal::Causes;
use casewright_journal::{CommandContext, Decision};
use casewright_service::Problem;
use data_encoding::HEXLOWER;
use futures::StreamExt as _;
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

/// How long a completion waits for the virus scanner; the file goes on waiting without it.
const SCANNING: Duration = Duration::from_secs(5);

/// The bytes are there: they are looked at, and the file is `ready` or `rejected`; or `scanning`, when a virus scanner is asked and
/// takes long. Doing it again answers how it stands.
#[utoipa::path(post, path = "/api/v1/files/{id}/complete", tag = "files", params(("id" = String, Path,)),
    responses((status = 200, body = FileBody), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn complete(
    State(state): State<StorageState>,
    Authenticated(subject): Authenticated,
    Path(id): Path<String>,
) -> Result<axum::Json<FileBody>, Problem> {
    let (file, version) = permitted(&state, &subject, "file:create", &id).await?;
    if file.state != FileState::Pending {
        return Ok(axum::Json(FileBody::of(&file, version)));
    }
    // Goes on when the client does not wait for it: sealed bytes must be recorded or removed.
    let work = settle(state.clone(), subject.clone(), File::clone(&file), version);
    let settled = tokio::spawn(work).await.map_err(|error| {
        tracing::error!(file = %id, %error, "completing an upload broke off");
        Problem::internal()
    })?;
    if state.scanner.is_some() {
        wait_for_scan(&state, &subject, &id).await;
    }
    let (file, version) = permitted(&state, &subject, "file:create", &id).await?;
    if file.state == FileState::Pending {
        settled?;
        return Err(Problem::conflict(
            "upload-missing",
            "Nothing was uploaded yet, or it was announced anew meanwhile.",
        ));
    }
    // Also when this attempt failed because another one was faster and took the bytes away.
    Ok(axum::Json(FileBody::of(&file, version)))
}

/// Has the file scanned if it waits for that, and waits for the answer, but not for long.
async fn wait_for_scan(state: &StorageState, subject: &Subject, id: &str) {
    let (state, tenant, id) = (state.clone(), subject.tenant.clone(), id.to_owned());
    let scan = tokio::spawn(async move {
        if let Err(failure) = attempt(&state, &tenant, &id).await {
            tracing::warn!(file = %id, error = %Causes(&failure), "a file could not be scanned; it is asked about again");
        }
    });
    if let Ok(Err(error)) = tokio::time::timeout(SCANNING, scan).await {
        tracing::error!(%error, "scanning a file broke off; it is asked about again");
    }
}

/// `version` is what the bytes belong to: when it is another one by the time they are looked at, they do not count.
async fn settle(state: StorageState, subject: Subject, file: File, version: u64) -> Result<(), Failure> {
    let place = file.place();
    let key = FileKey { tenant: &subject.tenant, place: &place };
    let blob = Uuid::new_v4().simple().to_string();
    if !state.store.seal(key, &blob).await? {
        return Ok(());
    }
    let seen = match look_at(&state, key, &blob).await {
        Ok(seen) => seen,
        Err(error) => {
            discard_blob(&state, key, &blob).await;
            return Err(error.into());
        }
    };
    // When this fails, it may have been recorded nevertheless: the bytes stay, and go with the next attempt if they are in
    // vain.
    match record(&state, &subject, &file, version, judge(&file, seen, &blob, state.scanner.is_some())).await? {
        Some(state_reached) if state_reached.has_bytes() => {
            if let Err(error) = state.store.keep_only(key, &blob).await {
                tracing::warn!(file = %file.id, error = %Causes(&Failure::from(error)), "bytes are kept twice");
            }
        }
        Some(_) => {
            state.usage.release(&subject.tenant, &file.taken()).await;
            if let Err(failure) = remove_leftovers(&state, &subject.tenant, &file.id).await {
                tracing::warn!(file = %file.id, error = %Causes(&failure), "rejected bytes are still there");
            }
        }
        None => discard_blob(&state, key, &blob).await,
    }
    Ok(())
}

async fn discard_blob(state: &StorageState, key: FileKey<'_>, blob: &str) {
    if let Err(error) = state.store.discard_blob(key, blob).await {
        let error = Failure::from(error);
        tracing::warn!(place = key.place, error = %Causes(&error), "bytes are kept in vain until the next attempt");
    }
}

/// What the bytes are.
struct Seen {
    size: u64,
    sha256: String,
    head: Vec<u8>,
}

async fn look_at(state: &StorageState, key: FileKey<'_>, blob: &str) -> Result<Seen, StorageError> {
    const WHAT: &str = "looking at an upload";
    let io = |source| StorageError::Io { what: WHAT, source };
    let content = state.store.read(key, blob, None).await?;
    let mut stream = content.ok_or_else(|| io(std::io::ErrorKind::NotFound.into()))?.stream;
    let mut seen = Seen { size: 0, sha256: String::new(), head: Vec::with_capacity(HEAD) };
    let mut digest = Sha256::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(io)?;
        seen.size += chunk.len() as u64;
        digest.update(&chunk);
        let wanted = HEAD - seen.head.len();
        seen.head.extend_from_slice(&chunk[..chunk.len().min(wanted)]);
    }
    seen.sha256 = HEXLOWER.encode(&digest.finalize());
    Ok(seen)
}

/// `is_held`: a virus scanner has the next word.
fn judge(file: &File, seen: Seen, blob: &str, is_held: bool) -> FileEvent {
    let rejected = |reason: String| FileEvent::FileRejected { reason };
    if seen.size != file.size {
        return rejected(format!("{} bytes were announced, {} came.", file.size, seen.size));
    }
    if file.expected_sha256.as_ref().is_some_and(|expected| *expected != seen.sha256) {
        return rejected("The bytes have another SHA-256 digest than was announced.".to_owned());
    }
    match media::judge(&file.declared_type, &file.name, &seen.head) {
        Verdict::Disguised { reason, .. } if !file.quarantine => rejected(reason),
        Verdict::Disguised { reason, found } => FileEvent::FileQuarantined {
            content_type: found.to_owned(),
            sha256: seen.sha256,
            blob: blob.to_owned(),
            reason,
        },
        Verdict::Is(content_type) if is_held => {
            FileEvent::FileHeld { content_type, sha256: seen.sha256, blob: blob.to_owned() }
        }
        Verdict::Is(content_type) => FileEvent::FileStored { content_type, sha256: seen.sha256, blob: blob.to_owned() },
    }
}

/// The state the file is in by this; none: something else was faster.
async fn record(
    state: &StorageState,
    subject: &Subject,
    file: &File,
    version: u64,
    event: FileEvent,
) -> Result<Option<FileState>, Failure> {
    let reached = match &event {
        FileEvent::FileStored { .. } => FileState::Ready,
        FileEvent::FileHeld { .. } => FileState::Scanning,
        FileEvent::FileQuarantined { .. } => FileState::Quarantined,
        _ => FileState::Rejected,
    };
    let context = CommandContext { actor: subject.actor().id.into(), ..CommandContext::default() };
    let committed = state
        .journal
        .tenant(&subject.tenant)
        .execute::<File, bool, Problem, _>(&file.id, context, move |_, context| {
            let is_current = context.version == version;
            Ok(Decision { events: is_current.then(|| event.clone()).into_iter().collect(), answer: is_current })
        })
        .await
        .map_err(|error| Failure::Command(problem_of(error)))?;
    Ok(committed.answer.then_some(reached))
}
