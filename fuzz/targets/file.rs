//! Files of strangers: a line with the media type they say, a line with their name, then their bytes.
//!
//! The sources are taken in by themselves: the crate around them brings a database and a client of S3.
#![no_main]
#![allow(dead_code, reason = "the target uses a part of what it takes in")]

#[path = "../../storage-api/src/content/media.rs"]
mod media;
#[path = "../../storage-api/src/content/name.rs"]
mod name;

use casewright_fuzz::bounded;
use libfuzzer_sys::fuzz_target;
use media::Verdict;
use name::Disposition;

fuzz_target!(|data: &[u8]| bounded(|| keep(data)));

fn keep(data: &[u8]) {
    let mut lines = data.splitn(3, |byte| *byte == b'\n');
    let mut next = || lines.next().unwrap_or_default();
    let (declared, called, bytes) = (next(), next(), next());
    let declared = name::media_type(&String::from_utf8_lossy(declared));
    let called = name::sanitise(&String::from_utf8_lossy(called));
    assert!(!called.is_empty() && !called.contains(['/', '\\']) && !called.contains(char::is_control), "{called:?}");
    let told = name::content_disposition(Disposition::Inline, &called);
    assert!(told.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()), "{told:?}");
    let head = &bytes[..bytes.len().min(media::HEAD)];
    if let Verdict::Is(kind) = media::judge(&declared, &called, head) {
        // What a browser would run is never kept as that.
        let shown = media::shown_as(&kind);
        assert!(shown.is_none_or(|shown| !shown.contains("html") && !shown.contains("svg")), "{kind}: {shown:?}");
    }
}
