//! User tasks of the engine.

use crate::{CallError, Client, Variables};
use casewright_service::path;
use reqwest::Method;
use serde::{Deserialize, Serialize};
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

/// What becomes of a task with what was filled in.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Outcome<'a> {
    Completed,
    /// Goes back to whom it was delegated by.
    Resolved,
    Error {
        code: &'a str,
        message: Option<&'a str>,
    },
    Escalation {
        code: &'a str,
    },
}

/// What a task is completed with. It is refused with the codes `not-found` (there is no such task any more), `already-assigned`
/// (somebody else has taken it), `suspended`, `not-delegated`, `invalid-submission` and `no-form` (what was filled in, with
/// pointers), `not-caught`, `refused` (the model failed over it).
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Submission<'a> {
    pub outcome: Outcome<'a>,
    /// Who had the task when it was looked at.
    pub assignee: Option<&'a str>,
    pub data: &'a Map<String, Value>,
    /// Schema of a form that the engine does not keep.
    pub form: Option<&'a Value>,
    /// What the form was filled with besides variables of the process.
    pub known: &'a Map<String, Value>,
}

/// An error or an escalation that is caught around a task.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Catch {
    /// None: whatever its code is.
    pub code: Option<String>,
    pub name: Option<String>,
    /// The task ends with it.
    pub is_interrupting: bool,
}

/// What the model offers around a task.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct AroundTask {
    pub errors: Vec<Catch>,
    pub escalations: Vec<Catch>,
}

/// Dates of a task, in RFC 3339: what is none stays, `Some(None)` takes away.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskDates {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_at: Option<Option<String>>,
}

#[derive(Serialize)]
struct Completion {
    variables: Variables,
}

impl Tasks<'_> {
    /// Gives the task to the actor of this call.
    ///
    /// # Errors
    /// See [`CallError`]; refused with the codes `not-found`, `already-assigned` (somebody else has taken it), `suspended`, `refused`.
    pub async fn claim(&self, id: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/user-tasks/{}/claim", id)).done().await
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

    /// Has somebody else do the work; who has it stays the owner meanwhile.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn delegate(&self, id: &str, user: &str) -> Result<(), CallError> {
        self.act(id, "delegate", &json!({"userId": user})).await
    }

    /// What is caught around the task.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn around(&self, id: &str) -> Result<AroundTask, CallError> {
        self.0.get(path!("/api/v1/user-tasks/{}", id)).read().await
    }

    /// Sets when the task is due, and when it comes up again.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn set_dates(&self, id: &str, dates: &TaskDates) -> Result<(), CallError> {
        self.0.call(Method::PATCH, path!("/api/v1/user-tasks/{}", id)).json(dates).done().await
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
