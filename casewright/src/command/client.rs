//! Where a running platform is and who is calling it: the same options for every command that talks to one.

use anyhow::{Context, Result, bail};
use reqwest::{RequestBuilder, Response};

/// A running platform.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// Address of the platform.
    #[arg(long, env = "CASEWRIGHT_URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// User name for HTTP Basic.
    #[arg(long, env = "CASEWRIGHT_USER", requires = "password")]
    user: Option<String>,
    /// Password for HTTP Basic.
    #[arg(long, env = "CASEWRIGHT_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Access token, instead of user and password.
    #[arg(long, env = "CASEWRIGHT_TOKEN", hide_env_values = true, conflicts_with = "user")]
    token: Option<String>,
}

impl Target {
    pub(crate) fn post(&self, path: &str) -> Result<RequestBuilder> {
        let http = crate::serve::http_client().context("setting up the HTTP client")?;
        Ok(self.authenticated(http.post(format!("{}{path}", self.url.trim_end_matches('/')))))
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
