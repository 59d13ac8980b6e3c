//! View `file`: what the clean-up and the quota ask. Derived from entries alone.

use crate::domain::file::{File, FileEvent};
use casewright_journal::{Aggregate, Column, Entry, Projector, ViewSpec, ViewWrites};
use serde_json::{Map, Value, json};
use tracing::error;

/// Name of the view and its group.
pub const FILE: &str = "file";

/// Derives view `file`.
pub struct FileView;

impl Projector for FileView {
    fn group(&self) -> &'static str {
        FILE
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: FILE,
            indexes: const {
                &[
                    &[Column::named("state"), Column::named("expiresAt")],
                    &[Column::named("hasLeftovers")],
                    &[Column::named("createdBy"), Column::named("createdAt")],
                ]
            },
            full_text: const { &[Column::named("name")] },
            echo: None,
        }]
    }

    fn version(&self) -> u32 {
        // Files in quarantine.
        2
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
        let row = match &event {
            FileEvent::FileAnnounced { name, declared_type, size, expires_at, .. } => {
                let row = json!({
                    "id": id, "tenant": tenant, "state": "pending", "name": name, "contentType": declared_type,
                    "size": size, "createdBy": entry.meta.actor, "createdAt": entry.meta.at.as_millisecond(),
                    "expiresAt": expires_at, "hasLeftovers": false,
                });
                out.put(tenant, FILE, id, object(row));
                return;
            }
            FileEvent::FileStored { content_type, .. } => json!({"state": "ready", "contentType": content_type}),
            FileEvent::FileQuarantined { content_type, .. } => {
                json!({"state": "quarantined", "contentType": content_type})
            }
            FileEvent::FileRejected { .. } => json!({"state": "rejected", "hasLeftovers": true}),
            FileEvent::UploadExpired => json!({"state": "expired", "hasLeftovers": true}),
            FileEvent::FileDeleted => json!({"state": "deleted", "hasLeftovers": true}),
            FileEvent::BytesRemoved => json!({"hasLeftovers": false}),
        };
        out.patch(tenant, FILE, id, object(row));
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}
