//! Plain text, in whatever encoding it most likely is.

use super::budget::Budget;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

pub(super) fn read(bytes: &[u8], budget: &Budget) -> String {
    // Four bytes are the longest character there is.
    decoded(&bytes[..bytes.len().min(budget.text.saturating_mul(4))])
}

pub(super) fn decoded(bytes: &[u8]) -> String {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None => {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
            detector.feed(bytes, true);
            detector.guess(None, Utf8Detection::Allow)
        }
    };
    encoding.decode(bytes).0.into_owned()
}
