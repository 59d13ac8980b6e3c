//! View `file`: what the clean-up and the quota ask. Derived from entries alone.

use crate::domain::file::{File, FileEvent, FileState};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Cell, Entry, Projector, ViewSpec, ViewWrites};
use casewright_rows::Row;
use serde_json::{Value, json};
use smol_str::SmolStr;
use tracing::error;

/// Name of the view and its group.
pub const FILE: &str = "file";

/// A row of view `file`.
#[derive(Clone, Debug, PartialEq, Row)]
#[row(view = FILE)]
pub struct FileRow {
    pub id: SmolStr,
    pub tenant: SmolStr,
    #[row(json)]
    pub state: FileState,
    pub name: String,
    /// The best that is known of it.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    pub created_by: SmolStr,
    pub created_at: Instant,
    /// Until when the upload may be completed.
    pub expires_at: Instant,
    pub has_leftovers: bool,
}

impl FileState {
    /// What column [`FileRow::STATE`] holds of it.
    pub(crate) fn value(self) -> Value {
        json!(self)
    }
}

/// Derives view `file`.
pub struct FileView;

impl Projector for FileView {
    fn group(&self) -> &'static str {
        FILE
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: FILE,
            indexes: &[
                &[FileRow::STATE, FileRow::EXPIRES_AT],
                &[FileRow::HAS_LEFTOVERS],
                &[FileRow::CREATED_BY, FileRow::CREATED_AT],
            ],
            full_text: &[FileRow::NAME],
            denormalized: None,
        }]
    }

    fn version(&self) -> u32 {
        // Files that wait for the virus scanner; one that is forgotten has no row.
        4
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[File::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let event: FileEvent = match serde_json::from_slice(&entry.payload) {
            Ok(event) => event,
            Err(error) => {
                error!(file = %entry.meta.key.id, seq = entry.meta.seq, %error, "an entry of a file cannot be read");
                return;
            }
        };
        let (tenant, id) = (&entry.meta.key.tenant, entry.meta.key.id.as_str());
        let state = |state: FileState| (FileRow::STATE, Cell::from(state.value()));
        let has_leftovers = |has: bool| (FileRow::HAS_LEFTOVERS, Cell::from(has));
        let changes: Row = match event {
            FileEvent::FileAnnounced { name, declared_type, size, expires_at, .. } => {
                let row = FileRow {
                    id: id.into(),
                    tenant: tenant.as_str().into(),
                    state: FileState::Pending,
                    name,
                    content_type: declared_type,
                    size,
                    created_by: entry.meta.actor.clone(),
                    created_at: entry.meta.at.into(),
                    expires_at: Instant(expires_at),
                    has_leftovers: false,
                };
                return out.put(tenant, FILE, id, row);
            }
            FileEvent::FileStored { content_type, .. } => {
                [state(FileState::Ready), (FileRow::CONTENT_TYPE, content_type.into())].into()
            }
            FileEvent::FileQuarantined { content_type, .. } => {
                [state(FileState::Quarantined), (FileRow::CONTENT_TYPE, content_type.into())].into()
            }
            FileEvent::FileHeld { content_type, .. } => {
                [state(FileState::Scanning), (FileRow::CONTENT_TYPE, content_type.into())].into()
            }
            FileEvent::FileScanFailed { .. } => return,
            FileEvent::FileReleased { .. } => Row::from([state(FileState::Ready)]),
            FileEvent::FileInfected { .. } => Row::from([state(FileState::Infected)]),
            FileEvent::FileRejected { .. } => [state(FileState::Rejected), has_leftovers(true)].into(),
            FileEvent::UploadExpired => [state(FileState::Expired), has_leftovers(true)].into(),
            FileEvent::FileDeleted => [state(FileState::Deleted), has_leftovers(true)].into(),
            FileEvent::BytesRemoved => Row::from([has_leftovers(false)]),
            FileEvent::Forgotten => return out.remove(tenant, FILE, id),
        };
        out.patch(tenant, FILE, id, changes);
    }
}
