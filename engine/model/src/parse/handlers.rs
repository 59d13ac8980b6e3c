//! What the scopes of a process wait for already: two of the same in one scope are refused.

use std::collections::{HashMap, HashSet};

use smol_str::SmolStr;

use crate::model::NodeIndex;

/// What each scope already waits for, by the scope's id.
#[derive(Default)]
pub(crate) struct Handlers {
    pub(super) subscriptions: HashMap<SmolStr, HashSet<Subscription>>,
    /// Separately for event subprocesses and boundary events.
    pub(super) escalations: HashMap<(SmolStr, EscalationHandler), Escalations>,
    /// Subprocesses with an event subprocess that compensates them.
    pub(super) compensation_subprocesses: HashSet<NodeIndex>,
    /// Activities with a compensation boundary event.
    pub(super) compensation_boundaries: HashSet<NodeIndex>,
    /// Transactions with a cancel boundary event.
    pub(super) cancel_boundaries: HashSet<NodeIndex>,
}

#[derive(PartialEq, Eq, Hash)]
pub(super) struct Subscription {
    pub(super) kind: SubscriptionKind,
    pub(super) name: String,
    /// Start events of a process and its other events do not meet.
    pub(super) starts_process: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SubscriptionKind {
    Message,
    Signal,
    Condition,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum EscalationHandler {
    EventSubprocess,
    BoundaryEvent,
}

#[derive(Default)]
pub(super) struct Escalations {
    pub(super) catches_all: bool,
    pub(super) codes: HashSet<String>,
}

impl Handlers {
    /// An event subprocess with a compensation start event handles this activity.
    pub(crate) fn has_compensation_subprocess(&self, activity: NodeIndex) -> bool {
        self.compensation_subprocesses.contains(&activity)
    }
}
