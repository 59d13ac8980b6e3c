//! The log of identity links: who came to a task or a definition, and who went.

use crate::HISTORY_IDENTITY_LINK;
use crate::row::{Names, link_type, row};
use crate::specs::view;
use casewright_engine_core::entity::{IdentityLink, UserTask};
use casewright_engine_value::Instant;
use casewright_journal::{ViewSpec, ViewWrites};
use casewright_rows::Row;
use smol_str::SmolStr;

/// A row of [`HISTORY_IDENTITY_LINK`].
#[derive(Clone, Debug, Row)]
#[row(view = HISTORY_IDENTITY_LINK)]
pub struct LinkLogRow {
    pub id: SmolStr,
    pub time: Instant,
    pub r#type: Option<SmolStr>,
    pub user_id: Option<SmolStr>,
    pub group_id: Option<SmolStr>,
    pub task_id: Option<SmolStr>,
    pub process_instance_id: Option<SmolStr>,
    pub process_definition_id: Option<SmolStr>,
    pub process_definition_key: Option<SmolStr>,
    /// `add` or `delete`.
    pub operation_type: SmolStr,
    pub assigner_id: Option<SmolStr>,
    pub tenant_id: Option<SmolStr>,
    pub root_process_instance_id: Option<SmolStr>,
}

pub(crate) const SPEC: ViewSpec =
    view(HISTORY_IDENTITY_LINK, &[&[LinkLogRow::TASK_ID], &[LinkLogRow::PROCESS_INSTANCE_ID]]);

/// Lines of the identity link log of one entry.
pub(super) struct LinkLog<'a> {
    names: &'a Names<'a>,
    task: &'a UserTask,
    at: Instant,
    lines: usize,
}

impl<'a> LinkLog<'a> {
    pub(super) fn new(names: &'a Names<'a>, task: &'a UserTask, at: Instant) -> Self {
        Self { names, task, at, lines: 0 }
    }

    pub(super) fn link(&mut self, operation: &str, link: &IdentityLink, out: &mut ViewWrites) {
        self.line(operation, &link.kind, link.user.as_deref(), link.group.as_deref(), out);
    }

    pub(super) fn user(&mut self, operation: &str, kind: &str, user: Option<&str>, out: &mut ViewWrites) {
        if user.is_some() {
            self.line(operation, kind, user, None, out);
        }
    }

    fn line(&mut self, operation: &str, kind: &str, user: Option<&str>, group: Option<&str>, out: &mut ViewWrites) {
        let id = self.names.log_id(self.lines);
        self.lines += 1;
        let document = row! {
            LinkLogRow::ID => id.as_str(),
            LinkLogRow::TIME => self.at,
            LinkLogRow::TYPE => link_type(kind),
            LinkLogRow::USER_ID => user,
            LinkLogRow::GROUP_ID => group,
            LinkLogRow::TASK_ID => self.names.id(self.task.id),
            LinkLogRow::PROCESS_INSTANCE_ID => self.names.id(self.task.place.instance),
            LinkLogRow::PROCESS_DEFINITION_ID => self.task.place.definition.id.as_str(),
            LinkLogRow::PROCESS_DEFINITION_KEY => self.task.place.definition.key.as_str(),
            LinkLogRow::OPERATION_TYPE => operation,
            LinkLogRow::ASSIGNER_ID => self.names.actor,
            LinkLogRow::TENANT_ID => self.task.place.definition.tenant_id.as_ref(),
            LinkLogRow::ROOT_PROCESS_INSTANCE_ID => &self.names.root,
        };
        out.insert(self.names.tenant, HISTORY_IDENTITY_LINK, &id, document);
    }
}
