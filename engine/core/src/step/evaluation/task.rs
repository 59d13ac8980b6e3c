//! `task` and `externalTask` in expressions and scripts.

use super::{EvaluationScope, as_integer, as_text, no_method, raised, text_argument};
use crate::entity::{Holder, UserTask};
use crate::step::behavior::{tasks, variables};
use casewright_engine_value::{EvaluationError, Instant, Value};
use smol_str::SmolStr;
use std::sync::Arc;

fn text(value: impl AsRef<str>) -> Value {
    Value::string(value.as_ref())
}

fn date(value: Option<Instant>) -> Value {
    value.map_or(Value::Null, Value::Date)
}

fn task<'s>(scope: &'s EvaluationScope<'_, '_>) -> Option<&'s Arc<UserTask>> {
    scope.step.state().task(scope.context.task?)
}

pub(super) fn property(scope: &EvaluationScope<'_, '_>, name: &str) -> Option<Value> {
    let task = task(scope)?;
    let state = &scope.step.state();
    Some(match name {
        "id" => text(state.text(task.id)),
        "name" => task.name.as_deref().map_or(Value::Null, Value::string),
        "description" => task.description.as_deref().map_or(Value::Null, Value::string),
        "assignee" => task.assignee.as_ref().map_or(Value::Null, text),
        "owner" => task.owner.as_ref().map_or(Value::Null, text),
        "priority" => Value::Integer(task.priority),
        "dueDate" => date(task.due),
        "followUpDate" => date(task.follow_up),
        "createTime" => Value::Date(task.created),
        "taskDefinitionKey" => text(&task.place.activity_id),
        "executionId" => text(state.text(task.place.execution)),
        "processInstanceId" => text(state.text(task.place.instance)),
        "processDefinitionId" => text(&task.place.definition.id),
        "eventName" => scope.context.event.map_or(Value::Null, Value::string),
        "tenantId" => task.place.definition.tenant_id.as_ref().map_or(Value::Null, text),
        "candidates" => Value::List(Arc::new(
            task.links.iter().filter_map(|link| link.user.as_ref().or(link.group.as_ref()).map(text)).collect(),
        )),
        "execution" => return super::execution::property(scope, "processInstance"),
        _ => return None,
    })
}

pub(super) fn external_property(scope: &EvaluationScope<'_, '_>, name: &str) -> Option<Value> {
    let state = &scope.step.state();
    let task = state.external_task(scope.context.external_task?)?;
    let name = super::execution::getter(name).unwrap_or_else(|| name.to_owned());
    Some(match name.as_str() {
        "id" => text(state.text(task.id)),
        "topicName" => text(&task.topic),
        "workerId" => task.worker.as_ref().map_or(Value::Null, text),
        "errorMessage" => task.error_message.as_deref().map_or(Value::Null, Value::string),
        "errorDetails" => task.error_details.as_deref().map_or(Value::Null, Value::string),
        "retries" => task.retries.map_or(Value::Null, Value::Integer),
        "priority" => Value::Long(task.priority),
        "lockExpirationTime" => date(task.locked_until),
        "activityId" => text(&task.place.activity_id),
        "processInstanceId" => text(state.text(task.place.instance)),
        "executionId" => text(state.text(task.place.execution)),
        _ => return None,
    })
}

pub(super) fn invoke(
    scope: &mut EvaluationScope<'_, '_>,
    method: &str,
    arguments: &[Value],
) -> Result<Value, EvaluationError> {
    let Some(id) = scope.context.task else {
        return Err(no_method("task", method));
    };
    let argument = arguments.first().and_then(as_text);
    match method {
        "getVariable" | "hasVariable" | "getVariableLocal" | "hasVariableLocal" => {
            let name = text_argument(arguments, 0, method)?;
            let local = variables::get_local(scope.step, id, &name);
            let value = if method.ends_with("Local") {
                local
            } else {
                local.or_else(|| variables::get(scope.step, scope.context.element, &name))
            };
            Ok(if method.starts_with("has") { Value::Boolean(value.is_some()) } else { value.unwrap_or_default() })
        }
        "setVariableLocal" => {
            let name = text_argument(arguments, 0, method)?;
            let value = arguments.get(1).cloned().unwrap_or_default();
            let by = scope.context.element;
            variables::set_at(scope.step, Holder::Task(id), by, &name, value)
                .map_err(|fault| raised(scope.step, fault))?;
            Ok(Value::Null)
        }
        "setVariable" | "removeVariable" => super::execution::invoke(scope, method, arguments),
        "setAssignee" => change(scope, id, |task| task.assignee = argument),
        "setOwner" => change(scope, id, |task| task.owner = argument),
        "setName" => change(scope, id, |task| task.name = shared(argument)),
        "setDescription" => change(scope, id, |task| task.description = shared(argument)),
        "setPriority" => {
            let priority = arguments.first().and_then(as_integer).and_then(|priority| i32::try_from(priority).ok());
            change(scope, id, |task| {
                task.priority = priority.unwrap_or(task.priority);
            })
        }
        "setDueDate" => {
            let due = date_argument(scope, arguments)?;
            change(scope, id, |task| task.due = due)
        }
        "setFollowUpDate" => {
            let follow_up = date_argument(scope, arguments)?;
            change(scope, id, |task| task.follow_up = follow_up)
        }
        "addCandidateUser" | "addCandidateGroup" => {
            let link = tasks::candidate(method == "addCandidateGroup", argument.unwrap_or_default());
            tasks::add_link(scope.step, id, link).map_err(|fault| raised(scope.step, fault))?;
            Ok(Value::Null)
        }
        _ => super::execution::getter(method)
            .and_then(|name| property(scope, &name))
            .ok_or_else(|| no_method("task", method)),
    }
}

fn shared(text: Option<SmolStr>) -> Option<Arc<str>> {
    text.map(|text| Arc::from(text.as_str()))
}

fn date_argument(scope: &EvaluationScope<'_, '_>, arguments: &[Value]) -> Result<Option<Instant>, EvaluationError> {
    match arguments.first() {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let date = scope.step.env.evaluator.date(value, scope.step.env.now);
            date.map(Some).map_err(|error| raised(scope.step, error.into()))
        }
    }
}

fn change(
    scope: &mut EvaluationScope<'_, '_>,
    id: crate::ids::Id,
    change: impl FnOnce(&mut UserTask),
) -> Result<Value, EvaluationError> {
    tasks::change_quietly(scope.step, id, change).map_err(|fault| raised(scope.step, fault))?;
    Ok(Value::Null)
}
