//! The engine, by its Camunda 7 contract (`/engine-rest`): process instances here, [`tasks`] and [`external_tasks`] beside.

pub mod external_tasks;
pub mod tasks;

pub use external_tasks::ExternalTasks;
pub use tasks::Tasks;

use crate::{Call, CallError, Client, Variables};
use casewright_service::path;
use serde::{Deserialize, Serialize};

/// Process instances.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'a>(&'a Client);

impl Client {
    /// Process instances of the engine.
    #[must_use]
    pub fn engine(&self) -> Engine<'_> {
        Engine(self)
    }
}

#[derive(Deserialize)]
struct Organisation {
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Organisations {
    items: Vec<Organisation>,
    next_cursor: Option<String>,
}

impl Client {
    /// The organisations that have an engine ([`Client::in_tenant`]).
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn organisations(&self) -> Result<Vec<String>, CallError> {
        let mut names = Vec::new();
        let mut path = path!("/api/v1/engines?limit=200");
        loop {
            let page: Organisations = self.get(path).read().await?;
            names.extend(page.items.into_iter().map(|organisation| organisation.name));
            match page.next_cursor {
                Some(cursor) => path = path!("/api/v1/engines?limit=200&cursor={}", cursor),
                None => return Ok(names),
            }
        }
    }
}

/// What to start a process with.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Start<'a> {
    pub business_key: &'a str,
    pub variables: Variables,
}

/// Instances that were started, running or ended.
#[derive(Clone, Debug, Serialize)]
pub struct PastInstances<'a> {
    #[serde(rename = "processInstanceBusinessKey")]
    pub business_key: &'a str,
    #[serde(rename = "processDefinitionKey")]
    pub definition_key: &'a str,
}

/// A process instance, as it is named.
#[derive(Clone, Debug, Deserialize)]
pub struct Instance {
    pub id: String,
}

/// The form that a model asks for at its start, in either way of naming one.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartForm {
    key: Option<String>,
    camunda_form_ref: Option<FormReference>,
}

#[derive(Clone, Debug, Deserialize)]
struct FormReference {
    key: Option<String>,
}

#[derive(Deserialize)]
struct Count {
    count: u64,
}

impl Engine<'_> {
    /// Starts the latest version of the process with this key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn start(&self, definition_key: &str, start: &Start<'_>) -> Result<Instance, CallError> {
        self.starting(definition_key, start).read().await
    }

    /// Starts it once: a repeat with the same key, for the same caller, answers with the instance of the first time. A key is
    /// 1 to 200 visible ASCII characters.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn start_once(&self, definition_key: &str, start: &Start<'_>, key: &str) -> Result<Instance, CallError> {
        self.starting(definition_key, start).once(key).read().await
    }

    fn starting(&self, definition_key: &str, start: &Start<'_>) -> Call {
        self.0.post(path!("/engine-rest/process-definition/key/{}/start", definition_key)).json(start)
    }

    /// Key of the form that the latest version of the process with this key asks for at its start; none: it asks for none.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn start_form_key(&self, definition_key: &str) -> Result<Option<String>, CallError> {
        let path = path!("/engine-rest/process-definition/key/{}/startForm", definition_key);
        let StartForm { key, camunda_form_ref } = self.0.get(path).read().await?;
        Ok(key.or_else(|| camunda_form_ref?.key))
    }

    /// The form that was deployed for the start of the process.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn deployed_start_form(&self, definition_key: &str) -> Result<serde_json::Value, CallError> {
        self.0.get(path!("/engine-rest/process-definition/key/{}/deployed-start-form", definition_key)).value().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn past_instances(&self, wanted: &PastInstances<'_>) -> Result<Vec<Instance>, CallError> {
        self.0.post(path!("/engine-rest/history/process-instance")).json(wanted).read().await
    }

    /// How many instances of the process with this business key run.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn running(&self, definition_key: &str, business_key: &str) -> Result<u64, CallError> {
        let path = path!(
            "/engine-rest/process-instance/count?processDefinitionKey={}&businessKey={}",
            definition_key,
            business_key
        );
        Ok(self.0.get(path).read::<Count>().await?.count)
    }

    /// Deletes all that is known of a root instance that has ended, and of what it called.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn erase(&self, root: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/process-instances/{}/erase", root)).json(&serde_json::json!({})).done().await
    }

    /// Ends an instance.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delete(&self, id: &str, reason: &str) -> Result<(), CallError> {
        let path = path!("/engine-rest/process-instance/{}", id).with_query([("deleteReason", reason)]);
        self.0.call(reqwest::Method::DELETE, path).done().await
    }
}
