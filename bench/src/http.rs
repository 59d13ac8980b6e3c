//! One HTTP/1.1 connection, kept open: the load must cost little beside what it drives, so there is no pool and no redirect.

use anyhow::{Context, Result, bail};
use base64::Engine;
use bytes::Bytes;
use http::{Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// Where the engine answers: `http://host:port/engine-rest`.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    authority: String,
    prefix: String,
    authorization: Option<String>,
}

impl Target {
    /// `user` is `name:password` for HTTP Basic.
    pub(crate) fn parse(base: &str, user: Option<&str>) -> Result<Self> {
        let rest = base.strip_prefix("http://").with_context(|| format!("{base} does not begin with http://"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let encode = |user: &str| format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(user));
        Ok(Self {
            authority: authority.to_owned(),
            prefix: match path.trim_end_matches('/') {
                "" => String::new(),
                path => format!("/{path}"),
            },
            authorization: user.map(encode),
        })
    }

    /// With a token, as the platform's own API wants it.
    pub(crate) fn parse_bearer(base: &str, token: &str) -> Result<Self> {
        Ok(Self { authorization: Some(format!("Bearer {token}")), ..Self::parse(base, None)? })
    }

    /// This server without the path in front.
    pub(crate) fn root(&self) -> Self {
        Self { prefix: String::new(), ..self.clone() }
    }

    pub(crate) async fn connect(&self) -> Result<Connection> {
        Ok(Connection { target: self.clone(), sender: open(&self.authority).await? })
    }
}

async fn open(authority: &str) -> Result<SendRequest<Full<Bytes>>> {
    let stream = TcpStream::connect(authority).await.with_context(|| format!("connecting to {authority}"))?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // What ended the connection is seen by the request that was on it.
        let _ended: Result<(), hyper::Error> = connection.await;
    });
    Ok(sender)
}

/// A connection of one worker.
pub(crate) struct Connection {
    target: Target,
    sender: SendRequest<Full<Bytes>>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Result<Value> {
        Ok(serde_json::from_slice(&self.body)?)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(300).collect()
    }

    /// Itself, when the status says success.
    pub(crate) fn success(self, what: &str) -> Result<Self> {
        if !self.status.is_success() {
            bail!("{what} answered {}: {}", self.status, self.text());
        }
        Ok(self)
    }
}

impl Connection {
    pub(crate) async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, "", Bytes::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, "application/json", Bytes::from(serde_json::to_vec(body)?)).await
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str, kind: &str, body: Bytes) -> Result<Answer> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.target.prefix))
            .header(header::HOST, self.target.authority.as_str())
            .header(header::ACCEPT, "application/json");
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(authorization) = &self.target.authorization {
            request = request.header(header::AUTHORIZATION, authorization.as_str());
        }
        if self.sender.ready().await.is_err() {
            // Servers close connections after so many requests.
            self.sender = open(&self.target.authority).await?;
        }
        let response = self.sender.send_request(request.body(Full::new(body))?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        Ok(Answer { status, body })
    }
}
