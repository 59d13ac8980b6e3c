//! Policy decides; nothing else does.
//!
//! The default policies are Rego files of this crate; an administrator's own files are added to them, or replace them.
//! They are compiled once and evaluated in process, within limits. A remote Open Policy Agent may answer instead. What
//! is undefined, fails, or takes too long denies.

mod filter;
mod rego;
mod remote;

pub use filter::FilterError;
pub use rego::{RegoModule, RegoVersion, Ruleset};

use crate::error::AccessError;
use crate::subject::{Resource, Subject};
use casewright_journal::Filter;
use serde::Serialize;
use std::path::Path;

/// What a policy is asked: `input`.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct AccessRequest<'a> {
    pub subject: &'a Subject,
    pub action: &'a str,
    pub resource: &'a Resource,
}

/// The policies in force.
pub(crate) enum Policies {
    Embedded(Box<Embedded>),
    Remote(remote::Opa),
}

pub(crate) struct Embedded {
    allow: Ruleset,
    filter: Ruleset,
    permissions: Ruleset,
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
            filter: compile("data.casewright.decision.filter")?,
            permissions: compile("data.casewright.decision.permissions")?,
        })))
    }

    /// Asks an Open Policy Agent that has been given the same packages.
    pub(crate) fn remote(url: &str) -> Result<Self, AccessError> {
        remote::Opa::new(url).map(Self::Remote)
    }

    /// Whether it is allowed.
    pub(crate) async fn allows(&self, request: AccessRequest<'_>) -> bool {
        let verdict = match self {
            Self::Embedded(policies) => policies.allow.evaluate(&request),
            Self::Remote(opa) => opa.ask("allow", &request).await,
        };
        matches!(verdict, Some(serde_json::Value::Bool(true)))
    }

    /// What a list may show; none: nothing at all.
    pub(crate) async fn filter(&self, request: AccessRequest<'_>) -> Option<Filter> {
        let document = match self {
            Self::Embedded(policies) => policies.filter.evaluate(&request),
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
            Self::Embedded(policies) => policies.permissions.evaluate(&request),
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
