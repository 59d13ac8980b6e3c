//! `execution` in expressions and scripts: the part of Camunda's DelegateExecution that models use.

use super::{EvaluationScope, as_text, no_method, raised, text_argument};
use crate::entity::{ElementInstance, Holder, ProcessInstance};
use crate::event::Event;
use crate::ids::{Id, activity_instance_id};
use crate::outcome::EffectAction;
use crate::step::behavior::{incidents, variables};
use casewright_engine_value::{EvaluationError, Value};
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

fn text(value: impl AsRef<str>) -> Value {
    Value::string(value.as_ref())
}

fn optional(value: Option<&SmolStr>) -> Value {
    value.map_or(Value::Null, text)
}

fn element<'s>(scope: &'s EvaluationScope<'_, '_>) -> Option<&'s Arc<ElementInstance>> {
    scope.step.state().element(scope.context.element)
}

fn instance<'s>(scope: &'s EvaluationScope<'_, '_>) -> Option<&'s Arc<ProcessInstance>> {
    let instance = element(scope)?.activity.place.instance;
    scope.step.state().instance(instance)
}

pub(super) fn property(scope: &EvaluationScope<'_, '_>, name: &str) -> Option<Value> {
    let element = element(scope)?;
    let instance = instance(scope)?;
    let activity = &element.activity;
    let state = &scope.step.state();
    let id_text = |id: Id| text(state.text(id));
    Some(match name {
        "id" => id_text(activity.place.execution),
        "processInstanceId" => id_text(instance.id),
        "rootProcessInstanceId" => id_text(Id::ROOT),
        "processBusinessKey" | "businessKey" => optional(instance.business_key.as_ref()),
        "processDefinitionId" => text(&activity.place.definition.id),
        "processDefinitionKey" => text(&activity.place.definition.key),
        "currentActivityId" => text(activity.place.activity_id.trim_end_matches("#multiInstanceBody")),
        "currentActivityName" => activity.activity_name.as_deref().map_or(Value::Null, Value::string),
        "activityInstanceId" => text(activity_instance_id(activity.place.spelled(), &state.text(element.id))),
        "parentActivityInstanceId" => match (activity.parent, &activity.parent_activity_id) {
            (Some(parent), Some(id)) => text(activity_instance_id(id, &state.text(parent))),
            _ => Value::Null,
        },
        "parentId" => element.parent_execution.map_or(Value::Null, id_text),
        "currentTransitionId" => scope.context.transition.map_or(Value::Null, Value::string),
        "tenantId" => optional(activity.place.definition.tenant_id.as_ref()),
        "eventName" => scope.context.event.map_or(Value::Null, Value::string),
        "caseInstanceId" => optional(instance.case_instance_id.as_ref()),
        "canceled" | "isCanceled" => Value::Boolean(false),
        "processInstance" => facts(scope, instance),
        "superExecution" => instance
            .super_element
            .and_then(|id| state.element(id))
            .and_then(|caller| state.instance(caller.activity.place.instance))
            .map_or(Value::Null, |caller| facts(scope, caller)),
        "variables" => Value::Map(Arc::new(
            variables::names(scope.step, element.id)
                .into_iter()
                .filter_map(|name| {
                    let value = variables::get(scope.step, element.id, &name)?;
                    Some((name, value))
                })
                .collect(),
        )),
        "variableNames" => Value::List(Arc::new(variables::names(scope.step, element.id).iter().map(text).collect())),
        _ => return None,
    })
}

/// Of another execution only its facts can be had.
fn facts(scope: &EvaluationScope<'_, '_>, instance: &ProcessInstance) -> Value {
    let id = scope.step.state().text(instance.id);
    let fact = |name: &'static str, value: Value| (SmolStr::new_static(name), value);
    Value::Map(Arc::new(IndexMap::from_iter([
        fact("id", text(&id)),
        fact("processInstanceId", text(&id)),
        fact("businessKey", optional(instance.business_key.as_ref())),
        fact("processBusinessKey", optional(instance.business_key.as_ref())),
        fact("processDefinitionId", text(&instance.definition.id)),
        fact("tenantId", optional(instance.definition.tenant_id.as_ref())),
    ])))
}

/// Whose variables are local to the execution: an activity that is no scope runs on the execution of the one around it.
fn own_scope(scope: &EvaluationScope<'_, '_>) -> Id {
    let state = &scope.step.state();
    let mut at = scope.context.element;
    while let Some(element) = state.element(at)
        && let Some(outer) = element.scope.and_then(|outer| state.element(outer))
        && outer.activity.place.execution == element.activity.place.execution
    {
        at = outer.id;
    }
    at
}

pub(super) fn invoke(
    scope: &mut EvaluationScope<'_, '_>,
    method: &str,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let at = scope.context.element;
    match method {
        "getVariable" => {
            let name = text_argument(arguments, 0, method)?;
            Ok(variables::get(scope.step, at, &name).unwrap_or_default())
        }
        "getVariableLocal" => {
            let name = text_argument(arguments, 0, method)?;
            Ok(variables::get_local(scope.step, own_scope(scope), &name).unwrap_or_default())
        }
        "hasVariable" => {
            let name = text_argument(arguments, 0, method)?;
            Ok(Value::Boolean(variables::get(scope.step, at, &name).is_some()))
        }
        "hasVariableLocal" => {
            let name = text_argument(arguments, 0, method)?;
            Ok(Value::Boolean(variables::get_local(scope.step, own_scope(scope), &name).is_some()))
        }
        "hasVariables" => Ok(Value::Boolean(!variables::names(scope.step, at).is_empty())),
        "setVariable" | "setVariableLocal" => set_variable(scope, method, arguments),
        "removeVariable" => {
            let name = text_argument(arguments, 0, method)?;
            variables::remove(scope.step, at, &name);
            Ok(Value::Null)
        }
        "removeVariableLocal" => {
            let name = text_argument(arguments, 0, method)?;
            let holder = Holder::Element(own_scope(scope));
            variables::remove_at(scope.step, holder, at, &name);
            Ok(Value::Null)
        }
        "setProcessBusinessKey" | "setBusinessKey" => set_business_key(scope, arguments),
        "createIncident" => create_incident(scope, method, arguments),
        "correlateMessage" => correlate_message(scope, arguments),
        _ => getter(method).and_then(|name| property(scope, &name)).ok_or_else(|| no_method("execution", method)),
    }
}

/// `getBusinessKey` -> `businessKey`, `isCanceled` -> `canceled`.
pub(super) fn getter(method: &str) -> Option<String> {
    let name = method.strip_prefix("get").or_else(|| method.strip_prefix("is"))?;
    let mut letters = name.chars();
    let first = letters.next()?.to_ascii_lowercase();
    Some(std::iter::once(first).chain(letters).collect())
}

fn set_variable(
    scope: &mut EvaluationScope<'_, '_>,
    method: &str,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let name = text_argument(arguments, 0, method)?;
    let value = arguments.get(1).cloned().unwrap_or_default();
    let at = scope.context.element;
    let done = if method == "setVariable" {
        variables::set(scope.step, at, &name, value)
    } else {
        variables::set_at(scope.step, Holder::Element(own_scope(scope)), at, &name, value)
    };
    done.map_err(|fault| raised(scope.step, fault))?;
    Ok(Value::Null)
}

fn set_business_key(scope: &mut EvaluationScope<'_, '_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let key = arguments.first().and_then(as_text);
    let Some(instance) = instance(scope) else {
        return Ok(Value::Null);
    };
    let instance = ProcessInstance { business_key: key, ..ProcessInstance::clone(instance) };
    scope.step.emit(Event::BusinessKeySet { instance: Arc::new(instance) });
    Ok(Value::Null)
}

fn create_incident(
    scope: &mut EvaluationScope<'_, '_>,
    method: &str,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let kind = text_argument(arguments, 0, method)?;
    let configuration = arguments.get(1).and_then(as_text);
    let message = arguments.get(2).and_then(as_text).map(|m| Arc::from(m.as_str()));
    incidents::raise_custom(scope.step, scope.context.element, kind, configuration, message)
        .map_err(|fault| raised(scope.step, fault))?;
    Ok(Value::Null)
}

/// One map: `messageName`, `businessKey`, `processInstanceId`, `correlationKeys`, `variables`, `tenantId`.
fn correlate_message(scope: &mut EvaluationScope<'_, '_>, arguments: &[Value]) -> Result<Value, EvaluationError> {
    let Some(Value::Map(map)) = arguments.first() else {
        return Err(EvaluationError::Failed("correlateMessage expects a map".to_owned()));
    };
    let field = |name: &str| map.get(name).and_then(as_text);
    let pairs = |name: &str| match map.get(name) {
        Some(Value::Map(map)) => map.iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        _ => Vec::new(),
    };
    let name = field("messageName")
        .or_else(|| field("name"))
        .ok_or_else(|| EvaluationError::Failed("messageName is null".to_owned()))?;
    let action = EffectAction::CorrelateMessage {
        name,
        business_key: field("businessKey"),
        process_instance_id: field("processInstanceId"),
        correlation_keys: pairs("correlationKeys"),
        variables: pairs("variables"),
        tenant_id: field("tenantId"),
    };
    scope.step.request(action);
    Ok(Value::Null)
}
