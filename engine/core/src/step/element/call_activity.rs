//! A call activity runs another process and waits for it (BPMN 2.0.2, section 10.3.6). The
//! called instance lives in the same aggregate, so the whole hierarchy moves in one step.

use super::hooks::{At, Element, Then};
use crate::compile::Graph;
use crate::env::CalledProcess;
use crate::ids::Id;
use crate::rejection::{Called, Impasse};
use crate::step::behavior::{calls, instances, tokens};
use crate::step::context::Step;
use crate::step::evaluation::Context;
use crate::step::fault::Done;
use casewright_engine_model::model::{Binding, CallActivity};
use std::sync::Arc;

/// A process that calls itself without end must not exhaust the machine.
const MAX_DEPTH: usize = 200;

impl Element for CallActivity {
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then> {
        let At { id, graph, .. } = at;
        let caller = step.element(id)?.activity.place.instance;
        if depth(step, caller) >= MAX_DEPTH {
            return Err(Impasse::Depth(MAX_DEPTH).into());
        }
        let called = resolve(step, graph, id, self)?;
        let variables = calls::ins(step, id, self)?;
        let business_key = match &self.business_key {
            Some(text) => step.evaluate_text(Context::of(id), text)?,
            None => None,
        };
        let start =
            called.none_start().ok_or_else(|| Impasse::CalledNoneStart { definition: called.info.id.clone() })?;
        let case_instance_id = step.state().instance(caller).and_then(|instance| instance.case_instance_id.clone());
        let instance = begin(
            step,
            &called,
            id,
            instances::Start {
                prefix: None,
                business_key,
                case_instance_id,
                super_element: Some(id),
                super_instance: Some(caller),
                start_activity_id: Some(called.node(start).id.clone()),
                restarted_from: None,
                variables: &variables,
            },
        )?;
        Ok(Then::Begins { instance, start })
    }
}

fn begin(step: &mut Step<'_>, called: &Arc<Graph>, id: Id, start: instances::Start<'_>) -> Done<Id> {
    let instance = instances::start(step, called, start)?;
    tokens::change(step, id, |element| element.called = Some(instance))?;
    Ok(instance)
}

fn depth(step: &Step<'_>, instance: Id) -> usize {
    std::iter::successors(Some(instance), |id| step.state().instance(*id)?.super_instance).count()
}

fn resolve(step: &mut Step<'_>, graph: &Graph, id: Id, call: &CallActivity) -> Done<Arc<Graph>> {
    let context = Context::of(id);
    let key = step.evaluate_text(context, &call.called_element)?.unwrap_or_default();
    let binding = match &call.binding {
        Binding::Version(text) => Binding::Version(step.evaluate_text(context, text)?.unwrap_or_default().to_string()),
        Binding::VersionTag(text) => {
            Binding::VersionTag(step.evaluate_text(context, text)?.unwrap_or_default().to_string())
        }
        other => other.clone(),
    };
    let tenant = match &call.tenant_id {
        Some(text) => step.evaluate_text(context, text)?,
        None => graph.info.tenant_id.clone(),
    };
    let called = CalledProcess {
        key: &key,
        binding: &binding,
        tenant: tenant.as_deref(),
        deployment: &graph.info.deployment_id,
    };
    let found = step.env.definitions.called(&called);
    found.map_err(|why| Impasse::NotCalled { called: Box::new(Called::from(&called)), why }.into())
}
