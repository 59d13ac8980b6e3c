//! View `mail-template`: one row per template, for who asks which ones there are. The texts stay with the aggregate.

use crate::domain::mail_template::{MailTemplate, MailTemplateContent};
use crate::domain::person::Person;
use crate::domain::shared::{Audience, SharedEvent};
use casewright_instant::Instant;
use casewright_journal::{Aggregate, Entry, EntryMeta, Projector, Row as Columns, ViewSpec, ViewWrites};
use casewright_rows::Row;

/// A template, as lists show it. The policy's filter asks `ownerId`, `audience` and `groups`.
#[derive(Clone, Debug, Row)]
#[row(view = "mail-template")]
pub(crate) struct MailTemplateRow {
    pub(crate) id: String,
    #[row(flatten)]
    pub(crate) shown: ShownTemplateRow,
    pub(crate) owner_id: String,
    #[row(json)]
    pub(crate) owner: Person,
}

/// The part of the row that a change of the template writes anew.
#[derive(Clone, Debug, Row)]
pub(crate) struct ShownTemplateRow {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) shortcut: Option<String>,
    pub(crate) definition: Option<String>,
    pub(crate) audience: String,
    pub(crate) groups: Vec<String>,
    pub(crate) languages: Vec<String>,
    pub(crate) updated_at: Instant,
    pub(crate) version: u64,
}

impl ShownTemplateRow {
    fn of(template: MailTemplateContent, meta: &EntryMeta) -> Self {
        Self {
            audience: template.audience.kind().to_owned(),
            groups: template.audience.groups().to_vec(),
            languages: template.texts.keys().cloned().collect(),
            name: template.name,
            kind: template.kind.name().to_owned(),
            shortcut: template.shortcut,
            definition: template.definition,
            updated_at: meta.at.into(),
            version: meta.seq,
        }
    }

    /// Whom it is shown to.
    pub(crate) fn audience(&self) -> Audience {
        Audience::of_row(&self.audience, &self.groups)
    }
}

/// Writes the rows of templates.
pub(crate) struct MailTemplateProjector;

impl Projector for MailTemplateProjector {
    fn group(&self) -> &'static str {
        "case-api-mail-templates"
    }

    fn views(&self) -> Vec<ViewSpec> {
        vec![ViewSpec {
            name: MailTemplateRow::VIEW,
            indexes: &[&[MailTemplateRow::NAME], &[MailTemplateRow::OWNER_ID]],
            full_text: &[MailTemplateRow::NAME],
            denormalized: None,
        }]
    }

    fn kinds(&self) -> &'static [&'static str] {
        &[MailTemplate::KIND]
    }

    fn project(&self, entry: &Entry, out: &mut ViewWrites) {
        let Some(event) = crate::views::entry::read::<SharedEvent<MailTemplateContent>>(entry) else {
            return;
        };
        let (tenant, id) = (&entry.meta.key.tenant, &entry.meta.key.id);
        match event {
            SharedEvent::Created { owner, content } => {
                let shown = ShownTemplateRow::of(content, &entry.meta);
                let row = MailTemplateRow { id: id.to_string(), shown, owner_id: owner.id.clone(), owner };
                out.put(tenant, MailTemplateRow::VIEW, id, row);
            }
            SharedEvent::Changed { content } => {
                let shown = ShownTemplateRow::of(content, &entry.meta);
                out.patch(tenant, MailTemplateRow::VIEW, id, Columns::from(shown));
            }
            SharedEvent::Deleted => out.remove(tenant, MailTemplateRow::VIEW, id),
        }
    }
}
