//! Where a running platform is and who is calling it: options of every command that talks to one. Who gives none of them is who
//! signed in there by `casewright login`.

use super::refusal::Refusal;
use crate::sign_in::failure::Failure;
use crate::sign_in::session::Session;
use anyhow::{Context, Error, Result};
use casewright_client::{CallError, Client, Identity};
use casewright_service::RequestPath;
use reqwest::multipart::Form;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// A running platform.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// Address of the platform.
    #[arg(
        long,
        visible_alias = "server",
        global = true,
        env = "CASEWRIGHT_URL",
        default_value = "http://127.0.0.1:8080"
    )]
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
    caller: OnceCell<Caller>,
}

/// A running platform, where there need not be one: as [`Target`], without an address that is assumed.
#[derive(clap::Args)]
pub(crate) struct Somewhere {
    /// Address of a running platform; without it the one that serves the data folder.
    #[arg(long, visible_alias = "server", global = true, env = "CASEWRIGHT_URL")]
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
        Some(Target { url: url?, user, password, token, caller: OnceCell::new() })
    }
}

/// Who calls, with which connections.
enum Caller {
    /// Somebody who was named, or nobody.
    Given(Client),
    /// Who is signed in there from here: their token is renewed while a command goes on.
    SignedIn { http: reqwest::Client, session: Session },
}

impl Target {
    pub(crate) fn with_token(url: String, token: String) -> Self {
        Self { url, user: None, password: None, token: Some(token), caller: OnceCell::new() }
    }

    /// For what is open to everybody.
    ///
    /// # Errors
    /// The HTTP client cannot be set up.
    pub(crate) fn for_nobody(url: String) -> Result<Self> {
        let client = Client::new(http_client()?, &url, Identity::Nobody);
        let caller = OnceCell::new_with(Some(Caller::Given(client)));
        Ok(Self { url, user: None, password: None, token: None, caller })
    }

    async fn client(&self) -> Result<Client> {
        let caller = self.caller.get_or_try_init(async || self.caller()).await?;
        match caller {
            Caller::Given(client) => Ok(client.clone()),
            Caller::SignedIn { http, session } => {
                let token = session.token().await?;
                Ok(Client::new(http.clone(), &self.url, Identity::Token(token.into())))
            }
        }
    }

    fn caller(&self) -> Result<Caller> {
        let http = http_client()?;
        let identity = match (&self.token, &self.user) {
            (Some(token), _) => Identity::Token(token.as_str().into()),
            (None, Some(user)) => Identity::Password(Arc::new((user.clone(), self.password.clone()))),
            (None, None) => match Session::at(&self.url)? {
                Some(session) => return Ok(Caller::SignedIn { http, session }),
                None => Identity::Nobody,
            },
        };
        Ok(Caller::Given(Client::new(http, &self.url, identity)))
    }

    /// Calls, and gives the JSON of the answer; null where there is none.
    ///
    /// # Errors
    /// A [`Refusal`] when the platform says no; else that it cannot be reached or understood.
    pub(crate) async fn call(&self, method: Method, path: &RequestPath, body: Option<&Value>) -> Result<Value> {
        let call = self.client().await?.call(method, path.clone());
        let call = match body {
            Some(body) => call.json(body),
            None => call,
        };
        call.value().await.map_err(|error| self.told(error))
    }

    /// As [`Target::call`], done once however often it is called with this key.
    ///
    /// # Errors
    /// As [`Target::call`].
    pub(crate) async fn once(&self, method: Method, path: &RequestPath, body: &Value, key: &str) -> Result<Value> {
        let call = self.client().await?.call(method, path.clone()).once(key).json(body);
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
        let call = self.client().await?.call(Method::POST, path.clone()).multipart(form);
        call.value().await.map_err(|error| self.told(error))
    }

    /// For who sits at the command line.
    fn told(&self, error: CallError) -> Error {
        match error {
            CallError::Refused(refused) if refused.status == StatusCode::UNAUTHORIZED => {
                Failure::Unknown { url: self.url.clone() }.into()
            }
            CallError::Refused(refused) => Refusal(refused).into(),
            error @ CallError::NoAnswer { .. } => Error::new(error).context(format!("{} does not answer", self.url)),
            error @ CallError::Shape { .. } => error.into(),
        }
    }
}

fn http_client() -> Result<reqwest::Client> {
    crate::serve::http_client().context("setting up the HTTP client")
}
