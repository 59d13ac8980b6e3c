//! Every expression and script of a file, with its place, so that a deployment can check them all before the first
//! instance meets one.
//!
//! Nothing is parsed here: which texts are expressions of which language is decided by the caller from
//! [`crate::model::Definitions::dialect`]. Literal texts are listed too where an expression may stand.

use smol_str::SmolStr;

use crate::model::{
    Binding, BusinessRuleTask, CallActivity, Condition, Conditional, Definitions, EndEvent, EventTrigger,
    ExecutionListener, Flow, Form, FormField, Implementation, ListenerAction, Mapping, MappingSource, MappingValue,
    MessageRef, MultiInstance, Node, NodeKind, Process, Script, ServiceTask, SignalThrow, SubProcessKind, ThrowEvent,
    Timer, UserTask, VariableMapping,
};

/// What stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Text<'d> {
    /// Literal text, or text with expressions in it.
    Expression(&'d str),
    Script(&'d Script),
}

/// One place where an expression or script may stand.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ExpressionUse<'d> {
    /// Id of the process, flow node or sequence flow.
    pub element: &'d SmolStr,
    /// From 1.
    pub line: u32,
    /// From 1; 0: not known.
    pub column: u32,
    pub text: Text<'d>,
}

/// All of them, by element in document order: processes, their nodes, their flows.
pub fn expressions(definitions: &Definitions) -> Vec<ExpressionUse<'_>> {
    let mut found = Vec::new();
    for process in &definitions.processes {
        of_process(process, &mut at(&process.id, process.line, 0, &mut found));
        for node in &process.nodes {
            of_node(node, &mut at(&node.id, node.line, node.column, &mut found));
        }
        for flow in &process.flows {
            of_flow(flow, &mut at(&flow.id, flow.line, 0, &mut found));
        }
    }
    found
}

/// Notes what is found at one element.
struct Place<'d, 'f> {
    element: &'d SmolStr,
    line: u32,
    column: u32,
    found: &'f mut Vec<ExpressionUse<'d>>,
}

fn at<'d, 'f>(element: &'d SmolStr, line: u32, column: u32, found: &'f mut Vec<ExpressionUse<'d>>) -> Place<'d, 'f> {
    Place { element, line, column, found }
}

impl<'d> Place<'d, '_> {
    fn add(&mut self, text: Text<'d>) {
        self.found.push(ExpressionUse { element: self.element, line: self.line, column: self.column, text });
    }

    fn text(&mut self, text: &'d str) {
        self.add(Text::Expression(text));
    }

    fn texts(&mut self, texts: impl IntoIterator<Item = &'d Option<String>>) {
        for text in texts.into_iter().flatten() {
            self.text(text);
        }
    }

    fn listeners(&mut self, listeners: &'d [ExecutionListener]) {
        for listener in listeners {
            self.action(&listener.action);
        }
    }

    fn action(&mut self, action: &'d ListenerAction) {
        match action {
            ListenerAction::Expression(text) | ListenerAction::DelegateExpression(text) => {
                self.text(text);
            }
            ListenerAction::Script(script) => self.add(Text::Script(script)),
            ListenerAction::JavaClass(_) => {}
        }
    }

    fn condition(&mut self, condition: &'d Condition) {
        match condition {
            Condition::Expression(text) => self.text(text),
            Condition::Script(script) => self.add(Text::Script(script)),
        }
    }

    fn timer(&mut self, timer: &'d Timer) {
        let (Timer::Date(text) | Timer::Duration(text) | Timer::Cycle(text)) = timer;
        self.text(text);
    }

    fn message(&mut self, message: &'d MessageRef) {
        self.texts([&message.name, &message.correlation_key]);
    }

    fn mappings(&mut self, mappings: &'d [Mapping]) {
        for mapping in mappings {
            self.value(&mapping.value);
        }
    }

    fn value(&mut self, value: &'d MappingValue) {
        match value {
            MappingValue::Text(text) => self.text(text),
            MappingValue::Script(script) => self.add(Text::Script(script)),
            MappingValue::List(list) => list.iter().for_each(|v| self.value(v)),
            MappingValue::Map(map) => map.values().for_each(|v| self.value(v)),
            MappingValue::Null => {}
        }
    }

    fn variables(&mut self, mappings: &'d [VariableMapping]) {
        for mapping in mappings {
            if let MappingSource::Expression(text) = &mapping.source {
                self.text(text);
            }
        }
    }

    fn binding(&mut self, binding: &'d Binding) {
        match binding {
            Binding::Version(text) | Binding::VersionTag(text) => self.text(text),
            Binding::Latest | Binding::Deployment => {}
        }
    }

    fn form(&mut self, form: Option<&'d Form>) {
        match form {
            Some(Form::Key(key)) => self.text(key),
            Some(Form::Reference { key, binding }) => {
                self.text(key);
                self.binding(binding);
            }
            Some(Form::Generated { fields, .. }) => fields.iter().for_each(|f| self.field(f)),
            None => {}
        }
    }

    fn field(&mut self, field: &'d FormField) {
        self.texts([&field.label, &field.default_value]);
    }

    fn signal(&mut self, signal: &'d SignalThrow) {
        self.text(&signal.name);
        self.variables(&signal.payload);
    }

    fn service(&mut self, task: &'d ServiceTask) {
        match &task.implementation {
            Implementation::External { topic, priority, error_events } => {
                self.text(topic);
                self.texts([priority]);
                for event in error_events {
                    self.texts([&event.expression, &event.error.message]);
                }
            }
            Implementation::Expression(text) | Implementation::DelegateExpression(text) => {
                self.text(text);
            }
            Implementation::Connector { inputs, outputs, .. } => {
                self.mappings(inputs);
                self.mappings(outputs);
            }
            Implementation::JavaClass(_) | Implementation::None => {}
        }
        task.fields.values().for_each(|text| self.text(text));
    }

    fn trigger(&mut self, trigger: &'d EventTrigger) {
        match trigger {
            EventTrigger::Timer(timer) => self.timer(timer),
            EventTrigger::Message(message) => self.message(message),
            EventTrigger::Signal(signal) => self.text(&signal.name),
            EventTrigger::Conditional(Conditional { condition, .. }) => self.condition(condition),
            EventTrigger::None
            | EventTrigger::Error(_)
            | EventTrigger::Escalation(_)
            | EventTrigger::Compensation
            | EventTrigger::Cancel
            | EventTrigger::Link(_) => {}
        }
    }

    fn user_task(&mut self, task: &'d UserTask) {
        self.texts([
            &task.assignee,
            &task.candidate_users,
            &task.candidate_groups,
            &task.due_date,
            &task.follow_up_date,
            &task.priority,
        ]);
        self.form(task.form.as_ref());
        for listener in &task.listeners {
            self.action(&listener.action);
            if let Some(timer) = &listener.timer {
                self.timer(timer);
            }
        }
    }

    fn call_activity(&mut self, call: &'d CallActivity) {
        self.text(&call.called_element);
        self.binding(&call.binding);
        self.texts([&call.tenant_id, &call.business_key]);
        self.variables(&call.ins);
        self.variables(&call.outs);
    }

    fn loop_characteristics(&mut self, marker: &'d MultiInstance) {
        self.texts([
            &marker.cardinality,
            &marker.completion_condition,
            &marker.retry_time_cycle,
            &marker.output_element,
            // A name without braces is a variable, and no expression either way.
            &marker.collection,
        ]);
    }
}

fn of_process<'d>(process: &'d Process, place: &mut Place<'d, '_>) {
    place.texts([
        &process.candidate_starter_users,
        &process.candidate_starter_groups,
        &process.job_priority,
        &process.task_priority,
    ]);
    place.listeners(&process.listeners);
}

fn of_flow<'d>(flow: &'d Flow, place: &mut Place<'d, '_>) {
    if let Some(condition) = &flow.condition {
        place.condition(condition);
    }
    place.listeners(&flow.listeners);
}

fn of_node<'d>(node: &'d Node, place: &mut Place<'d, '_>) {
    place.texts([&node.job_priority, &node.retry_time_cycle]);
    if let Some(marker) = &node.loop_characteristics {
        place.loop_characteristics(marker);
    }
    place.mappings(&node.inputs);
    of_kind(node, place);
    place.mappings(&node.outputs);
    place.listeners(&node.listeners);
}

fn of_kind<'d>(node: &'d Node, place: &mut Place<'d, '_>) {
    let facts = node.kind.facts();
    if let Some(trigger) = facts.trigger {
        place.trigger(trigger);
    }
    match &node.kind {
        NodeKind::StartEvent(start) => place.form(start.form.as_ref()),
        NodeKind::EndEvent(end) => of_end(end, place),
        NodeKind::IntermediateThrowEvent(throw) => of_throw(throw, place),
        NodeKind::UserTask(task) => {
            place.texts([&node.name, &node.documentation]);
            place.user_task(task);
        }
        NodeKind::BusinessRuleTask(BusinessRuleTask::Decision { decision, binding, tenant_id, .. }) => {
            place.text(decision);
            place.binding(binding);
            place.texts([tenant_id]);
        }
        NodeKind::ScriptTask(task) => place.add(Text::Script(&task.script)),
        NodeKind::ReceiveTask(task) => {
            if let Some(message) = &task.message {
                place.message(message);
            }
        }
        NodeKind::CallActivity(call) => place.call_activity(call),
        NodeKind::ComplexGateway { activation_condition } => place.texts([activation_condition]),
        NodeKind::SubProcess(sub) => {
            if let SubProcessKind::AdHoc(ad_hoc) = &sub.kind {
                place.texts([&ad_hoc.completion_condition, &ad_hoc.active_elements]);
            }
        }
        NodeKind::IntermediateCatchEvent(_)
        | NodeKind::BoundaryEvent(_)
        | NodeKind::Task { .. }
        | NodeKind::ServiceTask(_)
        | NodeKind::SendTask(_)
        | NodeKind::BusinessRuleTask(BusinessRuleTask::Service(_))
        | NodeKind::ExclusiveGateway
        | NodeKind::ParallelGateway
        | NodeKind::InclusiveGateway
        | NodeKind::EventBasedGateway => {}
    }
    if let Some(task) = facts.service {
        place.service(task);
    }
}

fn of_end<'d>(end: &'d EndEvent, place: &mut Place<'d, '_>) {
    match end {
        EndEvent::Error(error) => place.texts([&error.message]),
        EndEvent::Message(message, _) => place.message(message),
        EndEvent::Signal(signal) => place.signal(signal),
        EndEvent::None
        | EndEvent::Terminate
        | EndEvent::Escalation(_)
        | EndEvent::Compensation { .. }
        | EndEvent::Cancel => {}
    }
}

fn of_throw<'d>(throw: &'d ThrowEvent, place: &mut Place<'d, '_>) {
    match throw {
        ThrowEvent::Message(message, _) => place.message(message),
        ThrowEvent::Signal(signal) => place.signal(signal),
        ThrowEvent::None | ThrowEvent::Escalation(_) | ThrowEvent::Compensation { .. } | ThrowEvent::Link(_) => {}
    }
}
