//! `casewright health`: whether a running process is ready, asked as a proxy would ask. For what starts processes and can ask nothing
//! itself, such as Docker; and for people.

use crate::config::Config;
use crate::running;
use anyhow::{Context, Result, bail};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Health {
    /// Address of the process. Without it the configuration says where: the internal listener, or the one for everybody where there is no
    /// internal one.
    #[arg(long)]
    url: Option<String>,
    /// Seconds that an answer may take.
    #[arg(long, default_value_t = 5)]
    timeout: u32,
}

/// Where a process is asked.
#[derive(Debug, PartialEq)]
struct Door {
    /// Without a path.
    url: String,
    /// Where the name in it leads; none: where it leads anyway.
    at: Option<SocketAddr>,
}

impl Health {
    /// Says on one line that it is ready.
    ///
    /// # Errors
    /// It is not, or does not answer.
    pub(crate) async fn execute(self, config: &Config) -> Result<()> {
        let door = match self.url {
            Some(url) => Door { url, at: None },
            None => Door::of(config).await?,
        };
        if door.url.starts_with("https://") {
            config.trust()?;
        }
        let url = format!("{}/health/ready", door.url.trim_end_matches('/'));
        let answer = door.client(Duration::from_secs(self.timeout.into()))?.get(&url).send().await;
        let answer = answer.map_err(reqwest::Error::without_url).with_context(|| format!("{url} does not answer"))?;
        let status = answer.status();
        let told = answer.json().await.unwrap_or(Value::Null);
        println!("{}", verdict(&url, status, &told)?);
        Ok(())
    }
}

impl Door {
    /// The one that the configuration names.
    async fn of(config: &Config) -> Result<Self> {
        let server = &config.server;
        if !server.internal_listen.is_empty() {
            let address = address("server.internal_listen", &server.internal_listen).await?;
            return Ok(Self { url: format!("http://{address}"), at: None });
        }
        if server.tls.is_on() {
            // By the name that its certificate is for, and yet no other process than this one.
            let address = address("server.listen", &server.listen).await?;
            let url = Url::parse(&config.base_url()).context("server.public_url is no address")?;
            let host = url.host_str().context("server.public_url names no host")?;
            return Ok(Self { url: format!("https://{host}:{}", address.port()), at: Some(address) });
        }
        // A process may listen elsewhere than it is configured to (`--listen`), and says so in its data folder.
        if let Ok(Some(url)) = running::find(&server.data) {
            return Ok(Self { url, at: None });
        }
        let address = address("server.listen", &server.listen).await?;
        Ok(Self { url: format!("http://{address}"), at: None })
    }

    fn client(&self, timeout: Duration) -> Result<reqwest::Client> {
        casewright_client::install_tls();
        let builder = casewright_client::trusting(reqwest::Client::builder()).no_proxy().timeout(timeout);
        let mut builder = builder.redirect(reqwest::redirect::Policy::none());
        if let Some(at) = self.at
            && let Some(host) = Url::parse(&self.url)?.host_str()
        {
            builder = builder.resolve(host, at);
        }
        builder.build().context("setting up the HTTP client")
    }
}

/// Where who listens at this address is reached on this machine.
async fn address(key: &str, listen: &str) -> Result<SocketAddr> {
    let mut found =
        tokio::net::lookup_host(listen).await.with_context(|| format!("{key}: '{listen}' is no address"))?;
    let found = found.next().with_context(|| format!("{key}: '{listen}' names no host"))?;
    Ok(running::reached(found))
}

/// What the answer means.
fn verdict(url: &str, status: StatusCode, told: &Value) -> Result<String> {
    let down = down(told);
    match (status, down.as_str()) {
        (StatusCode::OK, "") => Ok("ready".to_owned()),
        (StatusCode::OK, down) => Ok(format!("ready, without {down}")),
        // Why is told to who may know it.
        (StatusCode::SERVICE_UNAVAILABLE, "") => bail!("not ready"),
        (StatusCode::SERVICE_UNAVAILABLE, down) => bail!("not ready: {down}"),
        (status, _) => bail!("{url} answered {status}; is Casewright there?"),
    }
}

/// Names of checks that fail, with their reasons, on one line.
fn down(told: &Value) -> String {
    let checks = told["checks"].as_object().into_iter().flatten().filter(|(_, check)| check["status"] != "up");
    let words = checks.map(|(name, check)| match check["reason"].as_str() {
        Some(reason) => format!("{name} ({})", reason.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => name.clone(),
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[tokio::test]
    async fn the_configuration_says_where_to_ask() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.server.data = folder.path().to_owned();
        let door = |url: &str, at: Option<&str>| Door { url: url.to_owned(), at: at.map(|at| at.parse().unwrap()) };
        config.server.listen = "0.0.0.0:8123".to_owned();
        assert_eq!(Door::of(&config).await.unwrap(), door("http://127.0.0.1:8123", None));
        let _announced = running::announce(folder.path(), "127.0.0.1:9001".parse().unwrap(), None).unwrap();
        assert_eq!(Door::of(&config).await.unwrap(), door("http://127.0.0.1:9001", None));
        config.server.public_url = "https://desk.example/cases".to_owned();
        config.server.tls.certificate = "/x".to_owned();
        let shown = door("https://desk.example:8123", Some("127.0.0.1:8123"));
        assert_eq!(Door::of(&config).await.unwrap(), shown);
        config.server.internal_listen = "[::]:8081".to_owned();
        assert_eq!(Door::of(&config).await.unwrap(), door("http://[::1]:8081", None));
        config.server.internal_listen = "8081".to_owned();
        assert!(Door::of(&config).await.unwrap_err().to_string().starts_with("server.internal_listen: "));
    }

    #[test]
    fn what_is_told_is_one_line() {
        let verdict = |status: u16, told: Value| {
            let said = verdict("http://a", StatusCode::from_u16(status).unwrap(), &told);
            said.map_err(|error| error.to_string())
        };
        let checks =
            json!({"checks": {"bus": {"status": "down", "reason": "no\nbroker"}, "journal": {"status": "up"}}});
        assert_eq!(verdict(200, json!({"status": "up"})), Ok("ready".to_owned()));
        assert_eq!(verdict(200, checks.clone()), Ok("ready, without bus (no broker)".to_owned()));
        assert_eq!(verdict(503, checks), Err("not ready: bus (no broker)".to_owned()));
        assert_eq!(verdict(503, Value::Null), Err("not ready".to_owned()));
        assert!(verdict(404, Value::Null).unwrap_err().contains("404"));
    }
}
