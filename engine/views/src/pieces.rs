//! Portions of items as the pieces of one JSON text.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use serde_json::Value as Json;

/// A text as a piece of its own.
pub fn written<E: Send>(text: impl Into<String>) -> impl Stream<Item = Result<Bytes, E>> + Send {
    let text = text.into();
    stream::once(async move { Ok(Bytes::from(text)) })
}

/// Items with commas between them, a piece for every portion.
pub fn joined<E>(
    items: impl Stream<Item = Result<Vec<Json>, E>> + Send,
) -> impl Stream<Item = Result<Bytes, E>> + Send {
    let mut is_begun = false;
    items.map(move |portion| Ok(text(&portion?, &mut is_begun)))
}

fn text(portion: &[Json], is_begun: &mut bool) -> Bytes {
    let mut out = Vec::new();
    for item in portion {
        if std::mem::replace(is_begun, true) {
            out.push(b',');
        }
        serde_json::to_writer(&mut out, item).expect("a JSON value is written into memory");
    }
    Bytes::from(out)
}
