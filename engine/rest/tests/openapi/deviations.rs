//! Where Camunda 7.24's own answers differ from its OpenAPI document, as recorded from a running one. Nothing else may differ.

/// What Camunda does with a property that its document describes otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// Not sent at all, at least sometimes.
    LeavesOut,
    /// `null`, though the document does not say nullable (OpenAPI 3.0 has no way to say it beside a `$ref`).
    MayBeNull,
    /// Declared as an object, but any JSON value is sent.
    AnyValue,
    /// Sent, but not declared.
    Adds,
}

pub(crate) struct Deviation {
    pub(crate) schema: &'static str,
    pub(crate) property: &'static str,
    pub(crate) what: What,
}

const fn deviation(schema: &'static str, property: &'static str, what: What) -> Deviation {
    Deviation { schema, property, what }
}

pub(crate) const DEVIATIONS: &[Deviation] = &[
    // Error codes are null wherever the REST layer itself refuses.
    deviation("ExceptionDto", "code", What::MayBeNull),
    deviation("AuthorizationExceptionDto", "code", What::MayBeNull),
    deviation("ParseExceptionDto", "code", What::MayBeNull),
    // Documented for a 403; a plain exception has the same status.
    deviation("AuthorizationExceptionDto", "missingAuthorizations", What::LeavesOut),
    deviation("AuthorizationExceptionDto", "userId", What::LeavesOut),
    // A check of a password says so of each rule; the document has the schema (`CheckPasswordPolicyRuleDto`) and an example with it.
    deviation("PasswordPolicyRuleDto", "valid", What::Adds),
    // Only a parse error of a resource has details; a refused upload without one has the same status.
    deviation("ParseExceptionDto", "details", What::LeavesOut),
    // The document spells it with a Cyrillic letter in place of the first.
    deviation("ProblemDto", "elementIds", What::LeavesOut),
    deviation("ProblemDto", "\u{435}lementIds", What::Adds),
    // Migration plans that do not fit carry their report.
    deviation("ExceptionDto", "validationReport", What::Adds),
    // Only when asked for with `itemCount=true`.
    deviation("FilterDto", "itemCount", What::LeavesOut),
    deviation("FilterDto", "properties", What::MayBeNull),
    // Only when asked for with `includeInputs`, `includeOutputs`.
    deviation("HistoricDecisionInstanceDto", "inputs", What::LeavesOut),
    deviation("HistoricDecisionInstanceDto", "outputs", What::LeavesOut),
    deviation("HistoricDecisionInputInstanceDto", "value", What::AnyValue),
    deviation("HistoricDecisionOutputInstanceDto", "value", What::AnyValue),
    // One schema describes both variable updates and form fields; an entry is one of the two.
    deviation("HistoricDetailDto", "errorMessage", What::LeavesOut),
    deviation("HistoricDetailDto", "fieldId", What::LeavesOut),
    deviation("HistoricDetailDto", "fieldValue", What::LeavesOut),
    deviation("HistoricDetailDto", "fieldValue", What::AnyValue),
    deviation("HistoricDetailDto", "initial", What::LeavesOut),
    deviation("HistoricDetailDto", "revision", What::LeavesOut),
    deviation("HistoricDetailDto", "value", What::LeavesOut),
    deviation("HistoricDetailDto", "value", What::AnyValue),
    deviation("HistoricDetailDto", "valueInfo", What::LeavesOut),
    deviation("HistoricDetailDto", "variableInstanceId", What::LeavesOut),
    deviation("HistoricDetailDto", "variableName", What::LeavesOut),
    deviation("HistoricDetailDto", "variableType", What::LeavesOut),
    // Only when asked for with `variablesInResultEnabled`, `withVariablesInReturn`.
    deviation("MessageCorrelationResultWithVariableDto", "variables", What::LeavesOut),
    deviation("ProcessInstanceWithVariablesDto", "variables", What::LeavesOut),
    // Correlated is either an execution or a new process instance.
    deviation("MessageCorrelationResultWithVariableDto", "execution", What::MayBeNull),
    deviation("MessageCorrelationResultWithVariableDto", "processInstance", What::MayBeNull),
    // Only when asked for with `withCommentAttachmentInfo`, `withTaskVariablesInReturn`.
    deviation("TaskWithAttachmentAndCommentDto", "attachment", What::LeavesOut),
    deviation("TaskWithAttachmentAndCommentDto", "comment", What::LeavesOut),
    deviation("TaskWithAttachmentAndCommentDto", "variables", What::LeavesOut),
    deviation("TaskWithAttachmentAndCommentDto", "camundaFormRef", What::MayBeNull),
    deviation("FormDto", "camundaFormRef", What::MayBeNull),
    // There is no license here, as in the community edition.
    deviation("TelemetryInternalsDto", "license-key", What::MayBeNull),
    // Null in the document's own example: the rule about the user's data has none.
    deviation("PasswordPolicyRuleDto", "parameter", What::MayBeNull),
    deviation("CheckPasswordPolicyRuleDto", "parameter", What::MayBeNull),
];

pub(crate) struct Status {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
}

const fn status(operation: &'static str, status: u16) -> Status {
    Status { operation, status }
}

/// Successes without a body under a status that the document does not list.
pub(crate) const STATUSES: &[Status] = &[
    // The document says 204.
    status("DELETE /process-definition/key/{key}", 200),
    status("DELETE /process-definition/key/{key}/tenant-id/{tenantId}", 200),
    status("DELETE /process-definition/{id}", 200),
    // There is no text: the entry is of no failure.
    status("GET /history/external-task-log/{id}/error-details", 204),
    status("GET /history/job-log/{id}/stacktrace", 204),
    status("GET /job/{id}/stacktrace", 204),
];
