//! Execution listeners: expressions and scripts at the start and end of an activity and on a flow.

use crate::compile::Graph;
use crate::entity::Position;
use crate::ids::Id;
use crate::rejection::{Delegate, Failure};
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{ExecutionListener, FlowIndex, ListenerAction, ListenerEvent};

/// Listeners of a node, or of the process.
pub(crate) fn run(step: &mut Step<'_>, graph: &Graph, element: Id, event: ListenerEvent) -> Done {
    let listeners = match step.element(element)?.position {
        Position::Process => &graph.process.listeners,
        Position::Body(_) => return Ok(()),
        Position::Node(node) => &graph.node(node).listeners,
    };
    let name = match event {
        ListenerEvent::Start => "start",
        ListenerEvent::End => "end",
        ListenerEvent::Take => "take",
    };
    run_all(step, listeners, event, Context::of(element).with_event(name))
}

/// `take` listeners of a flow, in the name of its scope.
pub(crate) fn run_take(step: &mut Step<'_>, graph: &Graph, scope: Id, flow: FlowIndex) -> Done {
    let flow = graph.flow(flow);
    let context = Context { transition: Some(&flow.id), ..Context::of(scope).with_event("take") };
    run_all(step, &flow.listeners, ListenerEvent::Take, context)
}

fn run_all(step: &mut Step<'_>, listeners: &[ExecutionListener], event: ListenerEvent, context: Context<'_>) -> Done {
    for listener in listeners.iter().filter(|listener| listener.event == event) {
        act(step, &listener.action, context)?;
    }
    Ok(())
}

pub(crate) fn act(step: &mut Step<'_>, action: &ListenerAction, context: Context<'_>) -> Done {
    match action {
        ListenerAction::Expression(text) => step.evaluate(context, text).map(drop),
        ListenerAction::Script(script) => step.run_script(context, script).map(drop),
        ListenerAction::DelegateExpression(text) => {
            Err(Failure::Delegate { text: text.clone(), wanted: Delegate::Listener }.into())
        }
        ListenerAction::JavaClass(class) => Err(Failure::JavaClass(class.clone()).into()),
    }
}
