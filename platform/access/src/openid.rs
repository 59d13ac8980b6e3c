//! How `openidconnect` asks a provider: with an HTTP client of ours, and for no more than a document, a key set or tokens need.

/// A discovery document, a key set or an answer with tokens is smaller.
const LARGEST_ANSWER: usize = 1 << 20;

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    #[error("no answer")]
    NoAnswer(#[source] reqwest::Error),
    #[error("the answer has more than {LARGEST_ANSWER} bytes")]
    TooLarge,
    #[error("the answer is not one of HTTP")]
    Unreadable(#[from] http::Error),
}

/// Sends a request of `openidconnect`. The client has to follow no redirects where a provider is not trusted to lead elsewhere.
///
/// # Errors
/// See [`CallError`].
pub async fn call(
    client: reqwest::Client,
    request: openidconnect::HttpRequest,
) -> Result<openidconnect::HttpResponse, CallError> {
    let no_answer = |error: reqwest::Error| CallError::NoAnswer(error.without_url());
    let mut answer = client.execute(request.try_into().map_err(no_answer)?).await.map_err(no_answer)?;
    let mut response = http::Response::builder().status(answer.status());
    if let Some(headers) = response.headers_mut() {
        *headers = std::mem::take(answer.headers_mut());
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(no_answer)? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Err(CallError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(response.body(body)?)
}
