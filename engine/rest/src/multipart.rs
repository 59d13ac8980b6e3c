//! Multipart bodies, read as they come: what is held are the parts, not the body beside them.

use super::error::{RestError, RestResult};
use super::request::too_large;
use axum::body::{Body, Bytes};
use futures::Stream;
use http::{HeaderMap, header};
use http_body_util::LengthLimitError;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};

/// A part that has sent that much is given room for all that is announced: before, it grows with what comes.
const MEANT: usize = 1 << 20;

/// One part of a multipart body.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) filename: Option<String>,
    pub(crate) media: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Part {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// `true` in any case, as Java's `Boolean.parseBoolean`; all other words are false. Python writes `True`.
    pub(crate) fn is_true(&self) -> bool {
        self.text().trim().eq_ignore_ascii_case("true")
    }
}

/// What is told of a multipart body with more parts than that.
fn too_many_parts(most: usize) -> String {
    format!("The request has more than {most} parts, which is the most (engine.limits.deployment_parts)")
}

/// What stands between the parts of a body that has these headers; none: it is no multipart body.
pub(crate) fn boundary(headers: &HeaderMap) -> Option<String> {
    let media = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(media).ok()
}

/// How many bytes are announced; 0 where nothing is.
pub(crate) fn announced(headers: &HeaderMap) -> usize {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or_default()
}

/// The parts of a body, in order. `announced` bytes are expected of it; with more than `most` parts it is refused.
///
/// # Errors
/// It is no such body, breaks off, or has more bytes or parts than it may have.
pub(crate) async fn read(body: Body, boundary: String, announced: usize, most: usize) -> RestResult<Vec<Part>> {
    let mut parts = multer::Multipart::new(InTurns::new(body.into_data_stream()), boundary);
    let (mut out, mut left) = (Vec::new(), announced);
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(&error))? {
        if out.len() >= most {
            return Err(RestError::invalid(too_many_parts(most)));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
            make_room(&mut bytes, chunk.len(), left);
            left = left.saturating_sub(chunk.len());
            bytes.extend_from_slice(&chunk);
        }
        out.push(Part {
            name: part.name().unwrap_or_default().to_owned(),
            filename: part.file_name().map(str::to_owned),
            media: part.content_type().map(ToString::to_string),
            bytes: without_waste(bytes).into(),
        });
    }
    Ok(out)
}

/// Room for `more` bytes. A large part is moved once, not at every doubling: `left` bytes are still to come at most.
fn make_room(bytes: &mut Vec<u8>, more: usize, left: usize) {
    let is_full = bytes.capacity() - bytes.len() < more;
    if is_full && bytes.len() >= MEANT {
        bytes.reserve_exact(more.max(left));
    }
}

/// Gives back room that is more than an eighth of what is in it.
fn without_waste(mut bytes: Vec<u8>) -> Vec<u8> {
    if bytes.capacity() - bytes.len() > bytes.len() / 8 {
        bytes.shrink_to_fit();
    }
    bytes
}

fn broken(error: &multer::Error) -> RestError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if one.is::<LengthLimitError>() {
            return too_large();
        }
        cause = one.source();
    }
    RestError::invalid("multipart/form-data cannot be processed")
}

/// Gives one item each time it is asked anew: `multer` keeps all that is to be had at the moment.
struct InTurns<S> {
    stream: S,
    has_given: bool,
}

impl<S> InTurns<S> {
    fn new(stream: S) -> Self {
        Self { stream, has_given: false }
    }
}

impl<S: Stream + Unpin> Stream for InTurns<S> {
    type Item = S::Item;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        if std::mem::take(&mut self.has_given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let next = Pin::new(&mut self.stream).poll_next(context);
        self.has_given = matches!(next, Poll::Ready(Some(_)));
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt as _;
    use http::StatusCode;
    use http_body_util::Limited;
    use peak_alloc::PeakAlloc;

    /// Counts what all tests of this crate take.
    #[global_allocator]
    static ALLOCATED: PeakAlloc = PeakAlloc;

    const MIB: usize = 1 << 20;
    const CHUNK: usize = 64 << 10;

    /// A body with one large part, made as it is read; and its length.
    fn body(length: usize) -> (Body, usize) {
        let head = "--x\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.bin\"\r\n\r\n".to_owned();
        let tail = "\r\n--x\r\nContent-Disposition: form-data; name=\"valueType\"\r\n\r\nBytes\r\n--x--\r\n".to_owned();
        let whole = head.len() + length + tail.len();
        let middle = (0..length / CHUNK).map(|_| Bytes::from(vec![7; CHUNK]));
        let chunks = std::iter::once(Bytes::from(head)).chain(middle).chain(std::iter::once(Bytes::from(tail)));
        (Body::from_stream(futures::stream::iter(chunks).map(Ok::<_, std::convert::Infallible>)), whole)
    }

    #[tokio::test]
    async fn a_large_body_is_held_once() {
        let (body, whole) = body(64 * MIB);
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        let parts = read(body, "x".to_owned(), whole, 10).await.unwrap();
        let taken = ALLOCATED.peak_usage().saturating_sub(before);
        assert_eq!((parts[0].bytes.len(), parts[0].filename.as_deref()), (64 * MIB, Some("a.bin")));
        assert!(parts[0].bytes.iter().all(|byte| *byte == 7));
        assert_eq!((&*parts[1].name, &*parts[1].text()), ("valueType", "Bytes"));
        // Held twice it would be 128 and more; what the tests beside this one take is in it.
        assert!(taken < 112 * MIB, "64 MiB took {} MiB", taken / MIB);
    }

    #[tokio::test]
    async fn a_body_of_unknown_length_is_read_as_well_and_one_that_is_too_long_is_refused() {
        let (unannounced, _) = body(3 * MIB);
        let parts = read(unannounced, "x".to_owned(), 0, 10).await.unwrap();
        assert_eq!(parts[0].bytes.len(), 3 * MIB);
        assert_eq!(
            read(body(MIB).0, "x".to_owned(), 0, 1).await.map(drop).unwrap_err().status,
            StatusCode::BAD_REQUEST
        );
        let limited = Body::new(Limited::new(body(3 * MIB).0, 2 * MIB));
        let refused = read(limited, "x".to_owned(), 3 * MIB, 10).await.map(drop).unwrap_err();
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
        let refused = read(Body::from("--x\r\nbroken"), "x".to_owned(), 0, 10).await.map(drop).unwrap_err();
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}
