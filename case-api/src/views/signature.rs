//! View `signature`: one row per signature, for who asks which ones there are.

use crate::domain::person::Person;
use crate::domain::shared::SharedEvent;
use crate::domain::signature::{Signature, SignatureContent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, EntryMeta, Projector, Row as Columns, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A signature, as lists show it. The policy's filter asks `ownerId`, `audience` and `groups`.
#[derive(Clone, Debug, Row)]
#[row(view = "signature")]
pub(crate) struct SignatureRow {
    pub(crate) id: String,
    #[row(flatten)]
    pub(crate) shown: ShownSignatureRow,
    pub(crate) owner_id: String,
    #[row(json)]
    pub(crate) owner: Person,
}

/// The part of the row that a change of the signature writes anew.
#[derive(Clone, Debug, Row)]
pub(crate) struct ShownSignatureRow {
    pub(crate) name: String,
    pub(crate) audience: String,
    pub(crate) groups: Vec<String>,
    #[row(json)]
    pub(crate) content: SignatureContent,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

impl ShownSignatureRow {
    fn of(content: SignatureContent, meta: &EntryMeta) -> Self {
        Self {
            name: content.name.clone(),
            audience: content.audience.kind().to_owned(),
            groups: content.audience.groups().to_vec(),
            content,
            updated_at: meta.at.into(),
            version: meta.seq,
        }
    }
}

/// Writes the rows of signatures.
pub(crate) struct SignatureProjector;

impl Projector for SignatureProjector {
    fn group(&self) -> &'static str {
        "case-api-signatures"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: SignatureRow::VIEW,
            indexes: &[&[SignatureRow::NAME], &[SignatureRow::OWNER_ID]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[Signature::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<SharedEvent<SignatureContent>>(entry) else {
            return;
        };
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match event {
            SharedEvent::Created { owner, content } => {
                let shown = ShownSignatureRow::of(content, &entry.meta);
                let row = SignatureRow { id: id.to_string(), shown, owner_id: owner.id.clone(), owner };
                out.put(tenant, SignatureRow::VIEW, id, row);
            }
            SharedEvent::Changed { content } => {
                out.patch(tenant, SignatureRow::VIEW, id, Columns::from(ShownSignatureRow::of(content, &entry.meta)));
            }
            SharedEvent::Deleted => out.remove(tenant, SignatureRow::VIEW, id),
        }
    }
}
