//! View `saved-view`: one row per saved view, for who asks which ones there are.

use crate::domain::case_filter::CaseFilter;
use crate::domain::person::Person;
use crate::domain::saved_view::{Layout, SavedView, SavedViewContent};
use crate::domain::shared::{Audience, SharedEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, EntryMeta, Projector, Row as Columns, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A saved view, as lists show it. The policy's filter asks `ownerId`, `audience` and `groups`.
#[derive(Clone, Debug, Row)]
#[row(view = "saved-view")]
pub(crate) struct SavedViewRow {
    pub(crate) id: String,
    #[row(flatten)]
    pub(crate) shown: ShownRow,
    pub(crate) owner_id: String,
    #[row(json)]
    pub(crate) owner: Person,
}

/// The part of the row that a change of the view writes anew.
#[derive(Clone, Debug, Row)]
pub(crate) struct ShownRow {
    pub(crate) name: String,
    pub(crate) audience: String,
    pub(crate) groups: Vec<String>,
    #[row(json)]
    pub(crate) filters: CaseFilter,
    pub(crate) columns: Vec<String>,
    #[row(json)]
    pub(crate) layout: Layout,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

impl ShownRow {
    fn of(view: SavedViewContent, meta: &EntryMeta) -> Self {
        Self {
            audience: view.audience.kind().to_owned(),
            groups: view.audience.groups().to_vec(),
            name: view.name,
            filters: view.filters,
            columns: view.columns,
            layout: view.layout,
            updated_at: meta.at.into(),
            version: meta.seq,
        }
    }

    /// What it shows, and to whom.
    pub(crate) fn content(self) -> SavedViewContent {
        let audience = Audience::of_row(&self.audience, &self.groups);
        let Self { name, filters, columns, layout, .. } = self;
        SavedViewContent { name, audience, filters, columns, layout }
    }
}

/// Writes the rows of saved views.
pub(crate) struct SavedViewProjector;

impl Projector for SavedViewProjector {
    fn group(&self) -> &'static str {
        "case-api-saved-views"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: SavedViewRow::VIEW,
            indexes: &[&[SavedViewRow::NAME], &[SavedViewRow::OWNER_ID]],
            full_text: &[],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[SavedView::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<SharedEvent<SavedViewContent>>(entry) else {
            return;
        };
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match event {
            SharedEvent::Created { owner, content } => {
                let shown = ShownRow::of(content, &entry.meta);
                let row = SavedViewRow { id: id.to_string(), shown, owner_id: owner.id.clone(), owner };
                out.put(tenant, SavedViewRow::VIEW, id, row);
            }
            SharedEvent::Changed { content } => {
                out.patch(tenant, SavedViewRow::VIEW, id, Columns::from(ShownRow::of(content, &entry.meta)));
            }
            SharedEvent::Deleted => out.remove(tenant, SavedViewRow::VIEW, id),
        }
    }
}
