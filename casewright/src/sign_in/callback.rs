//! The loopback address that a browser comes back to with the code (RFC 8252, section 7.3). It answers one sign-in and closes.

use super::failure::Failure;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use openidconnect::CsrfToken;
use serde::Deserialize;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

/// How long a person may take.
const WAIT: Duration = Duration::from_secs(5 * 60);
/// How long the browser may take to read what it is told at last.
const LEAVE: Duration = Duration::from_secs(2);
const THANKS: &str = "You can close this window, and go on in the command line.\n";
const NOT_OURS: &str = "This is no answer to the sign-in that the command line waits for.\n";

/// A port of this machine.
pub(super) struct Callback {
    listener: TcpListener,
    address: SocketAddr,
}

/// What the provider sends along (RFC 6749, section 4.1.2; RFC 9207).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

struct Expected {
    state: CsrfToken,
    issuer: String,
    outcome: mpsc::Sender<Result<String, Failure>>,
}

impl Callback {
    pub(super) async fn listen() -> Result<Self, Failure> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(Failure::Loopback)?;
        let address = listener.local_addr().map_err(Failure::Loopback)?;
        Ok(Self { listener, address })
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}/callback", self.address)
    }

    /// Waits for the browser, and gives the code that it brings.
    pub(super) async fn code(self, state: CsrfToken, issuer: &str) -> Result<String, Failure> {
        let (outcome, mut came) = mpsc::channel(1);
        let expected = Arc::new(Expected { state, issuer: issuer.to_owned(), outcome });
        let router = Router::new().route("/callback", get(answer)).with_state(expected);
        let (done, end) = oneshot::channel::<()>();
        let served = axum::serve(self.listener, router).with_graceful_shutdown(async move {
            // Also when nobody is left to say so.
            drop(end.await);
        });
        let mut served = tokio::spawn(served.into_future());
        let code = match tokio::time::timeout(WAIT, came.recv()).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) | Err(_) => Err(Failure::TimedOut { minutes: WAIT.as_secs() / 60 }),
        };
        drop(done);
        if tokio::time::timeout(LEAVE, &mut served).await.is_err() {
            served.abort();
        }
        code
    }
}

async fn answer(State(expected): State<Arc<Expected>>, Query(answer): Query<Answer>) -> impl IntoResponse {
    let outcome = expected.outcome_of(answer);
    // A second answer to one sign-in finds the place taken.
    let is_taken = outcome.is_some_and(|outcome| expected.outcome.try_send(outcome).is_ok());
    let (status, text) = if is_taken { (StatusCode::OK, THANKS) } else { (StatusCode::BAD_REQUEST, NOT_OURS) };
    (status, [(header::CACHE_CONTROL, "no-store")], text)
}

impl Expected {
    /// None: it is no answer to what was asked.
    fn outcome_of(&self, answer: Answer) -> Option<Result<String, Failure>> {
        let is_of_another = answer.iss.is_some_and(|issuer| issuer != self.issuer);
        if answer.state != *self.state.secret() || is_of_another {
            return None;
        }
        Some(match (answer.code, answer.error) {
            (Some(code), None) => Ok(code),
            (_, Some(error)) => Err(Failure::Refused(match answer.error_description {
                Some(description) => format!("{error}: {description}"),
                None => error,
            })),
            (None, None) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome_of(answer: Answer) -> Option<Result<String, Failure>> {
        let (outcome, _) = mpsc::channel(1);
        let expected =
            Expected { state: CsrfToken::new("s".to_owned()), issuer: "https://id.example".to_owned(), outcome };
        expected.outcome_of(answer)
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn only_the_answer_to_this_sign_in_counts() {
        let right = || Answer { state: "s".to_owned(), code: text("c"), ..Answer::default() };
        assert_eq!(outcome_of(right()).unwrap().unwrap(), "c");
        assert_eq!(outcome_of(Answer { iss: text("https://id.example"), ..right() }).unwrap().unwrap(), "c");
        assert!(outcome_of(Answer { iss: text("https://other.example"), ..right() }).is_none());
        assert!(outcome_of(Answer { state: "other".to_owned(), ..right() }).is_none());
        assert!(outcome_of(Answer { code: None, ..right() }).is_none());
        let denied = Answer { code: None, error: text("access_denied"), ..right() };
        let failure = outcome_of(denied).unwrap().unwrap_err().to_string();
        assert_eq!(failure, "sign-in-refused: the identity provider refused: access_denied");
    }
}
