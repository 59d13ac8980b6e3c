//! What events of a case are called on the timeline, on the bus and in rules.

use super::Fact;

/// One row per event; both the list and the function come of it.
macro_rules! names {
    ($($event:ident => $name:literal,)*) => {
        impl Fact {
            /// All names that [`Fact::name`] gives.
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),*];

            /// The name of the event.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self {
                    $(Self::$event { .. } => $name,)*
                }
            }
        }
    };
}

names! {
    CaseCreated => "case-created",
    TitleChanged => "title-changed",
    FieldChanged => "field-changed",
    PriorityChanged => "priority-changed",
    DueDateChanged => "due-date-changed",
    LabelsChanged => "labels-changed",
    StageChanged => "stage-changed",
    DefinitionMigrated => "definition-migrated",
    MilestoneReached => "milestone-reached",
    StatusChanged => "status-changed",
    RequesterChanged => "requester-changed",
    QueueChanged => "queue-changed",
    Assigned => "assigned",
    CommentAdded => "comment-added",
    CommentEdited => "comment-edited",
    CommentDeleted => "comment-deleted",
    DocumentAdded => "document-added",
    DocumentRemoved => "document-removed",
    MailReceived => "mail-received",
    MailSent => "mail-sent",
    MailUnlinked => "mail-unlinked",
    MailsRead => "mails-read",
    Linked => "linked",
    Unlinked => "unlinked",
    PartyAdded => "party-added",
    PartyRemoved => "party-removed",
    TaskCreated => "task-created",
    TaskClaimed => "task-claimed",
    TaskUnclaimed => "task-unclaimed",
    TaskCompleted => "task-completed",
    TaskCancelled => "task-cancelled",
    ProcessRequested => "process-requested",
    ProcessStarted => "process-started",
    ProcessEnded => "process-ended",
    OpenWorkCancelled => "open-work-cancelled",
    StepFailed => "step-failed",
    StepRepaired => "step-repaired",
    Compensated => "compensated",
    ProblemCleared => "problem-cleared",
    SlaStarted => "sla-started",
    SlaPaused => "sla-paused",
    SlaResumed => "sla-resumed",
    SlaAtRisk => "sla-at-risk",
    SlaBreached => "sla-breached",
    SlaMet => "sla-met",
    SlaMissed => "sla-missed",
    SlaCancelled => "sla-cancelled",
    SlaEscalated => "sla-escalated",
    SlaReplanned => "sla-replanned",
    Routed => "routed",
    RuleApplied => "rule-applied",
    Notified => "notified",
    AdHocTaskAdded => "ad-hoc-task-added",
    AdHocTaskChanged => "ad-hoc-task-changed",
    AdHocTaskAssigned => "ad-hoc-task-assigned",
    AdHocTaskItemTicked => "ad-hoc-task-item-ticked",
    AdHocTaskItemUnticked => "ad-hoc-task-item-unticked",
    AdHocTaskCompleted => "ad-hoc-task-completed",
    AdHocTaskReopened => "ad-hoc-task-reopened",
    AdHocTaskCancelled => "ad-hoc-task-cancelled",
    AdHocTaskMoved => "ad-hoc-task-moved",
    AdHocTaskRemoved => "ad-hoc-task-removed",
    PlaybookItemTicked => "playbook-item-ticked",
    PlaybookItemUnticked => "playbook-item-unticked",
    MergeRequested => "merge-requested",
    MergeAbandoned => "merge-abandoned",
    Merged => "merged",
    MergeReceived => "merge-received",
    CommentTaken => "comment-taken",
    MailTaken => "mail-taken",
    SplitOff => "split-off",
    DuplicateDismissed => "duplicate-dismissed",
    ChildrenClosing => "children-closing",
    HoldPlaced => "hold-placed",
    HoldLifted => "hold-lifted",
    DisposalBegun => "disposal-begun",
    Forgotten => "forgotten",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_kinds_is_complete() {
        // What serde would take is in the text of its refusal.
        let refusal = serde_json::from_value::<Fact>(serde_json::json!({"type": "?"})).unwrap_err().to_string();
        let taken: Vec<&str> = refusal.split('`').skip(3).step_by(2).collect();
        assert_eq!(taken, Fact::NAMES, "{refusal}");
    }
}
