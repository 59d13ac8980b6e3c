//! What a step yields: events, effects and an answer; or a [`Rejection`](crate::Rejection), and then nothing changed.

use crate::entity::{EndState, ExternalTask};
use crate::event::Event;
use crate::ids::Id;
use crate::state::State;
use casewright_engine_value::Value;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Outcome {
    pub events: Vec<Event>,
    pub effects: Vec<Arc<Effect>>,
    pub answer: Answer,
    /// The state with the events applied, for whoever wants to go on deciding from it.
    pub state: State,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Done,
    Started {
        instance: Id,
        /// None: it waits somewhere. The state it ended in otherwise.
        ended: Option<EndState>,
        /// Variables of the process instance after the step (its last ones when it ended).
        variables: Vec<(SmolStr, Value)>,
    },
    /// Of a task or execution command: variables visible afterwards in the process instance (its last ones when it ended).
    Completed {
        instance: Id,
        ended: Option<EndState>,
        variables: Vec<(SmolStr, Value)>,
    },
    Locked(Vec<Arc<ExternalTask>>),
    IncidentCreated(Id),
    /// The job failed and this is stored; a REST caller gets 500 with the message.
    JobFailed {
        job: Id,
        message: Arc<str>,
    },
}

/// Something to be done on other root instances after the commit, at least once; doing it twice changes nothing because
/// of `id`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// Unique over the installation, the same when the entry is read again.
    pub id: SmolStr,
    pub action: EffectAction,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EffectAction {
    /// To all subscriptions and start events of that name.
    BroadcastSignal {
        name: SmolStr,
        variables: Vec<(SmolStr, Value)>,
        tenant_id: Option<SmolStr>,
        /// Those of the thrower's own root instance have got it already; not so when it was thrown with `camunda:async`.
        own_root_has_it: bool,
    },
    /// `createMessageCorrelation` from a script.
    CorrelateMessage {
        name: SmolStr,
        business_key: Option<SmolStr>,
        process_instance_id: Option<SmolStr>,
        correlation_keys: Vec<(SmolStr, Value)>,
        variables: Vec<(SmolStr, Value)>,
        tenant_id: Option<SmolStr>,
    },
}
