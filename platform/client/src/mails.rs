//! Mails (`/api/v1/mails`).

use crate::{CallError, Client};
use casewright_service::path;
use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Mails.
#[derive(Clone, Copy, Debug)]
pub struct Mails<'a>(&'a Client);

impl Client {
    /// Mails that came, and mails to be sent.
    #[must_use]
    pub fn mails(&self) -> Mails<'_> {
        Mails(self)
    }
}

/// A mail, as far as others ask about it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Mail {
    pub state: String,
    /// None: it could not be read.
    pub from: Option<Correspondent>,
    pub subject: String,
    pub text: String,
    pub attachments: Vec<Attachment>,
    pub case_id: Option<String>,
    /// The case it was found to answer, before it is linked.
    pub thread_case_id: Option<String>,
    pub is_auto_submitted: bool,
    pub problem: Option<String>,
}

impl Mail {
    /// Whether it was kept and could not be parsed.
    #[must_use]
    pub fn is_unreadable(&self) -> bool {
        self.state == "undeliverable"
    }
}

/// A name and an address.
#[derive(Clone, Debug, Deserialize)]
pub struct Correspondent {
    pub name: String,
    pub address: String,
}

/// A part of a mail.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    pub file_id: Option<String>,
    pub name: Option<String>,
    /// It is shown within the text.
    #[serde(default)]
    pub inline: bool,
    /// SHA-256 of its bytes, in hex; none: nobody looked.
    #[serde(default)]
    pub sha256: Option<String>,
    state: Option<String>,
}

impl Attachment {
    /// Whether it can be used: one that is not what it says it is stays with the mail.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.state.as_deref().is_none_or(|state| state == "kept")
    }
}

/// A mail that a case sends.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OutgoingMail<'a> {
    pub case_id: &'a str,
    /// Addresses, here and below.
    pub to: &'a [String],
    pub cc: &'a [String],
    /// Who gets it without the others' knowing.
    pub bcc: &'a [String],
    pub subject: &'a str,
    pub text: &'a str,
    pub html: Option<&'a str>,
    /// Id of the mail it answers.
    pub in_reply_to: Option<&'a str>,
    /// Id of the mail of the case that it passes on.
    pub forward_of: Option<&'a str>,
    /// Ids of files.
    pub attachments: &'a [String],
    /// Written by no person.
    pub automatic: bool,
    /// When it is to be sent, RFC 3339; none: at once.
    pub send_at: Option<String>,
    /// It is held back for as long as it may be undone.
    pub undo: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Link<'a> {
    case_id: &'a str,
}

impl Mails<'_> {
    /// # Errors
    /// See [`CallError`].
    pub async fn get(&self, id: &str) -> Result<Mail, CallError> {
        self.0.get(path!("/api/v1/mails/{}", id)).read().await
    }

    /// Mails of a case, narrowed by these parameters; as the mail room tells them.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn of_case(
        &self,
        case: &str,
        wanted: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Value, CallError> {
        self.0.get(path!("/api/v1/mails?case={}", case).with_query(wanted)).value().await
    }

    /// Queues a mail, once for each key; what the mail room answers.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn send(&self, mail: &OutgoingMail<'_>, key: &str) -> Result<Value, CallError> {
        self.0.post(path!("/api/v1/mails/outgoing")).json(mail).once(key).value().await
    }

    /// Gives a mail that waits for its time another content and time; what the mail room answers.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn rewrite(&self, id: &str, mail: &OutgoingMail<'_>) -> Result<Value, CallError> {
        self.0.call(Method::PUT, path!("/api/v1/mails/outgoing/{}", id)).json(mail).value().await
    }

    /// Takes a mail of the case back that waits for its time.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn cancel(&self, id: &str, case: &str) -> Result<(), CallError> {
        self.0.call(Method::DELETE, path!("/api/v1/mails/outgoing/{}?case={}", id, case)).done().await
    }

    /// Deletes the mail, and that there was one; not the files that came with it.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn erase(&self, id: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/mails/{}/erase", id)).json(&serde_json::json!({})).done().await
    }

    /// The mail belongs to the case.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn link(&self, id: &str, case: &str, key: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/mails/{}/link", id)).json(&Link { case_id: case }).once(key).done().await
    }

    /// The mail belongs to the case no more.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn unlink(&self, id: &str, case: &str, key: &str) -> Result<(), CallError> {
        self.0.post(path!("/api/v1/mails/{}/unlink", id)).json(&Link { case_id: case }).once(key).done().await
    }
}
