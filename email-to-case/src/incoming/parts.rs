//! The parts of a message that are no text become files, each of them once.

use crate::domain::mail::{Attachment, Content, PartState};
use crate::message::Parsed;
use crate::rooms::RoomError;
use crate::state::{EmailState, Failure};
use crate::thread::fingerprint;
use bytes::Bytes;
use casewright_client::files::{FileState, StoredFile};
use casewright_journal::TenantId;
use reqwest::StatusCode;

/// A part as it was stored.
struct Stored {
    id: String,
    state: PartState,
    /// Why it is not kept as others are.
    reason: Option<String>,
    sha256: Option<String>,
}

/// Stores the parts. One that is not what it says it is loses neither the mail nor the others: it is kept apart, with the reason. `before`:
/// what the mail was when it was read the last time.
pub(super) async fn keep(
    state: &EmailState,
    tenant: &TenantId,
    mail_id: &str,
    before: Option<&Content>,
    parsed: Parsed,
) -> Result<Content, Failure> {
    let mut attachments = Vec::with_capacity(parsed.parts.len());
    for (index, part) in parsed.parts.into_iter().enumerate() {
        let id = (index + 1).to_string();
        let size = u64::try_from(part.content.len()).unwrap_or(u64::MAX);
        let earlier =
            before.and_then(|content| content.attachments.iter().find(|one| one.id == id && one.size == size));
        let key = format!("{mail_id}-{id}");
        let stored = store(state, tenant, &key, earlier, part.content.into(), &part.name, &part.content_type).await?;
        attachments.push(Attachment {
            id,
            file_id: stored.id,
            name: part.name,
            content_type: part.content_type,
            size,
            inline: part.is_inline,
            content_id: part.content_id,
            state: stored.state,
            reason: stored.reason,
            sha256: stored.sha256,
        });
    }
    Ok(Content {
        message_id: parsed.message_id,
        in_reply_to: parsed.in_reply_to,
        references: parsed.references,
        from: parsed.from,
        reply_to: parsed.reply_to,
        to: parsed.to,
        cc: parsed.cc,
        subject: parsed.subject,
        sent_at: parsed.sent_at,
        text: parsed.text,
        html: parsed.html,
        attachments,
        is_auto_submitted: parsed.is_auto_submitted,
        is_report: parsed.is_report,
        left_out: parsed.left_out,
    })
}

async fn store(
    state: &EmailState,
    tenant: &TenantId,
    key: &str,
    earlier: Option<&Attachment>,
    content: Bytes,
    name: &str,
    content_type: &str,
) -> Result<Stored, Failure> {
    let conflict = match state.rooms.store_file(tenant, name, content_type, content.clone(), key).await {
        Err(error) if error.status() == Some(StatusCode::CONFLICT) => earlier,
        stored => return Ok(part_of(stored?)?),
    };
    let Some(earlier) = conflict else {
        // Stored under another name by a reading that came to nothing.
        let key = format!("{key}-{}", fingerprint(name.as_bytes()));
        return Ok(part_of(state.rooms.store_file(tenant, name, content_type, content, &key).await?)?);
    };
    // Read anew, its name may be another one, and the file is the same; or somebody has deleted it, and it stays so.
    let is_there = state.rooms.is_there(tenant, &earlier.file_id).await?;
    let (state, reason) = match is_there {
        true => (earlier.state, earlier.reason.clone()),
        false => (PartState::Rejected, Some("The file was deleted.".to_owned())),
    };
    Ok(Stored { id: earlier.file_id.clone(), state, reason, sha256: earlier.sha256.clone() })
}

/// How a part is kept, once its bytes were looked at.
fn part_of(file: StoredFile) -> Result<Stored, RoomError> {
    let state = match file.state {
        // What waits for the virus scanner is a part like others, which nobody reads before it was looked at.
        FileState::Ready | FileState::Scanning => PartState::Kept,
        FileState::Quarantined | FileState::Infected => PartState::Quarantined,
        FileState::Rejected => PartState::Rejected,
        state @ (FileState::Pending | FileState::Expired | FileState::Deleted) => {
            return Err(RoomError::NotKept(state));
        }
    };
    Ok(Stored { id: file.id, state, reason: file.reason, sha256: file.sha256 })
}
