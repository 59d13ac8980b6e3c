//! Notifications (`/api/v1/notifications`).

use crate::{CallError, Client};
use casewright_service::path;
use serde::{Deserialize, Serialize};

/// Notifications.
#[derive(Clone, Copy, Debug)]
pub struct Notifications<'a>(&'a Client);

impl Client {
    /// Notifications to be sent.
    #[must_use]
    pub fn notifications(&self) -> Notifications<'_> {
        Notifications(self)
    }
}

/// What somebody is to be told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewNotification {
    pub to: Recipient,
    pub kind: String,
    pub title: String,
    pub body: String,
    /// Path in the portal.
    pub link: Option<String>,
    pub case_id: Option<String>,
}

/// Who is to be told.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipient {
    User(String),
    Group(String),
    /// An address outside the platform.
    Email(String),
}

#[derive(Serialize)]
struct Keyed<'a> {
    #[serde(flatten)]
    notification: &'a NewNotification,
    key: &'a str,
}

#[derive(Deserialize)]
struct Erased {
    count: u64,
}

impl Notifications<'_> {
    /// Deletes all that are about a case; how many there were.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn erase_of(&self, case: &str) -> Result<u64, CallError> {
        let body = serde_json::json!({"caseId": case});
        Ok(self.0.post(path!("/api/v1/notifications/erase")).json(&body).read::<Erased>().await?.count)
    }

    /// Tells somebody, once for each key.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send(&self, notification: &NewNotification, key: &str) -> Result<(), CallError> {
        let body = Keyed { notification, key };
        self.0.post(path!("/api/v1/notifications")).json(&body).once(key).done().await
    }
}
