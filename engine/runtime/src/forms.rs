//! Forms that models ask for: which one a task or a start has, what it sees, and the file that was deployed for it.

use crate::instances::Instances;
use crate::registry::{Catalog, Registry};
use crate::{EngineResult, Submission};
use casewright_engine_core::entity::TaskForm;
use casewright_engine_core::ids::Id;
use casewright_engine_model::model::{Binding, Form, NodeKind};
use casewright_engine_value::Value;
use casewright_engine_views::aggregate::ProcessDefinition;
use indexmap::IndexMap;
use smol_str::SmolStr;
use std::sync::Arc;

/// Forms of what is deployed and of what runs.
#[derive(Clone, Copy)]
pub struct Forms<'a> {
    registry: &'a Registry,
    instances: &'a Instances,
}

/// The form of a task of a process, with what can be filled into it.
pub struct FormOfTask {
    pub definition: Arc<ProcessDefinition>,
    /// None: the task has none.
    pub form: Option<Form>,
    /// What the task sees: its own variables, then those of its scopes from the inside out.
    pub variables: IndexMap<SmolStr, Value>,
}

/// A file that was deployed as a form.
pub struct DeployedForm {
    pub content: Vec<u8>,
    /// form-js; else HTML.
    pub is_json: bool,
}

/// Why there is no file for a form.
#[derive(Clone, Debug, PartialEq)]
pub enum NotDeployed {
    /// The model names no form, or describes its fields itself.
    NotNamed,
    /// The key leads elsewhere.
    Elsewhere { key: String },
    /// The deployment of the process has no such file.
    NoResource { name: String, deployment: SmolStr },
    /// No form with this key was deployed, or not in this version.
    NoForm { reference: Form },
}

impl<'a> Forms<'a> {
    pub(crate) fn of(registry: &'a Registry, instances: &'a Instances) -> Self {
        Self { registry, instances }
    }

    /// The form of the none start event.
    ///
    /// # Errors
    /// The definition cannot be compiled.
    pub async fn of_start(&self, definition: &str) -> EngineResult<Option<Form>> {
        let graph = self.registry.graph(definition).await?;
        let node = graph.as_ref().and_then(|graph| graph.none_start().map(|node| graph.node(node)));
        Ok(match node.map(|node| &node.kind) {
            Some(NodeKind::StartEvent(start)) => start.form.clone(),
            _ => None,
        })
    }

    /// The form of a user task as the model has it.
    ///
    /// # Errors
    /// The definition cannot be compiled.
    pub async fn of_activity(&self, definition: &str, activity: &str) -> EngineResult<Option<Form>> {
        let graph = self.registry.graph(definition).await?;
        let node = graph.as_ref().and_then(|graph| graph.find(activity).map(|node| graph.node(node)));
        Ok(match node.map(|node| &node.kind) {
            Some(NodeKind::UserTask(task)) => task.form.clone(),
            _ => None,
        })
    }

    /// The form of a task that is open; none: there is no such task in the process, or its definition is gone.
    ///
    /// # Errors
    /// The journal does not answer, or the definition cannot be compiled.
    pub async fn of_task(&self, id: &str, task: Id) -> EngineResult<Option<FormOfTask>> {
        let Some(state) = self.instances.state_of(id).await? else {
            return Ok(None);
        };
        let Some(task) = state.task(task) else {
            return Ok(None);
        };
        let Some(definition) = self.catalog().process(&task.place.definition.id) else {
            return Ok(None);
        };
        let mut variables: IndexMap<SmolStr, Value> = IndexMap::new();
        for (name, variable) in state.local_variables(task.id).into_iter().flatten() {
            variables.insert(name.clone(), variable.value.clone());
        }
        for (name, variable) in state.visible_variables(task.place.element) {
            variables.entry(name).or_insert_with(|| variable.value.clone());
        }
        // Keys and references were evaluated when the task was created; fields stay in the model.
        let form = match &task.form {
            Some(TaskForm::Key(key)) => Some(Form::Key(key.to_string())),
            Some(TaskForm::Reference(form)) => Some(form.clone()),
            None => self.of_activity(&definition.id, &task.place.activity_id).await?,
        };
        Ok(Some(FormOfTask { definition, form, variables }))
    }

    /// The file of a form that was deployed beside its process, or on its own.
    ///
    /// # Errors
    /// There is none.
    pub fn deployed(&self, definition: &ProcessDefinition, form: Option<&Form>) -> Result<DeployedForm, NotDeployed> {
        match form {
            Some(Form::Key(key)) => self.by_key(definition, key),
            Some(Form::Reference { key, binding }) => self.by_reference(definition, key, binding),
            _ => Err(NotDeployed::NotNamed),
        }
    }

    fn by_key(&self, definition: &ProcessDefinition, key: &str) -> Result<DeployedForm, NotDeployed> {
        let prefixes = ["embedded:deployment:", "camunda-forms:deployment:", "deployment:"];
        let Some(name) = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix)) else {
            return Err(NotDeployed::Elsewhere { key: key.to_owned() });
        };
        let state = self.catalog().state();
        let deployment = state.deployments.get(&definition.deployment_id);
        let Some(resource) = deployment.and_then(|deployment| deployment.resource(name)) else {
            let deployment = definition.deployment_id.clone();
            return Err(NotDeployed::NoResource { name: name.to_owned(), deployment });
        };
        let is_json = name.ends_with(".form") || key.starts_with("camunda-forms:");
        Ok(DeployedForm { content: resource.content.0.to_vec(), is_json })
    }

    fn by_reference(
        &self,
        definition: &ProcessDefinition,
        key: &str,
        binding: &Binding,
    ) -> Result<DeployedForm, NotDeployed> {
        let state = self.catalog().state();
        let forms = state.forms(key, definition.tenant_id.as_deref());
        let found = match binding {
            Binding::Deployment => forms.into_iter().rfind(|(id, _)| **id == definition.deployment_id),
            Binding::Version(version) => {
                let nth = version.trim().parse::<usize>().ok().and_then(|version| version.checked_sub(1));
                nth.and_then(|nth| forms.into_iter().nth(nth))
            }
            Binding::Latest | Binding::VersionTag(_) => forms.into_iter().next_back(),
        };
        let (_, form) = found.ok_or_else(|| NotDeployed::NoForm {
            reference: Form::Reference { key: key.to_owned(), binding: binding.clone() },
        })?;
        Ok(DeployedForm { content: form.content.0.to_vec(), is_json: true })
    }

    fn catalog(&self) -> &Catalog {
        self.registry.catalog()
    }
}

impl Submission {
    /// A task that is completed with this data.
    #[must_use]
    pub fn of_task(task: Id, data: serde_json::Map<String, serde_json::Value>) -> Self {
        Self { task: Some(task), data, ..Self::default() }
    }
}
