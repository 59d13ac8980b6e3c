//! What an event does to a case: the only writer of its state. It never refuses.

use super::ad_hoc_task::{AdHocTask, Tick};
use super::event::{CaseEvent, Fact};
use super::merge::{CaseMerge, MergePhase};
use super::state::{Case, Comment};
use crate::domain::definition::model::StatusKind;
use jiff::Timestamp;

impl Case {
    pub(in crate::domain::case) fn fold(&mut self, event: &CaseEvent, at: Timestamp) {
        // That somebody looked at its mail does not make a case newer.
        if !matches!(event.fact, Fact::MailsRead { .. }) {
            self.updated_at = at;
        }
        if let Some(source) = event.fact.source() {
            self.observed.insert(source.instance.clone(), source.seq);
        }
        self.progress.fold(&event.fact, at);
        self.marks.fold(event, at);
        match &event.fact {
            Fact::CaseCreated {
                number,
                definition,
                definition_name,
                definition_version,
                title,
                stage,
                status,
                queue,
                assignee,
                requester,
                priority,
                fields,
                origin,
                restricted_to,
            } => {
                self.restricted_to = restricted_to.clone();
                self.number = number.clone();
                self.definition = definition.clone();
                self.definition_name = definition_name.clone();
                self.definition_version = *definition_version;
                self.title = title.clone();
                self.stage = stage.clone();
                self.status = status.clone();
                self.queue = queue.clone();
                self.assignee = assignee.clone();
                self.requester = requester.clone();
                self.priority = *priority;
                self.fields = fields.clone();
                self.origin = origin.clone();
                self.created_at = at;
                self.created_by = event.by.clone();
            }
            Fact::DefinitionMigrated { to, definition_name, stage, status, .. } => {
                self.definition_version = *to;
                self.definition_name = definition_name.clone();
                self.stage = stage.clone();
                self.status = status.clone();
            }
            Fact::TitleChanged { after, .. } => self.title = after.clone(),
            Fact::FieldChanged { fields, .. } => self.fields = fields.clone(),
            Fact::PriorityChanged { after, .. } => self.priority = *after,
            Fact::DueDateChanged { after, .. } => self.due_at = *after,
            Fact::LabelsChanged { labels, .. } => self.labels = labels.iter().cloned().collect(),
            Fact::StageChanged { to, .. } => self.stage = to.clone(),
            Fact::RequesterChanged { after, .. } => self.requester = after.clone(),
            Fact::StatusChanged { to, reason, resolution, dispose_at, .. } => {
                self.dispose_at = *dispose_at;
                self.status_reason = reason.clone();
                let is_closed = to.kind == StatusKind::Closed;
                self.closed_at = is_closed.then_some(at);
                self.close_reason = reason.clone().filter(|_| is_closed);
                self.resolution = resolution.clone().filter(|_| is_closed);
                self.status = to.clone();
            }
            Fact::QueueChanged { to, .. } => self.queue = to.clone(),
            Fact::Assigned { to, .. } => self.assignee = to.clone(),
            Fact::CommentAdded { comment_id, body, .. } => {
                let comment =
                    Comment { body: body.clone(), author: event.by.clone(), edited_at: None, is_deleted: false };
                self.comments.insert(comment_id.clone(), comment);
            }
            Fact::CommentEdited { comment_id, body, .. } => {
                if let Some(comment) = self.comments.get_mut(comment_id) {
                    comment.body = body.clone();
                    comment.edited_at = Some(at);
                }
            }
            Fact::CommentDeleted { comment_id } => {
                if let Some(comment) = self.comments.get_mut(comment_id) {
                    comment.body.clear();
                    comment.is_deleted = true;
                }
            }
            Fact::DocumentAdded { document, .. } => self.documents.push(document.clone()),
            Fact::DocumentRemoved { document_id, .. } => self.documents.retain(|d| d.id != *document_id),
            Fact::MailReceived { mail_id, files, .. } => {
                self.keep_mail_files(mail_id, files);
                self.mails.insert(mail_id.clone());
                self.unread_mails.insert(mail_id.clone());
            }
            Fact::MailSent { mail_id, .. } => {
                self.mails.insert(mail_id.clone());
            }
            Fact::MailUnlinked { mail_id, .. } => {
                self.mails.remove(mail_id);
                self.mail_files.remove(mail_id);
                self.unread_mails.remove(mail_id);
            }
            Fact::MailsRead { .. } => self.unread_mails.clear(),
            Fact::Linked { link } => self.links.push(link.clone()),
            Fact::Unlinked { link } => self.links.retain(|known| known.id != link.id),
            Fact::PartyAdded { party } => self.parties.push(party.clone()),
            Fact::PartyRemoved { party } => self.parties.retain(|known| known.id != party.id),
            Fact::TaskCreated { task, .. } | Fact::TaskClaimed { task, .. } | Fact::TaskUnclaimed { task, .. } => {
                self.tasks.insert(task.task_id.clone(), task.clone());
            }
            Fact::TaskCompleted { task, .. } | Fact::TaskCancelled { task, .. } => {
                self.tasks.remove(&task.task_id);
            }
            Fact::ProcessRequested { processes, .. }
            | Fact::ProcessStarted { processes, .. }
            | Fact::ProcessEnded { processes, .. }
            | Fact::OpenWorkCancelled { processes, .. } => self.processes = processes.clone(),
            Fact::StepFailed { problem, .. } | Fact::Compensated { problem, .. } => {
                self.problem = Some(problem.clone())
            }
            Fact::StepRepaired { step, .. } => {
                if self.problem.as_ref().is_some_and(|problem| problem.step == *step) {
                    self.problem = None;
                }
            }
            Fact::ProblemCleared {} => self.problem = None,
            Fact::SlaStarted { clocks, .. }
            | Fact::SlaPaused { clocks, .. }
            | Fact::SlaResumed { clocks, .. }
            | Fact::SlaAtRisk { clocks, .. }
            | Fact::SlaBreached { clocks, .. }
            | Fact::SlaMet { clocks, .. }
            | Fact::SlaMissed { clocks, .. }
            | Fact::SlaCancelled { clocks, .. }
            | Fact::SlaEscalated { clocks, .. }
            | Fact::SlaReplanned { clocks, .. } => self.clocks = clocks.clone(),
            Fact::Routed { skills, .. } => self.skills = skills.clone(),
            Fact::RuleApplied { trigger, .. } => self.ruled = self.ruled.max(*trigger),
            // Its progress is folded above.
            Fact::MilestoneReached { .. } => {}
            Fact::AdHocTaskAdded { task, .. }
            | Fact::AdHocTaskChanged { task, .. }
            | Fact::AdHocTaskAssigned { task, .. }
            | Fact::AdHocTaskItemTicked { task, .. }
            | Fact::AdHocTaskItemUnticked { task, .. }
            | Fact::AdHocTaskCompleted { task, .. }
            | Fact::AdHocTaskReopened { task, .. }
            | Fact::AdHocTaskCancelled { task, .. }
            | Fact::AdHocTaskMoved { task, .. } => self.keep_task(task),
            Fact::AdHocTaskRemoved { task, .. } => self.ad_hoc_tasks.retain(|known| known.id != task.id),
            Fact::PlaybookItemTicked { stage, item, .. } => {
                let tick = Tick { by: event.by.clone(), at: at.into() };
                self.playbook.entry(stage.clone()).or_default().insert(item.clone(), tick);
            }
            Fact::PlaybookItemUnticked { stage, item, .. } => {
                if let Some(ticks) = self.playbook.get_mut(stage) {
                    ticks.remove(item);
                }
            }
            Fact::MergeRequested { into, cancels } => {
                let (into, by) = (into.clone(), event.by.clone());
                self.merge = Some(CaseMerge { into, by, cancels: *cancels, phase: MergePhase::Requested });
            }
            Fact::MergeAbandoned { .. } => self.merge = None,
            Fact::Merged { .. } => {
                if let Some(merge) = &mut self.merge {
                    merge.phase = MergePhase::Done;
                }
            }
            Fact::MergeReceived { from } => self.merged_from.push(from.clone()),
            Fact::CommentTaken { comment_id, body, author, .. } => {
                let comment =
                    Comment { body: body.clone(), author: author.clone(), edited_at: None, is_deleted: false };
                self.comments.insert(comment_id.clone(), comment);
            }
            Fact::MailTaken { mail_id, is_unread, files, .. } => {
                self.keep_mail_files(mail_id, files);
                self.mails.insert(mail_id.clone());
                if *is_unread {
                    self.unread_mails.insert(mail_id.clone());
                }
            }
            Fact::DuplicateDismissed { other } => {
                self.no_duplicates.insert(other.clone());
            }
            Fact::HoldPlaced { holds, .. } | Fact::HoldLifted { holds, .. } => self.holds = holds.clone(),
            Fact::DisposalBegun { disposal } => self.disposal = Some(disposal.clone()),
            // Nothing of it is kept in memory or in a snapshot either.
            Fact::Forgotten { .. } => {
                *self = Self { is_forgotten: true, ..Self::nothing(std::mem::take(&mut self.id)) };
            }
            Fact::Notified { .. } | Fact::SplitOff { .. } | Fact::ChildrenClosing { .. } => {}
        }
    }

    fn keep_task(&mut self, task: &AdHocTask) {
        match self.ad_hoc_tasks.iter_mut().find(|known| known.id == task.id) {
            Some(known) => known.clone_from(task),
            None => self.ad_hoc_tasks.push(task.clone()),
        }
    }
}
