//! What has been going on at the desk, as `examples/claims/desk.json` tells it.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    pub(super) cases: Vec<Story>,
}

/// One case: how it came, and what was done since.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    /// Unique in the script: what is created is created under it, so that a second time finds it there.
    pub(super) key: String,
    pub(super) mail: Option<Mail>,
    pub(super) create: Option<Create>,
    pub(super) steps: Vec<Step>,
}

/// A customer's mail to the desk.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mail {
    /// `Name <address>`
    pub(super) from: String,
    pub(super) subject: String,
    pub(super) text: String,
}

/// A case that somebody opened in the portal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Create {
    #[serde(rename = "as")]
    pub(super) by: String,
    pub(super) case: Value,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Step {
    Change {
        #[serde(rename = "as")]
        by: String,
        patch: Map<String, Value>,
    },
    /// Sets the due date so many days from now.
    Due {
        #[serde(rename = "as")]
        by: String,
        days: i64,
    },
    Comment {
        #[serde(rename = "as")]
        by: String,
        body: String,
        mentions: Vec<String>,
    },
    /// Takes a task, by the id that its element has in the model.
    Claim {
        #[serde(rename = "as")]
        by: String,
        task: String,
    },
    /// Takes a task and does it.
    Complete {
        #[serde(rename = "as")]
        by: String,
        task: String,
        data: Map<String, Value>,
    },
    /// Writes to the customer.
    Reply {
        #[serde(rename = "as")]
        by: String,
        subject: String,
        text: String,
    },
    /// Starts a process by hand.
    Process {
        #[serde(rename = "as")]
        by: String,
        key: String,
    },
    UntilTask {
        task: String,
    },
    UntilStatus {
        status: String,
    },
    UntilTimeline {
        kind: String,
    },
    /// An element of the case's process is stuck.
    UntilIncident {
        activity: String,
    },
}
