//! Rules about tasks, call activities and what they carry.

use casewright_engine_model::diagnostic::Code;

use crate::{read, refused, warned};

#[test]
fn tasks_have_an_implementation() {
    refused(
        read("<serviceTask id='t'/>"),
        Code::MissingImplementation,
        "is mandatory on serviceTask. If you are using a connector, make sure the connect process engine plugin",
        "t",
    );
    refused(read("<sendTask id='t'/>"), Code::MissingImplementation, "or 'expression' is mandatory on sendTask.", "t");
    refused(
        read("<serviceTask id='t' camunda:type='external'/>"),
        Code::MissingTopic,
        "External tasks must specify a 'topic' attribute in the camunda namespace",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:type='foo'/>"),
        Code::InvalidImplementation,
        "Invalid usage of type attribute on serviceTask: 'foo'",
        "t",
    );
    refused(read("<serviceTask id='t' camunda:type='shell'/>"), Code::UnsupportedExtension, "shell", "t");
    refused(
        read("<serviceTask id='t' camunda:type='mail'/>"),
        Code::InvalidField,
        "No recipient is defined on the mail activity",
        "t",
    );
    refused(
        read("<serviceTask id='t' camunda:class='a.B' camunda:resultVariable='r'/>"),
        Code::InvalidImplementation,
        "'resultVariableName' not supported for serviceTask elements using 'class'",
        "t",
    );
    refused(
        read("<businessRuleTask id='t' camunda:decisionRef='d' camunda:mapDecisionResult='all'/>"),
        Code::InvalidDecision,
        "No decision result mapper found for name 'all'.",
        "t",
    );
    refused(
        read("<businessRuleTask id='t' camunda:decisionRef='d' camunda:decisionRefBinding='version'/>"),
        Code::InvalidBinding,
        "Missing attribute 'decisionRefVersion' when 'decisionRefBinding' has value 'version'",
        "t",
    );
    refused(
        read("<scriptTask id='t' scriptFormat='javascript'/>"),
        Code::InvalidScript,
        "Unable to process ScriptTask: No script source or resource was given",
        "t",
    );
    refused(
        read("<callActivity id='t'/>"),
        Code::MissingCalledElement,
        "Missing attribute 'calledElement' or 'caseRef'",
        "t",
    );
    refused(
        read("<callActivity id='t' camunda:caseRef='c'/>"),
        Code::UnsupportedExtension,
        "CMMN case 'c' cannot be called",
        "t",
    );
    refused(
        read("<callActivity id='t' calledElement='p' camunda:variableMappingClass='a.B'/>"),
        Code::UnsupportedExtension,
        "variableMappingClass",
        "t",
    );
    refused(
        read("<userTask id='t' camunda:jobPriority='high'/>"),
        Code::InvalidNumber,
        "Value 'high' for attribute 'jobPriority' is not a valid number",
        "t",
    );
}

#[test]
fn assignees_are_given_once() {
    let performer = "<humanPerformer><resourceAssignmentExpression><formalExpression>kermit</formalExpression></resourceAssignmentExpression></humanPerformer>";
    let code = Code::InvalidAssignment;
    refused(
        read(&format!("<userTask id='t' name='T' camunda:assignee='a'>{performer}</userTask>")),
        code,
        "Invalid usage: duplicate assignee declaration for task T",
        "t",
    );
    refused(
        read(&format!("<userTask id='t' name='T'>{performer}{performer}</userTask>")),
        code,
        "multiple humanPerformer sub elements defined for T",
        "t",
    );
}

#[test]
fn listeners_have_an_event_and_an_action() {
    let listener =
        |xml: &str| read(&format!("<userTask id='t'><extensionElements>{xml}</extensionElements></userTask>"));
    let code = Code::InvalidListener;
    refused(
        listener("<camunda:executionListener expression='${a}'/>"),
        code,
        "Attribute 'event' is mandatory on listener",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='take' expression='${a}'/>"),
        code,
        "Attribute 'event' must be one of {start|end}",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='start'/>"),
        code,
        "Element 'class', 'expression', 'delegateExpression' or 'script' is mandatory on executionListener",
        "t",
    );
    refused(
        listener("<camunda:executionListener event='start' class=''/>"),
        code,
        "Attribute 'class' cannot be empty",
        "t",
    );
    refused(
        listener(
            "<camunda:executionListener event='start'><camunda:script>1</camunda:script></camunda:executionListener>",
        ),
        code,
        "Missing attribute 'scriptFormat' for 'script' element",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='done' expression='${a}'/>"),
        code,
        "Attribute 'event' must be one of {create|assignment|complete|update|delete|timeout}",
        "t",
    );
    refused(
        listener("<camunda:taskListener expression='${a}'/>"),
        code,
        "Attribute 'event' is mandatory on taskListener",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='timeout' expression='${a}'/>"),
        code,
        "Element 'id' is mandatory on taskListener of type 'timeout'",
        "t",
    );
    refused(
        listener("<camunda:taskListener event='timeout' id='l' expression='${a}'/>"),
        code,
        "Element 'timerEventDefinition' is mandatory on taskListener of type 'timeout'",
        "t",
    );
}

#[test]
fn inputs_and_outputs_are_mapped_where_there_is_a_scope() {
    let io = "<extensionElements><camunda:inputOutput><camunda:inputParameter name='a'>1</camunda:inputParameter><camunda:outputParameter name='b'>2</camunda:outputParameter></camunda:inputOutput></extensionElements>";
    let code = Code::InvalidInputOutput;
    refused(
        read(&format!("<parallelGateway id='g'>{io}</parallelGateway>")),
        code,
        "camunda:inputOutput mapping unsupported for element type 'parallelGateway'.",
        "g",
    );
    refused(
        read(&format!("<endEvent id='e'>{io}</endEvent>")),
        code,
        "camunda:outputParameter not allowed for element type 'endEvent'.",
        "e",
    );
    refused(
        read(&format!(
            "<task id='t'>{io}<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics></task>"
        )),
        code,
        "camunda:outputParameter not allowed for multi-instance constructs",
        "t",
    );
    let parameter = |xml: &str| {
        read(&format!(
            "<task id='t'><extensionElements><camunda:inputOutput>{xml}</camunda:inputOutput></extensionElements></task>"
        ))
    };
    refused(
        parameter("<camunda:inputParameter>1</camunda:inputParameter>"),
        code,
        "Missing attribute 'name' for inputParameter",
        "t",
    );
    refused(
        parameter("<camunda:inputParameter name='a'><camunda:list/><camunda:list/></camunda:inputParameter>"),
        code,
        "can at most have one child element",
        "t",
    );
}

#[test]
fn a_multi_instance_marker_says_how_often() {
    let marker = |attributes: &str, body: &str| {
        read(&format!(
            "<task id='t'><multiInstanceLoopCharacteristics {attributes}>{body}</multiInstanceLoopCharacteristics></task>"
        ))
    };
    let code = Code::InvalidMultiInstance;
    refused(
        marker("", ""),
        code,
        "Either loopCardinality or loopDataInputRef/activiti:collection must be set",
        "t#multiInstanceBody",
    );
    refused(
        marker("", "<loopCardinality/>"),
        code,
        "loopCardinality must be defined for a multiInstanceLoopCharacteristics definition ",
        "t#multiInstanceBody",
    );
    refused(
        marker("camunda:elementVariable='e'", "<loopCardinality>2</loopCardinality>"),
        code,
        "LoopDataInputRef/activiti:collection must be set when using inputDataItem or activiti:elementVariable",
        "t#multiInstanceBody",
    );
    warned("<task id='t'><standardLoopCharacteristics/></task>", Code::IgnoredLoop, "standardLoopCharacteristics");
}

#[test]
fn what_is_never_run_is_refused() {
    refused(read("<choreographyTask id='c'/>"), Code::UnsupportedElement, "choreographyTask", "c");
    refused(
        read("<userTask id='t' camunda:formHandlerClass='a.B'/>"),
        Code::UnsupportedExtension,
        "formHandlerClass",
        "t",
    );
}
