//! Who has to do with an open task besides its assignee.

use super::task::TaskRow;
use crate::row::{Names, link_type};
use crate::specs::view;
use crate::{IDENTITY_LINK, TASK};
use casewright_engine_core::entity::{IdentityLink, UserTask};
use casewright_engine_core::ids::Id;
use casewright_engine_value::Instant;
use casewright_journal::{Denormalized, ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`IDENTITY_LINK`].
#[derive(Clone, Debug, Row)]
#[row(view = IDENTITY_LINK)]
pub struct IdentityLinkRow {
    pub task_id: SmolStr,
    pub user_id: Option<SmolStr>,
    pub group_id: Option<SmolStr>,
    pub r#type: Option<SmolStr>,
    pub task_created: Instant,
    pub task_assignee: Option<SmolStr>,
}

/// A clerk's list: what their group may take, oldest first.
pub(crate) const SPEC: ViewSpec = ViewSpec {
    denormalized: Some(Denormalized {
        of: TASK,
        by: IdentityLinkRow::TASK_ID,
        fields: &[
            (TaskRow::CREATED, IdentityLinkRow::TASK_CREATED),
            (TaskRow::ASSIGNEE, IdentityLinkRow::TASK_ASSIGNEE),
        ],
        unique: &[
            &[IdentityLinkRow::TYPE, IdentityLinkRow::GROUP_ID],
            &[IdentityLinkRow::TYPE, IdentityLinkRow::USER_ID],
        ],
    }),
    ..view(
        IDENTITY_LINK,
        &[
            &[IdentityLinkRow::TASK_ID],
            &[
                IdentityLinkRow::GROUP_ID,
                IdentityLinkRow::TYPE,
                IdentityLinkRow::TASK_ASSIGNEE,
                IdentityLinkRow::TASK_CREATED,
                IdentityLinkRow::TASK_ID,
            ],
            &[
                IdentityLinkRow::USER_ID,
                IdentityLinkRow::TYPE,
                IdentityLinkRow::TASK_ASSIGNEE,
                IdentityLinkRow::TASK_CREATED,
                IdentityLinkRow::TASK_ID,
            ],
        ],
    )
};

/// The id of the row of a link of a task in a process.
pub(super) fn link_id(names: &Names<'_>, task: Id, link: &IdentityLink) -> String {
    let [user, group] = [&link.user, &link.group].map(|name| name.as_deref().unwrap_or_default());
    format!("{}\n{}\n{user}\n{group}", names.id(task), link.kind)
}

pub(super) fn put(names: &Names<'_>, task: &UserTask, link: &IdentityLink, out: &mut ViewWrites) {
    let row = row_of(names.id(task.id), task.created, task.assignee.clone(), link);
    out.put(names.tenant, IDENTITY_LINK, &link_id(names, task.id, link), row);
}

/// The row of a link of a task, of a process or without one.
pub(crate) fn row_of(
    task_id: SmolStr,
    task_created: Instant,
    task_assignee: Option<SmolStr>,
    link: &IdentityLink,
) -> IdentityLinkRow {
    IdentityLinkRow {
        task_id,
        user_id: link.user.clone(),
        group_id: link.group.clone(),
        r#type: link_type(&link.kind).map(SmolStr::new),
        task_created,
        task_assignee,
    }
}
