//! A form of a million parts, from somebody who may deploy and from somebody who may not.

use super::super::door::Door;
use super::super::exchange::{Request, ask};
use super::{Bomb, none};
use bytes::Bytes;
use std::io;
use std::sync::LazyLock;

pub(super) const BOMB: Bomb = Bomb { name: "a million parts", throw: |door, n| Box::pin(throw(door, n)), models: none };

const PART: &str = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n";
const PARTS: usize = 1_000_000;
/// Made once: it is 50 MB.
static BODY: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(format!("{}--b--\r\n", PART.repeat(PARTS))));

async fn throw(door: &Door, n: u64) -> io::Result<String> {
    let request = Request::post("/engine-rest/deployment/create", "multipart/form-data; boundary=b", BODY.clone());
    let request = if n.is_multiple_of(2) { request.with(&door.developer) } else { request };
    Ok(ask(door, &request).await?.status())
}
