//! Deployed decisions: which there are, which one a binding means, and their evaluation.
//!
//! Never reads the clock and never does I/O: the caller hands in the file, the ids, the variables and the time.

mod camunda;
mod checks;
mod element;
mod evaluate;
mod explain;
mod findings;
mod hit_policy;
mod model;
mod parse;
mod review;
mod scope;
mod standard;
mod table;
mod typing;

use crate::languages::Languages;
use casewright_engine_value::{DecisionBinding, DecisionOutcome, Detached, EvaluationError, Instant, Scope, Value};
use indexmap::IndexMap;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

pub use explain::{Explained, TableExplanation, Verdict};
pub use model::{DecisionDiagnostic, DecisionSummary};
pub use parse::DecisionResource;
pub use review::review;

/// Ids and version of a decision definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionDeployment {
    /// Id of the decision definition.
    pub definition_id: SmolStr,
    /// Id of the `<decision>` element.
    pub key: SmolStr,
    pub version: i32,
    pub version_tag: Option<String>,
    /// Camunda's tenant id.
    pub tenant: Option<SmolStr>,
    pub deployment: SmolStr,
}

struct Deployed {
    about: DecisionDeployment,
    resource: Arc<DecisionResource>,
}

#[derive(Default)]
struct Registry {
    by_id: HashMap<SmolStr, Arc<Deployed>>,
    /// (tenant, key) -> definition ids.
    by_key: HashMap<(Option<SmolStr>, SmolStr), Vec<SmolStr>>,
}

/// All deployed decisions. Lives in memory; the server deploys them again when it starts.
pub struct Decisions {
    languages: Arc<Languages>,
    registry: RwLock<Registry>,
}

impl Decisions {
    pub(crate) fn new(languages: Arc<Languages>) -> Self {
        Self { languages, registry: RwLock::default() }
    }

    /// Parses `xml` and makes one of its decisions known. A file with several decisions is better parsed once by
    /// [`DecisionResource::parse`] and given to [`Self::deploy_parsed`].
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn deploy(
        &self,
        about: DecisionDeployment,
        xml: &str,
    ) -> Result<Arc<DecisionResource>, Vec<DecisionDiagnostic>> {
        let resource = Arc::new(DecisionResource::parse(xml)?);
        if !resource.decisions.iter().any(|decision| decision.key == about.key.as_str()) {
            return Err(vec![DecisionDiagnostic {
                is_error: true,
                code: "unknown-decision",
                message: format!("The file has no decision '{}'", about.key),
                element_id: Some(about.key.to_string()),
                line: 0,
                column: 0,
            }]);
        }
        self.deploy_parsed(about, Arc::clone(&resource));
        Ok(resource)
    }

    /// Makes a decision of a parsed file known; the same definition id replaces what was there.
    pub fn deploy_parsed(&self, about: DecisionDeployment, resource: Arc<DecisionResource>) {
        self.remove(&about.definition_id);
        let mut registry = self.registry.write().unwrap_or_else(PoisonError::into_inner);
        registry.by_key.entry((about.tenant.clone(), about.key.clone())).or_default().push(about.definition_id.clone());
        registry.by_id.insert(about.definition_id.clone(), Arc::new(Deployed { about, resource }));
    }

    /// Forgets a definition.
    pub fn remove(&self, definition_id: &str) {
        let mut registry = self.registry.write().unwrap_or_else(PoisonError::into_inner);
        let Some(removed) = registry.by_id.remove(definition_id) else {
            return;
        };
        let key = (removed.about.tenant.clone(), removed.about.key.clone());
        if let Some(ids) = registry.by_key.get_mut(&key) {
            ids.retain(|id| id != definition_id);
            if ids.is_empty() {
                registry.by_key.remove(&key);
            }
        }
    }

    /// Which definition a binding means.
    ///
    /// # Errors
    /// There is none, in Camunda's words.
    pub fn find(
        &self,
        key: &str,
        binding: &DecisionBinding,
        tenant: Option<&str>,
    ) -> Result<DecisionDeployment, EvaluationError> {
        self.bound(key, binding, tenant).map(|deployed| deployed.about.clone())
    }

    /// Evaluates a definition with the variables of a request; `now` is what `now()` says.
    ///
    /// # Errors
    /// No such definition, or its evaluation failed.
    pub fn evaluate(
        &self,
        definition_id: &str,
        variables: IndexMap<SmolStr, Value>,
        now: Instant,
    ) -> Result<DecisionOutcome, EvaluationError> {
        let deployed = self.by_id(definition_id).ok_or_else(|| unknown_definition(definition_id))?;
        let mut scope = Detached::with(variables, now);
        self.run(&deployed, &mut scope)
    }

    /// [`Decisions::evaluate`], with what became of each rule of the tables.
    ///
    /// # Errors
    /// No such definition, or its evaluation failed.
    pub fn explain(
        &self,
        definition_id: &str,
        variables: IndexMap<SmolStr, Value>,
        now: Instant,
    ) -> Result<Explained, EvaluationError> {
        let deployed = self.by_id(definition_id).ok_or_else(|| unknown_definition(definition_id))?;
        let mut scope = Detached::with(variables, now);
        match &deployed.resource.evaluable {
            parse::Evaluable::Camunda(decisions) => self.run_camunda(&deployed, decisions, &mut scope, true),
            parse::Evaluable::Standard(standard) => {
                let mut answer = standard.explain(&deployed.about.key, &scope)?;
                let tables = std::mem::take(&mut answer.tables);
                Ok(Explained { outcome: standard_outcome(&deployed.about, answer), tables })
            }
        }
    }

    /// Calls a business knowledge model or a decision service of a deployed file by its name, with the variables that its
    /// parameters are named for.
    ///
    /// # Errors
    /// No such definition or function, or its evaluation failed.
    pub fn call(
        &self,
        definition_id: &str,
        function: &str,
        variables: IndexMap<SmolStr, Value>,
        now: Instant,
    ) -> Result<Value, EvaluationError> {
        let deployed = self.by_id(definition_id).ok_or_else(|| unknown_definition(definition_id))?;
        match &deployed.resource.evaluable {
            parse::Evaluable::Standard(standard) => Ok(standard.call(function, &Detached::with(variables, now))?.value),
            parse::Evaluable::Camunda(_) => {
                Err(EvaluationError::Failed(format!("The file has no function '{function}'")))
            }
        }
    }

    pub(crate) fn decide(
        &self,
        key: &str,
        binding: &DecisionBinding,
        tenant: Option<&str>,
        scope: &mut dyn Scope,
    ) -> Result<DecisionOutcome, EvaluationError> {
        let deployed = self.bound(key, binding, tenant)?;
        self.run(&deployed, scope)
    }

    fn run(&self, deployed: &Deployed, scope: &mut dyn Scope) -> Result<DecisionOutcome, EvaluationError> {
        match &deployed.resource.evaluable {
            parse::Evaluable::Camunda(decisions) => Ok(self.run_camunda(deployed, decisions, scope, false)?.outcome),
            parse::Evaluable::Standard(standard) => {
                let answer = standard.decide(&deployed.about.key, scope)?;
                Ok(standard_outcome(&deployed.about, answer))
            }
        }
    }

    fn run_camunda(
        &self,
        deployed: &Deployed,
        decisions: &HashMap<String, model::Decision>,
        scope: &mut dyn Scope,
        explains: bool,
    ) -> Result<Explained, EvaluationError> {
        let about = &deployed.about;
        let definition_id = |key: &str| {
            if key == about.key {
                return Some(about.definition_id.clone());
            }
            let binding = DecisionBinding::Deployment(about.deployment.clone());
            self.bound(key, &binding, about.tenant.as_deref()).ok().map(|found| found.about.definition_id.clone())
        };
        let mut evaluation = evaluate::Evaluation {
            decisions,
            languages: &self.languages,
            definition_id: &definition_id,
            trace: Vec::new(),
            explanations: explains.then(Vec::new),
        };
        let decided = evaluation.run(&about.key, scope)?;
        let outcome = DecisionOutcome {
            definition_id: about.definition_id.clone(),
            rules: decided.rules,
            collected: decided.collected,
            is_literal: decided.is_literal,
            trace: Some(Json::Array(evaluation.trace)),
        };
        Ok(Explained { outcome, tables: evaluation.explanations.unwrap_or_default() })
    }

    fn by_id(&self, definition_id: &str) -> Option<Arc<Deployed>> {
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        registry.by_id.get(definition_id).cloned()
    }

    fn bound(
        &self,
        key: &str,
        binding: &DecisionBinding,
        tenant: Option<&str>,
    ) -> Result<Arc<Deployed>, EvaluationError> {
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        let candidates = registry
            .by_key
            .get(&(tenant.map(SmolStr::new), SmolStr::new(key)))
            .into_iter()
            .flatten()
            .filter_map(|id| registry.by_id.get(id));
        let fits = |deployed: &&Arc<Deployed>| match binding {
            DecisionBinding::Latest => true,
            DecisionBinding::Deployment(deployment) => deployed.about.deployment == *deployment,
            DecisionBinding::Version(version) => deployed.about.version == *version,
            DecisionBinding::VersionTag(tag) => deployed.about.version_tag.as_deref() == Some(tag.as_str()),
        };
        let found: Vec<&Arc<Deployed>> = candidates.filter(fits).collect();
        if found.len() > 1 && matches!(binding, DecisionBinding::VersionTag(_)) {
            return Err(EvaluationError::Failed(format!(
                "Found more than one decision definition for key '{key}' and versionTag '{}'",
                binding_text(binding)
            )));
        }
        found
            .into_iter()
            .max_by_key(|deployed| deployed.about.version)
            .cloned()
            .ok_or_else(|| not_deployed(key, binding, tenant))
    }
}

fn unknown_definition(definition_id: &str) -> EvaluationError {
    EvaluationError::Failed(format!("no deployed decision definition found with id '{definition_id}'"))
}

fn binding_text(binding: &DecisionBinding) -> String {
    match binding {
        DecisionBinding::Latest => String::new(),
        DecisionBinding::Deployment(deployment) => deployment.to_string(),
        DecisionBinding::Version(version) => version.to_string(),
        DecisionBinding::VersionTag(tag) => tag.clone(),
    }
}

fn not_deployed(key: &str, binding: &DecisionBinding, tenant: Option<&str>) -> EvaluationError {
    let tenant_text = tenant.unwrap_or("null");
    let value = binding_text(binding);
    EvaluationError::Failed(match binding {
        DecisionBinding::Latest => match tenant {
            None => format!("no decision definition deployed with key '{key}'"),
            Some(tenant) => format!("no decision definition deployed with key '{key}' and tenant-id '{tenant}'"),
        },
        DecisionBinding::Deployment(_) => {
            format!("no decision definition deployed with key = '{key}' in deployment = '{value}'")
        }
        DecisionBinding::Version(_) => format!(
            "no decision definition deployed with key = '{key}', version = '{value}' and tenant-id = '{tenant_text}'"
        ),
        DecisionBinding::VersionTag(_) => format!(
            "no decision definition deployed with key = '{key}', versionTag = '{value}' and tenant-id '{tenant_text}'"
        ),
    })
}

/// A context is one result, a list of contexts is one each, anything else is a literal.
fn standard_outcome(about: &DecisionDeployment, answer: standard::Answer) -> DecisionOutcome {
    let entries = |value: &Value| match value {
        Value::Map(entries) => Some(entries.as_ref().clone()),
        _ => None,
    };
    let (rules, is_literal) = match &answer.value {
        Value::Map(map) => (vec![map.as_ref().clone()], false),
        Value::List(items) if !items.is_empty() && items.iter().all(|item| matches!(item, Value::Map(_))) => {
            (items.iter().filter_map(entries).collect(), false)
        }
        other => (vec![IndexMap::from([(answer.variable.clone(), other.clone())])], true),
    };
    let inputs = answer.inputs.iter().map(|(name, value)| explain::clause(None, Some(name), value));
    let trace = explain::object([
        ("decisionDefinitionId", about.definition_id.as_str().into()),
        ("key", about.key.as_str().into()),
        ("name", answer.name.into()),
        ("inputs", inputs.collect()),
        ("outputs", Json::Array(vec![explain::result(&answer.variable, &answer.value)])),
        ("collectResult", Json::Null),
        ("explanation", answer.explanation.into()),
        ("tables", answer.tables.iter().map(explain::kept).collect()),
    ]);
    DecisionOutcome {
        definition_id: about.definition_id.clone(),
        rules,
        collected: None,
        is_literal,
        trace: Some(Json::Array(vec![trace])),
    }
}
