//! Cases (`/api/v1/cases`).

use crate::{CallError, Client};
use casewright_contracts::OnBehalfOf;
use casewright_service::path;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Cases.
#[derive(Clone, Copy, Debug)]
pub struct Cases<'a>(&'a Client);

impl Client {
    /// Cases, with their documents and what is sent from them.
    #[must_use]
    pub fn cases(&self) -> Cases<'_> {
        Cases(self)
    }
}

/// A case to be opened.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NewCase {
    /// Key of its definition.
    pub definition: String,
    pub title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requester: Option<Requester>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// Who asked for a case.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Requester {
    pub name: Option<String>,
    pub email: Option<String>,
}

/// Where a case came from.
#[derive(Clone, Debug, Serialize)]
pub struct Origin {
    kind: &'static str,
    reference: String,
}

impl Origin {
    /// It began with this mail.
    #[must_use]
    pub fn mail(id: String) -> Self {
        Self { kind: "mail", reference: id }
    }
}

/// A case that was opened.
#[derive(Clone, Debug, Deserialize)]
pub struct OpenedCase {
    pub id: String,
    pub number: String,
}

/// A case, as far as others ask about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Case {
    pub number: Option<String>,
    pub requester: Option<Requester>,
}

/// What changes in a case; the rest stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CasePatch {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
}

/// How a case is closed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CloseCase {
    pub status: String,
    /// `cancel` or `refuse`.
    pub open_work: String,
    /// The process that closes it, which goes on to its end.
    pub process: String,
}

/// A step of a case's process that was undone.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Compensation {
    pub step: String,
    pub reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_step: Option<String>,
}

/// A file that becomes a document of a case.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewDocument {
    pub file_id: String,
    pub name: String,
}

/// A document of a case.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    pub id: String,
}

/// A mail that is written in a case.
#[derive(Clone, Debug, Serialize)]
pub struct NewMail {
    /// Addresses.
    pub to: Vec<String>,
    pub subject: String,
    pub text: String,
    /// Written by no person.
    pub automatic: bool,
}

/// A mail that is on its way.
#[derive(Clone, Debug, Deserialize)]
pub struct QueuedMail {
    pub id: Option<String>,
}

/// Code of a refusal: nobody vouched for what a process names.
pub const NOT_VOUCHED: &str = "not-vouched";

/// What a task of a process is about to act on, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    pub case: Option<String>,
    pub mail: Option<String>,
}

/// What is known of a process without asking its variables.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessCase {
    /// None: it belongs to no case, or to none yet.
    pub case_id: Option<String>,
    /// None: no person did.
    pub started_by: Option<OnBehalfOf>,
}

impl Cases<'_> {
    /// Opens a case, once for each key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn create(&self, case: &NewCase, key: &str) -> Result<OpenedCase, CallError> {
        self.0.post(path!("/api/v1/cases")).json(case).once(key).read().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn get(&self, id: &str) -> Result<Case, CallError> {
        self.0.get(path!("/api/v1/cases/{}", id)).read().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn patch(&self, id: &str, patch: &CasePatch) -> Result<(), CallError> {
        self.0.call(Method::PATCH, path!("/api/v1/cases/{}", id)).json(patch).done().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn close(&self, id: &str, close: &CloseCase) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/cases/{}/close", id)).json(close).done().await
    }

    /// Tells the case that a step was undone, once for each key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn compensated(&self, id: &str, step: &Compensation, key: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/cases/{}/compensations", id)).json(step).once(key).done().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn add_document(&self, id: &str, document: &NewDocument, key: &str) -> Result<Document, CallError> {
        self.0.post(path!("/api/v1/cases/{}/documents", id)).json(document).once(key).read().await
    }

    /// # Errors
    /// See [`CallError`].
    pub async fn remove_document(&self, id: &str, document: &str) -> Result<(), CallError> {
        self.0.call(Method::DELETE, path!("/api/v1/cases/{}/documents/{}", id, document)).done().await
    }

    /// Sends a mail from the case, once for each key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send_mail(&self, id: &str, mail: &NewMail, key: &str) -> Result<QueuedMail, CallError> {
        self.0.post(path!("/api/v1/cases/{}/mails", id)).json(mail).once(key).read().await
    }

    /// The case that a process works for, and who started it; what it names is refused unless it may act on it.
    ///
    /// # Errors
    /// 403 [`NOT_VOUCHED`]; see [`CallError`].
    pub async fn of_process(&self, instance: &str, named: &Named) -> Result<ProcessCase, CallError> {
        let path = path!("/api/v1/cases/by-process/{}", instance);
        let named = [("case", &named.case), ("mail", &named.mail)];
        let named = named.into_iter().filter_map(|(name, id)| Some((name, id.as_ref()?)));
        self.0.get(path.with_query(named)).read().await
    }
}
