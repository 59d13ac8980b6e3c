//! A remote Open Policy Agent: `POST <url>/v1/data/casewright/decision/<rule>`. No answer in time is a denial.

use crate::error::AccessError;
use serde::Serialize;
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

const TIMEOUT: Duration = Duration::from_secs(2);

pub(crate) struct Opa {
    client: reqwest::Client,
    base: Url,
}

impl Opa {
    pub(crate) fn new(url: &str) -> Result<Self, AccessError> {
        let wrong = || AccessError::Url { key: "access.opa", value: url.to_owned() };
        let base =
            Url::parse(&format!("{}/v1/data/casewright/decision/", url.trim_end_matches('/'))).map_err(|_| wrong())?;
        let client = casewright_client::http_client(TIMEOUT).map_err(|_| wrong())?;
        Ok(Self { client, base })
    }

    /// The rule's value; none when it is undefined or OPA did not answer.
    pub(crate) async fn ask<I: Serialize + Sync>(&self, rule: &str, input: &I) -> Option<Value> {
        match self.call(rule, input).await {
            Ok(answer) => answer,
            Err(error) => {
                tracing::error!(rule, error = %error.without_url(), "the policy agent did not answer; denied");
                None
            }
        }
    }

    async fn call<I: Serialize + Sync>(&self, rule: &str, input: &I) -> Result<Option<Value>, reqwest::Error> {
        let url = format!("{}{rule}", self.base);
        let mut answer: Value =
            self.client.post(url).json(&json!({"input": input})).send().await?.error_for_status()?.json().await?;
        Ok(answer.get_mut("result").map(Value::take))
    }
}
