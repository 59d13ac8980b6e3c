//! User tasks of the engine.

use crate::{CallError, Client, Variables};
use casewright_service::path;
use serde::Serialize;
use serde_json::{Value, json};

/// User tasks.
#[derive(Clone, Copy, Debug)]
pub struct Tasks<'a>(&'a Client);

impl Client {
    /// User tasks of the engine.
    #[must_use]
    pub fn tasks(&self) -> Tasks<'_> {
        Tasks(self)
    }
}

#[derive(Serialize)]
struct Completion {
    variables: Variables,
}

impl Tasks<'_> {
    /// # Errors
    /// See [`CallError`].
    pub async fn claim(&self, id: &str, user: &str) -> Result<(), CallError> {
        self.act(id, "claim", &json!({"userId": user})).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn unclaim(&self, id: &str) -> Result<(), CallError> {
        self.act(id, "unclaim", &json!({})).await
    }

    /// Gives the task to somebody, or takes its assignee away.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn assign(&self, id: &str, user: Option<&str>) -> Result<(), CallError> {
        self.act(id, "assignee", &json!({"userId": user})).await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn complete(&self, id: &str, variables: Variables) -> Result<(), CallError> {
        self.act(id, "complete", &Completion { variables }).await
    }

    /// The form that was deployed with the process.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn deployed_form(&self, id: &str) -> Result<Value, CallError> {
        self.0.get(path!("/engine-rest/task/{}/deployed-form", id)).value().await
    }

    /// All variables that the task sees; objects as they were serialised.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn variables(&self, id: &str) -> Result<Variables, CallError> {
        self.0.get(path!("/engine-rest/task/{}/variables?deserializeValues=false", id)).read().await
    }

    async fn act(&self, id: &str, verb: &str, body: &impl Serialize) -> Result<(), CallError> {
        self.0.post(path!("/engine-rest/task/{}/{}", id, verb)).json(body).done().await
    }
}
