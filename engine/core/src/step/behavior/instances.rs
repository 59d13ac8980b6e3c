//! Process instances: the beginning, the regular end, and the end by force.

use super::{calls, incidents, listeners, scopes, subscriptions, variables};
use crate::command::NewVariable;
use crate::compile::Graph;
use crate::entity::{Activity, ElementInstance, EndState, Phase, Place, Position, ProcessInstance};
use crate::event::Event;
use crate::ids::{Id, Prefix};
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::ListenerEvent;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a new instance is given.
pub(crate) struct Start<'s> {
    pub(crate) prefix: Option<Prefix>,
    pub(crate) business_key: Option<SmolStr>,
    pub(crate) case_instance_id: Option<SmolStr>,
    pub(crate) super_element: Option<Id>,
    pub(crate) super_instance: Option<Id>,
    pub(crate) start_activity_id: Option<SmolStr>,
    pub(crate) restarted_from: Option<SmolStr>,
    pub(crate) variables: &'s [NewVariable],
}

/// The instance, its process scope with variables and event subprocess subscriptions, and its start listeners. The caller
/// puts the tokens.
pub(crate) fn start(step: &mut Step<'_>, graph: &Arc<Graph>, start: Start<'_>) -> Done<Id> {
    let id = step.next_id();
    let user = step.env.user.clone();
    let instance = ProcessInstance {
        id,
        definition: Arc::clone(&graph.definition),
        business_key: start.business_key,
        case_instance_id: start.case_instance_id,
        super_element: start.super_element,
        super_instance: start.super_instance,
        started: step.env.now,
        start_user: user,
        start_activity_id: start.start_activity_id,
        suspended: false,
        restarted_from: start.restarted_from,
    };
    step.emit(Event::InstanceStarted { instance: Arc::new(instance), prefix: start.prefix });
    step.emit(Event::ActivityStarted { element: Arc::new(process_element(step, graph, id)) });
    step.begin_quietly(id);
    variables::set_all_local(step, id, start.variables)?;
    subscriptions::create_for_event_subprocesses(step, graph, id)?;
    if !step.skips().listeners {
        listeners::run(step, graph, id, ListenerEvent::Start)?;
    }
    Ok(id)
}

fn process_element(step: &Step<'_>, graph: &Graph, id: Id) -> ElementInstance {
    ElementInstance {
        id,
        position: Position::Process,
        phase: Phase::Active,
        scope: None,
        activity: Arc::new(Activity {
            place: Place {
                instance: id,
                definition: Arc::clone(&graph.definition),
                element: id,
                execution: id,
                activity_id: graph.info.key.clone(),
                named: None,
            },
            parent: None,
            parent_activity_id: None,
            activity_type: SmolStr::new_static("processDefinition"),
            activity_name: graph.process.name.as_deref().map(Arc::from),
            started: step.env.now,
        }),
        branch: None,
        parent_execution: None,
        flow: None,
        called: None,
        task: None,
        external_task: None,
        body: None,
        loop_counter: None,
        waiting: None,
        compensating_for: None,
        resetting: Vec::new(),
    }
}

/// The last token has ended.
pub(crate) fn complete(step: &mut Step<'_>, process: &ElementInstance) -> Done {
    end(step, process, EndState::Completed, None)
}

/// Ends an instance by force: deleted from outside, or cancelled by its caller. Nothing goes on from here.
pub(crate) fn terminate(step: &mut Step<'_>, id: Id, state: EndState, reason: Option<Arc<str>>) -> Done {
    let Some(process) = step.state().element(id).cloned() else {
        return Ok(());
    };
    let cause = match state {
        EndState::ExternallyTerminated => scopes::Cause::Deleted(reason.clone()),
        EndState::Completed | EndState::InternallyTerminated => scopes::Cause::Interrupted,
    };
    scopes::clear(step, &process, cause)?;
    end(step, &process, state, reason)
}

fn end(step: &mut Step<'_>, process: &ElementInstance, state: EndState, reason: Option<Arc<str>>) -> Done {
    let id = process.id;
    let graph = step.graph_of(process)?;
    if !step.skips().listeners {
        listeners::run(step, &graph, id, ListenerEvent::End)?;
    }
    scopes::clear(step, process, scopes::Cause::Completed)?;
    incidents::delete_in(step, id);
    let values = variables::local_values(step, id);
    let Some(instance) = step.state().instance(id).cloned() else {
        return Ok(());
    };
    let caller = instance.super_element.filter(|_| state == EndState::Completed);
    if let Some(caller) = caller {
        calls::map_outs(step, caller, id)?;
    }
    step.emit(Event::ActivityEnded {
        element: id,
        activity: Arc::clone(&process.activity),
        ended: step.env.now,
        canceled: state != EndState::Completed,
        completes_scope: false,
        leaving: false,
    });
    let end_activity_id = step.take_last_activity(id);
    step.emit(Event::InstanceEnded {
        instance,
        state,
        end_activity_id: end_activity_id.filter(|_| state == EndState::Completed),
        delete_reason: reason,
        ended: step.env.now,
    });
    step.note_ended(id, (state, values));
    if let Some(caller) = caller {
        calls::returned(step, caller)?;
    }
    Ok(())
}
