//! The step under way: a working copy of the state, the events so far, and an agenda of what is still to be done.
//!
//! Work is a stack, so that a branch runs to its wait state before the next begins (as Camunda 7 does) and a long chain of
//! automatic elements cannot overflow the call stack. Every piece of work names an element; when that is gone, so is the
//! work.

use super::behavior::cancellation::Preserved;
use super::behavior::conditions::Entry;
use super::fault::{Done, Fault};
use super::{behavior, element};
use crate::apply::apply;
use crate::command::Skips;
use crate::compile::Graph;
use crate::entity::{ElementInstance, EndState, Place};
use crate::env::Env;
use crate::event::Event;
use crate::ids::Id;
use crate::outcome::{Effect, EffectAction, Missing, Rejection};
use crate::state::State;
use casewright_engine_model::model::FlowIndex;
use casewright_engine_value::{Value, measure};
use indexmap::IndexMap;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// No event is shorter than this as it is stored.
const EVENT_BYTES: usize = 60;

pub(crate) struct Step<'a> {
    pub(crate) env: &'a Env<'a>,
    pub(crate) state: State,
    pub(crate) events: Vec<Event>,
    pub(crate) effects: Vec<Arc<Effect>>,
    pub(crate) skips: Skips,
    /// Variables that live until the command is done.
    pub(crate) transient: HashMap<Id, IndexMap<SmolStr, Value>>,
    /// Changes of variables that conditional events have not seen yet.
    pub(crate) changed: Vec<VariableChange>,
    /// How instances ended in this step, with their last variables.
    pub(crate) ended: HashMap<Id, (EndState, Vec<(SmolStr, Value)>)>,
    /// Last activity that ended, by instance: `endActivityId` of history.
    pub(crate) last_activity: HashMap<Id, SmolStr>,
    /// Activity at which a fault came up: `failedActivityId` of a job.
    pub(crate) failed_at: Option<SmolStr>,
    /// Entered in this step, but not at work yet: their events do not see what their own listeners and mappings change.
    pub(crate) starting: HashSet<Id>,
    /// Not to be ended while it is being modified.
    pub(crate) preserved: Option<Preserved>,
    /// Scopes in which tokens came or went.
    pub(crate) touched: BTreeSet<Id>,
    agenda: Vec<Work>,
    next_id: u64,
    taken: u32,
    /// What the events so far come to, at least.
    bytes: usize,
    graphs: HashMap<SmolStr, Arc<Graph>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VariableChange {
    pub(crate) holder: Id,
    pub(crate) name: SmolStr,
    pub(crate) kind: ChangeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChangeKind {
    Create,
    Update,
    Delete,
}

impl ChangeKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// One thing to do for one element instance.
#[derive(Clone, Debug)]
pub(crate) enum Work {
    /// The token has arrived; it goes behind an `asyncBefore` job or enters.
    Arrive(Id),
    Enter(Id),
    /// Its behaviour, once its scope is set up and its start listeners have run.
    Execute(Id),
    /// It is done: choose flows, end it, go on.
    Leave(Id),
    /// Take these flows; the activity has ended.
    MoveOn {
        element: Id,
        flows: Vec<FlowIndex>,
    },
    /// Conditions that are true as their scope is entered.
    CheckConditions(Id),
}

impl Work {
    fn element(&self) -> Id {
        match self {
            Self::Arrive(id)
            | Self::Enter(id)
            | Self::Execute(id)
            | Self::Leave(id)
            | Self::CheckConditions(id)
            | Self::MoveOn { element: id, .. } => *id,
        }
    }
}

impl<'a> Step<'a> {
    pub(crate) fn new(state: &State, env: &'a Env<'a>) -> Self {
        Self {
            env,
            next_id: state.counter,
            state: state.clone(),
            events: Vec::new(),
            effects: Vec::new(),
            skips: Skips::default(),
            transient: HashMap::new(),
            changed: Vec::new(),
            ended: HashMap::new(),
            last_activity: HashMap::new(),
            failed_at: None,
            starting: HashSet::new(),
            preserved: None,
            touched: BTreeSet::new(),
            agenda: Vec::new(),
            taken: 0,
            bytes: 0,
            graphs: HashMap::new(),
        }
    }

    pub(crate) fn emit(&mut self, event: Event) {
        let moved = match &event {
            Event::FlowTaken { element, .. } | Event::TokenPlaced { element } | Event::ActivityStarted { element } => {
                element.scope
            }
            Event::ActivityEnded { element, .. } | Event::TokenRemoved { element } => {
                self.state.element(*element).and_then(|element| element.scope)
            }
            _ => None,
        };
        self.touched.extend(moved);
        self.bytes = self.bytes.saturating_add(EVENT_BYTES);
        apply(&mut self.state, &event);
        self.events.push(event);
    }

    /// Counts what a value adds to the events, before it is in one.
    pub(crate) fn weigh(&mut self, element: Id, value: &Value) -> Done {
        let most = self.env.options.max_bytes;
        match measure(value, most.saturating_sub(self.bytes)) {
            Some(bytes) => {
                self.bytes += bytes;
                Ok(())
            }
            None => Err(self.exceeds(element, "the size of what is stored", most)),
        }
    }

    /// Has this command done as much as one may?
    pub(crate) fn within_limits(&self, element: Id) -> Done {
        let options = &self.env.options;
        if self.events.len() > options.max_events {
            return Err(self.exceeds(element, "the number of events", options.max_events));
        }
        if self.bytes > options.max_bytes {
            return Err(self.exceeds(element, "the size of what is stored", options.max_bytes));
        }
        Ok(())
    }

    /// What one command may not do, told with the element that would.
    pub(crate) fn exceeds(&self, element: Id, what: &'static str, limit: usize) -> Fault {
        let element = self.state.element(element);
        let element = element.map(|element| element.activity.place.activity_id.clone()).unwrap_or_default();
        Rejection::Limit { element, what, limit }.into()
    }

    pub(crate) fn next_id(&mut self) -> Id {
        self.next_id += 1;
        Id(self.next_id)
    }

    pub(crate) fn request(&mut self, action: EffectAction) {
        let effect = Arc::new(Effect {
            // Unique: the counter only grows, and every step that has effects also brings an id.
            id: format_smolstr!("{}-{}-{}", self.state.prefix, self.state.counter, self.events.len()),
            action,
        });
        self.effects.push(Arc::clone(&effect));
        self.emit(Event::EffectRequested { effect });
    }

    pub(crate) fn push(&mut self, work: Work) {
        self.agenda.push(work);
    }

    /// Works until every token waits.
    pub(crate) fn settle(&mut self) -> Done {
        loop {
            // What a condition begins runs after the work that was next, unless it takes that work away (as in Camunda 7).
            let next = self.agenda.pop();
            behavior::conditions::notice_changes(self)?;
            let Some(work) = next.or_else(|| self.agenda.pop()) else {
                element::gateway::complex::look_again(self)?;
                if self.agenda.is_empty() {
                    return behavior::branches::tidy(self);
                }
                continue;
            };
            self.taken += 1;
            if self.taken > self.env.options.max_steps {
                return Err(Rejection::Engine(format!(
                    "more than {} steps without a wait state",
                    self.env.options.max_steps
                ))
                .into());
            }
            let element = work.element();
            let Some(activity_id) =
                self.state.element(element).map(|element| element.activity.place.activity_id.clone())
            else {
                continue;
            };
            let performed = self.within_limits(element).and_then(|()| self.perform(work));
            let done = match performed {
                Err(Fault::Thrown { code, message }) => {
                    behavior::errors::throw(self, element, &code, message.as_deref())
                }
                done => done,
            };
            if done.is_err() {
                self.failed_at = Some(activity_id);
            }
            done?;
        }
    }

    fn perform(&mut self, work: Work) -> Done {
        match work {
            Work::Arrive(id) => behavior::lifecycle::arrive(self, id),
            Work::Enter(id) => behavior::lifecycle::enter(self, id),
            Work::Execute(id) => {
                self.starting.remove(&id);
                match behavior::conditions::check_on_entry(self, id)? {
                    Entry::GoesOn => element::execute(self, id),
                    Entry::Interrupted => Ok(()),
                }
            }
            Work::Leave(id) => behavior::lifecycle::leave(self, id),
            Work::MoveOn { element, flows } => behavior::lifecycle::move_on(self, element, &flows),
            Work::CheckConditions(id) => behavior::conditions::check_on_entry(self, id).map(drop),
        }
    }

    /// An element instance that is known to be alive: work for elements that are gone is dropped before it starts.
    pub(crate) fn element(&self, id: Id) -> Done<Arc<ElementInstance>> {
        self.state.element(id).cloned().ok_or_else(|| self.gone(Missing::Execution, id))
    }

    pub(crate) fn gone(&self, kind: Missing, id: Id) -> Fault {
        let text = self.state.text(id);
        Rejection::NotFound { kind, message: format!("Cannot find {kind} with id {text}: {kind} is null"), id: text }
            .into()
    }

    pub(crate) fn graph(&mut self, definition_id: &SmolStr) -> Done<Arc<Graph>> {
        if let Some(graph) = self.graphs.get(definition_id) {
            return Ok(Arc::clone(graph));
        }
        let graph = self.env.definitions.graph(definition_id).ok_or_else(|| {
            Rejection::Engine(format!("no deployed process definition found with id '{definition_id}'"))
        })?;
        self.graphs.insert(definition_id.clone(), Arc::clone(&graph));
        Ok(graph)
    }

    /// In any of the definitions that this step has met.
    pub(crate) fn has_complex_gateways(&self) -> bool {
        self.graphs.values().any(|graph| graph.has_complex_gateways())
    }

    pub(crate) fn graph_of(&mut self, element: &ElementInstance) -> Done<Arc<Graph>> {
        self.graph(&element.activity.place.definition.id.clone())
    }

    /// Place of an element instance, of the process for its own id.
    pub(crate) fn place_of(&self, element: Id) -> Done<Place> {
        Ok(self.element(element)?.activity.place.clone())
    }
}
