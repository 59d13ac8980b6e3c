//! The step under way: a working copy of the state, the events so far, and the agenda.
//!
//! Everything else in a step goes through the verbs of [`Step`]. The state changes by [`Step::emit`] only, which applies the
//! event; nobody else can reach it to write. It must know nothing of elements.

use super::agenda::{Agenda, Work};
use super::fault::{Done, Fault};
use crate::apply::apply;
use crate::command::Skips;
use crate::compile::Graph;
use crate::entity::{ElementInstance, EndState, Place};
use crate::env::Env;
use crate::event::Event;
use crate::ids::{Id, Prefix};
use crate::outcome::{Answer, Effect, EffectAction, Missing, Outcome, Rejection};
use crate::state::State;
use casewright_engine_model::model::FlowIndex;
use casewright_engine_value::{Value, measure};
use indexmap::IndexMap;
use smol_str::{SmolStr, format_smolstr};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// No event is shorter than this as it is stored.
const EVENT_BYTES: usize = 60;

/// Variables of one scope that live until the command is done.
pub(crate) type Transient = IndexMap<SmolStr, Value>;

pub(crate) struct Step<'a> {
    pub(crate) env: &'a Env<'a>,
    state: State,
    events: Vec<Event>,
    effects: Vec<Arc<Effect>>,
    skips: Skips,
    transient: HashMap<Id, Transient>,
    /// Changes of variables that conditional events have not seen yet.
    changed: Vec<VariableChange>,
    ended: HashMap<Id, Ended>,
    /// Last activity that ended, by instance: `endActivityId` of history.
    last_activity: HashMap<Id, SmolStr>,
    /// Activity at which a fault came up: `failedActivityId` of a job.
    failed_at: Option<SmolStr>,
    /// Entered in this step, but not at work yet: their events do not see what their own listeners and mappings change.
    starting: HashSet<Id>,
    preserved: Option<Preserved>,
    /// Scopes in which tokens came or went.
    touched: BTreeSet<Id>,
    agenda: Agenda,
    next_id: u64,
    taken: u32,
    /// What the events so far come to, at least.
    bytes: usize,
    graphs: HashMap<SmolStr, Arc<Graph>>,
}

/// How an instance ended in this step, with its last variables.
pub(crate) type Ended = (EndState, Vec<(SmolStr, Value)>);

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

/// An instance that is being modified stays, though empty, until all instructions are carried out.
#[derive(Clone, Copy, Debug)]
struct Preserved {
    instance: Id,
    emptied_by: Emptied,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Emptied {
    /// Its last token ended: it has completed.
    Completion,
    Cancellation,
}

// The beginning and the end of a step.
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
            agenda: Agenda::default(),
            taken: 0,
            bytes: 0,
            graphs: HashMap::new(),
        }
    }

    /// The ids of a new root instance begin with this.
    pub(crate) fn name_root(&mut self, prefix: Prefix) {
        self.state.prefix = prefix;
    }

    pub(crate) fn skips(&self) -> Skips {
        self.skips
    }

    /// Says what is left out from here on.
    pub(crate) fn skip(&mut self, skips: Skips) {
        self.skips = skips;
    }

    pub(crate) fn finish(self, answer: Answer) -> Outcome {
        Outcome { events: self.events, effects: self.effects, answer, state: self.state }
    }
}

// Reading.
impl Step<'_> {
    pub(crate) fn state(&self) -> &State {
        &self.state
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

    pub(crate) fn graph_of(&mut self, element: &ElementInstance) -> Done<Arc<Graph>> {
        self.graph(&element.activity.place.definition.id.clone())
    }

    /// In any of the definitions that this step has met.
    pub(crate) fn has_complex_gateways(&self) -> bool {
        self.graphs.values().any(|graph| graph.has_complex_gateways())
    }

    /// Place of an element instance, of the process for its own id.
    pub(crate) fn place_of(&self, element: Id) -> Done<Place> {
        Ok(self.element(element)?.activity.place.clone())
    }
}

// What happens: events, effects, ids, and how much of it there may be.
impl Step<'_> {
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

    /// What is done here is done in nobody's name: variables that it sets are not of any activity.
    pub(crate) fn unattributed(&mut self, act: impl FnOnce(&mut Self) -> Done) -> Done {
        let already = self.events.len();
        act(self)?;
        for event in &mut self.events[already..] {
            if let Event::VariableSet { by, by_activity_id, .. } = event {
                *by = Id::default();
                *by_activity_id = SmolStr::default();
            }
        }
        Ok(())
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

    pub(crate) fn next_id(&mut self) -> Id {
        self.next_id += 1;
        Id(self.next_id)
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
}

// The agenda.
impl Step<'_> {
    /// The token is in front of its element.
    pub(crate) fn arrive(&mut self, id: Id) {
        self.agenda.push(Work::Arrive(id));
    }

    pub(crate) fn enter(&mut self, id: Id) {
        self.agenda.push(Work::Enter(id));
    }

    /// Its element's work follows; until then its own events do not see what it changes.
    pub(crate) fn execute(&mut self, id: Id) {
        self.starting.insert(id);
        self.agenda.push(Work::Execute(id));
    }

    /// The element has done its work.
    pub(crate) fn leave(&mut self, id: Id) {
        self.agenda.push(Work::Leave(id));
    }

    pub(crate) fn move_on(&mut self, element: Id, flows: Vec<FlowIndex>) {
        self.agenda.push(Work::MoveOn { element, flows });
    }

    pub(crate) fn check_conditions(&mut self, id: Id) {
        self.agenda.push(Work::CheckConditions(id));
    }

    pub(crate) fn next_work(&mut self) -> Option<Work> {
        self.agenda.pop()
    }

    pub(crate) fn has_work(&self) -> bool {
        !self.agenda.is_empty()
    }

    /// One piece of work more; a process that never waits comes to an end here.
    pub(crate) fn count_work(&mut self) -> Done {
        self.taken += 1;
        let most = self.env.options.max_steps;
        if self.taken > most {
            return Err(Rejection::Engine(format!("more than {most} steps without a wait state")).into());
        }
        Ok(())
    }
}

// Variables that no event tells of, and who is to hear of changes.
impl Step<'_> {
    pub(crate) fn transient(&self, holder: Id) -> Option<&Transient> {
        self.transient.get(&holder)
    }

    pub(crate) fn transient_mut(&mut self, holder: Id) -> Option<&mut Transient> {
        self.transient.get_mut(&holder)
    }

    /// Sets a transient variable; gives what it had before.
    pub(crate) fn set_transient(&mut self, holder: Id, name: SmolStr, value: Value) -> Option<Value> {
        self.transient.entry(holder).or_default().insert(name, value)
    }

    /// Does something while `holder` has these transient variables, too.
    pub(crate) fn with_transient<T>(
        &mut self,
        holder: Id,
        variables: &[(&'static str, Value)],
        act: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let before = self.transient.get(&holder).cloned();
        let seen = self.transient.entry(holder).or_default();
        for (name, value) in variables {
            seen.insert(SmolStr::new_static(name), value.clone());
        }
        let result = act(self);
        match before {
            Some(before) => self.transient.insert(holder, before),
            None => self.transient.remove(&holder),
        };
        result
    }

    pub(crate) fn note_change(&mut self, change: VariableChange) {
        self.changed.push(change);
    }

    /// Changes since this was last asked.
    pub(crate) fn take_changes(&mut self) -> Vec<VariableChange> {
        std::mem::take(&mut self.changed)
    }

    /// Nobody is to hear of what changed in this scope.
    pub(crate) fn forget_changes(&mut self, holder: Id) {
        self.changed.retain(|change| change.holder != holder);
    }

    /// A process instance whose variables are set and whose listeners run before its events may see it.
    pub(crate) fn begin_quietly(&mut self, instance: Id) {
        self.starting.insert(instance);
    }

    pub(crate) fn begin_work(&mut self, id: Id) {
        self.starting.remove(&id);
    }

    pub(crate) fn is_starting(&self, id: Id) -> bool {
        self.starting.contains(&id)
    }
}

// How instances end.
impl Step<'_> {
    pub(crate) fn note_ended(&mut self, instance: Id, ended: Ended) {
        self.ended.insert(instance, ended);
    }

    pub(crate) fn ended(&self, instance: Id) -> Option<&Ended> {
        self.ended.get(&instance)
    }

    pub(crate) fn note_last_activity(&mut self, instance: Id, activity_id: SmolStr) {
        self.last_activity.insert(instance, activity_id);
    }

    pub(crate) fn take_last_activity(&mut self, instance: Id) -> Option<SmolStr> {
        self.last_activity.remove(&instance)
    }

    pub(crate) fn note_fault_at(&mut self, activity_id: SmolStr) {
        self.failed_at = Some(activity_id);
    }

    pub(crate) fn take_fault_place(&mut self) -> Option<SmolStr> {
        self.failed_at.take()
    }

    /// The instance is not ended while it is being modified.
    pub(crate) fn preserve(&mut self, instance: Id) {
        self.preserved = Some(Preserved { instance, emptied_by: Emptied::Cancellation });
    }

    /// The instance may end again; says by what it was emptied last.
    pub(crate) fn release(&mut self) -> Option<Emptied> {
        self.preserved.take().map(|preserved| preserved.emptied_by)
    }

    /// Nothing is left in the instance. True: it is preserved all the same.
    pub(crate) fn preserves(&mut self, instance: Id, emptied_by: Emptied) -> bool {
        match &mut self.preserved {
            Some(preserved) if preserved.instance == instance => {
                preserved.emptied_by = emptied_by;
                true
            }
            _ => false,
        }
    }

    /// Scopes in which tokens came or went since they were last tidied.
    pub(crate) fn touched(&self) -> Vec<Id> {
        self.touched.iter().copied().collect()
    }

    pub(crate) fn next_touched(&mut self) -> Option<Id> {
        self.touched.pop_first()
    }
}
