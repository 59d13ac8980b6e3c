//! Where tokens begin and end: the options that modifications and restarts share.

use serde_json::{Value, json};

#[derive(clap::Args)]
pub(super) struct Starts {
    /// Start before this activity; may be repeated.
    #[arg(long = "before", value_name = "ACTIVITY")]
    before: Vec<String>,
    /// Start after this activity; may be repeated.
    #[arg(long = "after", value_name = "ACTIVITY")]
    after: Vec<String>,
}

#[derive(clap::Args)]
pub(super) struct Skips {
    /// Run no execution and task listeners.
    #[arg(long)]
    skip_listeners: bool,
    /// Apply no input and output mappings.
    #[arg(long)]
    skip_io_mappings: bool,
}

impl Starts {
    pub(super) fn instructions(&self) -> Vec<Value> {
        let of = |kind: &str, activity: &String| json!({"type": kind, "activityId": activity});
        let before = self.before.iter().map(|activity| of("startBeforeActivity", activity));
        before.chain(self.after.iter().map(|activity| of("startAfterActivity", activity))).collect()
    }
}

impl Skips {
    /// The body with both switches.
    pub(super) fn put_into(&self, mut body: Value) -> Value {
        body["skipCustomListeners"] = json!(self.skip_listeners);
        body["skipIoMappings"] = json!(self.skip_io_mappings);
        body
    }

    pub(super) fn as_query(&self) -> [(&'static str, String); 2] {
        [
            ("skipCustomListeners", self.skip_listeners.to_string()),
            ("skipIoMappings", self.skip_io_mappings.to_string()),
        ]
    }
}

/// Instructions as a person reads them.
pub(super) fn told(instructions: &[Value]) -> String {
    let one = |instruction: &Value| {
        let activity =
            instruction["activityId"].as_str().or_else(|| instruction["activityInstanceId"].as_str()).unwrap_or("-");
        let verb = match instruction["type"].as_str() {
            Some("startBeforeActivity") => "start before",
            Some("startAfterActivity") => "start after",
            _ => "cancel",
        };
        format!("{verb} {activity}")
    };
    instructions.iter().map(one).collect::<Vec<_>>().join(", ")
}
