//! What travels over the socket: JSON texts with a `type`.

use casewright_instant::Instant;
use serde::{Deserialize, Serialize};

/// From the client.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum Request {
    /// The first message, and again before the token ends.
    Hello {
        token: String,
        #[serde(default)]
        resume: Option<String>,
    },
    /// Replaces nothing: channels are added.
    Subscribe {
        channels: Vec<String>,
    },
    Unsubscribe {
        channels: Vec<String>,
    },
    /// Whose connection it is is at a case, and does this there. Others at the case are told, and the answer is who they are.
    Present {
        case: String,
        activity: Activity,
        /// Which field.
        #[serde(default)]
        detail: Option<String>,
    },
    /// They have left the case.
    Absent {
        case: String,
    },
    /// Any time; answered with `pong`.
    Ping {},
}

/// To the client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub(crate) enum Answer {
    /// The token was good; events follow from here.
    Ready {
        position: String,
    },
    Event {
        channel: String,
        /// `case`, `task`, `process-instance`, `notification`, `mail`.
        kind: String,
        id: String,
        /// Kebab case: `case-created`.
        event: String,
        version: u64,
        position: String,
    },
    /// Something was missed: fetch everything that is shown. Events go on from `position`.
    Resync {
        position: String,
    },
    Pong {},
    /// Who else is at a case at which one is oneself; told whenever that changes.
    Presence {
        case: String,
        people: Vec<Present>,
    },
    /// `unauthorized`, `token-expired`, `invalid-message`, `too-many-channels`, `unknown-channel`, `too-many-messages`, `too-many-cases`, `unknown-case`.
    Error {
        code: String,
    },
}

/// What somebody does at a case, the weightiest last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Activity {
    Viewing,
    EditingField,
    FillingForm,
    Replying,
}

/// Somebody who is at a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Present {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) activity: Activity,
    /// Which field; none: it is not about one.
    pub(crate) detail: Option<String>,
    /// Since when they do that.
    #[serde(with = "casewright_instant::rfc3339")]
    pub(crate) since: Instant,
}
