//! Where a running platform is and who is calling it: the same options for every command that talks to one.

use super::refusal::Refusal;
use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use std::sync::OnceLock;

/// A running platform.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// Address of the platform.
    #[arg(long, global = true, env = "CASEWRIGHT_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// User name for HTTP Basic.
    #[arg(long, global = true, env = "CASEWRIGHT_USER", requires = "password")]
    user: Option<String>,
    /// Password for HTTP Basic.
    #[arg(long, global = true, env = "CASEWRIGHT_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Access token, instead of user and password.
    #[arg(long, global = true, env = "CASEWRIGHT_TOKEN", hide_env_values = true, conflicts_with = "user")]
    token: Option<String>,
    #[arg(skip)]
    client: OnceLock<Client>,
}

/// A running platform, where there need not be one: as [`Target`], without an address that is assumed.
#[derive(clap::Args)]
pub(crate) struct Somewhere {
    /// Address of a running platform; without it the one that serves the data folder.
    #[arg(long, global = true, env = "CASEWRIGHT_URL")]
    url: Option<String>,
    /// User name for HTTP Basic.
    #[arg(long, global = true, env = "CASEWRIGHT_USER", requires = "password")]
    user: Option<String>,
    /// Password for HTTP Basic.
    #[arg(long, global = true, env = "CASEWRIGHT_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Access token, instead of user and password.
    #[arg(long, global = true, env = "CASEWRIGHT_TOKEN", hide_env_values = true, conflicts_with = "user")]
    token: Option<String>,
}

impl Somewhere {
    /// None: no address was given.
    pub(crate) fn target(self) -> Option<Target> {
        let Self { url, user, password, token } = self;
        Some(Target { url: url?, user, password, token, client: OnceLock::new() })
    }
}

impl Target {
    pub(crate) fn with_token(url: String, token: String) -> Self {
        Self { url, user: None, password: None, token: Some(token), client: OnceLock::new() }
    }

    pub(crate) fn post(&self, path: &str) -> Result<RequestBuilder> {
        self.request(Method::POST, path)
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder> {
        let http = match self.client.get() {
            Some(http) => http,
            None => {
                let http = crate::serve::http_client().context("setting up the HTTP client")?;
                self.client.get_or_init(|| http)
            }
        };
        Ok(self.authenticated(http.request(method, format!("{}{path}", self.url.trim_end_matches('/')))))
    }

    /// Calls, and gives the JSON of the answer; null where there is none.
    ///
    /// # Errors
    /// A [`Refusal`] when the platform says no; else that it cannot be reached or understood.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self.request(method.clone(), path)?;
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = self.send(request).await?;
        let status = answer.status();
        let text = answer.text().await.with_context(|| format!("reading the answer to {method} {path}"))?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if !status.is_success() {
            return Err(Refusal::read(&method, path, status, &body).into());
        }
        if body.is_null() && !text.is_empty() && text != "null" {
            bail!("the answer to {method} {path} is no JSON");
        }
        Ok(body)
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    fn authenticated(&self, request: RequestBuilder) -> RequestBuilder {
        match (&self.token, &self.user) {
            (Some(token), _) => request.bearer_auth(token),
            (None, Some(user)) => request.basic_auth(user, self.password.as_ref()),
            (None, None) => request,
        }
    }

    /// Sends; an answer other than a success becomes an error with what the platform said.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let answer = request.send().await.with_context(|| format!("{} does not answer", self.url))?;
        if answer.status() == reqwest::StatusCode::UNAUTHORIZED {
            bail!("{} wants to know who you are: give --user and --password, or --token", self.url);
        }
        Ok(answer)
    }
}
