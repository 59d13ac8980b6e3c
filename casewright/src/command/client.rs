//! Where a running platform is and who is calling it: the same options for every command that talks to one.

use super::refusal::Refusal;
use anyhow::{Context, Error, Result, anyhow};
use casewright_client::{CallError, Client, Identity};
use casewright_service::RequestPath;
use reqwest::multipart::Form;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::sync::{Arc, OnceLock};

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

    fn client(&self) -> Result<&Client> {
        match self.client.get() {
            Some(client) => Ok(client),
            None => {
                let http = crate::serve::http_client().context("setting up the HTTP client")?;
                Ok(self.client.get_or_init(|| Client::new(http, &self.url, self.identity())))
            }
        }
    }

    fn identity(&self) -> Identity {
        match (&self.token, &self.user) {
            (Some(token), _) => Identity::Token(token.as_str().into()),
            (None, Some(user)) => Identity::Password(Arc::new((user.clone(), self.password.clone()))),
            (None, None) => Identity::Nobody,
        }
    }

    /// Calls, and gives the JSON of the answer; null where there is none.
    ///
    /// # Errors
    /// A [`Refusal`] when the platform says no; else that it cannot be reached or understood.
    pub(crate) async fn call(&self, method: Method, path: &RequestPath, body: Option<&Value>) -> Result<Value> {
        let call = self.client()?.call(method, path.clone());
        let call = match body {
            Some(body) => call.json(body),
            None => call,
        };
        call.value().await.map_err(|error| self.told(error))
    }

    pub(crate) async fn get(&self, path: &RequestPath) -> Result<Value> {
        self.call(Method::GET, path, None).await
    }

    /// Uploads a form, and gives the JSON of the answer.
    ///
    /// # Errors
    /// As [`Target::call`].
    pub(crate) async fn upload(&self, path: &RequestPath, form: Form) -> Result<Value> {
        let call = self.client()?.call(Method::POST, path.clone()).multipart(form);
        call.value().await.map_err(|error| self.told(error))
    }

    /// For who sits at the command line.
    fn told(&self, error: CallError) -> Error {
        match error {
            CallError::Refused(refused) if refused.status == StatusCode::UNAUTHORIZED => {
                anyhow!("{} wants to know who you are: give --user and --password, or --token", self.url)
            }
            CallError::Refused(refused) => Refusal(refused).into(),
            error @ CallError::NoAnswer { .. } => Error::new(error).context(format!("{} does not answer", self.url)),
            error @ CallError::Shape { .. } => error.into(),
        }
    }
}
