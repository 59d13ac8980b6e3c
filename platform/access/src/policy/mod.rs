//! Policy decides; nothing else does.
//!
//! The default policies are Rego files of this crate; an administrator's own files are added to them, or replace them.
//! They are compiled once and evaluated in process, within limits. A remote Open Policy Agent may answer instead. What
//! is undefined, fails, or takes too long denies.

mod filter;
mod reads;
mod rego;
mod remote;

pub use filter::FilterError;
pub use rego::{RegoModule, RegoVersion, Ruleset};

use crate::error::AccessError;
use crate::explain::AccessReason;
use crate::subject::{Resource, Subject};
use casewright_journal::Filter;
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

/// What a policy is asked: `input`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AccessRequest<'a> {
    pub subject: &'a Subject,
    pub action: &'a str,
    pub resource: &'a Resource,
}

/// What embedded policies are asked. Those that cannot read which one of a kind it is are not told, so what they answered
/// about one they need not be asked about the next.
#[derive(Serialize)]
struct Question<'a> {
    subject: Cow<'a, Subject>,
    action: &'a str,
    resource: Part<'a>,
}

#[derive(Serialize)]
struct Part<'a> {
    kind: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    attributes: Cow<'a, serde_json::Value>,
}

/// The policies in force.
pub(crate) enum Policies {
    Embedded(Box<Embedded>),
    Remote(remote::Opa),
}

pub(crate) struct Embedded {
    allow: Ruleset,
    operation: Ruleset,
    filter: Ruleset,
    permissions: Ruleset,
    reasons: Ruleset,
    operation_reasons: Ruleset,
    /// Whether any of them may read `input.resource.id`, `input.resource.attributes.case.id`, `input.subject.onBehalfOf`,
    /// `input.subject.authentication`.
    read_id: bool,
    read_case_id: bool,
    read_caller: bool,
    read_authentication: bool,
}

impl Embedded {
    fn question<'a>(&self, request: &AccessRequest<'a>) -> Question<'a> {
        let AccessRequest { subject, action, resource } = *request;
        let id = self.read_id.then_some(resource.id.as_str());
        let mut attributes = Cow::Borrowed(&resource.attributes);
        if !self.read_case_id && attributes.pointer("/case/id").is_some() {
            let case = attributes.to_mut().get_mut("case").and_then(serde_json::Value::as_object_mut);
            case.and_then(|case| case.remove("id"));
        }
        let mut subject = Cow::Borrowed(subject);
        if !self.read_caller && subject.on_behalf_of.is_some() {
            subject.to_mut().on_behalf_of = None;
        }
        if !self.read_authentication && subject.authentication.is_some() {
            subject.to_mut().authentication = None;
        }
        Question { subject, action, resource: Part { kind: &resource.kind, id, attributes } }
    }
}

const DEFAULT: &str = include_str!("../../policies/access.rego");
const DECISION: &str = include_str!("../../policies/decision.rego");

impl Policies {
    /// The default policies and the files of `folder`. A file of package `casewright.access` replaces the default one.
    pub(crate) fn embedded(folder: Option<&Path>) -> Result<Self, AccessError> {
        let own = folder.map(rego::read_folder).transpose()?.unwrap_or_default();
        let is_replaced = own.iter().any(|module| module.is_of_package("casewright.access"));
        let mut modules = vec![RegoModule::new("decision.rego", DECISION)];
        if !is_replaced {
            modules.push(RegoModule::new("access.rego", DEFAULT));
        }
        modules.extend(own);
        let compile = |rule: &str| Ruleset::compile(&modules, RegoVersion::V1, rule);
        Ok(Self::Embedded(Box::new(Embedded {
            allow: compile("data.casewright.decision.allow")?,
            operation: compile("data.casewright.decision.operation")?,
            filter: compile("data.casewright.decision.filter")?,
            permissions: compile("data.casewright.decision.permissions")?,
            reasons: compile("data.casewright.decision.reasons")?,
            operation_reasons: compile("data.casewright.decision.operation_reasons")?,
            read_id: reads::may_read(&modules, &["resource", "id"]),
            read_case_id: reads::may_read(&modules, &["resource", "attributes", "case", "id"]),
            read_caller: reads::may_read(&modules, &["subject", "onBehalfOf"]),
            read_authentication: reads::may_read(&modules, &["subject", "authentication"]),
        })))
    }

    /// Asks an Open Policy Agent that has been given the same packages.
    pub(crate) fn remote(url: &str) -> Result<Self, AccessError> {
        remote::Opa::new(url).map(Self::Remote)
    }

    /// Whether it is allowed.
    pub(crate) async fn allows(&self, request: AccessRequest<'_>) -> bool {
        let verdict = match self {
            Self::Embedded(policies) => policies.allow.evaluate(&policies.question(&request)),
            Self::Remote(opa) => opa.ask("allow", &request).await,
        };
        matches!(verdict, Some(serde_json::Value::Bool(true)))
    }

    /// Whether an operation of `/engine-rest` is allowed. A remote agent with the packages of before operations had actions has
    /// no such rule, so it denies.
    pub(crate) async fn allows_operation(&self, request: AccessRequest<'_>) -> bool {
        let verdict = match self {
            Self::Embedded(policies) => policies.operation.evaluate(&policies.question(&request)),
            Self::Remote(opa) => opa.ask("operation", &request).await,
        };
        if verdict.is_none() {
            tracing::error!("policy has no rule casewright.decision.operation; denied");
        }
        matches!(verdict, Some(serde_json::Value::Bool(true)))
    }

    /// Why it is decided so, sorted; none: the policies give no reasons, or not in a shape that we know.
    pub(crate) async fn reasons(&self, request: AccessRequest<'_>, is_operation: bool) -> Option<Vec<AccessReason>> {
        let rule = if is_operation { "operation_reasons" } else { "reasons" };
        let document = match self {
            Self::Embedded(policies) => {
                let rules = if is_operation { &policies.operation_reasons } else { &policies.reasons };
                rules.evaluate(&policies.question(&request))
            }
            Self::Remote(opa) => opa.ask(rule, &request).await,
        }?;
        let mut reasons: Vec<AccessReason> = serde_json::from_value(document).ok()?;
        reasons.sort();
        Some(reasons)
    }

    /// Whether an Open Policy Agent is asked.
    pub(crate) fn are_remote(&self) -> bool {
        matches!(self, Self::Remote(_))
    }

    /// What a list may show; none: nothing at all.
    pub(crate) async fn filter(&self, request: AccessRequest<'_>) -> Option<Filter> {
        let document = match self {
            Self::Embedded(policies) => policies.filter.evaluate(&policies.question(&request)),
            Self::Remote(opa) => opa.ask("filter", &request).await,
        }?;
        match filter::translate(&document) {
            Ok(filter) => Some(filter),
            Err(error) => {
                tracing::error!(error = %error, kind = request.resource.kind, "policy returned no filter we know; denied");
                None
            }
        }
    }

    /// What the portal may show: `kind:action`, sorted.
    pub(crate) async fn permissions(&self, request: AccessRequest<'_>) -> Vec<String> {
        let document = match self {
            Self::Embedded(policies) => policies.permissions.evaluate(&policies.question(&request)),
            Self::Remote(opa) => opa.ask("permissions", &request).await,
        };
        let Some(serde_json::Value::Array(items)) = document else {
            return Vec::new();
        };
        let mut names: Vec<String> = items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect();
        names.sort();
        names.dedup();
        names
    }
}
