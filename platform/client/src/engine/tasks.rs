//! User tasks of the engine.

use crate::{CallError, Client, Variables};
use casewright_service::path;
use serde::Serialize;
use serde_json::{Map, Value, json};

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

/// What a task is completed with. It is refused with the codes `not-found` (there is no such task any more), `already-assigned`
/// (somebody else has taken it), `suspended`, `invalid-submission` and `no-form` (what was filled in, with pointers), `refused`
/// (the model failed over it).
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission<'a> {
    /// Who had the task when it was looked at.
    pub assignee: Option<&'a str>,
    pub data: &'a Map<String, Value>,
    /// Schema of a form that the engine does not keep.
    pub form: Option<&'a Value>,
    /// What the form was filled with besides variables of the process.
    pub known: &'a Map<String, Value>,
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

    /// Completes the task with what was filled in, as its form allows, for the actor of this call.
    ///
    /// # Errors
    /// See [`CallError`]; a refusal is told by its code, see [`Submission`].
    pub async fn submit(&self, id: &str, submission: &Submission<'_>) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/user-tasks/{}/submission", id)).json(submission).done().await
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
